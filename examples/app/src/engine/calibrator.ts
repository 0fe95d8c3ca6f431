/** Calibrates a NET-PFS network while the page looks on: paused between rounds, gone on with from any state. */
import { computePermeability, formatSignificant, NetworkError, OptionError, type PoreNetwork } from "porenet";
import {
  type Calibration,
  type CalibrationConfig,
  type CompleteCalibration,
  calibrate,
  type Evaluation,
  type SearchProgress,
  type SearchState,
} from "porenet/calibrate";
import { bestOf, drawSearch, historyOf } from "./calibrator-figures.ts";
import { type Begun, parseCalibration, writeBegun, writeResult } from "./calibrator-file.ts";
import { type ControlRow, describeControls, describeTarget, type TargetRow } from "./calibrator-rows.ts";
import { suggestCalibration } from "./calibrator-suggest.ts";
import type { Figure } from "./drawn-figure.ts";
import { hearMessages, isPending, Pace } from "./pace.ts";
import type { Session } from "./session.ts";
import type { Task } from "./tasks.ts";

/** What the page shows of a calibration. */
export interface CalibrationView {
  readonly isUnderWay: boolean;
  /** Whether a search is kept that can be gone on with. */
  readonly canGoOn: boolean;
  readonly evaluations: number;
  readonly maxEvaluations: number;
  /** J of the best candidate, and its controls. */
  readonly misfit: number | undefined;
  readonly controls: readonly ControlRow[];
  /** Only where they are new. */
  readonly figures?: readonly Figure[];
  readonly result?: {
    readonly isReached: boolean;
    readonly targets: readonly TargetRow[];
    readonly solves: number;
    readonly seconds: number;
    readonly network: string;
  };
}

/** Drawing takes this share of the time at most, and numbers are told so often [ms]. */
const DRAWING = 0.1;
const SHORTEST_WAIT = 100;

export class Calibrator {
  readonly #session: Session;
  readonly #listeners = new Set<(view: CalibrationView) => void>();
  #begun: Begun | undefined;
  #result: string | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Told of every search's course. */
  listen(listener: (view: CalibrationView) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * A configuration for a network like the one that is loaded; its permeability is solved for where it is not known.
   * @throws {NetworkError} when none is loaded, or it lacks what is needed
   */
  async suggest(): Promise<CalibrationConfig> {
    const { network, solution } = this.#session;
    if (!network) throw new NetworkError("No network is loaded.", "Load one, or begin with the sand.");
    const known = solution?.result.axis === "x" ? solution.result.permeability.m2 : undefined;
    return suggestCalibration(network, known ?? (await this.#solve(network)));
  }

  /**
   * Opens a file: a configuration, or a search that can be gone on with.
   * @returns its configuration as text, for the page to change
   * @throws {FormatError} @throws {OptionError} as `parseCalibration`
   */
  open(file: string, text: string): string {
    const begun = parseCalibration(file, text);
    if (!begun.state) return text;
    this.#session.tasks.stop();
    this.#begun = begun;
    this.#result = undefined;
    this.#tellStopped();
    return `${JSON.stringify(begun.config, undefined, 2)}\n`;
  }

  /**
   * Begins anew; in the end the calibrated network is the session's.
   * @param text of a configuration
   * @throws {FormatError} @throws {OptionError} for what is not understood
   * @throws {StoppedError} when it is stopped; `goOn` continues
   */
  async start(text: string): Promise<CalibrationView> {
    const { config } = parseCalibration("configuration", text);
    return this.#run({ config });
  }

  /**
   * Goes on with the search that was stopped, or opened.
   * @param maxEvaluations so that one which has used up its true runs may have more
   */
  async goOn(maxEvaluations?: number): Promise<CalibrationView> {
    if (!this.#begun) {
      throw new OptionError(
        "state",
        "There is no calibration to go on with.",
        "Start one, or open its file.",
      );
    }
    const { config, state } = this.#begun;
    const search = { ...config.search, ...(maxEvaluations !== undefined && { maxEvaluations }) };
    return this.#run({ config: { ...config, search }, state });
  }

  /**
   * The file of the search so far, or of its result: `porenet calibrate --resume` goes on with either.
   * @throws {OptionError} before there is any
   */
  exportFile(): string {
    if (this.#result !== undefined) return this.#result;
    if (this.#begun) return writeBegun(this.#begun);
    throw new OptionError("state", "There is no calibration yet.", "Start one.");
  }

  async #solve(network: PoreNetwork): Promise<number> {
    return this.#session.tasks.run("Solving for the permeability", async ({ signal }) => {
      const device = this.#session.requireDevice();
      const { permeability } = await computePermeability(
        device,
        network,
        { formationFactor: false },
        { signal },
      );
      return permeability.m2;
    });
  }

  async #run(begun: Begun): Promise<CalibrationView> {
    const { tasks } = this.#session;
    return tasks.run("Calibrating", async (task) => {
      this.#begun = begun;
      this.#result = undefined;
      this.#tell({ ...this.#viewState(begun, true), ...(!begun.state && { figures: [] }) });
      try {
        const start = performance.now();
        const calibration = await calibrate(this.#session.requireDevice(), begun.config, {
          signal: task.signal,
          ...(begun.state && { state: begun.state }),
          ...this.#follow(task, begun.config),
        });
        return await this.#finish(calibration, (performance.now() - start) / 1000);
      } catch (error) {
        this.#tellStopped();
        throw error;
      }
    });
  }

