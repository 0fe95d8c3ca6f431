/**
 * From geometry to conductance. Three closures: what the file gives (`throat.hydraulic_conductance`), sections
 * by shape factor, and circular tubes (Hagen–Poiseuille, g = π r⁴/(8 μ)), the last two as conduits in series.
 * The closure decides more than anything else: with every section a circle a Berea network has a third of its
 * permeability.
 */
import { NetworkError } from "../errors.ts";
import { combineConduits } from "./conduits.ts";
import { conduitLengthsOf, RADIUS_HINT, radiiOf, shapeFactorsOf } from "./geometry.ts";
import { rejectUnknownKeys, requireChoice, requirePositive } from "./options.ts";
import type { PoreNetwork } from "./pore-network.ts";
import { CIRCLE, sectionArea, sectionConductance } from "./shape-factor.ts";

export type Closure = "given" | "shape-factor" | "hagen-poiseuille";

/** Water at 20 °C [Pa·s]. A permeability does not depend on it where conductances come from geometry. */
export const WATER_VISCOSITY = 1e-3;
/** Given conductances that come without a viscosity are taken as those of a fluid of unit viscosity [Pa·s]. */
export const UNIT_VISCOSITY = 1;
export const GIVEN_CONDUCTANCE = "throat.hydraulic_conductance";

const CHOICES = ["auto", "given", "shape-factor", "hagen-poiseuille"] as const;

export interface ClosureOptions {
  /** Default "auto": given, else by shape factor, else Hagen–Poiseuille: the first that the network has data for. */
  readonly closure?: Closure | "auto";
  /** [Pa·s]; default 1e-3, for given conductances 1. */
  readonly viscosity?: number;
  /** m x 3 [m]: instead of the network's own, as cut by a calc box (`FlowDomain.conduitLengths`). */
  readonly conduitLengths?: Float64Array | undefined;
}

export interface HydraulicConductance {
  /** The closure that was used. */
  readonly closure: Closure;
  /** m values [m³/(Pa·s)]. */
  readonly values: Float64Array;
  /** [Pa·s]. For given conductances: what they hold for, as stated by the caller, else 1. */
  readonly viscosity: number;
}

/**
 * The hydraulic conductance of every throat.
 *
 * Given conductances are used as they are; they hold for one viscosity, which the caller should state, for the
 * permeability is proportional to it. Where a calc box shortens a throat, its given conductance grows by the
 * ratio of lengths.
 *
 * @throws {NetworkError} when properties are missing that the closure needs; the message names them.
 * @throws {OptionError} on an unknown key or value.
 * @example hydraulicConductance(network, { closure: "shape-factor" }).values
 */
export function hydraulicConductance(
  network: PoreNetwork,
  options: ClosureOptions = {},
): HydraulicConductance {
  rejectUnknownKeys("hydraulicConductance", options, ["closure", "viscosity", "conduitLengths"]);
  const { closure, viscosity } = resolveClosure(network, options);
  if (closure === "given") {
    return { closure, values: givenConductance(network, options.conduitLengths), viscosity };
  }
  const values = combineSections(network, closure, options.conduitLengths, (radius, shapeFactor) =>
    sectionConductance(radius, shapeFactor, viscosity),
  );
  return { closure, values, viscosity };
}

/**
 * Electrical conductance of every throat filled with a brine of unit conductivity: area over length, in series
 * as for flow [m]. `undefined` when the network has conductances only and no geometry.
 *
 * @param options the same as for `hydraulicConductance`; "given" means by the geometry at hand.
 */
export function electricalConductance(
  network: PoreNetwork,
  options: ClosureOptions = {},
): Float64Array | undefined {
  rejectUnknownKeys("electricalConductance", options, ["closure", "viscosity", "conduitLengths"]);
  const wanted = requireChoice("closure", options.closure ?? "auto", CHOICES);
  const isByGeometry = wanted === "auto" || wanted === "given";
  const closure = isByGeometry ? geometricClosure(network) : wanted;
  if (closure === undefined) return undefined;
  checkLengths(network, options.conduitLengths);
  return combineSections(network, closure, options.conduitLengths, sectionArea);
}

/** Which closure is meant, and for what viscosity; checks what it is given. */
export function resolveClosure(
  network: PoreNetwork,
  { closure: wanted = "auto", viscosity: stated, conduitLengths }: ClosureOptions,
): { readonly closure: Closure; readonly viscosity: number } {
  requireChoice("closure", wanted, CHOICES);
  const closure = wanted === "auto" ? chooseClosure(network) : wanted;
  const usual = closure === "given" ? UNIT_VISCOSITY : WATER_VISCOSITY;
  const viscosity = requirePositive("viscosity", stated ?? usual);
  checkLengths(network, conduitLengths);
  return { closure, viscosity };
}

