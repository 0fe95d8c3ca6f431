/** What has been evaluated, and which of it a kriging of the whole box is made from. */
import { distanceBetween } from "./search-random.ts";
import { INFEASIBLE } from "./search-warp.ts";

/** Nearer than this a point of a finished local search tells a surface of the whole box nothing. */
const THIN_DISTANCE = 0.01;
const MOST_OBSERVATIONS = 200;
const BEST_OBSERVATIONS = 120;

export class Ledger {
  readonly points: Float64Array[] = [];
  readonly values: number[] = [];
  /** Index of the least value. */
  best = -1;
  readonly #spare = new Set<number>();

  get count(): number {
    return this.values.length;
  }

  get bestValue(): number {
    return this.best < 0 ? Number.POSITIVE_INFINITY : this.values[this.best]!;
  }

  add(point: Float64Array, value: number): void {
    this.points.push(point);
    this.values.push(value);
    if (this.best < 0 || value < this.bestValue) this.best = this.count - 1;
  }

  isFeasible(index: number): boolean {
    return this.values[index]! < INFEASIBLE;
  }

  /** Indices from `first` on, the least value first. */
  order(first = 0): number[] {
    const indices = Array.from({ length: this.count - first }, (_, i) => first + i);
    return indices.sort((a, b) => this.values[a]! - this.values[b]! || a - b);
  }

  median(): number {
    const feasible = this.values.filter((value) => value < INFEASIBLE).sort((a, b) => a - b);
    return feasible[feasible.length >> 1] ?? Number.POSITIVE_INFINITY;
  }

  /** From the least value to the median: what a gain is measured by. */
  spread(): number {
    const spread = this.median() - this.bestValue;
    return Math.max(1e-12 * Math.abs(this.bestValue), Number.isFinite(spread) ? spread : 0);
  }

  /** These may be left out where better ones are near. */
  release(indices: readonly number[]): void {
    for (const index of indices) this.#spare.add(index);
  }

  /** Of `order`, what a kriging of the whole box takes, the least value first. */
  thin(order: readonly number[]): number[] {
    const kept: number[] = [];
    for (const i of order) {
      const point = this.points[i]!;
      const isNear = (k: number) => distanceBetween(this.points[k]!, point) <= THIN_DISTANCE;
      if (!this.#spare.has(i) || !kept.some(isNear)) kept.push(i);
    }
    if (kept.length <= MOST_OBSERVATIONS) return kept;
    const rest = kept.slice(BEST_OBSERVATIONS);
    const stride = rest.length / (MOST_OBSERVATIONS - BEST_OBSERVATIONS);
    return [
      ...kept.slice(0, BEST_OBSERVATIONS),
      ...Array.from(
        { length: MOST_OBSERVATIONS - BEST_OBSERVATIONS },
        (_, i) => rest[Math.floor(i * stride)]!,
      ),
    ];
  }

  /** Rows of these points. */
  flatten(indices: readonly number[], map: (point: Float64Array) => Float64Array = (x) => x): Float64Array {
    const dimension = this.points[0]!.length;
    const rows = new Float64Array(indices.length * dimension);
    indices.forEach((index, row) => {
      rows.set(map(this.points[index]!), row * dimension);
    });
    return rows;
  }

  valuesOf(indices: readonly number[]): number[] {
    return indices.map((index) => this.values[index]!);
  }
}
