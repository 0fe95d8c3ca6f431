/**
 * Cross-sections by their shape factor G = A/P² (Mason and Morrow 1991; Valvatne and Blunt 2004): a triangle,
 * a square or a circle with the inscribed radius r.
 *
 *   A = r²/(4 G),   conductance per length g = k G A²/μ,   k = 3/5, 0.5623, 1/2
 *
 * The limits between the classes are those of pnflow, whose published permeabilities this reproduces.
 */

/** G of an equilateral triangle, the largest that a triangle can have. */
const LARGEST_TRIANGLE = Math.sqrt(3) / 36;
/** Up to this a section counts as a triangle. */
const TRIANGLE_LIMIT = LARGEST_TRIANGLE + 1e-5;
/** A triangle's G is kept below that of the equilateral one. */
const TRIANGLE_CAP = LARGEST_TRIANGLE - 5e-5;
/** Up to this (not included) a section counts as a square. */
const SQUARE_LIMIT = 0.07;
const SQUARE = 1 / 16;
/** G of a circle: what has it follows Hagen and Poiseuille. */
export const CIRCLE = 1 / (4 * Math.PI);

/** The shape factor that is reckoned with: of the class that `shapeFactor` falls in. */
export function effectiveShapeFactor(shapeFactor: number): number {
  if (shapeFactor <= TRIANGLE_LIMIT) return Math.min(shapeFactor, TRIANGLE_CAP);
  return shapeFactor < SQUARE_LIMIT ? SQUARE : CIRCLE;
}

/**
 * The power of G with which what a section conducts goes, k G A² = k r⁴/(16 G): -1 inside the class of triangles, 0
 * where the class has one G for all.
 */
export function shapeFactorExponent(shapeFactor: number): -1 | 0 {
  return shapeFactor < TRIANGLE_CAP ? -1 : 0;
}

/** Area of the section [m²]. */
export function sectionArea(radius: number, shapeFactor: number): number {
  return (radius * radius) / (4 * effectiveShapeFactor(shapeFactor));
}

/**
 * Hydraulic conductance times length, k G A²/μ [m⁴/(Pa·s)].
 * @example sectionConductance(1e-5, CIRCLE, 1e-3) // π r⁴/(8 μ)
 */
export function sectionConductance(radius: number, shapeFactor: number, viscosity: number): number {
  const area = sectionArea(radius, shapeFactor);
  const factor = shapeFactor <= TRIANGLE_LIMIT ? 0.6 : shapeFactor < SQUARE_LIMIT ? 0.5623 : 0.5;
  return (factor * effectiveShapeFactor(shapeFactor) * area * area) / viscosity;
}
