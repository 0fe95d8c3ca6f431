/** Test functions with their published minima. */

/** 0.397887 at (−π, 12.275), (π, 2.275) and (9.42478, 2.475); D. R. Jones et al., J. Glob. Optim. 13 (1998) 455. */
export function branin([a, b]: number[]): number {
  const bend = b! - (5.1 / (4 * Math.PI ** 2)) * a! * a! + (5 / Math.PI) * a! - 6;
  return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a!) + 10;
}

/** 0 at the origin, and a local minimum near every point with whole coordinates. */
export function rastrigin(x: number[]): number {
  return x.reduce((sum, v) => sum + v * v - 10 * Math.cos(2 * Math.PI * v) + 10, 0);
}
