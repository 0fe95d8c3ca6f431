/**
 * Primary drainage: a non-wetting fluid enters at the inlet and drives a wetting one out, through throats that it
 * enters at p = 2 γ cos θ / r (src/network/invasion.ts). A pore of the inlet is entered through its own radius, and so is
 * any pore narrower than the throat before it. Saturations are of volumes of pores and throats; pores that nothing
 * leads to stay full of the wetting fluid.
 */
import { NetworkError } from "../errors.ts";
import { type FlowDomainOptions, resolveFlowDomain } from "../network/boundary.ts";
import { type FlowDomain, INLET, OUTLET } from "../network/flow-domain.ts";
import { radiiOf } from "../network/geometry.ts";
import { type InvasionProblem, invadeNetwork } from "../network/invasion.ts";
import { requirePositive } from "../network/options.ts";
import { INLET_RESERVOIR, type PoreNetwork } from "../network/pore-network.ts";
import { countWhile } from "./count-while.ts";
import { checkContactAngle, entryPressure, WATER_SURFACE_TENSION } from "./young-laplace.ts";

export interface CapillaryOptions {
  /** [N/m]; default that of water and air, 0.0728. */
  readonly surfaceTension?: number;
  /** Of the wetting fluid [degrees], below 90; default 0. */
  readonly contactAngle?: number;
  /** Whether wetting fluid that has lost its way to the outlet stays. Default false. */
  readonly trapping?: boolean;
}

/** What is drained, with sizes. */
export interface DrainageGeometry {
  readonly conns: Int32Array;
  /** n [m] */
  readonly poreRadius: Float64Array;
  /** m [m] */
  readonly throatRadius: Float64Array;
  /** n [m³] */
  readonly poreVolume: Float64Array;
  /** m [m³] */
  readonly throatVolume: Float64Array;
  /** n: radius through which a pore is entered from the inlet [m]; 0 for pores that are not there. */
  readonly inletRadius: Float64Array;
  /** n: 1 where the wetting fluid can leave. */
  readonly isOutlet: Uint8Array;
}

/** The saturation of the wetting fluid as a falling staircase of the capillary pressure. */
export class DrainageCurve {
  /** Pressures at which something is invaded [Pa], ascending. */
  readonly pressures: Float64Array;
  /** Saturation of the wetting fluid from each of these pressures on. */
  readonly saturations: Float64Array;

  /** @param volumes [m³] of the elements that are invaded at `pressures` [Pa]; at infinity never */
  constructor(pressures: Float64Array, volumes: Float64Array) {
    const order = Uint32Array.from(pressures.keys()).sort((a, b) => pressures[a]! - pressures[b]!);
    const total = volumes.reduce((sum, v) => sum + v, 0);
    const steps: number[] = [];
    const left: number[] = [];
    let drained = 0;
    for (const element of order) {
      const pressure = pressures[element]!;
      if (pressure === Infinity) break;
      drained += volumes[element]!;
      if (steps.at(-1) !== pressure) steps.push(pressure);
      left[steps.length - 1] = Math.max(0, 1 - drained / total);
    }
    this.pressures = Float64Array.from(steps);
    this.saturations = Float64Array.from(left);
  }

  /** What is left when the pressure rises without end. */
  get residualSaturation(): number {
    return this.saturations.at(-1) ?? 1;
  }

  /** Saturation of the wetting fluid at a capillary pressure [Pa]. */
  saturationAt(pressure: number): number {
    const steps = countWhile(this.pressures.length, (k) => this.pressures[k]! <= pressure);
    return steps === 0 ? 1 : this.saturations[steps - 1]!;
  }

  /** Lowest capillary pressure [Pa] that leaves at most this saturation; infinite where none does. */
  pressureAt(saturation: number): number {
    if (saturation >= 1) return 0;
    return (
      this.pressures[countWhile(this.pressures.length, (k) => this.saturations[k]! > saturation)] ?? Infinity
    );
  }
}

