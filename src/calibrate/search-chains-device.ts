/**
 * The chains of search-chains.ts on the device: some thousand at once, each its own lane through all of its steps, in
 * one dispatch (shaders/calibrate/anneal-chains.wgsl). The device judges in float32 what is worth a closer look; the
 * best of what it returns is judged again, and polished, in float64 on the host.
 */
import { createBufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { createKernel, dispatchGroups, type Kernel, submitPass } from "../gpu/kernel.ts";
import { chooseLaunchShape } from "../gpu/launch-shape.ts";
import { readBuffer } from "../gpu/readback.ts";
import {
  type ChainRunner,
  type ChainTally,
  COOLING,
  createJudge,
  drawStarts,
  type Quest,
  type State,
} from "./search-chains.ts";
import type { RandomStream } from "./search-random.ts";

/** Chains a run: as many as a device does at about the cost of one. */
const CHAINS = { hardware: 2048, software: 128 };
/** Of the states that come back, so many are judged again. */
const JUDGED_AGAIN = 64;

/** The runner, and what the device itself thinks of the states it found. */
export interface DeviceChains extends ChainRunner {
  /** The best state of each chain, `worth` as judged in float32. */
  judgeAlone(quest: Quest, random: RandomStream): Promise<State[]>;
}

/**
 * A runner of chains on a device; buffers live for a run.
 * @param chains default 2048 on hardware and 128 on a software driver
 * @throws {ShaderError} when the driver refuses the kernel
 */
export async function createDeviceChains(
  device: ComputeDevice,
  chains = CHAINS[device.kind],
): Promise<DeviceChains> {
  const { lanes } = chooseLaunchShape(device);
  const kernel = await createKernel(device, "calibrate/anneal-chains", { lanes });
  const start = (quest: Quest, random: RandomStream, tally: ChainTally) =>
    runChains(device, kernel, lanes, chains, quest, random, tally);
  const run: ChainRunner = async (quest, random, tally) => {
    const states = await start(quest, random, tally);
    const judge = createJudge(quest, tally);
    states.sort((a, b) => b.worth - a.worth);
    return states.slice(0, JUDGED_AGAIN).map(({ x }) => ({ x, worth: judge(x) }));
  };
  const judgeAlone = (quest: Quest, random: RandomStream) =>
    start(quest, random, { judged: 0, moved: 0, accepted: 0 });
  return Object.assign(run, { judgeAlone });
}

/** The best state of each chain, its worth in float32. */
async function runChains(
  device: ComputeDevice,
  kernel: Kernel<"calibrate/anneal-chains">,
  lanes: number,
  chains: number,
  quest: Quest,
  random: RandomStream,
  tally: ChainTally,
): Promise<State[]> {
  const { dimension, count } = quest.surrogate;
  const starts = drawStarts(quest, random, Math.ceil(chains / 2), Math.floor(chains / 2));
  const state = new Float32Array((3 * dimension + 3) * chains);
  starts.forEach((start, chain) => {
    start.forEach((each, axis) => {
      state[axis * chains + chain] = each;
    });
  });
  const { set, buffers } = await createBufferSet(device, "annealing chains", (own) => ({
    annealing: own.upload("annealing", packSettings(quest, chains, random.bits())),
    model: own.upload("kriged surface", packModel(quest)),
    inverseFactor: own.upload("inverse factor", Float32Array.from(quest.surrogate.factor.invertLower())),
    covariance: own.storage("covariances", 4 * count * chains),
    chainState: own.upload("chains", state),
  }));
  try {
    const bound = kernel.bind(buffers);
    submitPass(device, (pass) => dispatchGroups(pass, bound, Math.ceil(chains / lanes)));
    const result = new Float32Array(await readBuffer(device, buffers.chainState, 0, state.byteLength));
    return unpackStates(result, quest, chains, tally);
  } finally {
    set.destroy();
  }
}

function unpackStates(result: Float32Array, quest: Quest, chains: number, tally: ChainTally): State[] {
  const { dimension } = quest.surrogate;
  tally.judged += chains * (COOLING.steps + 1);
  tally.moved += chains * COOLING.steps;
  return Array.from({ length: chains }, (_, chain) => {
    const at = (slot: number) => result[slot * chains + chain]!;
    tally.accepted += at(3 * dimension + 2);
    // Rounding must not carry a position out of the box.
    const x = Float64Array.from(quest.low, (low, axis) =>
      Math.min(quest.high[axis]!, Math.max(low, at(2 * dimension + axis))),
    );
    return { x, worth: at(3 * dimension + 1) };
  });
}

/** The shader's `Annealing`: eight whole numbers, then floats. */
function packSettings(quest: Quest, chains: number, seed: number): Uint32Array {
  const { surrogate, threshold, temperature, closed } = quest;
  const { form, total } = surrogate.covariance;
  const isAdditive = form.shape === "additive" ? 1 : 0;
  const isGaussian = form.model === "gaussian" ? 1 : 0;
  const floats = [
    ...[surrogate.mean, surrogate.sill, total, surrogate.unitSum, threshold],
    ...[temperature, COOLING.temperatureDecay, COOLING.step, COOLING.stepDecay],
  ];
  const words = new Uint32Array(8 + floats.length);
  words.set([surrogate.count, surrogate.dimension, chains, COOLING.steps, seed]);
  words.set([isAdditive, isGaussian, closed.length], 5);
  new Float32Array(words.buffer).set(floats, 8);
  return words;
}

function packModel({ surrogate, low, high, closed }: Quest): Float32Array {
  const { points, dual, unitDual, covariance, dimension } = surrogate;
  const weight = covariance.weight.length > 0 ? covariance.weight : new Float64Array(dimension);
  return Float32Array.from([
    ...points,
    ...dual,
    ...unitDual,
    ...covariance.inverseLength,
    ...weight,
    ...low,
    ...high,
    ...closed.flatMap(({ center, radius }) => [...center, radius]),
  ]);
}
