/** Capillary pressure of a circular throat, p = 2 γ cos θ / r (T. Young 1805, P. S. Laplace 1806). */
import { OptionError } from "../errors.ts";

/** Water against air at 20 °C [N/m]. */
export const WATER_SURFACE_TENSION = 0.0728;

/**
 * @param contactAngle of the wetting fluid [degrees]
 * @throws {OptionError} unless it is from 0 to below 90
 */
export function checkContactAngle(contactAngle: number): number {
  if (contactAngle >= 0 && contactAngle < 90) return contactAngle;
  throw new OptionError(
    "contactAngle",
    `contactAngle is ${contactAngle}.`,
    "Give that of the wetting fluid, from 0 to below 90 degrees.",
  );
}

/** Pressure at which the non-wetting fluid enters a circle of this radius [Pa]; infinite for a radius of 0. */
export function entryPressure(radius: number, surfaceTension: number, contactAngle: number): number {
  return (2 * surfaceTension * Math.cos((contactAngle * Math.PI) / 180)) / radius;
}
