/** Trained models by their names, for whoever solves with one in a closure's place. */
import type { TrainedModel } from "porenet/learn";

export interface ModelEntry {
  readonly name: string;
  /** What it was trained on, and how well it does. */
  readonly note: string;
}

export class Models {
  readonly #models = new Map<string, { readonly model: TrainedModel; readonly note: string }>();
  readonly #listeners = new Set<(models: ModelEntry[]) => void>();

  /** Told of the models that there are whenever there is another one. */
  listen(listener: (models: ModelEntry[]) => void): void {
    this.#listeners.add(listener);
  }

  list(): ModelEntry[] {
    return Array.from(this.#models, ([name, { note }]) => ({ name, note }));
  }

  /**
   * Keeps a model; one of the same name is replaced.
   * @param note by default what the model itself says it was trained on
   */
  add(name: string, model: TrainedModel, note = describeTraining(model)): void {
    this.#models.set(name, { model, note });
    for (const listener of this.#listeners) listener(this.list());
  }

  /** `undefined` where there is none of this name. */
  get(name: string): TrainedModel | undefined {
    return this.#models.get(name)?.model;
  }
}

function describeTraining({ trainedOn }: TrainedModel): string {
  return `trained on ${trainedOn.networks} networks of ${trainedOn.name}`;
}
