/**
 * How conductances depend on the geometry that a closure makes them of. A conduit has g = 1 / Σ_k l_k / s_k, with
 * s ∝ r⁴ G^n what a section conducts times length (closure.ts, shape-factor.ts); so with R_k = l_k / s_k
 *   ∂g/∂l_k = −g² / s_k,   ∂g/∂r_k = 4 g² R_k / r_k,   ∂g/∂G_k = n g² R_k / G_k,
 * n being −1 for triangles and 0 for squares and circles, whose G is that of their class. A change of class is a
 * jump and has no derivative. In all lengths and radii g is homogeneous of degree 3.
 */
import { NetworkError, OptionError } from "../errors.ts";
import {
  type Closure,
  type ClosureOptions,
  type ConduitGeometry,
  resolveClosure,
  resolveGeometry,
} from "./closure.ts";
import { LEAST_LENGTH } from "./conduits.ts";
import { rejectUnknownKeys } from "./options.ts";
import type { PoreNetwork } from "./pore-network.ts";
import { CIRCLE, sectionConductance, shapeFactorExponent } from "./shape-factor.ts";

/** A direction in the geometry; what is left out does not change. */
export interface GeometryTangent {
  /** m [m] */
  readonly throatRadius?: Float64Array;
  /** n [m] */
  readonly poreRadius?: Float64Array;
  /** m x 3 [m]: first pore's part, throat, second pore's part. */
  readonly conduitLengths?: Float64Array;
  /** m [-] */
  readonly throatShapeFactor?: Float64Array;
  /** n [-] */
  readonly poreShapeFactor?: Float64Array;
}

/** Derivatives by all of the geometry; 0 by what the closure does not use. */
export type GeometryGradient = { readonly [K in keyof GeometryTangent]-?: Float64Array };

/** The linear map from changes of geometry to changes of conductance, and its transpose. */
export interface ConductanceLinearization {
  readonly closure: Exclude<Closure, "given">;
  /**
   * m: what the conductances change by, ġ = Σ ∂g/∂x ẋ.
   * @throws {NetworkError} when a vector has not one number for each element
   */
  jvp(tangent: GeometryTangent): Float64Array;
  /**
   * What an objective changes by with the geometry, given ∂J/∂g of every throat (m). A throat of which this is 0
   * has no part in the sum.
   * @throws {NetworkError} when there is not one number for each throat
   */
  vjp(cotangent: Float64Array): GeometryGradient;
}

/**
 * The derivatives of `hydraulicConductance` with respect to radii, conduit lengths and shape factors, all taken as
 * independent, as `radiiOf`, `conduitLengthsOf` (or the options) and `shapeFactorsOf` give them: where lengths are
 * derived from radii and coordinates, they are held here.
 *
 * @param options as for `hydraulicConductance`
 * @throws {OptionError} for given conductances, which come from no geometry, and for unknown keys or values
 * @throws {NetworkError} when properties are missing that the closure needs
 * @example
 * // dK/d(radius) of every throat
 * const { vjp } = linearizeConductance(network, { viscosity: result.viscosity });
 * const { throatRadius } = vjp(differentiatePermeability(result));
 */
export function linearizeConductance(
  network: PoreNetwork,
  options: ClosureOptions = {},
): ConductanceLinearization {
  rejectUnknownKeys("linearizeConductance", options, ["closure", "viscosity", "conduitLengths"]);
  const { closure, viscosity } = resolveClosure(network, options);
  if (closure === "given") {
    throw new OptionError(
      "closure",
      "Given conductances come from no geometry and have no derivatives by it.",
      'Choose the closure "shape-factor" or "hagen-poiseuille".',
    );
  }
  const geometry = resolveGeometry(network, closure, options.conduitLengths);
  const differentiate = prepareConduits(network, geometry, viscosity);
  const owners = chooseOwners(geometry);
  return {
    closure,
    jvp: (tangent) => pushForward(network, differentiate, owners, tangent),
    vjp: (cotangent) => pullBack(network, differentiate, owners, cotangent),
  };
}

/** Derivatives of one throat's conductance by its three parts' lengths, radii and shape factors. */
interface ConduitPartials {
  readonly length: Float64Array;
  readonly radius: Float64Array;
  readonly shape: Float64Array;
}

/** Whether a pore's half has its own radius and shape, or those of its throat. */
interface Owners {
  readonly poresHaveRadii: boolean;
  readonly poresHaveShapes: boolean;
}

function chooseOwners({ poreRadius, poreShape }: ConduitGeometry): Owners {
  return {
    poresHaveRadii: poreRadius !== undefined,
    poresHaveShapes: poreRadius !== undefined && poreShape !== undefined,
  };
}