  /** What is kept, drawn and told after a round, and where a paused search waits. */
  #follow(task: Task, config: CompleteCalibration) {
    const drawing = new Pace(DRAWING, 4 * SHORTEST_WAIT);
    const telling = new Pace(1, SHORTEST_WAIT);
    let hasNews = false;
    const draw = (begun: Begun) => {
      hasNews = false;
      const figures = drawSearch(config, historyOf(config, begun.state!));
      this.#tell({ ...this.#viewState(begun, true), figures });
    };
    const onState = async (state: SearchState) => {
      // Another may have been opened by now.
      if (task.signal.aborted) return;
      const begun: Begun = { config, state };
      this.#begun = begun;
      hasNews = true;
      if (drawing.isDue) await drawing.run(() => draw(begun));
      else if (telling.isDue) await telling.run(() => this.#tell(this.#viewState(begun, true)));
      await hearMessages();
      const running = task.whenRunning();
      // Who pauses wants to look.
      if (hasNews && (await isPending(running))) draw(begun);
      await running;
    };
    const onProgress = ({ evaluations, value }: SearchProgress) =>
      task.report({
        fraction: evaluations / config.search.maxEvaluations,
        text: `best J ${formatSignificant(value, 3)}, ${evaluations} true runs`,
      });
    return { onState, onProgress };
  }

  async #finish(calibration: Calibration, seconds: number): Promise<CalibrationView> {
    const { config, history, network, isReached, solves, targets } = calibration;
    this.#result = writeResult(calibration, seconds, this.#begun?.state);
    const view: CalibrationView = {
      ...this.#viewHistory(config, history, false),
      canGoOn: !isReached,
      figures: drawSearch(config, history),
      result: {
        isReached,
        targets: targets.map(describeTarget),
        solves,
        seconds,
        network: `${network.name}: ${network.poreCount} pores, ${network.throatCount} throats`,
      },
    };
    await this.#session.setNetwork(network);
    this.#tell(view);
    return view;
  }

  #tellStopped(): void {
    const begun = this.#begun!;
    const figures = begun.state && drawSearch(begun.config, historyOf(begun.config, begun.state));
    this.#tell({ ...this.#viewState(begun, false), ...(figures && { figures }) });
  }

  #viewState({ config, state }: Begun, isUnderWay: boolean): CalibrationView {
    return this.#viewHistory(config, state ? historyOf(config, state) : [], isUnderWay);
  }

  #viewHistory(
    config: CompleteCalibration,
    history: readonly Evaluation[],
    isUnderWay: boolean,
  ): CalibrationView {
    const best = bestOf(history);
    return {
      isUnderWay,
      canGoOn: !isUnderWay && history.length > 0,
      evaluations: history.length,
      maxEvaluations: config.search.maxEvaluations,
      misfit: best?.value,
      controls: best ? describeControls(config, best.x) : [],
    };
  }

  #tell(view: CalibrationView): void {
    for (const listener of this.#listeners) listener(view);
  }
}
