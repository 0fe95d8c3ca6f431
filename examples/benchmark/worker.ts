/** A measurement in a process of its own, so that its memory and its threads are its own: prints one line of JSON. */
import { PorenetError } from "porenet";
import { measureBandwidth } from "./measure-bandwidth.ts";
import { measureBatches } from "./measure-batches.ts";
import { measureCase } from "./measure-case.ts";
import { measureCycle } from "./measure-cycle.ts";
import { measureScene } from "./measure-scene.ts";
import { measureShapes } from "./measure-shapes.ts";
import { measureTraining } from "./measure-training.ts";
import type { Task } from "./run-worker.ts";

function measure(task: Task): Promise<unknown> {
  switch (task.kind) {
    case "bandwidth":
      return measureBandwidth(task);
    case "case":
      return measureCase(task);
    case "shapes":
      return measureShapes(task);
    case "batches":
      return measureBatches(task);
    case "cycle":
      return measureCycle(task);
    case "scene":
      return measureScene(task);
    case "training":
      return measureTraining(task);
  }
}

try {
  const result = await measure(JSON.parse(process.argv[2]!) as Task);
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  console.error(error instanceof PorenetError ? error.message : error);
  process.exitCode = 1;
}