/** @returns the derivatives of a throat's conductance, in arrays that the next call fills anew */
function prepareConduits(
  { conns }: PoreNetwork,
  { throatRadius, throatShape, poreRadius, poreShape, lengths }: ConduitGeometry,
  viscosity: number,
): (throat: number) => ConduitPartials {
  const partials = { length: new Float64Array(3), radius: new Float64Array(3), shape: new Float64Array(3) };
  const { length, radius, shape } = partials;
  const [r, G, s] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  return (e) => {
    let resistance = 0;
    for (let part = 0; part < 3; part++) {
      const pore = part === 1 ? -1 : conns[2 * e + (part >> 1)]!;
      length[part] = radius[part] = shape[part] = 0;
      const isReservoir = part !== 1 && pore < 0;
      r[part] = part === 1 ? throatRadius[e]! : (poreRadius?.[pore] ?? throatRadius[e]!);
      const ownShape = part === 1 || poreRadius === undefined ? undefined : poreShape?.[pore];
      G[part] = ownShape ?? throatShape?.[e] ?? CIRCLE;
      s[part] = isReservoir ? Number.POSITIVE_INFINITY : sectionConductance(r[part]!, G[part]!, viscosity);
      if (!isReservoir && lengths[3 * e + part] !== 0) resistance += lengths[3 * e + part]! / s[part]!;
    }
    if (resistance === 0) {
      // The conduit has no length, and its conductance is that of a stated part of its radius: s / r ∝ r³.
      const value = sectionConductance(r[1]!, G[1]!, viscosity) / (LEAST_LENGTH * r[1]!);
      if (value > 0) {
        radius[1] = (3 * value) / r[1]!;
        shape[1] = (shapeFactorExponent(G[1]!) * value) / G[1]!;
      }
      return partials;
    }
    const square = 1 / (resistance * resistance);
    for (let part = 0; part < 3; part++) {
      if (s[part] === 0 || s[part] === Number.POSITIVE_INFINITY || square === 0) continue;
      const share = (square * lengths[3 * e + part]!) / s[part]!;
      length[part] = -square / s[part]!;
      radius[part] = (4 * share) / r[part]!;
      shape[part] = (shapeFactorExponent(G[part]!) * share) / G[part]!;
    }
    return partials;
  };
}

function pushForward(
  { conns, throatCount, poreCount }: PoreNetwork,
  differentiate: (throat: number) => ConduitPartials,
  { poresHaveRadii, poresHaveShapes }: Owners,
  tangent: GeometryTangent,
): Float64Array {
  const { throatRadius, poreRadius, conduitLengths, throatShapeFactor, poreShapeFactor } = tangent;
  checkCount("throatRadius", throatRadius, throatCount);
  checkCount("poreRadius", poreRadius, poreCount);
  checkCount("conduitLengths", conduitLengths, 3 * throatCount);
  checkCount("throatShapeFactor", throatShapeFactor, throatCount);
  checkCount("poreShapeFactor", poreShapeFactor, poreCount);
  const change = new Float64Array(throatCount);
  for (let e = 0; e < throatCount; e++) {
    const { length, radius, shape } = differentiate(e);
    for (let part = 0; part < 3; part++) {
      const pore = part === 1 ? -1 : conns[2 * e + (part >> 1)]!;
      const byRadius = pore >= 0 && poresHaveRadii ? poreRadius?.[pore] : throatRadius?.[e];
      const byShape = pore >= 0 && poresHaveShapes ? poreShapeFactor?.[pore] : throatShapeFactor?.[e];
      change[e]! += length[part]! * (conduitLengths?.[3 * e + part] ?? 0);
      change[e]! += radius[part]! * (byRadius ?? 0) + shape[part]! * (byShape ?? 0);
    }
  }
  return change;
}

function pullBack(
  { conns, throatCount, poreCount }: PoreNetwork,
  differentiate: (throat: number) => ConduitPartials,
  { poresHaveRadii, poresHaveShapes }: Owners,
  cotangent: Float64Array,
): GeometryGradient {
  checkCount("The cotangent", cotangent, throatCount);
  const gradient = {
    throatRadius: new Float64Array(throatCount),
    poreRadius: new Float64Array(poreCount),
    conduitLengths: new Float64Array(3 * throatCount),
    throatShapeFactor: new Float64Array(throatCount),
    poreShapeFactor: new Float64Array(poreCount),
  };
  for (let e = 0; e < throatCount; e++) {
    const w = cotangent[e]!;
    if (w === 0) continue;
    const { length, radius, shape } = differentiate(e);
    for (let part = 0; part < 3; part++) {
      const pore = part === 1 ? -1 : conns[2 * e + (part >> 1)]!;
      gradient.conduitLengths[3 * e + part] = w * length[part]!;
      if (pore >= 0 && poresHaveRadii) gradient.poreRadius[pore]! += w * radius[part]!;
      else gradient.throatRadius[e]! += w * radius[part]!;
      if (pore >= 0 && poresHaveShapes) gradient.poreShapeFactor[pore]! += w * shape[part]!;
      else gradient.throatShapeFactor[e]! += w * shape[part]!;
    }
  }
  return gradient;
}

function checkCount(name: string, values: Float64Array | undefined, count: number): void {
  if (values === undefined || values.length === count) return;
  throw new NetworkError(
    `${name} holds ${values.length} numbers instead of ${count}.`,
    "Give one for each pore or throat, and three lengths for each throat.",
  );
}
