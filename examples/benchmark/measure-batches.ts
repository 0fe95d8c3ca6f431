/**
 * Flow and gradient of many small networks at once, in turns with SciPy's loop over them. Each turn begins with
 * conductances in the host's memory and ends with every permeability and every ∂K/∂g there.
 *
 *   resident   ResidentFlow: float32 in and out, what a step of training uses
 *   batch      FlowBatch: float64 in and out, differentiateFlowRate on the host
 */
import { rmSync } from "node:fs";
import {
  type AdapterChoice,
  type ComputeDevice,
  differentiateFlowRate,
  FlowBatch,
  type FlowCase,
  ResidentFlow,
  readBuffer,
} from "porenet";
import { requestDevice } from "porenet/node";
import { casesOf, readNetworks } from "./batch-networks.ts";
import { exportBatch, readAnswers } from "./export-batch.ts";
import { medianOf } from "./iteration-timer.ts";
import { PeerLoop } from "./peer-loop.ts";

export interface BatchesTask {
  readonly kind: "batches";
  readonly dataset: string | undefined;
  readonly networks: number;
  readonly repeats: number;
  /** `undefined`: porenet alone. */
  readonly python: string | undefined;
  readonly pin: readonly string[];
}

export type BatchMethod = "resident" | "batch" | "scipy coo" | "scipy kept";

export interface BatchTime {
  readonly method: BatchMethod;
  /** From networks and conductances to what is ready to be solved again and again; not in the others. */
  readonly setupSeconds: number | undefined;
  readonly bestSeconds: number;
  readonly medianSeconds: number;
  /** Median, of all threads. */
  readonly cpuSeconds: number;
}

export interface BatchesMeasurement {
  readonly device: AdapterChoice;
  readonly source: string;
  readonly networks: number;
  readonly unknowns: number;
  readonly throats: number;
  /** Systems of the resident solve that did not converge, and of the batch. */
  readonly unconverged: readonly [resident: number, batch: number];
  readonly times: readonly BatchTime[];
  /** From SciPy's float64 answers; none without SciPy. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly method: BatchMethod;
  /** Largest |K / K_SciPy − 1|. */
  readonly permeability: number;
  /** Largest |∂K/∂g − SciPy's| in terms of the network's largest ∂K/∂g. */
  readonly gradient: number;
  /** Largest difference of ∂lnK/∂ln g, of which a network's sum is 1. */
  readonly share: number;
}

/** Flow rates at unit drop of all networks, and their gradients by all throats. */
interface Answer {
  readonly flowRate: Float64Array;
  readonly gradient: Float64Array;
}

interface Turn {
  readonly method: BatchMethod;
  readonly setupSeconds: number | undefined;
  readonly take: () => Promise<{ readonly seconds: number; readonly cpuSeconds: number }>;
}

export async function measureBatches(task: BatchesTask): Promise<BatchesMeasurement> {
  const source = await readNetworks(task.dataset, task.networks);
  const cases = casesOf(source);
  using device = await requestDevice();
  const answers = new Map<BatchMethod, Answer>();
  const unconverged: [number, number] = [0, 0];
  const start = performance.now();
  using resident = await ResidentFlow.create(
    device,
    cases.map(({ domain }) => domain),
  );
  const started = performance.now();
  using batch = await FlowBatch.create(device, cases);
  const done = performance.now();
  const own: Turn[] = [
    {
      method: "resident",
      setupSeconds: (started - start) / 1000,
      take: clock(async () => answers.set("resident", await solveResident(device, resident, cases))),
    },
    {
      method: "batch",
      setupSeconds: (done - started) / 1000,
      take: clock(async () => {
        const { answer, failed } = await solveBatch(batch, cases);
        answers.set("batch", answer);
        unconverged[1] = failed;
      }),
    },
  ];
  const compared = await takeTurns(task, own, batch);
  unconverged[0] = (await resident.readReports()).filter(({ status }) => status !== "converged").length;
  const { systems } = batch;
  const { reference } = compared;
  const differences = [...answers].flatMap(([method, answer]): Difference[] =>
    reference ? [compareAnswers(method, answer, reference, systems)] : [],
  );
  return {
    device: { name: device.name, kind: device.kind, source: device.source },
    source: source.name,
    networks: cases.length,
    unknowns: systems.reduce((sum, { graph }) => sum + graph.unknownCount, 0),
    throats: systems.reduce((sum, { conductance }) => sum + conductance.length, 0),
    unconverged,
    times: compared.times,
    differences,
  };
}

