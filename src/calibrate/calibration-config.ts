/**
 * A calibration as a plain object, the same in code and in a JSON file: which network, what may be moved between which
 * bounds, what is to be reached, and how to search. Numbers are in SI units unless `units` declares others, for lengths
 * (and volumes, as their cubes) and for permeabilities.
 */
import { OptionError } from "../errors.ts";
import type { Distribution } from "../network/distributions.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "../network/options.ts";
import { DARCY, MILLIDARCY } from "../network/units.ts";
import type { Control, NetworkBase } from "./candidate-controls.ts";
import { SAND_CASE } from "./net-pfs-sand.ts";
import { MINIMIZE_METHODS, type MinimizeMethod } from "./search-settings.ts";
import { type GrainSizeOptions, type GrainSizes, radiiFromGrainSizes } from "./soil-grain-sizes.ts";
import type { SoilRadii } from "./soil-radii.ts";
import { type RetentionOptions, radiiFromRetention, type VanGenuchten } from "./soil-retention.ts";
import type { Target } from "./targets.ts";

export const LENGTH_UNITS = { m: 1, cm: 1e-2, mm: 1e-3, um: 1e-6 } as const;
export const PERMEABILITY_UNITS = { m2: 1, D: DARCY, mD: MILLIDARCY } as const;

export interface CalibrationUnits {
  /** Of sizes, distances, thicknesses, radii, diameters and, cubed, volumes. Default m. */
  readonly length?: keyof typeof LENGTH_UNITS;
  /** Of targets. Default m². */
  readonly permeability?: keyof typeof PERMEABILITY_UNITS;
}

/** Radii from a soil test in place of `poreRadius` and `throatRadius`; curve and densities in SI units always. */
export type SoilTest =
  | ({ readonly kind: "retention" } & VanGenuchten & RetentionOptions)
  | ({ readonly kind: "grain-sizes" } & GrainSizes & GrainSizeOptions);

export interface SearchOptions {
  /** Default `kasa-variance`. */
  readonly method?: MinimizeMethod;
  /** True runs of the forward model at most. Default 300. */
  readonly maxEvaluations?: number;
  /** Ends when every target is met to this fraction. Default 0.01. */
  readonly tolerance?: number;
  /** Candidates that are evaluated at once. Default 1. */
  readonly batchSize?: number;
}

export interface CalibrationConfig {
  readonly name?: string;
  readonly units?: CalibrationUnits;
  /** What the controls do not say (net-pfs-options.ts); `preset: "sand"` is the published example, others replace it. */
  readonly network?: Partial<NetworkBase> & { readonly preset?: "sand" };
  readonly soil?: SoilTest;
  readonly controls: readonly Control[];
  readonly targets: readonly Target[];
  /** Clouds of pores that a value is averaged over. Default 1. */
  readonly clouds?: number;
  /** Of the clouds and of the search. Default 7. */
  readonly seed?: number;
  readonly search?: SearchOptions;
}

/** All in SI units, with every default. */
export interface CompleteCalibration {
  readonly name: string;
  readonly network: NetworkBase;
  readonly controls: readonly Control[];
  readonly targets: readonly Target[];
  readonly clouds: number;
  readonly seed: number;
  readonly search: Required<SearchOptions>;
}

const KEYS = ["name", "units", "network", "soil", "controls", "targets", "clouds", "seed", "search"] as const;
const SEARCH_KEYS = ["method", "maxEvaluations", "tolerance", "batchSize"] as const;
const LENGTH_CONTROLS = ["throatRadius", "distance"];
const EXCLUSIVE = [
  ["count", "totalVolume"],
  ["poreRadius", "poreVolume"],
] as const;
const DEFAULT_SEED = 7;

/**
 * Checks what belongs to the calibration as a whole; network, controls and targets are checked by the forward model.
 * @throws {OptionError} for a key or value that is not understood
 */
