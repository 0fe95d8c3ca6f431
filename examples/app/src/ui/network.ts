/** The network that lies on the desk, as the panels show it: asked for once for all of them. */
import { effect, signal } from "@preact/signals";
import type { NetworkDescription } from "../engine/desk.ts";
import type { SolveReport } from "../engine/solve-report.ts";
import { device, engine, fault, modelsVersion, networkVersion, solutionVersion } from "./connect.ts";
import { settings } from "./settings.ts";

export const description = signal<NetworkDescription | undefined>(undefined);
/** Of the last solve, one for each axis. */
export const reports = signal<readonly SolveReport[]>([]);
/** Which of them the picture shows. */
export const shown = signal(0);
/** Counts the answers, so that a solve that finds the same is told from the one before. */
export const reportVersion = signal(0);
export const models = signal<readonly { readonly name: string; readonly note: string }[]>([]);
export const hasDevice = () => device.value?.state === "ready";

/** Follows the engine; called once, by main. */
export function followNetwork(): void {
  follow(
    () => [networkVersion.value, settings.value.axis],
    () => {
      const { axis } = settings.peek();
      return engine.desk.describe(axis === "all" ? "x" : axis);
    },
    (found) => (description.value = found),
  );
  follow(
    () => [networkVersion.value, solutionVersion.value],
    () => engine.solver.describe(),
    (found) => {
      reports.value = found.reports;
      shown.value = found.shown;
      reportVersion.value++;
    },
  );
  follow(
    () => [modelsVersion.value],
    () => engine.solver.listModels(),
    (found) => (models.value = found),
  );
}

/** Asks again when what `watch` reads has changed; answers that are overtaken are dropped. */
function follow<T>(watch: () => readonly unknown[], ask: () => Promise<T>, take: (answer: T) => void): void {
  let last = "";
  let asked = 0;
  effect(() => {
    const key = watch().join();
    if (key === last) return;
    last = key;
    const mine = ++asked;
    ask().then(
      (answer) => {
        if (mine === asked) take(answer);
      },
      (error: Error) => (fault.value = error.message),
    );
  });
}
