/** The commands of an inner solve, A y = s r in float32: its start, and blocks of its iterations. */
import { type BoundKernel, dispatchGroups } from "../gpu/kernel.ts";
import { dispatchSegments, ITERATIONS_OFFSET } from "../sparse/launch.ts";
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
  dispatchGroups(pass, kernels.initialize, pattern.chunkCount);
  dispatchGroups(pass, kernels.start, pattern.chunkCount);
}

/** Iterations of all systems that run; where no large one does, what is dispatched for them is empty. */
export function encodeIterations(
  pass: GPUComputePassEncoder,
  matrix: RaggedLaplacian,
  workspace: CgWorkspace,
  iterations: number,
): void {
  const { buffers, kernels } = workspace;
  for (const launch of buffers.smallLaunches) {
    matrix.device.gpu.queue.writeBuffer(launch, ITERATIONS_OFFSET, Uint32Array.of(iterations));
  }
  dispatchSegments(pass, kernels.batch);
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
  for (const gate of kernels.gates) dispatchGroups(pass, gate, 1);
  for (let k = 0; k < iterations; k++) {
    const parity = (k % 2) as 0 | 1;
    kernels.applyDot[parity].forEach((kernel, segment) => {
      dispatchGated(pass, kernel, buffers.largeSegments[segment]!.groups);
    });
    dispatchGated(pass, kernels.stepUpdate[parity], buffers.groups);
    dispatchGated(pass, kernels.stepDirection[parity], buffers.groups);
  }
}

/** Over as many workgroups as `groups` holds by then. */
export function dispatchGated(pass: GPUComputePassEncoder, kernel: BoundKernel, groups: GPUBuffer): void {
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, kernel.bindGroup);
  pass.dispatchWorkgroupsIndirect(groups, 0);
}
