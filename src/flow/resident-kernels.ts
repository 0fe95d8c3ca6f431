/** Buffers and kernels of flow that stays on the device (resident-flow.ts). */
import type { BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { chooseLaunchShape } from "../gpu/launch-shape.ts";
import type { ResidentSolve } from "../solve/resident-solve.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { createItemChunks, type ItemChunks } from "./item-chunks.ts";
import type { ResidentLayout } from "./resident-layout.ts";

export interface ResidentBuffers {
  /** f32 of every throat of the batch [m³/(Pa·s)], finite and not negative: the input. */
  readonly conductance: GPUBuffer;
  /** f32 of every system [m²]; NaN where a conductance makes no sense. */
  readonly permeability: GPUBuffer;
  /** f32 of every pore, 1 at the inlet and 0 at the outlet; 0 where it is not solved. */
  readonly pressure: GPUBuffer;
  /** f32 of every throat: p_i − p_j at unit pressure drop; 0 where it takes no part. */
  readonly drop: GPUBuffer;
  /** f32 of every pore, ∂J/∂p: the adjoint's input. */
  readonly pressureGradient: GPUBuffer;
  /** f32 of every throat, ∂J/∂g. */
  readonly gradient: GPUBuffer;
  /** Two f32 of every system: the weights' scale, and 1 where a conductance makes no sense. */
  readonly systemScale: GPUBuffer;
  readonly loadScale: GPUBuffer;
  readonly factor: GPUBuffer;
  readonly edgeOfThroat: GPUBuffer;
  readonly rowsOfThroat: GPUBuffer;
  readonly rowOfPore: GPUBuffer;
  readonly unknownOfPore: GPUBuffer;
  readonly partialRange: GPUBuffer;
  readonly partialEnergy: GPUBuffer;
  readonly throats: ItemChunks;
  readonly pores: ItemChunks;
}

export interface ResidentKernels {
  readonly measureConductance: BoundKernel;
  readonly loadConductance: BoundKernel;
  readonly drops: BoundKernel;
  readonly permeability: BoundKernel;
  readonly pressures: BoundKernel;
  readonly measureLoad: BoundKernel;
  readonly scatterLoad: BoundKernel;
  readonly gradient: BoundKernel;
}

export function createResidentBuffers(
  own: BufferSet,
  layout: ResidentLayout,
  factors: Float64Array,
  groundRow: number,
  mostGroups: number,
): ResidentBuffers {
  const { throatStart, poreStart } = layout;
  const [throatCount, poreCount] = [throatStart.at(-1)!, poreStart.at(-1)!];
  const throats = createItemChunks(own, "throats", throatStart, groundRow, mostGroups);
  const pores = createItemChunks(own, "pores", poreStart, groundRow, mostGroups);
  return {
    conductance: own.storage("conductance", 4 * throatCount),
    permeability: own.storage("permeability", 4 * factors.length),
    pressure: own.storage("pressure", 4 * poreCount),
    drop: own.storage("drop", 4 * throatCount),
    pressureGradient: own.storage("gradient by pressure", 4 * poreCount),
    gradient: own.storage("gradient by conductance", 4 * throatCount),
    systemScale: own.storage("scales of systems", 8 * factors.length),
    loadScale: own.storage("scales of loads", 8 * factors.length),
    factor: own.upload("factor", Float32Array.from(factors)),
    edgeOfThroat: own.upload("edge of throat", layout.edgeOfThroat),
    rowsOfThroat: own.upload("rows of throat", layout.rowsOfThroat),
    rowOfPore: own.upload("row of pore", layout.rowOfPore),
    unknownOfPore: own.upload("unknown of pore", layout.unknownOfPore),
    partialRange: own.storage("partial ranges", 8 * Math.max(throats.chunkCount, pores.chunkCount)),
    partialEnergy: own.storage("partial energies", 4 * throats.chunkCount),
    throats,
    pores,
  };
}

export async function bindResidentKernels(
  device: ComputeDevice,
  own: ResidentBuffers,
  { matrix, flow, adjoint }: { matrix: RaggedLaplacian; flow: ResidentSolve; adjoint: ResidentSolve },
): Promise<ResidentKernels> {
  const constants = { lanes: chooseLaunchShape(device).lanes };
  const [range, signedRange, load, drops, permeability, pressures, scatter, gradient] = await Promise.all([
    createKernel(device, "flow/measure-range", { ...constants, mayBeNegative: 0 }),
    createKernel(device, "flow/measure-range", { ...constants, mayBeNegative: 1 }),
    createKernel(device, "flow/load-conductances", constants),
    createKernel(device, "flow/throat-drops", constants),
    createKernel(device, "flow/permeability", constants),
    createKernel(device, "flow/gather-pressures", constants),
    createKernel(device, "flow/scatter-load", constants),
    createKernel(device, "flow/conductance-gradient", constants),
  ]);
  const overThroats = { launch: own.throats.launch, chunks: own.throats.chunks };
  const overPores = { launch: own.pores.launch, chunks: own.pores.chunks };
  const { conductance, drop, systemScale, loadScale, partialRange, partialEnergy } = own;
  const { edgeOfThroat, rowsOfThroat, unknownOfPore, pressureGradient } = own;
  const { edgeWeight } = matrix.buffers.edgePages[0]!;
  const { solution } = flow.buffers;
  return {
    measureConductance: range.bind({ ...overThroats, place: edgeOfThroat, value: conductance, partialRange }),
    loadConductance: load.bind({
      ...overThroats,
      edgeOfThroat,
      conductance,
      partialRange,
      edgeWeight,
      systemScale,
    }),
    drops: drops.bind({
      ...overThroats,
      rowsOfThroat,
      conductance,
      systemScale,
      solution,
      drop,
      partialEnergy,
    }),
    permeability: permeability.bind({
      ...overThroats,
      factor: own.factor,
      systemScale,
      partialEnergy,
      permeability: own.permeability,
    }),
    pressures: pressures.bind({ ...overPores, rowOfPore: own.rowOfPore, solution, pressure: own.pressure }),
    measureLoad: signedRange.bind({
      ...overPores,
      place: unknownOfPore,
      value: pressureGradient,
      partialRange,
    }),
    scatterLoad: scatter.bind({
      ...overPores,
      unknownOfPore,
      pressureGradient,
      partialRange,
      load: adjoint.buffers.load!,
      loadScale,
    }),
    gradient: gradient.bind({
      ...overThroats,
      rowsOfThroat,
      systemScale,
      loadScale,
      solution: adjoint.buffers.solution,
      drop,
      gradient: own.gradient,
    }),
  };
}
