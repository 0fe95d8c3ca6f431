/**
 * Delaunay triangulation in three dimensions by Bowyer and Watson: a new point removes the tetrahedra whose
 * circumscribed sphere holds it and is joined to the hollow's faces. Predicates are exact (Shewchuk 1997), so
 * that neither rounding nor cospherical points break it.
 */
import { NetworkError } from "../errors.ts";
import { JointTable } from "./delaunay-joints.ts";
import { FACE, TetrahedronMesh } from "./delaunay-mesh.ts";
import { insertionOrder } from "./delaunay-order.ts";
import { findFirstTetrahedron } from "./delaunay-start.ts";
import { sortUniqueEdges } from "./edge-list.ts";

export interface Triangulation {
  /** t x 4 indices of points, positively oriented for `orient3d`. */
  readonly tetrahedra: Int32Array;
  /** m x 2, lower index first, sorted. */
  readonly edges: Int32Array;
  /** Faces of the convex hull. */
  readonly hullFaceCount: number;
}

/**
 * The Delaunay tetrahedra and edges of n x 3 points. Cospherical points get one of their triangulations.
 * @throws {NetworkError} when fewer than four points are given, all lie in one plane, or two are the same.
 * @example triangulate(Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1)).edges.length // 12
 */
export function triangulate(coords: Float64Array): Triangulation {
  const triangulator = new Triangulator(coords);
  for (const point of insertionOrder(coords)) triangulator.insert(point);
  return triangulator.result();
}

class Triangulator {
  readonly #mesh: TetrahedronMesh;
  readonly #first: Int32Array;
  /** The insertion in which a tetrahedron was last found to be in conflict (+) or not (−). */
  #verdict: Int32Array;
  #last = 0;
  #insertion = 0;
  readonly #hollow: number[] = [];
  readonly #rim: number[] = [];
  readonly #joints = new JointTable();

  constructor(coords: Float64Array) {
    this.#mesh = new TetrahedronMesh(coords);
    this.#first = findFirstTetrahedron(coords);
    this.#mesh.startWith(this.#first);
    this.#verdict = new Int32Array(this.#mesh.corners.length / 4);
  }

