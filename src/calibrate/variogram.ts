/**
 * Variograms of a second-order stationary field and their correlations:
 *
 *   γ(0) = 0,   γ(h) = nugget + sill (1 − ρ(h)) for h > 0,   h² = Σ_a ((x_a − y_a) / range_a)²
 *
 *   exponential  ρ = e^(−3h)              spherical   ρ = 1 − 3h/2 + h³/2 for h < 1, else 0
 *   gaussian     ρ = e^(−3h²)             matern32    ρ = (1 + s) e^(−s)
 *                                         matern52    ρ = (1 + s + s²/3) e^(−s),   s = c h
 *
 * Ranges are practical ones: at h = 1 what is left of the correlation is e⁻³ (5 %), or 0 for the spherical model, and
 * c is chosen so for Matérn's. That is GSLIB's convention (C. V. Deutsch and A. G. Journel, GSLIB, 2nd ed., 1998, II.3).
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice } from "../network/options.ts";

export const VARIOGRAM_MODELS = ["exponential", "spherical", "gaussian", "matern32", "matern52"] as const;
export type VariogramModel = (typeof VARIOGRAM_MODELS)[number];

export interface Variogram {
  readonly model: VariogramModel;
  /** Partial sill, the nugget not included [value²]. */
  readonly sill: number;
  /** [value²] */
  readonly nugget: number;
  /** Practical range along each axis, in the axis's unit. */
  readonly ranges: readonly number[];
}

/** A model's correlation and its slope, as functions of q = h². */
export interface Correlation {
  readonly value: (squaredLag: number) => number;
  /** dρ/dq; 0 at q = 0, where exponential and spherical correlations have no derivative. */
  readonly slope: (squaredLag: number) => number;
}

const MATERN_32 = 4.749031386012701;
const MATERN_52 = 5.924462618951796;

/**
 * Practical range over the length ℓ of the formula that textbooks write: e^(−h/ℓ), the spherical range itself,
 * e^(−h²/ℓ²), and Matérn's with s = √3 h/ℓ and √5 h/ℓ.
 */
export const RANGE_OVER_LENGTH: Readonly<Record<VariogramModel, number>> = {
  exponential: 3,
  spherical: 1,
  gaussian: Math.sqrt(3),
  matern32: MATERN_32 / Math.sqrt(3),
  matern52: MATERN_52 / Math.sqrt(5),
};

/** The factor of h, or of h² for the gaussian model, in a model's exponent. */
export const EXPONENT_SCALE: Readonly<Record<VariogramModel, number>> = {
  exponential: 3,
  spherical: 0,
  gaussian: 3,
  matern32: MATERN_32,
  matern52: MATERN_52,
};

export const CORRELATIONS: Readonly<Record<VariogramModel, Correlation>> = {
  exponential: {
    value: (q) => Math.exp(-3 * Math.sqrt(q)),
    slope: (q) => (q > 0 ? (-1.5 * Math.exp(-3 * Math.sqrt(q))) / Math.sqrt(q) : 0),
  },
  spherical: {
    value: (q) => (q < 1 ? 1 - Math.sqrt(q) * (1.5 - 0.5 * q) : 0),
    slope: (q) => (q > 0 && q < 1 ? (-0.75 * (1 - q)) / Math.sqrt(q) : 0),
  },
  gaussian: {
    value: (q) => Math.exp(-3 * q),
    slope: (q) => -3 * Math.exp(-3 * q),
  },
  matern32: {
    value: (q) => {
      const s = MATERN_32 * Math.sqrt(q);
      return (1 + s) * Math.exp(-s);
    },
    slope: (q) => -0.5 * MATERN_32 ** 2 * Math.exp(-MATERN_32 * Math.sqrt(q)),
  },
  matern52: {
    value: (q) => {
      const s = MATERN_52 * Math.sqrt(q);
      return (1 + s + (s * s) / 3) * Math.exp(-s);
    },
    slope: (q) => {
      const s = MATERN_52 * Math.sqrt(q);
      return -(MATERN_52 ** 2 / 6) * (1 + s) * Math.exp(-s);
    },
  },
};

/**
 * γ at a lag vector, in the axes' units.
 *
 * @example
 * evaluateVariogram({ model: "spherical", sill: 2, nugget: 0.5, ranges: [10, 20] }, [0, 20]); // 2.5
 */
export function evaluateVariogram(variogram: Variogram, lag: ArrayLike<number>): number {
  let squaredLag = 0;
  variogram.ranges.forEach((range, axis) => {
    squaredLag += (lag[axis]! / range) ** 2;
  });
  if (squaredLag === 0) return 0;
  return variogram.nugget + variogram.sill * (1 - CORRELATIONS[variogram.model].value(squaredLag));
}

/**
 * @throws {OptionError} when the model is not known, the sill or a range is not above 0, the nugget is below 0, or there
 *   is not one range for each axis
 */
export function checkVariogram(variogram: Variogram, dimension: number): Variogram {
  rejectUnknownKeys("A variogram", variogram, ["model", "sill", "nugget", "ranges"]);
  const { model, sill, nugget, ranges } = variogram;
  requireChoice("model", model, VARIOGRAM_MODELS);
  if (!(sill > 0 && Number.isFinite(sill))) {
    throw new OptionError("sill", `The variogram's sill is ${sill}.`, "Give a finite number above 0.");
  }
  if (!(nugget >= 0 && Number.isFinite(nugget))) {
    throw new OptionError(
      "nugget",
      `The variogram's nugget is ${nugget}.`,
      "Give 0 or a finite number above.",
    );
  }
  const wrong = Array.from(ranges).findIndex((range) => !(range > 0 && Number.isFinite(range)));
  if (ranges.length !== dimension || wrong >= 0) {
    throw new OptionError(
      "ranges",
      wrong >= 0
        ? `The variogram's range along axis ${wrong} is ${ranges[wrong]}.`
        : `The variogram has ${ranges.length} ranges for ${dimension} axes.`,
      "Give one finite range above 0 for each axis.",
    );
  }
  return { model, sill, nugget, ranges: Array.from(ranges) };
}
