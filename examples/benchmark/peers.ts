/**
 * `npm run bench:peers`: porenet beside SciPy and PETSc on the same networks in the same run. The peers compute
 * in float64 on one core each; porenet has all cores where its adapter uses them. README.md says how to read it.
 *
 * Without Python's packages porenet is measured alone. Ends with 1 where porenet's permeability is wrong or missing.
 */
import { availableParallelism } from "node:os";
import {
  adapterEnvironment,
  listLabels,
  readOptions,
  readPositiveIntegers,
  runCommand,
  UsageError,
  writeJson,
} from "./command.ts";
import { type Comparison, type ComparisonPlan, compareCase } from "./compare-peers.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import { formatComparisons, listLeft } from "./report-peers.ts";
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
import { formatTargets, isRight, judgePeers, judgeRatio } from "./targets.ts";

const USAGE = `npm run bench:peers -- [--cases cubic50:s2,cubic100:s4,…] [--methods ${PEER_METHODS.join(",")}]
                      [--adapter hardware|system|swiftshader] [--rounds 3] [--limit SECONDS] [--python PATH]
                      [--quick] [--json FILE]`;

const CASES = "cubic50:s2,cubic50:s4,cubic100:s2,cubic100:s4,knn1000k:p";
const QUICK_CASES = "cubic20:s2";
/** Enough for all but Jacobi-CG at high contrast, which is left out there [s]. */
const LIMIT = 300;

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
  const failures: { label: string; reason: string }[] = [];
  for (const label of labels) {
    try {
      comparisons.push(await compareCase(label, plan));
    } catch (error) {
      failures.push({ label, reason: (error as Error).message });
    }
  }
  if (comparisons.length === 0) throw new Error(failures[0]!.reason);

  const device = comparisons[0]!.own.device;
  const targets = comparisons.flatMap((comparison) => {
    const { label, own, peers } = comparison;
    const ratio = peers.find(({ solver }) => solver === "petsc_cg_jacobi")?.iteration;
    return [...(ratio === undefined ? [] : judgeRatio(label, own.device, ratio)), ...judgePeers(comparison)];
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
      ...failures.map(({ label, reason }) => `left out: ${label}: ${reason}`),
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
    failures,
    targets,
  });
  return failures.length === 0 && comparisons.every(({ own }) => isRight(own)) ? 0 : 1;
}, USAGE);

function formatVersions(versions: PeerVersions | undefined, python: string): string {
  if (!versions) return `none: ${python} cannot be run`;
  const { python: version, numpy, scipy, petsc } = versions;
  return `Python ${version}, NumPy ${numpy ?? "missing"}, SciPy ${scipy ?? "missing"}, PETSc ${petsc ?? "missing"}`;
}

function listMethods(list: string | undefined): PeerMethod[] {
  if (list === undefined) return [...PEER_METHODS];
  return list.split(",").map((name) => {
    const method = PEER_METHODS.find((each) => each === name);
    if (!method) throw new UsageError(`There is no method "${name}": choose of ${PEER_METHODS.join(", ")}.`);
    return method;
  });
}
