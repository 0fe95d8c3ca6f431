/**
 * What a network's permeability can be sensitive to: its quantities x, each varied for all pores or throats
 * together, and how conductances and features follow,
 *
 *   ∂ln gₑ/∂ln x in closed form,   ∂φₑ/∂ln x by central differences in float64 with a step of 10⁻⁴ in ln x.
 *
 * With ∂lnK/∂ln gₑ from the solver and ∂lnK/∂φₑ from a model, the sum over throats (and pores) is ∂lnK/∂ln x, and its
 * terms are the shares of single throats. The sum rule of dimension: with p the power of length in x, Σ p ∂φ/∂ln x = 0
 * for every feature and Σ p ∂ln g/∂ln x = 3 for a closure by geometry, so that with L/A of the sample Σ p ∂lnK/∂ln x = 2.
 */
import { type ClosureOptions, hydraulicConductance } from "../network/closure.ts";
import { type GeometryTangent, linearizeConductance } from "../network/conductance-gradient.ts";
import type { FlowDomain } from "../network/flow-domain.ts";
import { conduitLengthsOf, radiiOf, shapeFactorsOf } from "../network/geometry.ts";
import type { PropertyArray } from "../network/pore-network.ts";
import { gatherGeometry } from "./feature-geometry.ts";
import { type Feature, PORE_FEATURES, THROAT_FEATURES } from "./feature-table.ts";
import {
  ALL_FEATURES,
  chooseFeatures,
  type FeatureNormalization,
  type FeatureOptions,
  type NetworkFeatures,
} from "./features.ts";

interface QuantityKind {
  /** For people. */
  readonly label: string;
  /** Power of length in its dimension. */
  readonly dimension: number;
  /** The properties that hold it or go with it, and the powers of x that they are scaled by. */
  readonly properties?: readonly (readonly [RegExp, number])[];
  /** Parts of a conduit that it is the length of. */
  readonly parts?: readonly number[];
  /** Whether it is the place of the pores. */
  readonly isPlace?: boolean;
}

const SIZES = "(radius|inscribed_radius|diameter|inscribed_diameter|equivalent_diameter)";
const THROAT_VOLUME = /^throat\.volume$/;
const PORE_VOLUME = /^pore\.(region_)?volume$/;

/**
 * Volumes go with sizes: a pore's with the cube of its radius, a throat's with its own section and with its pores' size,
 * for extraction shares a pore's voxels out by section. A shape factor that comes from area and perimeter is varied by
 * the area.
 */
const KINDS = {
  throatRadius: {
    label: "throat radius",
    dimension: 1,
    properties: [
      [RegExp(`^throat\\.${SIZES}$`), 1],
      [THROAT_VOLUME, 2],
    ],
  },
  poreRadius: {
    label: "pore radius",
    dimension: 1,
    properties: [
      [RegExp(`^pore\\.${SIZES}$`), 1],
      [PORE_VOLUME, 3],
      [THROAT_VOLUME, 1],
    ],
  },
  throatLength: { label: "throat length", dimension: 1, parts: [1] },
  poreLength: { label: "pore length", dimension: 1, parts: [0, 2] },
  poreSpacing: { label: "pore spacing", dimension: 1, isPlace: true },
  throatShape: {
    label: "throat shape factor",
    dimension: 0,
    properties: [[/^throat\.(shape_factor|cross_sectional_area)$/, 1]],
  },
  poreShape: {
    label: "pore shape factor",
    dimension: 0,
    properties: [[/^pore\.(shape_factor|cross_sectional_area)$/, 1]],
  },
  voxelSize: { label: "voxel size", dimension: 1 },
} as const satisfies Record<string, QuantityKind>;

export type Quantity = keyof typeof KINDS;

export const QUANTITIES: Readonly<Record<Quantity, Pick<QuantityKind, "label" | "dimension">>> = KINDS;

/** In ln x: the error of a central difference is its square, rounding its inverse times 1e-16. */
const STEP = 1e-4;

/**
 * ∂ln g/∂ln x of every throat, 0 where g is 0, and throughout where conductances are given. Inside the class of its
 * section: the step of the closure between classes has no derivative.
 * @throws {NetworkError} as `hydraulicConductance`
 * @example differentiateConductance(domain, "throatRadius") // 4 where a conduit is a throat alone
 */