function chooseClosure(network: PoreNetwork): Closure {
  if (network.has(GIVEN_CONDUCTANCE)) return "given";
  const closure = geometricClosure(network);
  if (closure !== undefined) return closure;
  throw new NetworkError(
    `The network "${network.name}" has nothing to tell its conductances by.`,
    `Give ${GIVEN_CONDUCTANCE} [m³/(Pa·s)], or ${RADIUS_HINT} [m], ` +
      "for the shape-factor closure with throat.shape_factor (or throat.cross_sectional_area and throat.perimeter). " +
      `It has: ${network.propertyNames.join(", ")}.`,
  );
}

function geometricClosure(network: PoreNetwork): "shape-factor" | "hagen-poiseuille" | undefined {
  if (radiiOf(network, "throat") === undefined) return undefined;
  return shapeFactorsOf(network, "throat") === undefined ? "hagen-poiseuille" : "shape-factor";
}

/** What conduits by sections are made of; without shape factors all sections are circles. */
export interface ConduitGeometry {
  /** m [m] */
  readonly throatRadius: Float64Array;
  /** m */
  readonly throatShape: Float64Array | undefined;
  /** n [m]; without them a pore's half has its throat's section. */
  readonly poreRadius: Float64Array | undefined;
  /** n; without them a pore's half takes its throat's shape, of which extraction averages it anyway. */
  readonly poreShape: Float64Array | undefined;
  /** m x 3 [m] */
  readonly lengths: Float64Array;
}

/** @throws {NetworkError} when properties are missing that the closure needs */
export function resolveGeometry(
  network: PoreNetwork,
  closure: "shape-factor" | "hagen-poiseuille",
  conduitLengths: Float64Array | undefined,
): ConduitGeometry {
  const isCircular = closure === "hagen-poiseuille";
  const throatRadius = requireProperty(network, closure, RADIUS_HINT, radiiOf(network, "throat"));
  const throatShape = isCircular
    ? undefined
    : requireProperty(
        network,
        closure,
        "throat.shape_factor (or throat.cross_sectional_area and throat.perimeter)",
        shapeFactorsOf(network, "throat"),
      );
  return {
    throatRadius,
    throatShape,
    poreRadius: radiiOf(network, "pore"),
    poreShape: isCircular ? undefined : shapeFactorsOf(network, "pore"),
    lengths: conduitLengths ?? conduitLengthsOf(network),
  };
}

/** `section(radius, shapeFactor)` is what a section conducts times length. */
function combineSections(
  network: PoreNetwork,
  closure: "shape-factor" | "hagen-poiseuille",
  conduitLengths: Float64Array | undefined,
  section: (radius: number, shapeFactor: number) => number,
): Float64Array {
  const geometry = resolveGeometry(network, closure, conduitLengths);
  const { throatRadius, throatShape, poreRadius, poreShape, lengths } = geometry;
  return combineConduits(
    network,
    {
      throatRadius,
      throat: throatRadius.map((r, e) => section(r, throatShape?.[e] ?? CIRCLE)),
      pore: poreRadius?.map((r, i) => section(r, poreShape?.[i] ?? CIRCLE)),
      poreByThroat:
        poreRadius !== undefined && throatShape !== undefined && poreShape === undefined
          ? (i, e) => section(poreRadius[i]!, throatShape[e]!)
          : undefined,
    },
    lengths,
  );
}

function requireProperty(
  network: PoreNetwork,
  closure: Closure,
  names: string,
  values: Float64Array | undefined,
): Float64Array {
  if (values !== undefined) return values;
  throw new NetworkError(
    `The ${closure} closure needs ${names}; the network "${network.name}" has none of them.`,
    `Add it, or choose another closure. The network has: ${network.propertyNames.join(", ")}.`,
  );
}

function givenConductance(network: PoreNetwork, conduitLengths: Float64Array | undefined): Float64Array {
  const given = network.numbers(GIVEN_CONDUCTANCE);
  if (conduitLengths === undefined) return given;
  const whole = conduitLengthsOf(network);
  const sum = (lengths: Float64Array, e: number) =>
    lengths[3 * e]! + lengths[3 * e + 1]! + lengths[3 * e + 2]!;
  return given.map((g, e) => {
    const full = sum(whole, e);
    const cut = sum(conduitLengths, e);
    return full === cut || !(full > 0) ? g : (g * full) / Math.max(cut, LEAST_CUT * full);
  });
}

/** A given conduit is not cut shorter than this part of its length, or it would conduct without bound. */
const LEAST_CUT = 1e-6;

function checkLengths(network: PoreNetwork, lengths: Float64Array | undefined): void {
  if (lengths !== undefined && lengths.length !== 3 * network.throatCount) {
    throw new NetworkError(
      `conduitLengths holds ${lengths.length} numbers for ${network.throatCount} throats.`,
      "Give three lengths [m] for each throat.",
    );
  }
}
