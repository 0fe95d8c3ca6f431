/** Numbers as people read them in figures: 4 659, 0.0123, 1.47 × 10^{-12} (`svg.ts` sets the superscript). */

const THIN_SPACE = "\u2009";
const MINUS = "\u2212";

/** Digits in groups of three from five digits on, with a real minus sign. */
export function groupDigits(text: string): string {
  const [whole = "", fraction] = text.replace("-", MINUS).split(".");
  const digits = whole.replace(MINUS, "");
  const grouped = digits.length < 5 ? whole : whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function formatCount(count: number): string {
  return groupDigits(String(count));
}

/** "1 pore", "4659 pores". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A power of ten, `10^{-3}`. */
export function formatPowerOfTen(exponent: number): string {
  return `10^{${String(exponent).replace("-", MINUS)}}`;
}

/** `value` to `digits` significant digits, as a decimal where that is short, else times a power of ten. */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const [mantissa, exponentText] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -3 && exponent < 7) return groupDigits(value.toFixed(Math.max(0, digits - 1 - exponent)));
  return `${mantissa!.replace("-", MINUS)}${THIN_SPACE}×${THIN_SPACE}${formatPowerOfTen(exponent)}`;
}

/** The same for places that know no superscripts (`<title>`, `<desc>`): 1.47e-12. */
export function formatPlain(value: number, digits = 3): string {
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)
    ? value.toExponential(digits - 1)
    : String(Number(value.toPrecision(digits)));
}