async function takeTurns(
  { python, pin, repeats }: BatchesTask,
  own: readonly Turn[],
  { systems }: FlowBatch,
) {
  if (python === undefined) return { times: await repeatTurns(own, repeats), reference: undefined };
  const folder = exportBatch(systems);
  try {
    using loop = new PeerLoop(python, pin, folder);
    const peers = (["coo", "kept"] as const).map(
      (way): Turn => ({ method: `scipy ${way}`, setupSeconds: undefined, take: () => loop.run(way) }),
    );
    const times = await repeatTurns([...own, ...peers], repeats);
    await loop.write();
    return { times, reference: readAnswers(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One turn each before the clock counts: shaders are compiled and memory is touched in it. */
async function repeatTurns(turns: readonly Turn[], repeats: number): Promise<BatchTime[]> {
  const samples = turns.map(() => [] as Awaited<ReturnType<Turn["take"]>>[]);
  for (let round = -1; round < repeats; round++) {
    for (const [k, { take }] of turns.entries()) {
      const sample = await take();
      if (round >= 0) samples[k]!.push(sample);
    }
  }
  return turns.map(({ method, setupSeconds }, k) => ({
    method,
    setupSeconds,
    bestSeconds: Math.min(...samples[k]!.map(({ seconds }) => seconds)),
    medianSeconds: medianOf(samples[k]!.map(({ seconds }) => seconds)),
    cpuSeconds: medianOf(samples[k]!.map(({ cpuSeconds }) => cpuSeconds)),
  }));
}

function clock(work: () => Promise<unknown>): Turn["take"] {
  return async () => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}

async function solveResident(
  device: ComputeDevice,
  flow: ResidentFlow,
  cases: readonly FlowCase[],
): Promise<Answer> {
  const { buffers, factors, throatStart } = flow;
  const conductance = new Float32Array(throatStart.at(-1)!);
  cases.forEach((each, k) => {
    conductance.set(each.conductance, throatStart[k]!);
  });
  device.gpu.queue.writeBuffer(buffers.conductance, 0, conductance);
  flow.submit();
  const [permeability, drop] = (
    await Promise.all([readBuffer(device, buffers.permeability), readBuffer(device, buffers.drop)])
  ).map((bytes) => new Float32Array(bytes));
  const flowRate = Float64Array.from(factors, (factor, k) => permeability![k]! / factor);
  return { flowRate, gradient: Float64Array.from(drop!, (p) => p * p) };
}

async function solveBatch(batch: FlowBatch, cases: readonly FlowCase[]) {
  await batch.setConductances(cases.map(({ conductance }) => conductance));
  const solutions = await batch.solve();
  const gradients = solutions.map(differentiateFlowRate);
  const gradient = new Float64Array(gradients.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of gradients) {
    gradient.set(part, at);
    at += part.length;
  }
  return {
    answer: { flowRate: Float64Array.from(solutions, ({ flowRate }) => flowRate), gradient },
    failed: solutions.filter(({ solver }) => solver.status !== "converged").length,
  };
}

function compareAnswers(
  method: BatchMethod,
  own: Answer,
  reference: Answer,
  systems: FlowBatch["systems"],
): Difference {
  let [permeability, gradient, share, at] = [0, 0, 0, 0];
  systems.forEach(({ conductance }, k) => {
    const flowRate = reference.flowRate[k]!;
    permeability = Math.max(permeability, Math.abs(own.flowRate[k]! / flowRate - 1));
    const largest = Math.max(...reference.gradient.subarray(at, at + conductance.length));
    conductance.forEach((g, e) => {
      const difference = Math.abs(own.gradient[at + e]! - reference.gradient[at + e]!);
      gradient = Math.max(gradient, difference / largest);
      share = Math.max(share, (g * difference) / flowRate);
    });
    at += conductance.length;
  });
  return { method, permeability, gradient, share };
}
