/** What a person takes home: the network, its fields, its numbers, its figure; each as files with a name. */
import {
  collectResultFields,
  type PermeabilityResult,
  type PoreNetwork,
  PorenetError,
  tabulateFields,
  tabulateGradient,
} from "porenet";
import { writeNetwork, writeResultCsv, writeVtp } from "porenet/io";
import { renderSolveFigure, viewResult } from "porenet/view";
import { summarizeSolutions } from "./result-json.ts";
import type { Session, Solution } from "./session.ts";

export type ExportKind =
  | "network-json"
  | "network-csv"
  | "network-statoil"
  | "fields-vtp"
  | "fields-csv"
  | "gradient-csv"
  | "results-json"
  | "figure-svg";

export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/**
 * @throws {PorenetError} when there is nothing to write yet
 * @throws {NetworkError} when the format needs what the network does not have
 */
export function writeExport(kind: ExportKind, session: Session): NamedBlob[] {
  const { network, solutions, solution } = session;
  if (!network) throw new PorenetError("There is no network yet.", "Open one first.");
  const stem = network.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-") || "network";
  switch (kind) {
    case "network-json":
      return writeFiles(network, `${stem}.json`);
    case "network-csv":
      return writeFiles(network, `${stem}.csv`);
    case "network-statoil":
      return writeFiles(network, stem.replaceAll(".", "-"));
    case "fields-vtp":
      return [
        nameBlob(
          `${stem}.vtp`,
          writeVtp(network, collectResultFields(resultsOf(solutions))),
          "application/xml",
        ),
      ];
    case "fields-csv":
      return [
        nameBlob(
          `${stem}-fields.csv`,
          writeResultCsv(tabulateFields(network, resultsOf(requireSolved(solutions)))),
          "text/csv",
        ),
      ];
    case "gradient-csv":
      return requireSolved(solutions).map(({ result }) =>
        nameBlob(`${stem}-gradient-${result.axis}.csv`, writeResultCsv(tabulateGradient(result)), "text/csv"),
      );
    case "results-json": {
      const text = `${JSON.stringify(summarizeSolutions(network, requireSolved(solutions)), null, 2)}\n`;
      return [nameBlob(`${stem}-results.json`, [text], "application/json")];
    }
    case "figure-svg": {
      const [shown] = requireSolved(solution ? [solution] : []);
      const svg = renderSolveFigure(viewResult(network, shown!.result));
      return [nameBlob(`${stem}-${shown!.result.axis}.svg`, [svg], "image/svg+xml")];
    }
  }
}

function requireSolved(solutions: readonly Solution[]): readonly Solution[] {
  if (solutions.length > 0) return solutions;
  throw new PorenetError("Nothing is solved yet.", "Solve first.");
}

function writeFiles(network: PoreNetwork, path: string): NamedBlob[] {
  return writeNetwork(network, path).map((file) =>
    nameBlob(file.path, file.chunks, path.endsWith(".json") ? "application/json" : "text/plain"),
  );
}

function nameBlob(name: string, chunks: Iterable<Uint8Array | string>, type: string): NamedBlob {
  return { name, blob: new Blob(Array.from(chunks) as BlobPart[], { type }) };
}

function resultsOf(solutions: readonly Solution[]): PermeabilityResult[] {
  return solutions.map(({ result }) => result);
}
