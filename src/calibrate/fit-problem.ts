/**
 * What a variogram's fit searches: logarithms of the ranges and of η, the nugget over the sill, inside bounds that follow
 * from the data's extent E: ranges in [E/50, 20 E] along each axis, η in [1e-8, 100].
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice, requireInteger } from "../network/options.ts";
import { createDriftBasis, type Drift, type DriftBasis, measureBox } from "./drift.ts";
import { collectObservations, type Observations } from "./observations.ts";
import { checkVariogram, VARIOGRAM_MODELS, type Variogram, type VariogramModel } from "./variogram.ts";

export interface FitOptions {
  readonly dimension: number;
  /** Default `"matern52"`. */
  readonly model?: VariogramModel;
  /** Default `"maximum-likelihood"`. */
  readonly method?: "maximum-likelihood" | "weighted-least-squares";
  /** Default `"constant"`. */
  readonly drift?: Drift;
  /** `"fit"`, or a fixed nugget over the sill. Default `"fit"`. */
  readonly nugget?: "fit" | number;
  /** `"isotropic"`: one range for all axes, in the caller's units. Default `"per-axis"`. */
  readonly ranges?: "per-axis" | "isotropic";
  /** A fit to start from: then it is the only start unless `starts` says otherwise. */
  readonly start?: Variogram;
  /** How many starts, of which the best end is taken. Default 3, and 1 where `start` is given. */
  readonly starts?: number;
  /** Evaluations of a start at most. Default 60. */
  readonly maxEvaluations?: number;
  /** Bins of the empirical variogram, for least squares. Default 15. */
  readonly bins?: number;
}

export interface FitProblem {
  readonly raw: Observations;
  /** With values over `unit`, and from their mean if the drift has it. */
  readonly data: Observations;
  /** The values' standard deviation, or 1. */
  readonly unit: number;
  /** Of values that are all equal. */
  readonly leastSill: number;
  readonly basis: DriftBasis;
  readonly drift: Drift;
  readonly model: VariogramModel;
  readonly method: "maximum-likelihood" | "weighted-least-squares";
  readonly maxEvaluations: number;
  readonly bins: number | undefined;
  readonly isotropic: boolean;
  readonly fitsNugget: boolean;
  /** Of the data along each axis, or their diagonal where one range is for all. */
  readonly extents: readonly number[];
  readonly bounds: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Variables are ln ranges, then ln η if it is fitted. */
  readonly unpack: (x: ArrayLike<number>) => { ranges: number[]; eta: number };
}

/** @throws {OptionError} as fitVariogram does */
export function prepareFit(points: Float64Array, values: ArrayLike<number>, options: FitOptions): FitProblem {
  rejectUnknownKeys("fitVariogram", options, OPTION_NAMES);
  const { dimension, model = "matern52", method = "maximum-likelihood", drift = "constant" } = options;
  const { nugget = "fit", ranges: layout = "per-axis", maxEvaluations = 60 } = options;
  requireChoice("model", model, VARIOGRAM_MODELS);
  requireChoice("method", method, ["maximum-likelihood", "weighted-least-squares"]);
  requireChoice("ranges", layout, ["per-axis", "isotropic"]);
  requireInteger("maxEvaluations", maxEvaluations, 1);
  if (nugget !== "fit" && !(nugget >= 0 && Number.isFinite(nugget))) {
    throw new OptionError("nugget", `nugget is ${nugget}.`, 'Give "fit", or what it is over the sill.');
  }
  const raw = collectObservations(points, values, dimension);
  const basis = createDriftBasis(drift, raw.points, dimension);
  if (raw.values.length <= basis.size) {
    throw new OptionError(
      "points",
      `There are ${raw.values.length} distinct points for a drift of ${basis.size} functions.`,
      "Give more points, or a simpler drift.",
    );
  }
  const isotropic = layout === "isotropic";
  const { scale } = measureBox(raw.points, dimension);
  const extents = isotropic ? [2 * Math.hypot(...scale)] : Array.from(scale, (half) => 2 * half);
  const fitsNugget = nugget === "fit";
  const low = extents.map((extent) => Math.log(extent / LEAST_RANGE));
  const high = extents.map((extent) => Math.log(extent * MOST_RANGE));
  if (fitsNugget) {
    low.push(Math.log(LEAST_ETA));
    high.push(Math.log(MOST_ETA));
  }
  const unpack = (x: ArrayLike<number>) => ({
    ranges: Array.from({ length: dimension }, (_, axis) => Math.exp(x[isotropic ? 0 : axis]!)),
    eta: fitsNugget ? Math.exp(x[extents.length]!) : nugget,
  });
  return {
    raw,
    ...standardize(raw, typeof drift !== "function"),
    basis,
    drift,
    model,
    method,
    maxEvaluations,
    bins: options.bins,
    isotropic,
    fitsNugget,
    extents,
    bounds: { low, high },
    unpack,
  };
}

/** Values of any size, as numbers near 1: squares of squares then stay finite. */
function standardize(raw: Observations, hasMean: boolean): Pick<FitProblem, "data" | "unit" | "leastSill"> {
  const { values } = raw;
  const largest = values.reduce((most, y) => Math.max(most, Math.abs(y)), 0) || 1;
  const mean = values.reduce((sum, y) => sum + y / values.length, 0);
  const spread = Math.sqrt(values.reduce((sum, y) => sum + ((y - mean) / largest) ** 2 / values.length, 0));
  const unit = spread > 1e-13 ? spread * largest : largest;
  const shifted = values.map((y) => (y - (hasMean ? mean : 0)) / unit);
  return { data: { ...raw, values: shifted }, unit, leastSill: (1e-10 * largest) ** 2 };
}

/** Ranges of the extent and of parts and multiples of it; with many axes points are far apart. */
export function chooseStarts(problem: FitProblem, { start, starts, dimension }: FitOptions): number[][] {
  const count = requireInteger("starts", starts ?? (start ? 1 : 3), 1, START_FACTORS.length + 1);
  const chosen: number[][] = [];
  if (start) {
    const { ranges, nugget, sill } = checkVariogram({ ...start, model: problem.model }, dimension);
    const from = ranges.slice(0, problem.extents.length).map(Math.log);
    chosen.push(problem.fitsNugget ? [...from, Math.log(Math.max(LEAST_ETA, nugget / sill))] : from);
  }
  const width = problem.isotropic ? 1 : Math.sqrt(dimension);
  for (let k = 0; chosen.length < count; k++) {
    const from = problem.extents.map((extent) => Math.log(START_FACTORS[k]! * width * extent));
    chosen.push(problem.fitsNugget ? [...from, Math.log(START_ETA)] : from);
  }
  return chosen;
}

const OPTION_NAMES = [
  "dimension",
  "model",
  "method",
  "drift",
  "nugget",
  "ranges",
  "start",
  "starts",
  "maxEvaluations",
  "bins",
];
const LEAST_RANGE = 50;
const MOST_RANGE = 20;
const LEAST_ETA = 1e-8;
const MOST_ETA = 100;
const START_FACTORS = [0.5, 2, 0.15, 6, 1];
const START_ETA = 1e-3;
