/** Child processes that print one line of JSON, each with a time limit. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { tellProgress } from "./command.ts";
import type { BandwidthMeasurement, BandwidthTask } from "./measure-bandwidth.ts";
import type { BatchesMeasurement, BatchesTask } from "./measure-batches.ts";
import type { CaseMeasurement, CaseTask } from "./measure-case.ts";
import type { CycleMeasurement, CycleTask } from "./measure-cycle.ts";
import type { SceneMeasurement, SceneTask } from "./measure-scene.ts";
import type { ShapesMeasurement, ShapesTask } from "./measure-shapes.ts";
import type { TrainingMeasurement, TrainingTask } from "./measure-training.ts";

export type Task = BandwidthTask | CaseTask | ShapesTask | BatchesTask | TrainingTask | CycleTask | SceneTask;

interface Results {
  bandwidth: BandwidthMeasurement;
  case: CaseMeasurement;
  shapes: ShapesMeasurement;
  batches: BatchesMeasurement;
  training: TrainingMeasurement;
  cycle: CycleMeasurement;
  scene: SceneMeasurement;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** After so long the process is killed [s]. */
  readonly limit: number;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const NODE_FLAGS = ["--import", "tsx", "--conditions=porenet-source"];

/** @throws {Error} with what the worker wrote on stderr when it fails or runs out of time */
export async function runWorker<T extends Task>(
  task: T,
  options: ProcessOptions,
): Promise<Results[T["kind"]]> {
  const args = [...NODE_FLAGS, WORKER, JSON.stringify(task)];
  return (await runForJson(process.execPath, args, options)) as Results[T["kind"]];
}

/** The copy bandwidth before and after `measure`, the better of the two: a slow copy would flatter the solver. */
export async function measureCopies(
  seconds: number,
  options: ProcessOptions,
  measure: () => Promise<void>,
): Promise<BandwidthMeasurement> {
  const task = { kind: "bandwidth", seconds } as const;
  tellProgress("copy bandwidth");
  const before = await runWorker(task, options);
  await measure();
  tellProgress("copy bandwidth once more");
  const after = await runWorker(task, options);
  return after.gigabytesPerSecond > before.gigabytesPerSecond ? after : before;
}

/**
 * Runs a command and parses the last line that it prints.
 * @throws {Error} when it cannot be started, fails, prints no JSON, or runs out of time
 */
export function runForJson(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, 1000 * options.limit);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (isLate) return reject(new Error(`no result within ${options.limit} s`));
      if (code !== 0) return reject(new Error(`ended with ${signal ?? code}: ${stderr.trim().slice(-2000)}`));
      try {
        resolve(JSON.parse(stdout.trim().split("\n").at(-1)!));
      } catch {
        reject(new Error(`printed no JSON: ${stdout.slice(-200)} ${stderr.slice(-500)}`));
      }
    });
  });
}
