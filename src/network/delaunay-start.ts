/** The first tetrahedron of a triangulation: four points that do not lie in one plane. */
import { orient2d, orient3d } from "robust-predicates";
import { NetworkError } from "../errors.ts";

/**
 * Four indices, positively oriented for `orient3d`.
 * @throws {NetworkError} when there are none.
 */
export function findFirstTetrahedron(coords: Float64Array): Int32Array {
  const count = coords.length / 3;
  const at = (i: number) => [coords[3 * i]!, coords[3 * i + 1]!, coords[3 * i + 2]!] as const;
  const find = (isRight: (i: number) => boolean): number => {
    for (let i = 0; i < count; i++) if (isRight(i)) return i;
    throw new NetworkError(
      `The ${count} points lie in one plane.`,
      "A Delaunay network needs at least four points that do not.",
    );
  };
  const a = find(() => true);
  const b = find((i) => at(i).some((x, k) => x !== at(a)[k]));
  const c = find((i) => !isInLine(at(a), at(b), at(i)));
  const orientation = (i: number) => orient3d(...at(a), ...at(b), ...at(c), ...at(i));
  const d = find((i) => orientation(i) !== 0);
  return orientation(d) > 0 ? Int32Array.of(a, b, c, d) : Int32Array.of(b, a, c, d);
}

type Point = readonly [number, number, number];

/** Three points are in line when their shadows on all three coordinate planes are. */
function isInLine(a: Point, b: Point, c: Point): boolean {
  return [0, 1, 2].every((k) => {
    const l = (k + 1) % 3;
    return orient2d(a[k]!, a[l]!, b[k]!, b[l]!, c[k]!, c[l]!) === 0;
  });
}
