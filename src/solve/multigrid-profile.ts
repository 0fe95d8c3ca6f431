/**
 * Where the time of an iteration with multigrid goes: every launch by itself, and all of them together. What all
 * together take less is what the driver overlaps or what a launch by itself waits for; on small levels it is all there is.
 */
import type { ComputeDevice } from "../gpu/device.ts";
import { dispatchGroups, submitPass } from "../gpu/kernel.ts";
import { Hierarchy, type HierarchyDescription } from "../multigrid/hierarchy.ts";
import type { Step } from "../multigrid/row-launch.ts";
import type { GroundedGraph } from "../sparse/graph.ts";
import { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { createCgWorkspace, STATE_WORDS, StateWord } from "./cg-kernels.ts";
import { MultigridIteration } from "./multigrid-iteration.ts";

export interface LaunchTime {
  /** As in `shaders/`. */
  readonly kernel: string;
  /** 0: the finest; `undefined` for launches outside of the cycle. */
  readonly level: number | undefined;
  /** The least of the repeats [s]. */
  readonly seconds: number;
}

export interface MultigridProfile {
  readonly hierarchy: HierarchyDescription;
  readonly launches: readonly LaunchTime[];
  /** Of an iteration: all launches in one pass [s]. */
  readonly iterationSeconds: number;
  /** What the finest level's launches of the cycle read and write, counted once each [bytes]. */
  readonly finestBytes: number;
}

/**
 * @param weights one for each edge
 * @throws {LimitError} when the system does not fit the device
 * @example
 * const { graph } = batch.systems[0];
 * const { launches } = await profileMultigrid(device, graph, weights);
 */
export async function profileMultigrid(
  device: ComputeDevice,
  graph: GroundedGraph,
  weights: Float64Array,
  { repeats = 7 }: { readonly repeats?: number } = {},
): Promise<MultigridProfile> {
  using matrix = await RaggedLaplacian.create(device, [graph], { smallRows: 0 });
  matrix.setWeights(weights);
  using hierarchy = await Hierarchy.create(matrix);
  const workspace = await createCgWorkspace(matrix);
  try {
    using iteration = await MultigridIteration.create(matrix, workspace, hierarchy);
    // One system that never ends, from a residual of 1 everywhere.
    const state = new Uint32Array(STATE_WORDS);
    state[StateWord.budget] = 0xffffffff;
    new Float32Array(state.buffer)[StateWord.scale] = 1;
    const ones = new Float32Array(workspace.buffers.residual.size / 4).fill(1);
    device.gpu.queue.writeBuffer(workspace.buffers.state, 0, state);
    device.gpu.queue.writeBuffer(workspace.buffers.residual, 0, ones);
    submitPass(device, (pass) => iteration.encodeStart(pass));
    const launches: LaunchTime[] = [];
    for (const step of iteration.listSteps()) {
      const seconds = await timeSteps(device, [step], repeats);
      launches.push({ kernel: step.kernel.pipeline.label, level: step.level, seconds });
    }
    return {
      hierarchy: hierarchy.describe(),
      launches,
      iterationSeconds: await timeSteps(device, iteration.listSteps(), repeats),
      finestBytes: countFinestBytes(matrix, hierarchy),
    };
  } finally {
    workspace.set.destroy();
  }
}

async function timeSteps(device: ComputeDevice, steps: readonly Step[], repeats: number): Promise<number> {
  const { queue } = device.gpu;
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < repeats; k++) {
    await queue.onSubmittedWorkDone();
    const start = performance.now();
    submitPass(device, (pass) => {
      for (const { kernel, groupCount } of steps) dispatchGroups(pass, kernel, groupCount);
    });
    await queue.onSubmittedWorkDone();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  device.throwIfLost();
  return best;
}

/** Both relaxations, restriction and prolongation: the table in multigrid/cycle.ts. */
function countFinestBytes({ pattern, buffers }: RaggedLaplacian, { levels }: Hierarchy): number {
  const { rowCount } = pattern;
  const slots = buffers.pages.reduce((sum, page) => sum + (page.nearColumn ? 6 : 8) * page.slotCount, 0);
  const [transfer] = levels.transfers;
  if (!transfer) return slots + 16 * rowCount;
  const { coarseCount, linkCount } = transfer;
  const relaxation = 2 * slots + (12 + 16) * rowCount;
  const restriction = 8 * linkCount + 4 * rowCount + 12 * coarseCount;
  return relaxation + restriction + 40 * rowCount + 4 * coarseCount;
}
