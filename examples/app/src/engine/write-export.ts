/** What a person takes home: the network, its fields, its numbers, its figure; each as files with a name. */
import { differentiatePermeability, type PermeabilityResult, type PoreNetwork, PorenetError } from "porenet";
import { type PoreValues, writeNetwork, writeResultCsv, writeVtp } from "porenet/io";
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
      return [nameBlob(`${stem}.vtp`, makeVtp(network, solutions), "application/xml")];
    case "fields-csv":
      return [nameBlob(`${stem}-fields.csv`, makeCsv(network, requireSolved(solutions)), "text/csv")];
    case "gradient-csv":
      return requireSolved(solutions).map(({ result }) =>
        nameBlob(`${stem}-gradient-${result.axis}.csv`, makeGradient(result), "text/csv"),
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

/** The same names as `porenet solve --vtp` writes; without a solve the network alone. */
function makeVtp(network: PoreNetwork, solutions: readonly Solution[]): Iterable<Uint8Array> {
  const pointData: Record<string, ArrayLike<number> | PoreValues> = {};
  const cellData: Record<string, ArrayLike<number>> = {};
  for (const { result, sensitivity } of solutions) {
    const suffix = suffixOf(result, solutions);
    const values = result.pressures.map((p) => (Number.isFinite(p) ? p : 0));
    const ends = result.boundary === "reservoirs" ? { inlet: result.pressureDrop, outlet: 0 } : {};
    pointData[`pressure${suffix}`] = { values, ...ends };
    pointData[`has_pressure${suffix}`] = Uint8Array.from(result.pressures, (p) =>
      Number.isFinite(p) ? 1 : 0,
    );
    cellData[`flow_rate${suffix}`] = result.throatFlows;
    if (sensitivity) cellData[`dissipation_share${suffix}`] = sensitivity;
  }
  return writeVtp(network, { pointData, cellData });
}

/** A pore's row has its index and pressures [Pa], a throat's its index, its two pores and flows [m³/s]. */
function makeCsv(network: PoreNetwork, solutions: readonly Solution[]): Iterable<Uint8Array> {
  const { poreCount, throatCount, conns } = network;
  const columns: Record<string, ArrayLike<number>> = { pore: countUp(poreCount) };
  for (const { result } of solutions) columns[`pressure${suffixOf(result, solutions)}`] = result.pressures;
  columns.throat = countUp(throatCount);
  columns.pore1 = countUp(throatCount).map((e) => conns[2 * e]!);
  columns.pore2 = countUp(throatCount).map((e) => conns[2 * e + 1]!);
  for (const { result, sensitivity } of solutions) {
    const suffix = suffixOf(result, solutions);
    columns[`flow_rate${suffix}`] = result.throatFlows;
    if (sensitivity) columns[`dissipation_share${suffix}`] = sensitivity;
  }
  return writeResultCsv(columns);
}

function makeGradient(result: PermeabilityResult): Iterable<Uint8Array> {
  const { conductance } = result;
  return writeResultCsv({
    throat: countUp(conductance.length),
    conductance,
    dK_dg: differentiatePermeability(result),
  });
}

function suffixOf({ axis }: PermeabilityResult, solutions: readonly Solution[]): string {
  return solutions.length > 1 ? `_${axis}` : "";
}

function countUp(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, k) => k);
}
