/**
 * Functions that searches are compared on: those with a target, and others of all kinds. Each seed moves the function in
 * its box, so that no method gains from looking at the middle or at a corner.
 */
import { lowbias32 } from "../../src/network/random.ts";

export interface TestFunction {
  readonly name: string;
  readonly bounds: readonly (readonly [number, number])[];
  readonly value: (x: readonly number[]) => number;
  /** A search has succeeded at this value or less. */
  readonly goal: number;
  /** What a search with variance may spend; the others may spend twenty times that. */
  readonly maxEvaluations: number;
}

/** A function before it is moved. */
export interface Kind extends TestFunction {
  /** How far it may be moved along each axis, either way. */
  readonly reach: number;
}

/** Figures that the search with variance is held to, and those measured of others: medians of true evaluations. */
export const TARGETS: Readonly<Record<string, { most: number; success: number; others: string }>> = {
  Branin: { most: 25, success: 0.5, others: "dual annealing 21, DIRECT 48, EGO 27" },
  "Hartmann-6": {
    most: 45,
    success: 0.9,
    others: "dual annealing 88 (21 of 30), DIRECT 124, EGO 42.5 (4 of 6)",
  },
  "Rastrigin-2": { most: 145, success: 0.5, others: "dual annealing 339, DIRECT 145, EGO rarely" },
  "Ackley-2": { most: 32, success: 0.5, others: "dual annealing 424, DIRECT 97, EGO 32" },
};

/** All functions, moved by a seed. */
export function listFunctions(seed: number): TestFunction[] {
  return UNMOVED.map(({ reach, ...kind }, k) => {
    const shift = kind.bounds.map((_, axis) => reach * (2 * draw(seed, 31 * k + axis) - 1));
    return { ...kind, value: (x) => kind.value(x.map((u, axis) => u - shift[axis]!)) };
  });
}

function draw(seed: number, index: number): number {
  return (lowbias32(lowbias32(seed) + index) + 0.5) / 4294967296;
}

const cube = (dimension: number, low: number, high: number) =>
  Array.from({ length: dimension }, () => [low, high] as const);
const sum = (x: readonly number[], term: (u: number, axis: number) => number) =>
  x.reduce((total, u, axis) => total + term(u, axis), 0);
/** 1 % above a minimum that is not 0. */
const near = (minimum: number, share = 0.01) => minimum + share * Math.abs(minimum);

const HARTMANN_WEIGHTS = [1, 1.2, 3, 3.2];
const HARTMANN_3 = {
  scales: [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  centers: [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
};
const HARTMANN_6 = {
  scales: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  centers: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
};
const SHEKEL = [
  [4, 4, 4, 4, 0.1],
  [1, 1, 1, 1, 0.2],
  [8, 8, 8, 8, 0.2],
  [6, 6, 6, 6, 0.4],
  [3, 7, 3, 7, 0.4],
  [2, 9, 2, 9, 0.6],
  [5, 5, 3, 3, 0.3],
  [8, 1, 8, 1, 0.7],
  [6, 2, 6, 2, 0.5],
  [7, 3.6, 7, 3.6, 0.5],
];

function hartmann({ scales, centers }: typeof HARTMANN_6) {
  return (x: readonly number[]) =>
    -sum(
      HARTMANN_WEIGHTS,
      (weight, i) =>
        weight * Math.exp(-sum(x, (u, axis) => scales[i]![axis]! * (u - centers[i]![axis]!) ** 2)),
    );
}

function branin([a, b]: readonly number[]): number {
  const bend = b! - (5.1 / (4 * Math.PI ** 2)) * a! ** 2 + (5 / Math.PI) * a! - 6;
  return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a!) + 10;
}

function goldsteinPrice([x, y]: readonly number[]): number {
  const [a, b] = [x!, y!];
  const first = 19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b;
  const second = 18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b;
  return (1 + (a + b + 1) ** 2 * first) * (30 + (2 * a - 3 * b) ** 2 * second);
}

function ackley(x: readonly number[]): number {
  const square = Math.sqrt(sum(x, (u) => u * u) / x.length);
  const wave = sum(x, (u) => Math.cos(2 * Math.PI * u)) / x.length;
  return 20 + Math.E - 20 * Math.exp(-0.2 * square) - Math.exp(wave);
}

function levy(x: readonly number[]): number {
  const w = x.map((u) => 1 + (u - 1) / 4);
  const last = w.at(-1)!;
  const middle = sum(w.slice(0, -1), (u) => (u - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * u + 1) ** 2));
  return Math.sin(Math.PI * w[0]!) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
}

