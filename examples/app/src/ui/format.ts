/** Numbers for people: so many digits, a unit, a power of ten that is raised and not spelt with an e. */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** Narrow, and no break: between a number and its unit, and between thousands. */
export const THIN = "\u202f";
const NO_BREAK = "\u00a0";

/**
 * @example formatNumber(1491.94014, 6) // "1491.94"
 * @example formatNumber(1.4724e-12, 3) // "1.47 × 10⁻¹²"
 */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) return formatPlain(value, digits);
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const raised = String(Number(exponent)).replaceAll(/[-\d]/g, (each) => RAISED[Number(each)] ?? "⁻");
  return `${sign(trimZeros(mantissa!))}${NO_BREAK}×${NO_BREAK}10${raised}`;
}

/** A whole number with its thousands apart. */
export function formatCount(value: number): string {
  return groupThousands(String(Math.round(value)));
}

/** [m] in m, mm, µm or nm. */
export function formatLength(metres: number | undefined, digits = 4): string {
  if (metres === undefined || Number.isNaN(metres)) return "–";
  const magnitude = Math.abs(metres);
  const [size, unit] = LENGTHS.find(([each]) => magnitude >= each * 0.9995) ?? LENGTHS.at(-1)!;
  return `${formatNumber(metres / size, digits)}${THIN}${unit}`;
}

/** Of one [-]. */
export function formatPercent(fraction: number | undefined, digits = 3): string {
  return fraction === undefined ? "–" : `${formatNumber(100 * fraction, digits)}${THIN}%`;
}

/** [s] */
export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${formatNumber(seconds * 1000, 3)}${THIN}ms` : `${formatNumber(seconds, 3)}${THIN}s`;
}

/** [mD], in darcy where there are many. */
export function formatMillidarcy(mD: number, digits = 6): { readonly value: string; readonly unit: string } {
  return Math.abs(mD) >= 1e6
    ? { value: formatNumber(mD / 1000, digits), unit: "D" }
    : { value: formatNumber(mD, digits), unit: "mD" };
}

const LENGTHS: readonly (readonly [number, string])[] = [
  [1, "m"],
  [1e-3, "mm"],
  [1e-6, "µm"],
  [1e-9, "nm"],
];

function formatPlain(value: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  const fixed = value.toFixed(Math.min(decimals, 20));
  return groupThousands(sign(trimZeros(fixed)));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** From five digits on: four read well without. */
function groupThousands(text: string): string {
  const [whole = "", rest] = text.split(".");
  const grouped = whole.length > 4 ? whole.replaceAll(/\B(?=(\d{3})+$)/g, THIN) : whole;
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

function sign(text: string): string {
  return text.replace("-", "−");
}
