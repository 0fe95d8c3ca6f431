/**
 * What features are reckoned from: a network's radii, shapes, lengths and volumes as seen by one flow domain,
 * with a substitute for whatever its file does not give.
 *
 * | missing | taken instead |
 * |---|---|
 * | shape factor of a throat | that of a circle, 1/(4π), as the Hagen–Poiseuille closure has it |
 * | shape factor of a pore | the mean of its throats' |
 * | volume of a throat | its section's area times its length, r²/(4G) Lₜ |
 * | volume of a pore | that of a sphere, 4/3 π r³ |
 * | radius of a pore, voxel size | not known: NaN |
 */
import { NetworkError } from "../errors.ts";
import { type FlowDomain, FREE } from "../network/flow-domain.ts";
import { conduitLengthsOf, RADIUS_HINT, radiiOf, shapeFactorsOf } from "../network/geometry.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { CIRCLE, sectionConductance } from "../network/shape-factor.ts";
import { measureSections } from "./feature-areas.ts";
import { measureWallDistances, type WallDistances } from "./feature-walls.ts";

export interface FeatureGeometry {
  readonly poreCount: number;
  readonly throatCount: number;
  /** m x 2: pores, or reservoirs below 0. */
  readonly ends: Int32Array;
  /** m [m] */
  readonly throatRadius: Float64Array;
  /** m */
  readonly throatShape: Float64Array;
  /** m [m³] */
  readonly throatVolume: Float64Array;
  /** m x 3: first pore's part, throat, second pore's part [m]; 0 towards a reservoir. */
  readonly lengths: Float64Array;
  /** n [m] */
  readonly poreRadius: Float64Array;
  /** n */
  readonly poreShape: Float64Array;
  /** n [m³] */
  readonly poreVolume: Float64Array;
  /** m x 3: what each part of `lengths` resists, L/(k G A²) [1/m³]; 0 where a pore's radius is not known. */
  readonly resistances: Float64Array;
  /** n: open throats of each pore, those into reservoirs included. */
  readonly coordination: Float64Array;
  /** n: Σ r² [m²], Σ r⁴ [m⁴] and max r [m] over each pore's open throats. */
  readonly sumOfSquares: Float64Array;
  readonly sumOfFourthPowers: Float64Array;
  readonly largestThroat: Float64Array;
  /** n: Σ r²/G [m²] and Σ V [m³] over each pore's open throats. */
  readonly sumOfSections: Float64Array;
  readonly sumOfVolumes: Float64Array;
  /** m: sections as volumes tell them [m²] (feature-areas.ts). */
  readonly section: Float64Array;
  /** n: their sum over each pore's open throats [m²]. */
  readonly sumOfVolumeSections: Float64Array;
  /** Distances to the walls along the flow [m] (feature-walls.ts). */
  readonly walls: WallDistances;
  /** m: from centre to centre of a throat's pores [m]; NaN at a reservoir. */
  readonly separation: Float64Array;
  /** n: 1 where the pore is held at a pressure, or has a throat into a reservoir. */
  readonly isAtFace: Uint8Array;
  /** Geometric mean over the open throats [m]. */
  readonly meanThroatRadius: number;
  /** [m], NaN when it is not known. */
  readonly voxelSize: number;
}

/**
 * Gathers what features need.
 * @param voxelSize [m]; by default the network's own
 * @throws {NetworkError} when the network has no throat radii
 */
export function gatherGeometry(domain: FlowDomain, voxelSize?: number): FeatureGeometry {
  const { network, throatEnds: ends, throatOpen } = domain;
  const throatRadius = radiiOf(network, "throat");
  if (throatRadius === undefined) {
    throw new NetworkError(
      `The network "${network.name}" has no throat radii, which the features are made from.`,
      `Give ${RADIUS_HINT} [m].`,
    );
  }
  const { poreCount, throatCount } = network;
  const throatShape = shapeFactorsOf(network, "throat") ?? new Float64Array(throatCount).fill(CIRCLE);
  const lengths = dropReservoirParts(domain.conduitLengths ?? conduitLengthsOf(network), ends);
  const poreRadius = radiiOf(network, "pore") ?? new Float64Array(poreCount).fill(Number.NaN);
  const coordination = foldThroats(domain, (count) => count + 1);
  const poreShape =
    shapeFactorsOf(network, "pore") ??
    foldThroats(domain, (sum, e) => sum + throatShape[e]!).map((sum, i) => sum / coordination[i]!);
  const knownPoreVolume = readNumbers(network, "pore.volume") ?? readNumbers(network, "pore.region_volume");
  const section = measureSections({
    ends,
    throatVolume: readNumbers(network, "throat.volume"),
    poreVolume: knownPoreVolume,
    throatArea: throatRadius.map((r, e) => (r * r) / (4 * throatShape[e]!)),
    poreArea: poreRadius.map((r, i) => (r * r) / (4 * poreShape[i]!)),
    voxelSize: voxelSize ?? network.voxelSize ?? Number.NaN,
  });
  const throatVolume =
    readNumbers(network, "throat.volume") ??
    throatRadius.map((r, e) => ((r * r) / (4 * throatShape[e]!)) * lengths[3 * e + 1]!);
  return {
    poreCount,
    throatCount,
    ends,
    throatRadius,
    throatShape,
    throatVolume,
    lengths,
    poreRadius,
    poreShape,
    poreVolume: knownPoreVolume ?? poreRadius.map((r) => (4 / 3) * Math.PI * r ** 3),
    resistances: computeResistances(lengths, ends, { throatRadius, throatShape, poreRadius, poreShape }),
    coordination,
    sumOfSquares: foldThroats(domain, (sum, e) => sum + throatRadius[e]! ** 2),
    sumOfFourthPowers: foldThroats(domain, (sum, e) => sum + throatRadius[e]! ** 4),
    largestThroat: foldThroats(domain, (most, e) => Math.max(most, throatRadius[e]!)),
    sumOfSections: foldThroats(domain, (sum, e) => sum + throatRadius[e]! ** 2 / throatShape[e]!),
    sumOfVolumes: foldThroats(domain, (sum, e) => sum + throatVolume[e]!),
    section,
    sumOfVolumeSections: foldThroats(domain, (sum, e) => sum + section[e]!),
    walls: measureWallDistances(domain, lengths),
    separation: measureSeparation(network, ends),
    isAtFace: findFacePores(domain),
    meanThroatRadius: geometricMean(throatRadius, throatOpen),
    voxelSize: voxelSize ?? network.voxelSize ?? Number.NaN,
  };
}

