/** Closures under names that people read. */
import type { Choice } from "./fields.tsx";
import { description, models } from "./network.ts";

const NAMES: Readonly<Record<string, string>> = {
  auto: "what the network has data for",
  given: "conductances given",
  "shape-factor": "shape factors",
  "hagen-poiseuille": "circular tubes (Hagen–Poiseuille)",
};

/** @param closure as `SolveSettings.closure` names it */
export function nameClosure(closure: string): string {
  if (closure.startsWith("model:")) return `learned: ${closure.slice("model:".length)}`;
  return NAMES[closure] ?? closure;
}

/** Those that the network has the data for, then the models. */
export function listClosures(): string[] {
  return [...(description.value?.closures ?? []), ...models.value.map(({ name }) => `model:${name}`)];
}

/** For a select; one that a link brought is there even where the network has no data for it. */
export function chooseClosures(selected: string): Choice[] {
  const names = ["auto", ...listClosures()];
  if (!names.includes(selected)) names.push(selected);
  return names.map((value) => ({ value, label: nameClosure(value) }));
}
