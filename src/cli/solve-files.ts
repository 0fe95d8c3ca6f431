/** Files of a solve: VTP for ParaView, CSV for tables and gradients, SVG and PNG. */
import { realpath } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { collectResultFields, tabulateFields, tabulateGradient } from "../flow/result-fields.ts";
import { writeResultCsv } from "../io/csv-writer.ts";
import { writeVtp } from "../io/vtp-writer.ts";
import type { Axis } from "../network/flow-domain.ts";
import { type FileContent, requireWritable, writeFileAtomically } from "../node/atomic-write.ts";
import { listNetworkFiles } from "../node/files.ts";
import { svgToPng } from "../view/png.ts";
import { viewResult } from "../view/result-view.ts";
import { renderSolveFigure } from "../view/solve-figure.ts";
import { type Arguments, type OptionSpec, UsageError } from "./options.ts";
import type { SolveRun } from "./solve-report.ts";

export const OUTPUT_OPTIONS = {
  vtp: { value: "FILE", help: "write network, pressures and flows for ParaView" },
  csv: { value: "FILE", help: "write pressures [Pa] and throat flows [m³/s]" },
  gradient: {
    value: "FILE.csv",
    help: "write each throat's conductance and what the permeability changes by with it",
  },
  plot: { value: "FILE.svg|png", help: "draw the network by pressure, its sizes and the convergence" },
} as const satisfies Record<string, OptionSpec>;

export const OUTPUT_NOTE =
  "With --axis all, pressures and flows are named by axis (pressure_x, …) and there is a plot and a gradient an axis " +
  "(FILE-x.svg, FILE-x.csv, …). " +
  "In the CSV a pore's row holds its index and pressure, a throat's its index, its two pores (-1 is the inlet " +
  "reservoir, -2 the outlet's) and the flow from the first to the second; pores that carry no flow have the pressure " +
  "nan. The VTP has 0 there, and says so in has_pressure; its dissipation_share is the part of a throat in all that " +
  "is dissipated, ∂lnK/∂ln g. A gradient's row holds a throat's index from 0, its conductance [m³/(Pa·s)] and dK/dg " +
  "[Pa·s/m] at the sample's length and area, 0 for throats that carry nothing; the sum of conductance times dK_dg is " +
  "K [m²]. For it the residual's tolerance is 1e-12 unless given.";

export interface Outputs {
  readonly vtp: string | undefined;
  readonly csv: string | undefined;
  /** A file for each axis. */
  readonly gradients: readonly string[];
  /** A file for each axis. */
  readonly plots: readonly string[];
}

/**
 * Looks at all that could fail in writing before anything is computed.
 * @throws {UsageError} when files would overwrite each other or the network
 * @throws {OptionError} when one cannot be written
 */
export async function checkOutputs(args: Arguments, axes: readonly Axis[]): Promise<Outputs> {
  const plot = args.text("plot");
  if (plot !== undefined && !/\.(svg|png)$/i.test(plot)) args.fail("plot", "Name a file .svg or .png.");
  const plots = nameByAxes(plot, axes);
  const gradients = nameByAxes(args.text("gradient"), axes);
  const outputs = { vtp: args.text("vtp"), csv: args.text("csv"), gradients, plots };
  const taken = new Map<string, string>();
  for (const file of listNetworkFiles(args.operands[0]!))
    taken.set(await identify(file), "the network itself");
  for (const path of [outputs.vtp, outputs.csv, ...gradients, ...plots]) {
    if (path === undefined) continue;
    await requireWritable(path);
    const place = await identify(path);
    const other = taken.get(place);
    if (other) throw new UsageError(`${path} would overwrite ${other}.`, "Give another path.");
    // Streams take everything, one after the other.
    if (!place.startsWith("/dev/")) taken.set(place, "another output");
  }
  // The package that draws is optional.
  if (plots.some(isPng)) await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  return outputs;
}

async function identify(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

/** A path for each axis, with the axis in its name where there are several. */
function nameByAxes(path: string | undefined, axes: readonly Axis[]): readonly string[] {
  if (path === undefined) return [];
  if (axes.length === 1) return [path];
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  return axes.map((axis) => `${stem}-${axis}${extension}`);
}

export interface Written {
  /** The paths of the files written. */
  readonly files: readonly string[];
  /** The first that went wrong: what was solved is not lost by it. */
  readonly fault?: unknown;
}

/** @throws what `signal` was aborted with */
export async function writeOutputs(outputs: Outputs, run: SolveRun, signal: AbortSignal): Promise<Written> {
  const files: string[] = [];
  const faults: unknown[] = [];
  const write = async (path: string, make: () => FileContent | Promise<FileContent>) => {
    try {
      await writeFileAtomically(path, await make(), { signal });
      files.push(path);
    } catch (error) {
      signal.throwIfAborted();
      faults.push(error);
    }
  };
  if (outputs.vtp !== undefined)
    await write(outputs.vtp, () => writeVtp(run.network, collectResultFields(run.results)));
  if (outputs.csv !== undefined)
    await write(outputs.csv, () => writeResultCsv(tabulateFields(run.network, run.results)));
  for (const [k, path] of outputs.gradients.entries())
    await write(path, () => writeResultCsv(tabulateGradient(run.results[k]!)));
  for (const [k, path] of outputs.plots.entries()) {
    const draw = () => renderSolveFigure(viewResult(run.network, run.results[k]!));
    await write(path, () => (isPng(path) ? svgToPng(draw()) : draw()));
  }
  return { files, fault: faults[0] };
}
