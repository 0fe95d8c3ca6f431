/**
 * The tetrahedra of a triangulation in flat arrays, and the two exact questions asked of them (Shewchuk 1997).
 *
 * Outside of the hull lie "ghost" tetrahedra: a face of the hull and one vertex at infinity. The sphere of a
 * ghost is the open half space beyond its face, and in the face's plane the face's circle.
 */
import { insphere, orient3d } from "robust-predicates";

/** The three other corners of a tetrahedron, ordered so that corner i sees them like the first one does. */
export const FACE = [1, 3, 2, 0, 2, 3, 0, 3, 1, 0, 1, 2] as const;

export class TetrahedronMesh {
  readonly coords: Float64Array;
  /** Index of the vertex at infinity. */
  readonly infinity: number;
  /** Four corners of every tetrahedron; the first is -1 where the slot is free. */
  corners: Int32Array<ArrayBuffer>;
  /** Tetrahedron across the face opposite of each corner. */
  across: Int32Array<ArrayBuffer>;
  /** Slots below this have been used. */
  used = 0;
  readonly #free: number[] = [];

  constructor(coords: Float64Array) {
    this.coords = coords;
    this.infinity = coords.length / 3;
    const capacity = 8 * this.infinity + 64;
    this.corners = new Int32Array(4 * capacity);
    this.across = new Int32Array(4 * capacity);
  }

  /** One tetrahedron and the four ghosts around it. */
  startWith(first: Int32Array): void {
    const solid = this.allocate();
    this.corners.set(first, 0);
    const ghosts = [0, 1, 2, 3].map((i) => {
      const ghost = this.allocate();
      this.corners.set(first, 4 * ghost);
      // Infinity takes corner i's place on the other side: swapping two corners keeps the orientation.
      const [a, b] = [FACE[3 * i]!, FACE[3 * i + 1]!];
      this.corners[4 * ghost + i] = this.infinity;
      this.corners[4 * ghost + a] = first[b]!;
      this.corners[4 * ghost + b] = first[a]!;
      this.across[4 * solid + i] = ghost;
      this.across[4 * ghost + i] = solid;
      return ghost;
    });
    for (const [i, ghost] of ghosts.entries()) {
      for (let j = 0; j < 4; j++) {
        if (j === i) continue;
        const other = ghosts[j]!;
        // The face of ghost i without the solid's corner j is shared with ghost j.
        this.across[4 * ghost + this.cornerOf(ghost, first[j]!)] = other;
      }
    }
  }

  /** A slot for a new tetrahedron. */
  allocate(): number {
    const reused = this.#free.pop();
    if (reused !== undefined) return reused;
    if (4 * this.used === this.corners.length) {
      this.corners = grow(this.corners);
      this.across = grow(this.across);
    }
    return this.used++;
  }

  release(tetrahedron: number): void {
    this.corners[4 * tetrahedron] = -1;
    this.#free.push(tetrahedron);
  }

  cornerOf(tetrahedron: number, vertex: number): number {
    for (let i = 0; i < 3; i++) if (this.corners[4 * tetrahedron + i] === vertex) return i;
    return 3;
  }

  /** The corner at infinity, -1 when there is none. */
  infiniteCorner(tetrahedron: number): number {
    for (let i = 0; i < 4; i++) if (this.corners[4 * tetrahedron + i] === this.infinity) return i;
    return -1;
  }

  /** Orientation of the tetrahedron with the point in place of corner i: above 0 on corner i's side. */
  orientReplacing(t: number, i: number, point: number): number {
    const c = this.coords;
    const a = 3 * this.corners[4 * t + FACE[3 * i]!]!;
    const b = 3 * this.corners[4 * t + FACE[3 * i + 1]!]!;
    const d = 3 * this.corners[4 * t + FACE[3 * i + 2]!]!;
    const p = 3 * point;
    return orient3d(
      c[a]!,
      c[a + 1]!,
      c[a + 2]!,
      c[b]!,
      c[b + 1]!,
      c[b + 2]!,
      c[d]!,
      c[d + 1]!,
      c[d + 2]!,
      c[p]!,
      c[p + 1]!,
      c[p + 2]!,
    );
  }

  /** Whether the sphere of a tetrahedron, or of a ghost, holds the point. */
  isInConflict(t: number, point: number): boolean {
    const infinite = this.infiniteCorner(t);
    if (infinite >= 0) {
      const side = this.orientReplacing(t, infinite, point);
      return side > 0 || (side === 0 && this.isInConflict(this.across[4 * t + infinite]!, point));
    }
    const c = this.coords;
    const a = 3 * this.corners[4 * t]!;
    const b = 3 * this.corners[4 * t + 1]!;
    const d = 3 * this.corners[4 * t + 2]!;
    const e = 3 * this.corners[4 * t + 3]!;
    const p = 3 * point;
    return (
      insphere(
        c[a]!,
        c[a + 1]!,
        c[a + 2]!,
        c[b]!,
        c[b + 1]!,
        c[b + 2]!,
        c[d]!,
        c[d + 1]!,
        c[d + 2]!,
        c[e]!,
        c[e + 1]!,
        c[e + 2]!,
        c[p]!,
        c[p + 1]!,
        c[p + 2]!,
      ) < 0
    );
  }
}

function grow(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