function measureSeparation({ coords }: PoreNetwork, ends: Int32Array): Float64Array {
  return Float64Array.from({ length: ends.length / 2 }, (_, e) => {
    const [a, b] = [ends[2 * e]!, ends[2 * e + 1]!];
    if (a < 0 || b < 0) return Number.NaN;
    return Math.hypot(
      coords[3 * a]! - coords[3 * b]!,
      coords[3 * a + 1]! - coords[3 * b + 1]!,
      coords[3 * a + 2]! - coords[3 * b + 2]!,
    );
  });
}

function readNumbers(network: PoreNetwork, name: string): Float64Array | undefined {
  return network.has(name) ? network.numbers(name) : undefined;
}

/** A reservoir resists nothing, whatever length a file gives its part. */
function dropReservoirParts(lengths: Float64Array, ends: Int32Array): Float64Array {
  const dropped = Float64Array.from(lengths);
  for (let k = 0; k < ends.length; k++) if (ends[k]! < 0) dropped[3 * (k >> 1) + 2 * (k & 1)] = 0;
  return dropped;
}

/** The closure's conduits part by part, without viscosity; their ratios are what is used. */
function computeResistances(
  lengths: Float64Array,
  ends: Int32Array,
  sections: Pick<FeatureGeometry, "throatRadius" | "throatShape" | "poreRadius" | "poreShape">,
): Float64Array {
  const { throatRadius, throatShape, poreRadius, poreShape } = sections;
  const resist = (length: number, radius: number, shape: number) =>
    length > 0 && radius > 0 ? length / sectionConductance(radius, shape, 1) : 0;
  const resistances = new Float64Array(lengths.length);
  for (let e = 0; e < throatRadius.length; e++) {
    const [a, b] = [ends[2 * e]!, ends[2 * e + 1]!];
    if (a >= 0) resistances[3 * e] = resist(lengths[3 * e]!, poreRadius[a]!, poreShape[a]!);
    resistances[3 * e + 1] = resist(lengths[3 * e + 1]!, throatRadius[e]!, throatShape[e]!);
    if (b >= 0) resistances[3 * e + 2] = resist(lengths[3 * e + 2]!, poreRadius[b]!, poreShape[b]!);
  }
  return resistances;
}

/** For each pore: starts at 0 and folds its open throats in, one after the other. */
function foldThroats(
  { poreState, throatEnds, throatOpen }: FlowDomain,
  fold: (before: number, e: number) => number,
): Float64Array {
  const values = new Float64Array(poreState.length);
  for (let k = 0; k < throatEnds.length; k++) {
    const pore = throatEnds[k]!;
    if (pore >= 0 && throatOpen[k >> 1] === 1) values[pore] = fold(values[pore]!, k >> 1);
  }
  return values;
}

function findFacePores(domain: FlowDomain): Uint8Array {
  const { poreState, throatEnds } = domain;
  const intoReservoirs = foldThroats(
    domain,
    (count, e) => count + (throatEnds[2 * e]! < 0 || throatEnds[2 * e + 1]! < 0 ? 1 : 0),
  );
  return poreState.map((state, i) => (state !== FREE || intoReservoirs[i]! > 0 ? 1 : 0));
}

function geometricMean(radii: Float64Array, open: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let e = 0; e < radii.length; e++) {
    const logarithm = Math.log(radii[e]!);
    if (open[e] === 0 || !Number.isFinite(logarithm)) continue;
    sum += logarithm;
    count++;
  }
  return Math.exp(sum / count);
}
