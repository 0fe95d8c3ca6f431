/** Where a hierarchy ends. */

/** Rows of the largest level that is solved by its inverse, which is then a product of 64 000 weights. */
export const BOTTOM_ROWS = 256;
export const MOST_LEVELS = 40;
/** A coarse level that keeps more of the rows than this is not worth its work. */
export const LARGEST_SHARE = 0.9;

/** Whether a level is worth having. */
export function isWorthwhile(coarseCount: number, rowCount: number): boolean {
  return coarseCount > 0 && coarseCount <= LARGEST_SHARE * rowCount;
}
