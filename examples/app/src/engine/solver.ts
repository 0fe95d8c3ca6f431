/** Solves: along one axis or all, by one closure or by several beside each other; and which throats matter. */
import {
  type Axis,
  type Closure,
  type ConductanceSource,
  computeDissipationShares,
  computePermeabilities,
  estimateShare,
  type PermeabilityOptions,
  PorenetError,
} from "porenet";
import { type ClosureRow, compareRow, describeFault } from "./closure-rows.ts";
import { fetchDefaultModel, readModelFiles, toSource } from "./model-files.ts";
import type { Session, Solution } from "./session.ts";
import { describeSolution, type SolveReport } from "./solve-report.ts";
import type { Task } from "./tasks.ts";
import { collectMost, type ThroatRanking } from "./throat-ranking.ts";

/** What a solve is asked for. */
export interface SolveSettings {
  readonly axis: Axis | "all";
  /** "auto", a closure, or `model:` and a model's name. */
  readonly closure: string;
  readonly preconditioner: "auto" | "jacobi" | "multigrid";
  /** Relative residual. */
  readonly tolerance: number;
  /** [Pa·s]; undefined leaves it to the closure. */
  readonly viscosity: number | undefined;
  /** [Pa] */
  readonly pressureDrop: number;
}

/** The name of the model that comes with the page. */
export const SHIPPED_MODEL = "default";
/** What porenet ends at where nothing else is said. */
const ENERGY_TOLERANCE = 1e-9;
const AXES: readonly Axis[] = ["x", "y", "z"];

export class Solver {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Solves and shows the first axis.
   * @throws {StoppedError} when it was stopped
   * @throws {DeviceUnavailableError} without a GPU device
   */
  async solve(settings: SolveSettings): Promise<void> {
    const axes = settings.axis === "all" ? AXES : [settings.axis];
    await this.#session.tasks.run("Solving", async (task) => {
      const solutions = await this.#compute(axes, settings, task);
      await this.#session.setSolutions(solutions);
    });
  }

  /** Of the last solve, one for each axis, and which of them is shown. */
  describe(): { readonly reports: SolveReport[]; readonly shown: number } {
    const { solutions, shown } = this.#session;
    return { reports: solutions.map(describeSolution), shown };
  }

  /** @param index of `describe` */
  async show(index: number): Promise<void> {
    await this.#session.showSolution(index);
  }

  /**
   * K by every closure, each after the other; one that the network has no data for says what it misses.
   * @param closures as `SolveSettings.closure` names them
   */
  async compareClosures(settings: SolveSettings, closures: readonly string[]): Promise<ClosureRow[]> {
    const axis = settings.axis === "all" ? "x" : settings.axis;
    return this.#session.tasks.run("Comparing closures", async (task) => {
      const rows: ClosureRow[] = [];
      for (const [k, closure] of closures.entries()) {
        const part: Task = {
          ...task,
          report: ({ fraction = 0 }) =>
            task.report({ fraction: (k + fraction) / closures.length, text: closure }),
        };
        try {
          const [solution] = await this.#compute([axis], { ...settings, closure }, part, false);
          rows.push(compareRow(closure, solution!, rows));
        } catch (error) {
          task.signal.throwIfAborted();
          rows.push({ closure, fault: describeFault(error) });
        }
      }
      return rows;
    });
  }

  /**
   * The fewest throats that make `part` of all dissipation, highlighted in the picture.
   * @param part from 0 to 1; 0 ends the highlighting
   */
  async rankThroats(part: number): Promise<ThroatRanking | undefined> {
    const { network, solution, stage } = this.#session;
    if (!network || !solution?.sensitivity || part === 0) {
      await stage.highlight(undefined);
      return undefined;
    }
    const { indices, ranking } = collectMost(network, solution.sensitivity, part);
    await stage.highlight(indices);
    return ranking;
  }

  /**
   * Takes in a model out of its files, `manifest.json` and the weights that it names.
   * @returns its name
   * @throws {FormatError} when they are not a model of this version
   */
  async openModel(files: readonly File[]): Promise<string> {
    const { name, model } = await readModelFiles(files);
    this.#session.models.add(name, model);
    return name;
  }

  /** Models that were opened or trained here, and the one that comes with the page. */
  listModels(): readonly { readonly name: string; readonly note: string }[] {
    const models = this.#session.models.list();
    if (models.some(({ name }) => name === SHIPPED_MODEL)) return models;
    return [{ name: SHIPPED_MODEL, note: "comes with porenet" }, ...models];
  }

  async #compute(
    axes: readonly Axis[],
    settings: SolveSettings,
    task: Task,
    isShown = true,
  ): Promise<Solution[]> {
    const device = this.#session.requireDevice();
    const { network } = this.#session;
    if (!network) throw new PorenetError("There is no network to solve.", "Open one first.");
    const results = await computePermeabilities(
      device,
      network,
      axes,
      { ...toOptions(settings), closure: await this.#findClosure(settings.closure), pressureBuffer: isShown },
      {
        signal: task.signal,
        onProgress: (progress) =>
          task.report({
            fraction: estimateShare(progress, { residual: settings.tolerance, error: ENERGY_TOLERANCE }),
            text: `residual ${progress.relativeResidual.toExponential(1)}, iteration ${progress.iterations}`,
          }),
      },
    );
    return results.map((result) => ({
      result,
      pressureBuffer: result.pressureBuffer,
      sensitivity: computeDissipationShares(result),
      adapter: device.name,
    }));
  }

  async #findClosure(name: string): Promise<Closure | "auto" | ConductanceSource> {
    if (!name.startsWith("model:")) return name as Closure | "auto";
    const wanted = name.slice("model:".length);
    const { models } = this.#session;
    if (wanted === SHIPPED_MODEL && !models.get(wanted)) {
      models.add(wanted, await fetchDefaultModel(this.#session.locate("model/")));
    }
    const model = models.get(wanted);
    if (!model)
      throw new PorenetError(`There is no model "${wanted}" here.`, "Open its files, or choose another.");
    return toSource(model, wanted);
  }
}

function toOptions({
  preconditioner,
  tolerance,
  viscosity,
  pressureDrop,
}: SolveSettings): PermeabilityOptions {
  return {
    pressureDrop,
    ...(viscosity !== undefined && { viscosity }),
    solver: { tolerance, preconditioner: { kind: preconditioner } },
  };
}
