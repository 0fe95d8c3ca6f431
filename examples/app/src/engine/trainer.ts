/** Trains a small model while the page looks on. porenet/learn, and tfjs with it, is loaded when training begins. */
import { OptionError } from "porenet";
import type { Checkpoint, DatasetRow, TrainedModel, TrainProgress } from "porenet/learn";
import type { Figure } from "./drawn-figure.ts";
import { hearMessages, isPending, Pace } from "./pace.ts";
import type { Session } from "./session.ts";
import type { Task } from "./tasks.ts";
import {
  checkSettings,
  type LabelledNetworks,
  labelNetworks,
  type TrainingSettings,
  toOptions,
} from "./trainer-data.ts";
import { drawLosses, drawParity, formatPercent, LABELS } from "./trainer-figures.ts";

/** How well something predicts permeabilities that were not trained on: shares, or R² of log₁₀ K. */
export interface MetricsEntry {
  readonly name: string;
  readonly mape: number;
  readonly r2Log10: number;
  readonly withinFactor2: number;
}

/** What the page shows of a training. */
export interface TrainingView {
  readonly isUnderWay: boolean;
  readonly canGoOn: boolean;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number | undefined;
  /** Mean |K/K* − 1| of the networks that tell when to stop. */
  readonly validation: number | undefined;
  /** [s] */
  readonly secondsLeft: number | undefined;
  /** Only where they are new. */
  readonly figures?: readonly Figure[];
  readonly result?: {
    /** Under which the session has the model. */
    readonly name: string;
    readonly networks: number;
    readonly unseen: number;
    readonly metrics: readonly MetricsEntry[];
  };
}

/** A trained model's two files, as `porenet train` writes them into a folder. */
export interface ModelFiles {
  readonly manifest: string;
  readonly weightsName: string;
  readonly weights: ArrayBuffer;
}

interface Begun {
  readonly settings: TrainingSettings;
  readonly networks?: LabelledNetworks;
  readonly checkpoint?: Checkpoint;
}

type Learn = typeof import("porenet/learn");

/** Evaluating and drawing take this share of the time at most, and are done no more often than so [ms]. */
const DRAWING = 0.15;
const SHORTEST_WAIT = 400;
const WEIGHTS = "weights.bin";

