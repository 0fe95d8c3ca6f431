/** The desk on which a network lies: opened, taken from the samples or generated; described, drawn, written. */
import {
  type Axis,
  type Closure,
  examineNetwork,
  GIVEN_CONDUCTANCE,
  type HealthReport,
  type PoreNetwork,
  PorenetError,
  radiiOf,
  shapeFactorsOf,
} from "porenet";
import {
  type FigureSize,
  renderConvergence,
  renderNetwork,
  renderSizeDistribution,
  type SizePlotOptions,
  viewResult,
} from "porenet/view";
import { type KnownFacts, SAMPLES, type Source } from "../sources.ts";
import { generateBenchmark, generateNetwork, toFacts } from "./make-network.ts";
import { readOpened } from "./opened-files.ts";
import type { Session } from "./session.ts";
import type { Task } from "./tasks.ts";
import { type ExportKind, type NamedBlob, writeExport } from "./write-export.ts";

/** A network in numbers, for the page. */
export interface NetworkDescription {
  readonly health: HealthReport;
  /** Closures that the network has the data for, what is chosen by itself first. */
  readonly closures: readonly Closure[];
  readonly hasRadii: boolean;
  readonly hasVolumes: boolean;
}

/** A figure, or why it cannot be drawn. */
export type Drawing = { readonly svg: string } | { readonly reason: string };

export class Desk {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param files in any order
   * @throws {FormatError} with file, line and what was expected
   */
  async openFiles(files: readonly File[], facts: KnownFacts = {}): Promise<void> {
    await this.#replace("Reading", (task) => readOpened(files, toFacts(facts), task));
  }

  /** A sample, or a network that is generated. */
  async open(source: Exclude<Source, { kind: "files" }>): Promise<void> {
    if (source.kind !== "sample") {
      await this.#replace("Generating", async () => generateNetwork(source));
      return;
    }
    const sample = SAMPLES.find(({ id }) => id === source.id);
    if (!sample) throw new PorenetError(`There is no sample "${source.id}".`, "Choose one of the list.");
    const { content } = sample;
    await this.#replace(`Opening ${sample.title}`, async (task) => {
      if (content.kind === "benchmark") return generateBenchmark(content);
      if (content.kind === "generated") return generateNetwork(content.source);
      return readOpened(await this.#download(content.prefix, task), toFacts(content.facts), task);
    });
  }

  /** @param axis which direction the question of flow is about */
  describe(axis: Axis): NetworkDescription | undefined {
    const { network } = this.#session;
    if (!network) return undefined;
    return {
      health: examineNetwork(network, { axis }),
      closures: listClosures(network),
      hasRadii: radiiOf(network, "pore") !== undefined || radiiOf(network, "throat") !== undefined,
      hasVolumes: network.has("pore.volume") && network.has("throat.volume"),
    };
  }

  drawSizes(options: SizePlotOptions): Drawing | undefined {
    const { network } = this.#session;
    return network && draw(() => renderSizeDistribution(network, options));
  }

  /** How the solve that is shown converged. */
  drawConvergence(options: FigureSize): Drawing | undefined {
    const { network, solution } = this.#session;
    const history = network && solution && viewResult(network, solution.result).history;
    return history && draw(() => renderConvergence(history, options));
  }

  /** The network as a still picture, by pressure where it is solved. */
  drawNetwork(options: FigureSize): Drawing | undefined {
    const { network, solution } = this.#session;
    return (
      network &&
      draw(() => renderNetwork(solution ? viewResult(network, solution.result) : { network }, options))
    );
  }

  /** @throws {NetworkError} when the format needs what the network does not have */
  async write(kind: ExportKind): Promise<readonly NamedBlob[]> {
    return writeExport(kind, this.#session);
  }

  async #replace(title: string, make: (task: Task) => Promise<PoreNetwork>): Promise<void> {
    await this.#session.tasks.run(title, async (task) => {
      const network = await make(task);
      task.signal.throwIfAborted();
      await this.#session.setNetwork(network);
    });
  }

  async #download(prefix: string, { signal }: Task): Promise<File[]> {
    return Promise.all(
      ["link1", "link2", "node1", "node2"].map(async (part) => {
        const path = `${prefix}_${part}.dat`;
        const response = await fetch(this.#session.locate(path), { signal });
        if (!response.ok) {
          throw new PorenetError(`${path} is not there (${response.status}).`, "Load the page anew.");
        }
        return new File([await response.blob()], path.slice(path.lastIndexOf("/") + 1));
      }),
    );
  }
}

function draw(render: () => string): Drawing {
  try {
    return { svg: render() };
  } catch (error) {
    if (error instanceof PorenetError) return { reason: error.message };
    throw error;
  }
}

/** Those that need no more than is there; a closure itself says what it misses. */
function listClosures(network: PoreNetwork): Closure[] {
  const closures: Closure[] = [];
  if (network.has(GIVEN_CONDUCTANCE)) closures.push("given");
  if (radiiOf(network, "throat") === undefined) return closures;
  if (shapeFactorsOf(network, "throat") !== undefined) closures.push("shape-factor");
  closures.push("hagen-poiseuille");
  return closures;
}
