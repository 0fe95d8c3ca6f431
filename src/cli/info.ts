/** `porenet info`: a network's health report. */
import { AXES } from "../network/face-labels.ts";
import type { Axis } from "../network/flow-domain.ts";
import { examineNetwork, type HealthReport } from "../network/health.ts";
import type { Quantiles } from "../network/health-statistics.ts";
import { formatLength, formatSignificant } from "../network/units.ts";
import { readNetworkFile } from "../node/files.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { NETWORK_NOTE, NETWORK_OPTIONS, readFacts } from "./network-file.ts";
import { type Arguments, UsageError } from "./options.ts";
import { alignRows, printJson, printLines } from "./output.ts";

export const info: Command = {
  name: "info",
  summary: "Health report of a network: what it has, what is odd, what would flow",
  operands: ["NETWORK"],
  options: {
    axis: { value: "x|y|z", help: "direction of the flow that is asked about; default x" },
    inlet: { value: "LABEL", help: "label of the pores at the inlet's pressure, with --outlet" },
    outlet: { value: "LABEL", help: "label of the pores at the outlet's pressure" },
    ...NETWORK_OPTIONS,
    json: { help: "one JSON object on stdout" },
    ...COMMON_OPTIONS,
  },
  notes: [NETWORK_NOTE, "The exit code is 0 whatever the findings are: they are in the report."],
  run: runInfo,
};

async function runInfo(args: Arguments): Promise<number> {
  const axis: Axis = args.choice("axis", AXES) ?? "x";
  if (args.isSet("inlet") !== args.isSet("outlet")) {
    throw new UsageError("Only one of --inlet and --outlet is given.", "Name the labels of both.");
  }
  const network = await readNetworkFile(args.operands[0]!, readFacts(args));
  const report = examineNetwork(network, { axis, inlet: args.text("inlet"), outlet: args.text("outlet") });
  if (args.isSet("json")) printJson(report);
  else printLines(describeReport(report));
  return 0;
}

function describeReport(report: HealthReport): string[] {
  return [
    report.name,
    ...alignRows([...describeCounts(report), ...describeSizes(report)]),
    "",
    ...describeFindings(report),
  ];
}

function describeCounts(report: HealthReport): [string, string][] {
  const { components, flow, statistics } = report;
  const largest = components.largest.slice(0, 5).join(", ");
  const listed = components.count > 5 ? `${largest}, …` : largest;
  const parts = `${flow.componentsSolved} component${flow.componentsSolved === 1 ? "" : "s"}`;
  const found = flow.spans
    ? `${flow.solvedPores} pores in ${parts} carry flow, ${flow.droppedPores} do not`
    : "nothing joins inlet and outlet";
  const { mean, max } = statistics.coordination;
  return [
    ["pores", `${report.pores}, ${report.isolatedPores} isolated, ${report.deadEndPores} in dead ends`],
    ["throats", `${report.throats}, ${report.reservoirThroats} into reservoirs`],
    ["components", `${components.count}${components.count > 0 ? `, of ${listed} pores` : ""}`],
    [`flow along ${flow.axis}`, `${found} (pressure held by ${flow.boundary})`],
    ["coordination", `mean ${formatSignificant(mean, 3)}, most ${max}`],
  ];
}

function describeSizes({ statistics, box, voxelSize, properties }: HealthReport): [string, string][] {
  const rows: [string, string][] = [
    ["pore radius", describeQuantiles(statistics.poreRadius)],
    ["throat radius", describeQuantiles(statistics.throatRadius)],
    ["pore distance", describeQuantiles(statistics.throatLength)],
    ["porosity", statistics.porosity === undefined ? "unknown" : formatSignificant(statistics.porosity, 4)],
    ["box", box ? box.size.map((length) => formatLength(length)).join(" x ") : "none"],
  ];
  if (voxelSize !== undefined) rows.push(["voxel size", formatLength(voxelSize)]);
  return [...rows, ["properties", properties.join(" ")]];
}

function describeQuantiles(sizes: Quantiles | undefined): string {
  if (sizes === undefined) return "unknown";
  const { min, median, max } = sizes;
  return `${formatLength(min, 3)} to ${formatLength(max, 3)}, median ${formatLength(median, 3)}`;
}

function describeFindings({ findings }: HealthReport): string[] {
  if (findings.length === 0) return ["nothing odd found"];
  return findings.flatMap(({ severity, message, remedy, indices, count }) => {
    const more = count > indices.length ? ", …" : "";
    const which =
      indices.length > 0 ? [`  ${indices.slice(0, 10).join(", ")}${indices.length > 10 ? ", …" : more}`] : [];
    return [`${severity}: ${message}`, `  ${remedy}`, ...which];
  });
}
