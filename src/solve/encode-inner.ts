/** The commands of an inner solve, A y = s r in float32: its start, and blocks of its iterations. */
import { dispatchChunks, ITERATIONS_OFFSET } from "../sparse/launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";

/**
 * Rows times iterations of a block, by the kind of adapter: some 100 ms of work. A submit must end soon, since a
 * page's rendering waits behind it and Windows resets a GPU after 2 s. By count, not by the clock, so that a
 * solve which the host ends early ends at the same iteration each time.
 */
export const BLOCK_WORK = { hardware: 2 ** 28, software: 2 ** 22 };

/** y = 0, z and p from the residual; who has a budget and something left to solve runs. */
export function encodeStart(
  pass: GPUComputePassEncoder,
  { pattern }: RaggedLaplacian,
  { kernels }: CgWorkspace,
): void {
  dispatchChunks(pass, kernels.initialize, pattern.chunkCount);
  dispatchChunks(pass, kernels.start, pattern.chunkCount);
}

/** Iterations of all systems that run; where no large one does, what is dispatched for them is empty. */
export function encodeIterations(
  pass: GPUComputePassEncoder,
  matrix: RaggedLaplacian,
  workspace: CgWorkspace,
  iterations: number,
): void {
  if (matrix.pattern.smallChunkCount > 0) {
    const { smallLaunch } = workspace.buffers;
    matrix.device.gpu.queue.writeBuffer(smallLaunch, ITERATIONS_OFFSET, Uint32Array.of(iterations));
    dispatchChunks(pass, workspace.kernels.batch, matrix.pattern.smallChunkCount);
  }
  encodeLargeIterations(pass, matrix, workspace, iterations);
}

/** @param iterations even */
export function encodeLargeIterations(
  pass: GPUComputePassEncoder,
  { pattern }: RaggedLaplacian,
  { buffers, kernels }: CgWorkspace,
  iterations: number,
): void {
  if (pattern.chunkCount === pattern.smallChunkCount) return;
  dispatchChunks(pass, kernels.gate, 1);
  for (let k = 0; k < iterations; k++) {
    const parity = (k % 2) as 0 | 1;
    for (const kernel of [kernels.applyDot, kernels.stepUpdate, kernels.stepDirection]) {
      pass.setPipeline(kernel[parity].pipeline);
      pass.setBindGroup(0, kernel[parity].bindGroup);
      pass.dispatchWorkgroupsIndirect(buffers.groups, 0);
    }
  }
}
