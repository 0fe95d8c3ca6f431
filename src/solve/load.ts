/**
 * The load of a solve, A x = load with every ground at 0: the right-hand side of an adjoint or a tangent. It is
 * brought to a norm near 1, system by system, by a power of two, so that float32 can square its residuals:
 *   (s_w A) x' = s_l load,   x = x' s_w / s_l.
 */
import { OptionError } from "../errors.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";

export interface ScaledLoad {
  /** Over the unknowns of all systems in the caller's order, times `scales`; 0 where a system's load makes no sense. */
  readonly values: Float64Array;
  /** Of each system a power of two, or NaN where its load is not finite. */
  readonly scales: Float64Array;
}

/** @throws {OptionError} when there is not one number for each unknown */
export function scaleLoad({ pattern }: RaggedLaplacian, load: Float64Array): ScaledLoad {
  const { unknownStart, systemCount } = pattern;
  const count = unknownStart[systemCount]!;
  if (load.length !== count) {
    throw new OptionError(
      "load",
      `The load holds ${load.length} numbers for ${count} unknowns.`,
      "Give one for each unknown of each system, in the systems' order.",
    );
  }
  const values = new Float64Array(count);
  const scales = new Float64Array(systemCount);
  for (let s = 0; s < systemCount; s++) {
    const own = load.subarray(unknownStart[s]!, unknownStart[s + 1]!);
    const norm = measureNorm(own);
    scales[s] = Number.isFinite(norm) ? (norm > 0 ? 2 ** -Math.round(Math.log2(norm)) : 1) : Number.NaN;
    if (norm > 0 && norm < Number.POSITIVE_INFINITY) {
      for (let i = 0; i < own.length; i++) values[unknownStart[s]! + i] = own[i]! * scales[s]!;
    }
  }
  return { values, scales };
}

/** Two f32 a row, as the kernels read it. */
export function packLoad({ pattern }: RaggedLaplacian, { values }: ScaledLoad): Float32Array {
  const pairs = new Float32Array(2 * pattern.vectorLength);
  for (let i = 0; i < values.length; i++) {
    const row = pattern.rowOfUnknown[i]!;
    const high = Math.fround(values[i]!);
    pairs[2 * row] = high;
    pairs[2 * row + 1] = values[i]! - high;
  }
  return pairs;
}

/** From the scaled systems' unknowns to the caller's, in place; NaN where the load is not finite. */
export function unscaleSolution(
  { pattern, scales }: RaggedLaplacian,
  load: ScaledLoad,
  x: Float64Array,
): void {
  for (let s = 0; s < pattern.systemCount; s++) {
    const factor = scales[s]! / load.scales[s]!;
    for (let i = pattern.unknownStart[s]!; i < pattern.unknownStart[s + 1]!; i++) x[i]! *= factor;
  }
}

/** The Euclidean norm without overflow; NaN or infinite where a value is. */
function measureNorm(values: Float64Array): number {
  let largest = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) return Number.NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) return 0;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
