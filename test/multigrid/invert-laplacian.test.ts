import { describe, expect, it } from "vitest";
import { invertLaplacian } from "../../src/multigrid/invert-laplacian.ts";
import { drawWeight, makeRandom } from "../sparse/graphs.ts";

interface Dense {
  readonly n: number;
  readonly weight: Float64Array;
  readonly ground: Float64Array;
}

/** Weights over 12 decades; a third of the pairs is joined, a tenth of the rows, and the first, is grounded. */
function drawDense(n: number, seed: number): Dense {
  const random = makeRandom(seed);
  const weight = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (random() > 1 / 3 && j !== i - 1) continue;
      weight[i * n + j] = weight[j * n + i] = drawWeight(random, 12);
    }
  }
  const ground = Float64Array.from({ length: n }, (_, i) =>
    i === 0 || random() < 0.1 ? drawWeight(random, 12) : 0,
  );
  return { n, weight, ground };
}

/** Rationals of whole numbers: exact, so that nothing is lost at any contrast. */
type Rational = readonly [bigint, bigint];

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

const reduce = ([p, q]: Rational): Rational => {
  const common = gcd(p, q) * (q < 0n ? -1n : 1n);
  return common === 0n ? [0n, 1n] : [p / common, q / common];
};
const subtract = (a: Rational, b: Rational) => reduce([a[0] * b[1] - b[0] * a[1], a[1] * b[1]]);
const multiply = (a: Rational, b: Rational) => reduce([a[0] * b[0], a[1] * b[1]]);
const divide = (a: Rational, b: Rational) => reduce([a[0] * b[1], a[1] * b[0]]);

/** Any float64 is a whole number over a power of two. */
function toRational(value: number): Rational {
  let exponent = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    exponent++;
  }
  return reduce([BigInt(value), 1n << BigInt(exponent)]);
}

function toNumber([p, q]: Rational): number {
  const shift = BigInt(Math.max(0, q.toString(2).length - p.toString(2).length + 64));
  return Number((p << shift) / q) / 2 ** Number(shift);
}

/** Gauss-Jordan elimination in rationals. */
function invertExactly({ n, weight, ground }: Dense): number[] {
  const zero: Rational = [0n, 1n];
  const rows = Array.from({ length: n }, (_, i) => {
    const row: Rational[] = Array.from({ length: 2 * n }, (_, j) =>
      j === n + i ? [1n, 1n] : j < n && j !== i ? toRational(-weight[i * n + j]!) : zero,
    );
    let diagonal = toRational(ground[i]!);
    for (let j = 0; j < n; j++) if (j !== i) diagonal = subtract(diagonal, row[j]!);
    row[i] = diagonal;
    return row;
  });
  for (let k = 0; k < n; k++) {
    const pivot = rows[k]![k]!;
    rows[k] = rows[k]!.map((value) => divide(value, pivot));
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![k]!;
      if (i === k || factor[0] === 0n) continue;
      rows[i] = rows[i]!.map((value, j) => subtract(value, multiply(factor, rows[k]![j]!)));
    }
  }
  return rows.flatMap((row) => row.slice(n).map(toNumber));
}

/** Gauss-Jordan elimination with row pivoting in float64. */
function invertByPivots({ n, weight, ground }: Dense): number[] {
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: 2 * n }, (_, j) =>
      j === n + i ? 1 : j < n && j !== i ? -weight[i * n + j]! : 0,
    ),
  );
  rows.forEach((row, i) => {
    row[i] = ground[i]!;
    for (let j = 0; j < n; j++) if (j !== i) row[i]! += weight[i * n + j]!;
  });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const factor = rows[k]![k]!;
    rows[k] = rows[k]!.map((value) => value / factor);
    for (let i = 0; i < n; i++) {
      const share = rows[i]![k]!;
      if (i !== k) for (let j = 0; j < 2 * n; j++) rows[i]![j]! -= share * rows[k]![j]!;
    }
  }
  return rows.flatMap((row) => [...row.subarray(n)]);
}

function largestRelativeError(found: Float64Array, exact: readonly number[]): number {
  return found.reduce(
    (worst, value, k) => Math.max(worst, Math.abs(value - exact[k]!) / Math.abs(exact[k]!)),
    0,
  );
}

const invert = ({ weight, ground }: Dense) => invertLaplacian(weight.slice(), ground.slice());

describe("the inverse of a grounded Laplacian", () => {
  it.each([
    [1, 23],
    [2, 29],
    [5, 31],
    [12, 37],
  ])("of %i unknowns is accurate in every entry at a contrast of 1e12", (n, seed) => {
    const dense = drawDense(n, seed);
    expect(largestRelativeError(invert(dense), invertExactly(dense))).toBeLessThan(1e-14 * (n + 5));
  });

  it("of 60 unknowns is that of an elimination with pivots, where float64 lets that be accurate", () => {
    const { n, weight, ground } = drawDense(60, 41);
    // All within a decade, and every row grounded: a condition of a few.
    const mild = {
      n,
      weight: weight.map((w) => w && w ** (1 / 12)),
      ground: ground.map((g) => 1 + g ** (1 / 12)),
    };
    const exact = invertByPivots(mild);
    expect(largestRelativeError(invert(mild), exact)).toBeLessThan(1e-13);
    const wild = drawDense(60, 43);
    const inverse = invert(wild);
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [inverse[i * 60 + j]!, inverse[j * 60 + i]!];
        expect(Math.abs(a / b - 1)).toBeLessThan(1e-13);
        expect(a).toBeGreaterThan(0);
      }
    }
  });

  it("leaves rows that hang on nothing at zero, and parts apart from each other", () => {
    // 0 - 1 - ground, 2 alone, 3 - 4 without a ground.
    const weight = new Float64Array(25);
    weight[1] = weight[5] = 2;
    weight[3 * 5 + 4] = weight[4 * 5 + 3] = 7;
    const inverse = invertLaplacian(weight, Float64Array.of(0, 4, 0, 0, 0));
    const row = (i: number) => [...inverse.subarray(5 * i, 5 * i + 5)];
    expect(row(0)).toEqual([0.75, 0.25, 0, 0, 0]);
    expect(row(1)).toEqual([0.25, 0.25, 0, 0, 0]);
    expect(row(2)).toEqual([0, 0, 0, 0, 0]);
    // What is left of a part without a ground holds its last row at 0.
    expect([...row(3).slice(0, 3), ...row(4)].every((value) => value === 0)).toBe(true);
    expect(row(3)[3]).toBeCloseTo(1 / 7, 15);
    expect(inverse.every(Number.isFinite)).toBe(true);
  });

  it("of no unknowns is empty", () => {
    expect(invertLaplacian(new Float64Array(), new Float64Array())).toHaveLength(0);
  });
});
