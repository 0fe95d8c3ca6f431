/** A data set made on the spot: small random networks whose K follow a law of their throats that no model is told. */
import {
  type ComputeDevice,
  FlowBatch,
  lowbias32,
  OptionError,
  resolveFlowDomain,
  WATER_VISCOSITY,
} from "porenet";
import type { DatasetRow, TrainOptions } from "porenet/learn";
import { applyHiddenLaw, drawNetwork } from "../../../07-hidden-law/hidden-law.ts";

/** What the page asks for. */
export interface TrainingSettings {
  /** Trained on; a quarter as many again are held out. */
  readonly networks: number;
  readonly epochs: number;
  /** Of the hidden layers. */
  readonly width: number;
  /** Of the networks, the weights and the batches. */
  readonly seed: number;
}

export interface LabelledNetworks {
  readonly training: readonly DatasetRow[];
  readonly unseen: readonly DatasetRow[];
}

const RANGES: Record<keyof TrainingSettings, readonly [least: number, most: number]> = {
  networks: [8, 2000],
  epochs: [1, 1000],
  width: [2, 128],
  seed: [0, 2 ** 31 - 1],
};
const UNSEEN_SHARE = 1 / 4;

/** @throws {OptionError} for a number that is not whole or out of range */
export function checkSettings(settings: TrainingSettings): TrainingSettings {
  for (const [key, [least, most]] of Object.entries(RANGES)) {
    const value = settings[key as keyof TrainingSettings];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new OptionError(key, `${key} is ${value}.`, `Give a whole number from ${least} to ${most}.`);
  }
  return settings;
}

/** A law of single throats needs no messages between them. */
export function toOptions({ networks, epochs, width, seed }: TrainingSettings): TrainOptions {
  return {
    model: { width, depth: 2, rounds: 0 },
    closure: "hagen-poiseuille",
    members: 1,
    epochs,
    batchSize: Math.min(20, Math.ceil(networks / 8)),
    learningRate: 6e-3,
    weightDecay: 1e-3,
    weighting: "equal",
    validationShare: 0.1,
    patience: epochs,
    seed,
  };
}

/**
 * Draws the networks and solves for their permeabilities by the law. Those that do not percolate are drawn anew.
 * @throws what `signal` was aborted with
 */
export async function labelNetworks(
  device: ComputeDevice,
  { networks, seed }: TrainingSettings,
  signal: AbortSignal,
): Promise<LabelledNetworks> {
  const wanted = networks + Math.max(2, Math.round(UNSEEN_SHARE * networks));
  const rows: DatasetRow[] = [];
  for (let next = 0; rows.length < wanted; ) {
    const numbers = Array.from({ length: wanted - rows.length }, () => next++);
    rows.push(...(await solveByLaw(device, numbers, seed, signal)));
  }
  return { training: rows.slice(0, networks), unseen: rows.slice(networks) };
}

async function solveByLaw(
  device: ComputeDevice,
  numbers: readonly number[],
  seed: number,
  signal: AbortSignal,
): Promise<DatasetRow[]> {
  const networks = numbers.map((k) => drawNetwork((lowbias32(seed) + k) >>> 0));
  const cases = networks.map((network) => ({
    domain: resolveFlowDomain(network),
    conductance: applyHiddenLaw(network),
  }));
  using batch = await FlowBatch.create(device, cases);
  const solutions = await batch.solve({ signal });
  return networks.flatMap((network, k): DatasetRow[] => {
    const { flowRate, solver } = solutions[k]!;
    const { domain } = cases[k]!;
    if (solver.status !== "converged") return [];
    const permeability = (WATER_VISCOSITY * flowRate * domain.length) / domain.area;
    return [{ name: `network ${numbers[k]}`, network, permeability }];
  });
}