  insert(point: number): void {
    if (this.#first.includes(point)) return;
    this.#insertion++;
    const start = this.#locate(point);
    if (!this.#mesh.isInConflict(start, point)) {
      const twin = this.#mesh.corners.subarray(4 * start, 4 * start + 4).find((c) => this.#isSame(c, point))!;
      throw new NetworkError(
        `Points ${twin} and ${point} lie at the same place.`,
        "Remove one of them, or move it.",
        [twin, point],
      );
    }
    this.#hollowOut(start, point);
    this.#fill(point);
  }

  result(): Triangulation {
    let solid = 0;
    let ghosts = 0;
    for (let t = 0; t < this.#mesh.used; t++) {
      if (this.#mesh.corners[4 * t]! < 0) continue;
      if (this.#mesh.infiniteCorner(t) >= 0) ghosts++;
      else solid++;
    }
    const tetrahedra = new Int32Array(4 * solid);
    const from = new Int32Array(6 * solid);
    const to = new Int32Array(6 * solid);
    for (let t = 0, k = 0; t < this.#mesh.used; t++) {
      if (this.#mesh.corners[4 * t]! < 0 || this.#mesh.infiniteCorner(t) >= 0) continue;
      tetrahedra.set(this.#mesh.corners.subarray(4 * t, 4 * t + 4), 4 * k);
      let pair = 6 * k++;
      for (let i = 0; i < 4; i++) {
        for (let j = i + 1; j < 4; j++) {
          from[pair] = this.#mesh.corners[4 * t + i]!;
          to[pair++] = this.#mesh.corners[4 * t + j]!;
        }
      }
    }
    return { tetrahedra, edges: sortUniqueEdges(from, to, this.#mesh.infinity), hullFaceCount: ghosts };
  }

  #isSame(a: number, b: number): boolean {
    const c = this.#mesh.coords;
    return c[3 * a] === c[3 * b] && c[3 * a + 1] === c[3 * b + 1] && c[3 * a + 2] === c[3 * b + 2];
  }

  /** Walks from the last tetrahedron towards the point; ends in one that holds it, or in a ghost it lies beyond. */
  #locate(point: number): number {
    let t = this.#last;
    const infinite = this.#mesh.infiniteCorner(t);
    if (infinite >= 0) t = this.#mesh.across[4 * t + infinite]!;
    let from = -1;
    for (;;) {
      let next = -1;
      for (let i = 0; i < 4 && next < 0; i++) {
        const neighbour = this.#mesh.across[4 * t + i]!;
        if (neighbour !== from && this.#mesh.orientReplacing(t, i, point) < 0) next = neighbour;
      }
      if (next < 0 || this.#mesh.infiniteCorner(next) >= 0) return next < 0 ? t : next;
      from = t;
      t = next;
    }
  }

  /** Finds all tetrahedra in conflict, and the rim: faces (tetrahedron, corner) towards those that are not. */
  #hollowOut(start: number, point: number): void {
    const hollow = this.#hollow;
    const rim = this.#rim;
    hollow.length = 0;
    rim.length = 0;
    hollow.push(start);
    this.#verdict[start] = this.#insertion;
    for (let k = 0; k < hollow.length; k++) {
      const t = hollow[k]!;
      for (let i = 0; i < 4; i++) {
        const neighbour = this.#mesh.across[4 * t + i]!;
        const known = this.#verdict[neighbour]!;
        if (known === this.#insertion) continue;
        if (known !== -this.#insertion && this.#mesh.isInConflict(neighbour, point)) {
          this.#verdict[neighbour] = this.#insertion;
          hollow.push(neighbour);
        } else {
          this.#verdict[neighbour] = -this.#insertion;
          rim.push(4 * t + i);
        }
      }
    }
  }

  /** Joins the point to every face of the rim, and the new tetrahedra with each other over the rim's edges. */
  #fill(point: number): void {
    this.#joints.begin(this.#insertion);
    for (const face of this.#rim) {
      const old = face >> 2;
      const i = face & 3;
      const outer = this.#mesh.across[face]!;
      const made = this.#mesh.allocate();
      if (made >= this.#verdict.length) this.#enlargeVerdict();
      this.#verdict[made] = 0;
      for (let j = 0; j < 4; j++) this.#mesh.corners[4 * made + j] = this.#mesh.corners[4 * old + j]!;
      this.#mesh.corners[4 * made + i] = point;
      this.#mesh.across[4 * made + i] = outer;
      for (let j = 0; j < 4; j++) {
        if (this.#mesh.across[4 * outer + j] === old) {
          this.#mesh.across[4 * outer + j] = made;
          break;
        }
      }
      for (let j = 0; j < 4; j++) {
        if (j === i) continue;
        // The face opposite of j holds the point and the two corners that are neither i nor j.
        const u = this.#mesh.corners[4 * made + FACE[3 * j]!]!;
        const v = this.#mesh.corners[4 * made + FACE[3 * j + 1]!]!;
        const w = this.#mesh.corners[4 * made + FACE[3 * j + 2]!]!;
        const [k, l] = u === point ? [v, w] : v === point ? [u, w] : [u, v];
        const partner = this.#joints.match(Math.min(k, l), Math.max(k, l), 4 * made + j);
        if (partner >= 0) {
          this.#mesh.across[partner] = made;
          this.#mesh.across[4 * made + j] = partner >> 2;
        }
      }
      this.#last = made;
    }
    for (const t of this.#hollow) {
      this.#mesh.release(t);
    }
  }

  #enlargeVerdict(): void {
    const larger = new Int32Array(this.#mesh.corners.length / 4);
    larger.set(this.#verdict);
    this.#verdict = larger;
  }
}
