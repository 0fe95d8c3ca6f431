/**
 * Lines of one level through a field on a rectangular grid, by marching squares: each cell between four nodes is
 * crossed where linear interpolation along its sides meets the level (Maple, "Geometric design and space planning
 * using the marching squares and marching cube algorithms", 2003).
 */
import type { PixelGrid } from "./field-cells.ts";
import { px } from "./svg.ts";

type Point = readonly [number, number];

/**
 * The contour as an SVG path, empty where the field does not reach the level. Cells with a corner that is not
 * finite are not crossed.
 *
 * @param values row by row, that at (x[i], y[j]) is `values[j * x.length + i]`
 */
export function traceContour({ x, y }: PixelGrid, values: ArrayLike<number>, level: number): string {
  let path = "";
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i + 1 < x.length; i++) {
      const first = j * x.length + i;
      // Counter-clockwise from the first node.
      const heights = [first, first + 1, first + 1 + x.length, first + x.length].map(
        (k) => values[k]! - level,
      );
      if (!heights.every(Number.isFinite)) continue;
      const corners: Point[] = [
        [x[i]!, y[j]!],
        [x[i + 1]!, y[j]!],
        [x[i + 1]!, y[j + 1]!],
        [x[i]!, y[j + 1]!],
      ];
      for (const [from, to] of crossCell(corners, heights)) path += `M${writePoint(from)}L${writePoint(to)}`;
    }
  }
  return path;
}

/** None, one or two segments across a cell. */
function crossCell(corners: readonly Point[], heights: readonly number[]): [Point, Point][] {
  const crossings: Point[] = [];
  for (let side = 0; side < 4; side++) {
    const [a, b] = [heights[side]!, heights[(side + 1) % 4]!];
    if (a >= 0 === b >= 0) continue;
    const [from, to] = [corners[side]!, corners[(side + 1) % 4]!];
    const share = a / (a - b);
    crossings.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
  }
  if (crossings.length === 2) return [[crossings[0]!, crossings[1]!]];
  if (crossings.length < 4) return [];
  // A saddle: the middle tells which pair of opposite corners is joined.
  const mean = heights.reduce((sum, height) => sum + height, 0);
  const [s0, s1, s2, s3] = crossings as [Point, Point, Point, Point];
  return mean >= 0 === heights[0]! >= 0
    ? [
        [s0, s1],
        [s2, s3],
      ]
    : [
        [s0, s3],
        [s1, s2],
      ];
}

function writePoint([x, y]: Point): string {
  return `${px(x)} ${px(y)}`;
}