/** @throws {OptionError} for an option out of range */
export function drainGeometry(geometry: DrainageGeometry, options: CapillaryOptions = {}): DrainageCurve {
  const surfaceTension = requirePositive("surfaceTension", options.surfaceTension ?? WATER_SURFACE_TENSION);
  const contactAngle = checkContactAngle(options.contactAngle ?? 0);
  const { conns, poreRadius, throatRadius, poreVolume, throatVolume, inletRadius, isOutlet } = geometry;
  const enter = (radius: number) => entryPressure(radius, surfaceTension, contactAngle);
  const problem: InvasionProblem = {
    poreCount: poreRadius.length,
    conns,
    throatEntry: throatRadius.map(enter),
    poreEntry: poreRadius.map(enter),
    inletEntry: inletRadius.map(enter),
    isOutlet: options.trapping ? isOutlet : undefined,
  };
  const { porePressure, throatPressure } = invadeNetwork(problem);
  return new DrainageCurve(join(porePressure, throatPressure), join(poreVolume, throatVolume));
}

/**
 * Drains a network along one axis.
 *
 * @param options where the fluids enter and leave as for `resolveFlowDomain`; the fluids
 * @throws {NetworkError} when the network lacks radii, or volumes of pores
 * @throws {OptionError} for an option out of range
 * @example drainNetwork(network, { axis: "x" }).saturationAt(2000) // of water under 2 kPa of air
 */
export function drainNetwork(
  network: PoreNetwork,
  { surfaceTension, contactAngle, trapping, ...domainOptions }: CapillaryOptions & FlowDomainOptions = {},
): DrainageCurve {
  const domain = resolveFlowDomain(network, domainOptions);
  const throatRadius = radiiOf(network, "throat");
  const poreRadius = radiiOf(network, "pore");
  if (throatRadius === undefined || poreRadius === undefined) {
    throw new NetworkError(
      `The network "${network.name}" has no radii of ${throatRadius ? "pores" : "throats"}.`,
      "Drainage needs pore.radius and throat.radius [m], or diameters.",
    );
  }
  const poreVolume = network.numbers(network.has("pore.volume") ? "pore.volume" : "pore.region_volume");
  const throatVolume = network.has("throat.volume")
    ? network.numbers("throat.volume")
    : new Float64Array(network.throatCount);
  const geometry = {
    conns: network.conns,
    poreRadius,
    throatRadius,
    poreVolume,
    throatVolume,
    ...findEnds(domain, poreRadius, throatRadius),
  };
  return drainGeometry(geometry, {
    ...(surfaceTension !== undefined && { surfaceTension }),
    ...(contactAngle !== undefined && { contactAngle }),
    ...(trapping !== undefined && { trapping }),
  });
}

/** Held pores are entered by their own radius, pores next to a reservoir by the throat between. */
function findEnds(
  { poreState, throatEnds, throatOpen }: FlowDomain,
  poreRadius: Float64Array,
  throatRadius: Float64Array,
): Pick<DrainageGeometry, "inletRadius" | "isOutlet"> {
  const inletRadius = poreRadius.map((r, i) => (poreState[i] === INLET ? r : 0));
  const isOutlet = poreState.map((state) => (state === OUTLET ? 1 : 0));
  for (let e = 0; e < throatOpen.length; e++) {
    const reservoir = Math.min(throatEnds[2 * e]!, throatEnds[2 * e + 1]!);
    const pore = Math.max(throatEnds[2 * e]!, throatEnds[2 * e + 1]!);
    if (reservoir >= 0 || pore < 0 || throatOpen[e] !== 1) continue;
    if (reservoir === INLET_RESERVOIR) inletRadius[pore] = Math.max(inletRadius[pore]!, throatRadius[e]!);
    else isOutlet[pore] = 1;
  }
  return { inletRadius, isOutlet };
}

function join(a: Float64Array, b: Float64Array): Float64Array {
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
