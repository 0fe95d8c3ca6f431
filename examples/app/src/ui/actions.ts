/** What a person can do that touches more than one panel: open, generate, solve, save. */
import { signal } from "@preact/signals";
import type { ExportKind } from "../engine/write-export.ts";
import type { KnownFacts, Source } from "../sources.ts";
import { attempt, engine, loss } from "./connect.ts";
import { saveBlob } from "./save.ts";
import { change, solveSettings } from "./settings.ts";

/** What the person knows of files to come. */
export const facts = signal<KnownFacts>({});

/** Networks, or a trained model, out of files chosen or dropped. */
export async function openFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  if (files.some(({ name }) => /(^manifest\.json|\.bin)$/i.test(name))) {
    await attempt(async () => {
      const name = await engine.solver.openModel([...files]);
      change({ closure: `model:${name}` });
    });
    return;
  }
  await attempt(async () => {
    await engine.desk.openFiles([...files], facts.peek());
    change({ source: { kind: "files", names: files.map(({ name }) => name) } });
  });
}

/** A sample or a generated network; files can be opened by their owner only. */
export async function openSource(source: Exclude<Source, { kind: "files" }>): Promise<void> {
  await attempt(async () => {
    await engine.desk.open(source);
    change({ source });
  });
}

export async function solve(): Promise<void> {
  loss.value = undefined;
  await attempt(() => engine.solver.solve(solveSettings()));
}

export async function stop(): Promise<void> {
  await engine.tasks.stop();
}

/** Writes the files of a kind and hands them to the browser, one after the other. */
export async function exportAs(kind: ExportKind): Promise<void> {
  await attempt(async () => {
    for (const { name, blob } of await engine.desk.write(kind)) saveBlob(name, blob);
  });
}
