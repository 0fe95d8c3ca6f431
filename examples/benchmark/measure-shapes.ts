/** The time of an iteration by launch shape: what `chooseLaunchShape` is to be judged by. */
import {
  type AdapterChoice,
  type ComputeDevice,
  chooseLaunchShape,
  FlowBatch,
  generateBenchmarkFlow,
  type LaunchShape,
  parseBenchmarkCase,
} from "porenet";
import { requestDevice } from "porenet/node";
import { IterationTimer } from "./iteration-timer.ts";
import { weightsOf } from "./measure-case.ts";

export interface ShapesTask {
  readonly kind: "shapes";
  readonly label: string;
  /** Empty: what suits the kind of adapter. */
  readonly lanes: readonly number[];
  readonly maxChunks: readonly number[];
  readonly iterations: readonly [short: number, long: number];
  readonly rounds: number;
}

export interface ShapesMeasurement {
  readonly label: string;
  readonly device: AdapterChoice;
  readonly unknowns: number;
  readonly chosen: LaunchShape;
  readonly shapes: readonly (LaunchShape & { readonly bestSeconds: number })[];
}

const USUAL = {
  software: { lanes: [4, 8, 16, 32, 64], maxChunks: [4, 16, 64, 256, 1024] },
  hardware: { lanes: [32, 64, 128, 256], maxChunks: [64, 256, 1024, 4096] },
};

/** The chosen shape is measured whether or not it is among those asked for. */
export async function measureShapes(task: ShapesTask): Promise<ShapesMeasurement> {
  const { flowCase } = generateBenchmarkFlow(parseBenchmarkCase(task.label));
  using device = await requestDevice();
  const chosen = chooseLaunchShape(device);
  const shapes = listShapes(device, task, chosen);
  const system = await buildSystem(device, flowCase);
  const weights = weightsOf(system);
  const best = new Array<number>(shapes.length).fill(Number.POSITIVE_INFINITY);
  const [short, long] = task.iterations;
  // Round by round, each shape anew: a million unknowns leave no room for all of them at once.
  for (let round = 0; round < task.rounds; round++) {
    for (const [k, shape] of shapes.entries()) {
      using timer = await IterationTimer.create(device, system.graph, weights, { short, long, shape });
      await timer.sample();
      await timer.sample();
      best[k] = Math.min(best[k]!, timer.time.bestSeconds);
    }
  }
  return {
    label: task.label,
    device: { name: device.name, kind: device.kind, source: device.source },
    unknowns: system.graph.unknownCount,
    chosen,
    shapes: shapes.map((shape, k) => ({ ...shape, bestSeconds: best[k]! })),
  };
}

async function buildSystem(device: ComputeDevice, flowCase: Parameters<typeof FlowBatch.create>[1][number]) {
  using batch = await FlowBatch.create(device, [flowCase]);
  return batch.systems[0]!;
}

function listShapes(device: ComputeDevice, task: ShapesTask, chosen: LaunchShape): LaunchShape[] {
  const usual = USUAL[device.kind];
  const shapes: LaunchShape[] = [];
  for (const lanes of task.lanes.length > 0 ? task.lanes : usual.lanes) {
    if (lanes > device.limits.maxComputeInvocationsPerWorkgroup) continue;
    for (const maxChunks of task.maxChunks.length > 0 ? task.maxChunks : usual.maxChunks) {
      shapes.push({ lanes, maxChunks });
    }
  }
  const isChosen = (shape: LaunchShape) =>
    shape.lanes === chosen.lanes && shape.maxChunks === chosen.maxChunks;
  return shapes.some(isChosen) ? shapes : [...shapes, chosen];
}