export class Trainer {
  readonly #session: Session;
  readonly #listeners = new Set<(view: TrainingView) => void>();
  #begun: Begun | undefined;
  #secondsLeft: number | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Told of every training's course. */
  listen(listener: (view: TrainingView) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Makes the data set and trains on it; in the end the model is among the session's.
   * @throws {OptionError} for settings out of range
   * @throws {StoppedError} when it is stopped; `goOn` continues
   */
  async start(settings: TrainingSettings): Promise<TrainingView> {
    return this.#run({ settings: checkSettings(settings) });
  }

  /** Goes on after the last epoch that was done. */
  async goOn(): Promise<TrainingView> {
    if (this.#begun) return this.#run(this.#begun);
    throw new OptionError("checkpoint", "There is no training to go on with.", "Start one.");
  }

  /**
   * The model, or the training so far.
   * @throws {OptionError} before the first epoch
   */
  async exportModel(): Promise<ModelFiles> {
    const checkpoint = this.#begun?.checkpoint;
    if (!checkpoint) throw new OptionError("model", "There is no model yet.", "Train one.");
    const { encodeCheckpoint } = await import("porenet/learn");
    const { manifest, weights } = encodeCheckpoint(checkpoint, WEIGHTS);
    const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
    return {
      manifest: `${JSON.stringify(manifest, undefined, 2)}\n`,
      weightsName: WEIGHTS,
      weights: bytes.slice().buffer,
    };
  }

  async #run(begun: Begun): Promise<TrainingView> {
    return this.#session.tasks.run("Training", async (task) => {
      this.#begun = begun;
      this.#secondsLeft = undefined;
      this.#tell({ ...this.#view(true), ...(!begun.checkpoint && { figures: [] }) });
      try {
        return await this.#train(task, begun.settings);
      } catch (error) {
        this.#tell(this.#view(false));
        throw error;
      }
    });
  }

  async #train(task: Task, settings: TrainingSettings): Promise<TrainingView> {
    const device = this.#session.requireDevice();
    task.report({ text: "loading what learning needs" });
    const learn = await import("porenet/learn");
    task.report({ text: "making networks, and solving them by the hidden law" });
    const networks = this.#begun!.networks ?? (await labelNetworks(device, settings, task.signal));
    this.#begun = { ...this.#begun!, networks };
    task.report({ text: "loading what training needs" });
    const checkpoint = await learn.train(
      device,
      networks.training,
      toOptions(settings),
      {
        signal: task.signal,
        resume: this.#begun.checkpoint,
        ...this.#follow(task, learn, networks.unseen),
      },
      "networks of a hidden law",
    );
    return this.#finish(task, learn, checkpoint, networks);
  }

  /** What is kept, drawn and told after an epoch, and where a paused training waits. */
  #follow(task: Task, learn: Learn, unseen: readonly DatasetRow[]) {
    const drawing = new Pace(DRAWING, SHORTEST_WAIT);
    let hasNews = false;
    const draw = async () => {
      hasNews = false;
      const figures = await this.#draw(learn, this.#begun!.checkpoint!, unseen);
      this.#tell({ ...this.#view(true), figures });
    };
    const onCheckpoint = async (checkpoint: Checkpoint) => {
      this.#begun = { ...this.#begun!, checkpoint };
      if (!checkpoint.state) return;
      hasNews = true;
      if (drawing.isDue) await drawing.run(draw);
      else this.#tell(this.#view(true));
      await hearMessages();
      const running = task.whenRunning();
      if (hasNews && (await isPending(running))) await draw();
      await running;
    };
    const onProgress = ({ epoch, epochs, loss, secondsLeft }: TrainProgress) => {
      this.#secondsLeft = secondsLeft;
      task.report({
        fraction: epoch / epochs,
        text: `epoch ${epoch} of ${epochs}, loss ${loss.toPrecision(3)}`,
      });
    };
    return { onCheckpoint, onProgress };
  }

  async #finish(
    task: Task,
    learn: Learn,
    model: TrainedModel,
    { training, unseen }: LabelledNetworks,
  ): Promise<TrainingView> {
    const { predictions } = await learn.evaluateRows(
      this.#session.requireDevice(),
      unseen,
      { model },
      { signal: task.signal },
    );
    const truth = unseen.map(({ permeability }) => permeability);
    const metrics = predictions.map(({ name, permeability }): MetricsEntry => {
      const { mape, r2Log10, withinFactor2 } = learn.computeMetrics(permeability, truth);
      return { name: LABELS[name]!, mape, r2Log10, withinFactor2 };
    });
    const { networks, epochs, width, seed } = this.#begun!.settings;
    const name = `hidden law, ${networks} networks, ${epochs} epochs, width ${width}, seed ${seed}`;
    const note = `K of ${unseen.length} networks that it has not seen ${formatPercent(metrics[0]!.mape)} off`;
    this.#session.models.add(name, model, note);
    const view: TrainingView = {
      ...this.#view(false),
      secondsLeft: undefined,
      figures: [drawLosses(model), drawParity(truth, predictions)].flat(),
      result: { name, networks: training.length, unseen: unseen.length, metrics },
    };
    this.#tell(view);
    return view;
  }

  /** Of the weights as they are now. */
  async #draw(learn: Learn, checkpoint: Checkpoint, unseen: readonly DatasetRow[]): Promise<Figure[]> {
    const model: TrainedModel = { ...checkpoint, members: [checkpoint.state!.weights] };
    const { predictions } = await learn.evaluateRows(this.#session.requireDevice(), unseen, { model });
    return [
      ...drawLosses(checkpoint),
      drawParity(
        unseen.map(({ permeability }) => permeability),
        predictions,
      ),
    ];
  }

  #view(isUnderWay: boolean): TrainingView {
    const { settings, checkpoint } = this.#begun!;
    const last = checkpoint?.history.at(-1);
    return {
      isUnderWay,
      canGoOn: !isUnderWay && checkpoint?.state !== undefined,
      epoch: last?.epoch ?? 0,
      epochs: settings.epochs,
      loss: last?.loss,
      validation: last?.validation,
      secondsLeft: this.#secondsLeft,
    };
  }

  #tell(view: TrainingView): void {
    for (const listener of this.#listeners) listener(view);
  }
}
