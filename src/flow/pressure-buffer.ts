/**
 * The pressures of a solved system as a buffer on its device, in the network's order of pores: what draws or goes on
 * computing there needs no copy through the host.
 *
 * n f32: 1 at the inlet, 0 at the outlet, NaN (0x7fc00000) in pores that are not solved.
 */
import { createBufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { createKernel, submitPass } from "../gpu/kernel.ts";
import { chooseLaunchShape } from "../gpu/launch-shape.ts";
import { INLET, OUTLET } from "../network/flow-domain.ts";
import type { SlicedPattern } from "../sparse/sliced-pattern.ts";
import type { FlowStructure, FlowSystem } from "./flow-system.ts";
import { createItemChunks, dispatchItems, MOST_GROUPS } from "./item-chunks.ts";
import { NOWHERE } from "./resident-layout.ts";

/** Where a system stands in a matrix. */
interface PatternPlace {
  readonly pattern: SlicedPattern;
  readonly place: number;
  /** The system that the pattern was built for there. */
  readonly built: FlowStructure;
}

/** Bits of the NaN that JavaScript writes. */
const UNSOLVED = 0x7fc00000;

/**
 * Sums up the two floats of each pore's row.
 * @param solution of the pattern's rows, grounds included
 * @returns a storage buffer that the caller destroys
 * @throws {LimitError} when it does not fit the device
 */
export async function gatherPressures(
  device: ComputeDevice,
  system: FlowSystem,
  at: PatternPlace,
  solution: GPUBuffer,
): Promise<GPUBuffer> {
  const rows = system.fault
    ? new Uint32Array(system.domain.poreState.length).fill(NOWHERE)
    : findRows(system, at);
  const gather = await createKernel(device, "flow/gather-pressures", {
    lanes: chooseLaunchShape(device).lanes,
    unsolved: UNSOLVED,
  });
  const pressure = await createPressures(device, rows.length);
  try {
    const { set, buffers } = await createBufferSet(device, "the rows of the pores", (own) => {
      const start = Uint32Array.of(0, rows.length);
      const pores = createItemChunks(own, "pores", start, at.pattern.rowCount, MOST_GROUPS[device.kind]);
      return { pores, rowOfPore: own.upload("row of pore", rows) };
    });
    const { pores, rowOfPore } = buffers;
    const { launch, chunks } = pores;
    const bound = gather.bind({ launch, chunks, rowOfPore, solution, pressure });
    submitPass(device, (pass) => dispatchItems(pass, bound, pores));
    set.destroy();
    return pressure;
  } catch (error) {
    pressure.destroy();
    throw error;
  }
}

/**
 * The same from the host, for systems that have no unknowns.
 * @throws {LimitError} when they do not fit the device
 */
export async function uploadPressures(device: ComputeDevice, pressures: Float64Array): Promise<GPUBuffer> {
  const { buffers } = await createBufferSet(device, "the pressures", (own) =>
    own.upload("pressures", Float32Array.from(pressures)),
  );
  return buffers;
}

async function createPressures(device: ComputeDevice, poreCount: number): Promise<GPUBuffer> {
  const { buffers } = await createBufferSet(device, "the pressures", (own) =>
    own.storage("pressures", 4 * poreCount),
  );
  return buffers;
}

/** Row of the solution of each pore, held ones being rows of the grounds; NOWHERE where it is not solved. */
function findRows({ domain, report }: FlowSystem, { built, pattern, place }: PatternPlace): Uint32Array {
  const { poreState } = domain;
  const rows = new Uint32Array(poreState.length).fill(NOWHERE);
  for (let i = 0; i < poreState.length; i++) {
    if (poreState[i] === INLET) rows[i] = pattern.rowCount;
    else if (poreState[i] === OUTLET) rows[i] = pattern.rowCount + 1;
  }
  const first = pattern.unknownStart[place]!;
  for (let u = 0; u < built.poreOfUnknown.length; u++) {
    const pore = built.poreOfUnknown[u]!;
    if (report.solved[pore]) rows[pore] = pattern.rowOfUnknown[first + u]!;
  }
  return rows;
}
