/**
 * Units for people: SI inside, millidarcy and micrometres where results are read.
 * 1 darcy = 9.869233e-13 m² (the flow of 1 cm³/s of a fluid of 1 cP through 1 cm² under 1 atm/cm).
 */

/** One darcy [m²]. */
export const DARCY = 9.869233e-13;
/** One millidarcy [m²]. */
export const MILLIDARCY = DARCY * 1e-3;

/** Permeability [m²] in millidarcy. */
export function toMillidarcy(squareMetres: number): number {
  return squareMetres / MILLIDARCY;
}

/** Permeability [mD] in m². */
export function fromMillidarcy(millidarcy: number): number {
  return millidarcy * MILLIDARCY;
}

/**
 * A number with so many significant digits, without an exponent where that is readable.
 * @example formatSignificant(1491.9401, 4) // "1492"
 */
export function formatSignificant(value: number, digits = 4): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e7) return value.toExponential(digits - 1);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
  return value.toFixed(Math.min(decimals, 100));
}

/**
 * A permeability [m²] as people of the field read it.
 * @example formatPermeability(1.472430492099183e-12) // "1492 mD"
 */
export function formatPermeability(squareMetres: number, digits = 4): string {
  const millidarcy = toMillidarcy(squareMetres);
  return Math.abs(millidarcy) >= 1e5
    ? `${formatSignificant(millidarcy * 1e-3, digits)} D`
    : `${formatSignificant(millidarcy, digits)} mD`;
}

const LENGTHS: readonly (readonly [number, string])[] = [
  [1, "m"],
  [1e-3, "mm"],
  [1e-6, "µm"],
  [1e-9, "nm"],
];

/**
 * A length [m] in m, mm, µm or nm.
 * @example formatLength(5.345e-6) // "5.345 µm"
 */
export function formatLength(metres: number, digits = 4): string {
  const magnitude = Math.abs(metres);
  const [size, unit] = LENGTHS.find(([each]) => magnitude >= each) ?? LENGTHS[magnitude === 0 ? 0 : 3]!;
  return `${formatSignificant(metres / size, digits)} ${unit}`;
}

/** A length [m] in micrometres, always. */
export function formatMicrometres(metres: number, digits = 4): string {
  return `${formatSignificant(metres * 1e6, digits)} µm`;
}
