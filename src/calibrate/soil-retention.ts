/**
 * Pore and throat radii from a retention curve. Water held at a suction head h fills the pores that air cannot enter,
 * and air enters a throat of radius r at (T. Young, P. S. Laplace)
 *   h = 2 γ cos θ / (ρ g r),
 * so that the effective saturation of van Genuchten (Soil Sci. Soc. Am. J. 44 (1980) 892),
 *   Se(h) = (1 + (α h)ⁿ)^−m,   m = 1 − 1/n,
 * read at that h is the share of the pore volume behind throats up to r, pores being drained one by one through throats
 * of their own (a bundle of tubes, no shielding). A pore's radius is a fixed multiple of its throat's: that of the
 * sphere between four touching grains to the circle between three, 1.45, unless the caller states another.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireInteger, requirePositive } from "../network/options.ts";
import {
  type SoilRadii,
  scaleTable,
  TETRAHEDRON_TO_GRAIN,
  THROAT_TO_GRAIN,
  weightByNumber,
} from "./soil-radii.ts";
import { checkContactAngle, WATER_SURFACE_TENSION } from "./young-laplace.ts";

export interface VanGenuchten {
  /** Residual and saturated volumetric water content [-]. */
  readonly thetaR: number;
  readonly thetaS: number;
  /** [1/m] */
  readonly alpha: number;
  /** Above 1. */
  readonly n: number;
}

export interface RetentionOptions {
  /** [N/m]; default that of water, 0.0728. */
  readonly surfaceTension?: number;
  /** [degrees]; default 0. */
  readonly contactAngle?: number;
  /** [kg/m³]; default 998. */
  readonly density?: number;
  /** Radius of a pore over its throat's. Default 1.45. */
  readonly poreToThroat?: number;
  /** The part of the curve to take, two effective saturations. Default 0.05 to 0.995. */
  readonly saturations?: readonly [number, number];
  /** Classes of the table. Default 64. */
  readonly classes?: number;
}

const GRAVITY = 9.80665;
const WATER_DENSITY = 998;

/**
 * Radii by number for `generateNetPfs`. The curve has no smallest and no largest radius: `saturations` cut it, and
 * `share` is what is left. The water that it can give up, as a part of the soil's volume, is `thetaS - thetaR`.
 *
 * @throws {OptionError} for parameters or options out of range
 * @example
 * const sand = { thetaR: 0.045, thetaS: 0.43, alpha: 14.5, n: 2.68 };
 * const { poreRadius, throatRadius } = radiiFromRetention(sand);
 */
export function radiiFromRetention(soil: VanGenuchten, options: RetentionOptions = {}): SoilRadii {
  rejectUnknownKeys("radiiFromRetention", options, [
    "surfaceTension",
    "contactAngle",
    "density",
    "poreToThroat",
    "saturations",
    "classes",
  ]);
  checkVanGenuchten(soil);
  const { density = WATER_DENSITY, poreToThroat = TETRAHEDRON_TO_GRAIN / THROAT_TO_GRAIN } = options;
  const surfaceTension = requirePositive("surfaceTension", options.surfaceTension ?? WATER_SURFACE_TENSION);
  const cosine = Math.cos((checkContactAngle(options.contactAngle ?? 0) * Math.PI) / 180);
  const radiusAtUnitHead = (2 * surfaceTension * cosine) / (requirePositive("density", density) * GRAVITY);
  const classes = requireInteger("classes", options.classes ?? 64, 1, 100_000);
  const [low, high] = checkSaturations(options.saturations ?? [0.05, 0.995]);
  // Even steps of saturation, but with the ends of the curve, where radii run away, resolved by odds.
  const odds = (se: number) => Math.log(se / (1 - se));
  const saturation = Array.from({ length: classes + 1 }, (_, k) => {
    const t = odds(low) + (k / classes) * (odds(high) - odds(low));
    return 1 / (1 + Math.exp(-t));
  });
  const radii = saturation.map((se) => radiusAtUnitHead / suctionHead(soil, se));
  const throatRadius = weightByNumber(radii, saturation);
  requirePositive("poreToThroat", poreToThroat);
  return { poreRadius: scaleTable(throatRadius, poreToThroat), throatRadius, share: high - low };
}

/** h(Se) [m]. */
export function suctionHead({ alpha, n }: VanGenuchten, effectiveSaturation: number): number {
  const m = 1 - 1 / n;
  return (effectiveSaturation ** (-1 / m) - 1) ** (1 / n) / alpha;
}

function checkVanGenuchten(soil: VanGenuchten): void {
  rejectUnknownKeys("van Genuchten's curve", soil, ["thetaR", "thetaS", "alpha", "n"]);
  const { thetaR, thetaS, alpha, n } = soil;
  requirePositive("alpha", alpha);
  if (!(n > 1 && Number.isFinite(n))) throw new OptionError("n", `n is ${n}.`, "Give a number above 1.");
  if (thetaR >= 0 && thetaS > thetaR && thetaS <= 1) return;
  throw new OptionError(
    "thetaS",
    `thetaR is ${thetaR} and thetaS is ${thetaS}.`,
    "Give water contents from 0 to 1, thetaR below thetaS.",
  );
}

function checkSaturations([low, high]: readonly [number, number]): readonly [number, number] {
  if (low > 0 && high > low && high < 1) return [low, high];
  throw new OptionError(
    "saturations",
    `saturations are ${low} and ${high}.`,
    "Give two numbers between 0 and 1, the smaller one first.",
  );
}