const rastrigin = (x: readonly number[]) => sum(x, (u) => u * u - 10 * Math.cos(2 * Math.PI * u) + 10);
const rosenbrock = (x: readonly number[]) =>
  sum(x.slice(1), (u, i) => 100 * (u - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2);
const michalewicz = (x: readonly number[]) =>
  -sum(x, (u, axis) => Math.sin(u) * Math.sin(((axis + 1) * u * u) / Math.PI) ** 20);
const shekel = (x: readonly number[]) =>
  -SHEKEL.reduce((total, row) => total + 1 / (sum(x, (u, axis) => (u - row[axis]!) ** 2) + row[4]!), 0);
const camel = ([a, b]: readonly number[]) =>
  (4 - 2.1 * a! ** 2 + a! ** 4 / 3) * a! ** 2 + a! * b! + (4 * b! ** 2 - 4) * b! ** 2;
/** Turned by half a radian: no sum over axes any more. */
const turnedRastrigin = ([a, b]: readonly number[]) =>
  rastrigin([Math.cos(0.5) * a! - Math.sin(0.5) * b!, Math.sin(0.5) * a! + Math.cos(0.5) * b!]);

const kind = (
  name: string,
  bounds: TestFunction["bounds"],
  value: TestFunction["value"],
  goal: number,
  maxEvaluations: number,
  reach: number,
): Kind => ({ name, bounds, value, goal, maxEvaluations, reach });

const BRANIN_BOX = [
  [-5, 10],
  [0, 15],
] as const;
const CAMEL_BOX = [
  [-3, 3],
  [-2, 2],
] as const;

/** As they are published, with their minima (S. Surjanovic and D. Bingham, Virtual Library of Simulation Experiments). */
export const UNMOVED: readonly Kind[] = [
  kind("Branin", BRANIN_BOX, branin, near(0.397887), 100, 1),
  kind("Hartmann-6", cube(6, 0, 1), hartmann(HARTMANN_6), near(-3.32237), 150, 0.1),
  kind("Rastrigin-2", cube(2, -5.12, 5.12), rastrigin, 0.1, 200, 2.56),
  kind("Ackley-2", cube(2, -32.768, 32.768), ackley, 0.1, 150, 16),
  kind("Goldstein-Price", cube(2, -2, 2), goldsteinPrice, near(3), 100, 0.3),
  kind("six-hump camel", CAMEL_BOX, camel, near(-1.031628), 100, 0.5),
  kind("Rosenbrock-2", cube(2, -2.048, 2.048), rosenbrock, 0.01, 100, 0.4),
  kind("Rosenbrock-4", cube(4, -2.048, 2.048), rosenbrock, 0.5, 200, 0.4),
  kind("Levy-4", cube(4, -10, 10), levy, 0.1, 150, 4),
  kind("Hartmann-3", cube(3, 0, 1), hartmann(HARTMANN_3), near(-3.86278), 80, 0.1),
  kind("Shekel-10", cube(4, 0, 10), shekel, near(-10.5364, 0.05), 200, 1),
  kind("Michalewicz-2", cube(2, 0, Math.PI), michalewicz, near(-1.8013), 100, 0),
  kind("Michalewicz-5", cube(5, 0, Math.PI), michalewicz, near(-4.687658, 0.05), 200, 0),
  kind("sphere-6", cube(6, -5.12, 5.12), (x) => sum(x, (u) => u * u), 0.05, 100, 2.5),
  kind(
    "Styblinski-Tang-3",
    cube(3, -5, 5),
    (x) => sum(x, (u) => u ** 4 - 16 * u * u + 5 * u) / 2,
    near(-117.4985),
    150,
    0.8,
  ),
  kind("staircase", cube(2, -5, 5), (x) => sum(x, (u) => Math.floor(Math.abs(2 * u))), 0, 100, 2.5),
  kind(
    "Branin with a hole",
    BRANIN_BOX,
    (x) => (x[0]! ** 2 + (x[1]! - 5) ** 2 < 9 ? Number.POSITIVE_INFINITY : branin(x)),
    near(0.397887),
    100,
    0.5,
  ),
  kind("Rastrigin-4", cube(4, -5.12, 5.12), rastrigin, 1, 250, 2.5),
  kind("Rastrigin-2, turned", cube(2, -5.12, 5.12), turnedRastrigin, 1, 200, 2.5),
  kind("Ackley-4", cube(4, -32.768, 32.768), ackley, 0.5, 200, 16),
];
