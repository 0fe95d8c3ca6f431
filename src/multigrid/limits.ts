/** Where a hierarchy ends, and what it takes of a device. */
import { type Shader, shaders } from "../gpu/generated/shaders.ts";

/** The most that one of its kernels binds; WebGPU itself promises 8. */
export const STORAGE_BUFFERS = Object.entries<Shader>(shaders)
  .filter(([name]) => name.startsWith("multigrid/"))
  .reduce((most, [, { bindings }]) => Math.max(most, countStorage(bindings)), 0);

function countStorage(bindings: Shader["bindings"]): number {
  return bindings.filter(({ kind }) => kind !== "uniform").length;
}

/** Rows of the largest level that is solved by its inverse, which is then a product of 64 000 weights. */
export const BOTTOM_ROWS = 256;
export const MOST_LEVELS = 40;
/** A coarse level that keeps more of the rows than this is not worth its work. */
export const LARGEST_SHARE = 0.9;

/** Whether a level is worth having. */
export function isWorthwhile(coarseCount: number, rowCount: number): boolean {
  return coarseCount > 0 && coarseCount <= LARGEST_SHARE * rowCount;
}