export function completeCalibration(config: CalibrationConfig): CompleteCalibration {
  rejectUnknownKeys("A calibration", config, KEYS);
  for (const key of ["controls", "targets"] as const) {
    if (Array.isArray(config[key]) && config[key].every(isObject)) continue;
    throw new OptionError(key, `${key} is no list of objects.`, `Write "${key}": [{ … }], one object each.`);
  }
  for (const key of ["units", "network", "soil", "search"] as const) {
    if (config[key] === undefined || isObject(config[key])) continue;
    throw new OptionError(key, `${key} is no object.`, `Write "${key}": { … }.`);
  }
  const { length, permeability } = readUnits(config.units ?? {});
  return {
    name: config.name ?? "calibrated",
    network: completeNetwork(config, length),
    controls: config.controls.map((control) => convertControl(control, length)),
    targets: config.targets.map((target) => convertTarget(target, permeability)),
    clouds: requireInteger("clouds", config.clouds ?? 1, 1, 4096),
    seed: requireInteger("seed", config.seed ?? DEFAULT_SEED, 0, 2 ** 31 - 1),
    search: completeSearch(config.search ?? {}),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readUnits(units: CalibrationUnits): { length: number; permeability: number } {
  rejectUnknownKeys("units", units, ["length", "permeability"]);
  const { length = "m", permeability = "m2" } = units;
  requireChoice("units.length", length, Object.keys(LENGTH_UNITS) as (typeof length)[]);
  requireChoice(
    "units.permeability",
    permeability,
    Object.keys(PERMEABILITY_UNITS) as (typeof permeability)[],
  );
  return { length: LENGTH_UNITS[length], permeability: PERMEABILITY_UNITS[permeability] };
}

function completeSearch(search: SearchOptions): Required<SearchOptions> {
  rejectUnknownKeys("search", search, SEARCH_KEYS);
  const { method = "kasa-variance", maxEvaluations = 300, tolerance = 0.01, batchSize = 1 } = search;
  requireChoice("search.method", method, MINIMIZE_METHODS);
  requireInteger("search.maxEvaluations", maxEvaluations, 1);
  requirePositive("search.tolerance", tolerance);
  requireInteger("search.batchSize", batchSize, 1, 4096);
  return { method, maxEvaluations, tolerance, batchSize };
}

/** The preset, what the soil says, what the caller says, each over the one before; what a control moves is left to it. */
function completeNetwork(
  { network = {}, soil, controls, name }: CalibrationConfig,
  unit: number,
): NetworkBase {
  const { preset, ...own } = network;
  if (preset !== undefined) requireChoice("network.preset", preset, ["sand"]);
  const stated = convertNetwork(own, unit);
  const base: Record<string, unknown> = {
    ...(preset && SAND_CASE.network),
    ...(soil && readSoil(soil, unit)),
    ...stated,
  };
  const isGiven = (key: string) =>
    key in stated ||
    controls.some((control) => control.name === key) ||
    (soil !== undefined && key === "poreRadius");
  for (const [one, other] of EXCLUSIVE) {
    if (isGiven(one) && !isGiven(other)) delete base[other];
    if (isGiven(other) && !isGiven(one)) delete base[one];
  }
  for (const control of controls) if (!(control.name in stated)) delete base[control.name];
  if (name !== undefined && base.name === undefined) base.name = name;
  return base as unknown as NetworkBase;
}

function readSoil(soil: SoilTest, unit: number): Pick<SoilRadii, "poreRadius" | "throatRadius"> {
  requireChoice("soil.kind", soil.kind, ["retention", "grain-sizes"]);
  if (soil.kind === "retention") {
    const { kind: _, thetaR, thetaS, alpha, n, ...options } = soil;
    const { poreRadius, throatRadius } = radiiFromRetention({ thetaR, thetaS, alpha, n }, options);
    return { poreRadius, throatRadius };
  }
  const { kind: _, diameters, finer, ...options } = soil;
  const inMetres = { diameters: diameters?.map((d) => d * unit), finer };
  const { poreRadius, throatRadius } = radiiFromGrainSizes(inMetres, options);
  return { poreRadius, throatRadius };
}

function convertNetwork(network: Partial<NetworkBase>, unit: number): Record<string, unknown> {
  const { size, totalVolume, poreVolume, poreRadius, throatRadius, distance, slabThickness } = network;
  const scale = (value: number) => value * unit;
  return {
    ...network,
    ...(size !== undefined && { size: typeof size === "number" ? scale(size) : size.map(scale) }),
    ...(totalVolume !== undefined && { totalVolume: totalVolume * unit ** 3 }),
    ...(poreVolume !== undefined && { poreVolume: convertDistribution(poreVolume, unit ** 3) }),
    ...(poreRadius !== undefined && { poreRadius: convertDistribution(poreRadius, unit) }),
    ...(throatRadius !== undefined && { throatRadius: convertDistribution(throatRadius, unit) }),
    ...(distance !== undefined && { distance: scale(distance) }),
    ...(slabThickness !== undefined && { slabThickness: scale(slabThickness) }),
  };
}

/** What carries the unit of the quantity; shapes, sigmas and shares do not. */
const DIMENSIONAL = ["value", "min", "max", "median", "scale", "values"];

function convertDistribution(distribution: Distribution, unit: number): Distribution {
  if (typeof distribution === "number") return distribution * unit;
  const entries = Object.entries(distribution).map(([key, value]) => {
    if (!DIMENSIONAL.includes(key)) return [key, value];
    return [key, Array.isArray(value) ? value.map((each: number) => each * unit) : (value as number) * unit];
  });
  return Object.fromEntries(entries) as Distribution;
}

function convertControl(control: Control, unit: number): Control {
  const factor =
    control.name === "totalVolume" ? unit ** 3 : LENGTH_CONTROLS.includes(control.name) ? unit : 1;
  return { ...control, low: control.low * factor, high: control.high * factor };
}

function convertTarget(target: Target, unit: number): Target {
  return target.kind === "permeability" ? { ...target, value: target.value * unit } : target;
}