export function differentiateConductance(
  domain: FlowDomain,
  quantity: Quantity,
  options: Omit<ClosureOptions, "conduitLengths"> = {},
): Float64Array {
  const { network } = domain;
  const conduitLengths = domain.conduitLengths ?? conduitLengthsOf(network);
  const { closure, values } = hydraulicConductance(network, { ...options, conduitLengths });
  if (closure === "given") return new Float64Array(values.length);
  const { jvp } = linearizeConductance(network, { ...options, closure, conduitLengths });
  const { parts }: QuantityKind = KINDS[quantity];
  const lengths = conduitLengths.map((length, k) => (parts?.includes(k % 3) ? length : 0));
  const known = <T>(x: T | undefined, key: string) => (x === undefined ? {} : { [key]: x });
  const tangents = {
    throatRadius: known(radiiOf(network, "throat"), "throatRadius"),
    poreRadius: known(radiiOf(network, "pore"), "poreRadius"),
    throatLength: { conduitLengths: lengths },
    poreLength: { conduitLengths: lengths },
    poreSpacing: {},
    throatShape: known(shapeFactorsOf(network, "throat"), "throatShapeFactor"),
    poreShape: known(shapeFactorsOf(network, "pore"), "poreShapeFactor"),
    voxelSize: {},
  } satisfies Record<Quantity, GeometryTangent>;
  return jvp(tangents[quantity]).map((slope, e) => (values[e]! > 0 ? slope / values[e]! : 0));
}

/**
 * ∂φ/∂ln x of every feature, 0 where a feature is not known.
 * @param normalization to have the slopes of the normalised features, (∂φ/∂ln x)/scale
 * @example differentiateFeatures(domain, "poreRadius", { voxelSize: 1e-6 }).throat
 */
export function differentiateFeatures(
  domain: FlowDomain,
  quantity: Quantity,
  options: FeatureOptions = {},
  normalization?: FeatureNormalization,
): NetworkFeatures {
  const { names = ALL_FEATURES, voxelSize = domain.network.voxelSize } = options;
  const geometryOf = (factor: number) =>
    gatherGeometry(
      scaleQuantity(domain, quantity, factor),
      quantity === "voxelSize" && voxelSize !== undefined ? voxelSize * factor : voxelSize,
    );
  const [above, below] = [geometryOf(Math.exp(STEP)), geometryOf(Math.exp(-STEP))];
  const slopesOf = (features: readonly Feature[], rows: number, scale: readonly number[] | undefined) => {
    const slopes = new Float32Array(rows * features.length);
    for (const [column, { compute }] of features.entries()) {
      const unit = scale?.[column] ?? 1;
      for (let k = 0; k < rows; k++) {
        const slope = (compute(above, k) - compute(below, k)) / (2 * STEP * unit);
        if (unit > 0 && !Number.isNaN(slope)) slopes[k * features.length + column] = slope;
      }
    }
    return slopes;
  };
  const throat = chooseFeatures(THROAT_FEATURES, names.throat);
  const pore = chooseFeatures(PORE_FEATURES, names.pore);
  return {
    names,
    throat: slopesOf(throat, above.throatCount, normalization?.throat.scale),
    pore: slopesOf(pore, above.poreCount, normalization?.pore.scale),
  };
}

/** The domain with one quantity `factor` times as large, and all others as they are. */
export function scaleQuantity(domain: FlowDomain, quantity: Quantity, factor: number): FlowDomain {
  const { network } = domain;
  const { properties, parts, isPlace }: QuantityKind = KINDS[quantity];
  const scaled = network.propertyNames.flatMap((name): [string, PropertyArray][] => {
    const found = properties?.find(([pattern]) => pattern.test(name));
    return found ? [[name, network.numbers(name).map((value) => value * factor ** found[1])]] : [];
  });
  // Stated lengths do not follow the radii that they may have been reckoned from.
  const lengths = domain.conduitLengths ?? conduitLengthsOf(network);
  return {
    ...domain,
    network:
      scaled.length === 0 && !isPlace
        ? network
        : network.with(scaled, isPlace ? scalePlaces(network, factor) : {}),
    conduitLengths:
      parts === undefined ? lengths : lengths.map((l, k) => (parts.includes(k % 3) ? l * factor : l)),
  };
}

/** Pores and the box around them; the domain's own length and area stay as they are. */
function scalePlaces({ coords, box }: FlowDomain["network"], factor: number) {
  const scaled = (xyz: readonly [number, number, number]): [number, number, number] => [
    factor * xyz[0],
    factor * xyz[1],
    factor * xyz[2],
  ];
  return {
    coords: coords.map((x) => x * factor),
    ...(box && { box: { origin: scaled(box.origin), size: scaled(box.size) } }),
  };
}
