/**
 * Which rows of a level are coarse: a maximal independent set among strong neighbours, found in rounds (PMIS; H. De
 * Sterck, U. M. Yang and J. Heys, SIAM J. Matrix Anal. Appl. 27 (2006) 1019).
 */
import { createBufferSet } from "../gpu/buffers.ts";
import { createKernel, dispatchGroups, submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import type { DeviceMatrix } from "./device-level.ts";
import { createRowLaunch } from "./row-launch.ts";
import { RunningSums } from "./running-sums.ts";
import type { SetupContext } from "./setup-context.ts";

/** Rounds between two looks of the host: most sets are complete after six or seven. */
const ROUNDS = 8;
/** Whoever is undecided then stays fine. */
const MOST_LOOKS = 16;

/**
 * Numbers the coarse rows in the order of their rows.
 * @param coarseOf rowCount + 1 words: the number of each row, or nowhere, and how many there are
 * @returns how many there are
 */
export async function chooseCoarse(
  { device, shape }: SetupContext,
  matrix: DeviceMatrix,
  coarseOf: GPUBuffer,
): Promise<number> {
  const { rowCount, rowTable, column, weight, threshold } = matrix;
  const constants = { lanes: shape.lanes };
  const [weigh, select, assign] = await Promise.all([
    createKernel(device, "multigrid/weigh-rows", constants),
    createKernel(device, "multigrid/select-coarse", constants),
    createKernel(device, "multigrid/assign-states", constants),
  ]);
  const { set, buffers } = await createBufferSet(device, "the choice of coarse rows", (own) => ({
    rank: own.storage("rank", 4 * rowCount),
    state: own.storage("state", 4 * rowCount),
    isCoarse: own.storage("coarse or not", 4 * rowCount),
    left: own.storage("undecided rows", 4),
  }));
  try {
    const { rank, state, isCoarse, left } = buffers;
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount, matrix);
    const rows = { level, rowTable, column, weight, threshold };
    const kernels = {
      weigh: weigh.bind({ ...rows, rank, state, isCoarse }),
      select: select.bind({ ...rows, rank, state, isCoarse }),
      assign: assign.bind({ ...rows, isCoarse, state, left }),
    };
    const numbering = await RunningSums.create(
      set,
      device,
      shape,
      rowCount,
      { counts: isCoarse, starts: coarseOf },
      { numbers: true },
    );
    for (let look = 0; look < MOST_LOOKS; look++) {
      submitPass(device, (pass) => {
        if (look === 0) dispatchGroups(pass, kernels.weigh, groupCount);
        for (let round = 1; round < ROUNDS; round++) {
          dispatchGroups(pass, kernels.select, groupCount);
          dispatchGroups(pass, kernels.assign, groupCount);
        }
      });
      device.gpu.queue.writeBuffer(left, 0, new Uint32Array(1));
      submitPass(device, (pass) => {
        dispatchGroups(pass, kernels.select, groupCount);
        dispatchGroups(pass, kernels.assign, groupCount);
        numbering.encode(pass);
      });
      const undecided = new Uint32Array(await readBuffer(device, left, 0, 4))[0]!;
      if (undecided === 0) break;
    }
    return new Uint32Array(await readBuffer(device, coarseOf, 4 * rowCount, 4))[0]!;
  } finally {
    set.destroy();
  }
}
