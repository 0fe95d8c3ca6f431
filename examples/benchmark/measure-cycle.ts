/** Where the time of an iteration with multigrid goes, launch by launch. */
import {
  type AdapterChoice,
  FlowBatch,
  generateBenchmarkFlow,
  type MultigridProfile,
  parseBenchmarkCase,
  profileMultigrid,
} from "porenet";
import { requestDevice } from "porenet/node";
import { formatNumber, formatTable } from "./markdown.ts";
import { weightsOf } from "./measure-case.ts";

export interface CycleTask {
  readonly kind: "cycle";
  readonly label: string;
  readonly repeats: number;
}

export interface CycleMeasurement extends MultigridProfile {
  readonly label: string;
  readonly device: AdapterChoice;
}

export async function measureCycle({ label, repeats }: CycleTask): Promise<CycleMeasurement> {
  const { flowCase } = generateBenchmarkFlow(parseBenchmarkCase(label));
  using device = await requestDevice();
  using batch = await FlowBatch.create(device, [flowCase]);
  const system = batch.systems[0]!;
  const profile = await profileMultigrid(device, system.graph, weightsOf(system), { repeats });
  const { name, kind, source } = device;
  return { label, device: { name, kind, source }, ...profile };
}

/** By level: its size, and what its launches take by themselves. */
export function formatCycle(
  { hierarchy, launches, iterationSeconds, finestBytes }: CycleMeasurement,
  copyBytesPerSecond: number,
): string {
  const sum = (isIn: (launch: MultigridProfile["launches"][number]) => boolean) =>
    launches.reduce((seconds, launch) => seconds + (isIn(launch) ? launch.seconds : 0), 0);
  const all = sum(() => true);
  const row = (name: string, size: readonly string[], count: number, seconds: number) => [
    name,
    ...size,
    String(count),
    formatNumber(1e3 * seconds),
    `${formatNumber((100 * seconds) / all)} %`,
  ];
  const countAt = (level: number | undefined) => launches.filter((launch) => launch.level === level).length;
  const outside = sum(({ level }) => level === undefined);
  const rows = hierarchy.levels.map(({ unknowns, nonzeros }, level) =>
    row(
      `level ${level}`,
      [String(unknowns), formatNumber(nonzeros / unknowns)],
      countAt(level),
      sum((launch) => launch.level === level),
    ),
  );
  const finest = sum(({ level }) => level === 0);
  return [
    formatTable(
      ["part", "unknowns", "entries a row", "launches", "ms", "share"],
      [row("conjugate gradients", ["", ""], countAt(undefined), outside), ...rows],
      1,
    ),
    "",
    `an iteration in one pass ${formatNumber(1e3 * iterationSeconds)} ms, its launches one by one ${formatNumber(1e3 * all)} ms`,
    `finest level of the cycle: ${formatNumber(finestBytes / 1e6)} MB, ${formatNumber((100 * finestBytes) / finest / copyBytesPerSecond)} % of the best copy`,
  ].join("\n");
}
