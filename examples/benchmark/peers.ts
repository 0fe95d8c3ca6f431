/**
 * `npm run bench:peers`: porenet beside SciPy and PETSc on the same networks in the same run. The peers compute
 * in float64 on one core each; porenet has all cores where its adapter uses them. README.md says how to read it.
 *
 * Without Python's packages porenet is measured alone. Ends with 1 where porenet's permeability is wrong.
 */
import { availableParallelism } from "node:os";
import { parseCases } from "./cases.ts";
import {
  adapterEnvironment,
  readOptions,
  readPositiveIntegers,
  runCommand,
  UsageError,
  writeJson,
} from "./command.ts";
import { type Comparison, type ComparisonPlan, compareCase } from "./compare-peers.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import {
  formatCount,
  formatExponent,
  formatMegabytes,
  formatMilliseconds,
  formatNumber,
  formatTable,
} from "./markdown.ts";
import {
  findPython,
  findVersions,
  INSTALL_HINT,
  listRunnable,
  PEER_METHODS,
  type PeerMethod,
  type PeerVersions,
  pinToOneCore,
} from "./run-peer.ts";
import { formatTargets, isRight, judgeRatio } from "./targets.ts";

const USAGE = `npm run bench:peers -- [--cases cubic50:s2,cubic100:s2,knn1000k:p] [--methods ${PEER_METHODS.join(",")}]
                      [--adapter hardware|system|swiftshader] [--rounds 3] [--limit SECONDS] [--python PATH]
                      [--quick] [--json FILE]`;

const CASES = "cubic50:s2,cubic100:s2,knn1000k:p";
const QUICK_CASES = "cubic20:s2";
const LIMIT = 900;

await runCommand(async () => {
  const options = readOptions(
    ["cases", "methods", "adapter", "rounds", "limit", "python", "json"],
    ["quick"],
  );
  const labels = listLabels(options.cases ?? (options.quick ? QUICK_CASES : CASES));
  const python = findPython(options.python);
  const versions = await findVersions(python);
  const wanted = listMethods(options.methods);
  const plan: ComparisonPlan = {
    python,
    pin: pinToOneCore(),
    methods: listRunnable(wanted, versions),
    iterations: options.quick ? [10, 60] : [4, 24],
    repeats: options.quick ? 2 : 12,
    rounds: readPositiveIntegers("rounds", options.rounds)[0] ?? (options.quick ? 1 : 3),
    limit: readPositiveIntegers("limit", options.limit)[0] ?? LIMIT,
    env: adapterEnvironment(options.adapter),
  };
  const provenance = describeProvenance();
  const comparisons: Comparison[] = [];
  for (const label of labels) comparisons.push(await compareCase(label, plan));

  const device = comparisons[0]!.own.device;
  const targets = comparisons.flatMap(({ label, own, peers }) => {
    const ratio = peers.find(({ solver }) => solver === "petsc_cg_jacobi")?.iteration;
    return ratio === undefined ? [] : judgeRatio(label, own.device, ratio);
  });
  const cores = comparisons.map(({ label, own }) => `${own.iteration.auto!.cores.toFixed(1)} on ${label}`);
  console.log(
    [
      ...formatProvenance(provenance),
      `adapter   ${device.name} (${device.kind}, ${device.source})`,
      `peers     ${formatVersions(versions, python)}`,
      `cores     porenet: ${cores.join(", ")} of ${availableParallelism()}; each peer: 1${plan.pin.length > 0 ? `, pinned (${plan.pin.join(" ")})` : ", not pinned (no taskset)"}`,
      "",
      formatComparisons(comparisons),
      ...listLeft(comparisons),
      `\n${formatTargets(targets)}`,
      ...(plan.methods.length < wanted.length ? [`\nFor the peers that are missing: ${INSTALL_HINT}`] : []),
    ].join("\n"),
  );
  writeJson(options.json, {
    ...provenance,
    device,
    peers: versions ?? null,
    pin: plan.pin,
    comparisons,
    targets,
  });
  return comparisons.every(({ own }) => isRight(own)) ? 0 : 1;
}, USAGE);

/** Times in the rows of the peers; the last four columns are porenet's over the peer's, and K against porenet's. */
function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ label, ownRow, peers }) =>
    [ownRow, ...peers].map((row) => {
      const peer = peers.find(({ solver }) => solver === row.solver);
      const ratio = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value));
      return [
        label,
        row.solver,
        formatCount(row.unknowns),
        String(row.iterations),
        row.iterationSeconds === undefined ? "–" : formatMilliseconds(row.iterationSeconds),
        row.iterationCpuSeconds === undefined ? "–" : formatMilliseconds(row.iterationCpuSeconds),
        formatNumber(row.setupSeconds),
        formatNumber(row.solveSeconds),
        formatExponent(row.relativeResidual),
        row.permeability.toPrecision(10),
        formatMegabytes(row.peakBytes),
        ratio(peer?.iteration),
        ratio(peer?.solve),
        ratio(peer?.total),
        formatExponent(peer?.permeabilityDifference),
      ];
    }),
  );
  const header = [
    "case",
    "solver",
    "unknowns",
    "iterations",
    "ms an iteration",
    "CPU ms",
    "setup s",
    "solve s",
  ];
  return formatTable(
    [
      ...header,
      "residual",
      "K m²",
      "peak MB",
      "× iteration",
      "× solve",
      "× setup + solve",
      "K from porenet's",
    ],
    rows,
    2,
  );
}

function formatVersions(versions: PeerVersions | undefined, python: string): string {
  if (!versions) return `none: ${python} cannot be run`;
  const { python: version, numpy, scipy, petsc } = versions;
  return `Python ${version}, NumPy ${numpy ?? "missing"}, SciPy ${scipy ?? "missing"}, PETSc ${petsc ?? "missing"}`;
}

function listLeft(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ label, left }) =>
    left.map(({ solver, reason }) => `left out: ${solver} on ${label}: ${reason}`),
  );
}

function listMethods(list: string | undefined): PeerMethod[] {
  if (list === undefined) return [...PEER_METHODS];
  return list.split(",").map((name) => {
    const method = PEER_METHODS.find((each) => each === name);
    if (!method) throw new UsageError(`There is no method "${name}": choose of ${PEER_METHODS.join(", ")}.`);
    return method;
  });
}

function listLabels(list: string): string[] {
  try {
    return parseCases(list).map(({ label }) => label);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
