/**
 * `npm run bench:kasa`: true evaluations that searches need, by their medians over many seeds: KASA with variance, KASA
 * as printed and plain annealing, on test functions and on NET-PFS networks. Exit code 1 when a target is missed.
 */
import type { ComputeDevice } from "porenet";
import { MINIMIZE_METHODS, type MinimizeMethod } from "porenet/calibrate";
import { type NodeDeviceOptions, requestDevice } from "porenet/node";
import {
  readOptions,
  readPositiveIntegers,
  runCommand,
  tellProgress,
  UsageError,
  writeJson,
} from "./command.ts";
import { listFunctions, TARGETS } from "./kasa-functions.ts";
import { formatNetworks, judgeNetworks, measureNetworks, type NetworkSearch } from "./kasa-networks.ts";
import { formatSearches, judgeSearches, measureSearch, type SearchMeasurement } from "./kasa-searches.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import { formatTargets } from "./targets.ts";

const USAGE = `npm run bench:kasa -- [--seeds 30] [--methods kasa-variance,kasa,annealing] [--batch 1] [--json FILE]
                     [--functions targets|all|none|"Branin,Ackley-2"] [--adapter none|hardware|system|swiftshader]
                     [--pores 354,100000|none]   networks, always on a device`;

/** Networks larger than this are calibrated once, and to fewer runs at most. */
const LARGE = 10_000;
const MOST_RUNS = { small: 1000, large: 100 };

await runCommand(async () => {
  const names = ["seeds", "functions", "methods", "batch", "adapter", "json", "pores"] as const;
  const options = readOptions(names, []);
  const seeds = readPositiveIntegers("seeds", options.seeds ?? "30")[0]!;
  const batchSize = readPositiveIntegers("batch", options.batch ?? "1")[0]!;
  const functions = readFunctions(options.functions ?? "targets");
  const methods = readNames("methods", options.methods, MINIMIZE_METHODS) as MinimizeMethod[];
  const pores = options.pores === "none" ? [] : readPositiveIntegers("pores", options.pores ?? "354");
  const provenance = describeProvenance();
  const adapter = options.adapter ?? "none";
  using device = adapter === "none" ? undefined : await openDevice(adapter);
  const searches = await measureAll(functions, methods, { seeds, batchSize, device });
  const { networks, driver } = await measureAllNetworks(pores, methods, seeds, device);
  const targets = [...judgeSearches(searches, batchSize), ...judgeNetworks(networks)];
  const chains = device?.name ?? "none";
  writeJson(options.json, { ...provenance, chains, driver, seeds, batchSize, searches, networks, targets });
  const heading = [
    ...formatProvenance(provenance),
    `chains    ${device?.name ?? "on the host"}`,
    ...(driver === undefined ? [] : [`networks  on ${driver}`]),
  ];
  const tables = [
    ...(searches.length > 0 ? [...formatSearches(searches), ""] : []),
    ...(networks.length > 0 ? [...formatNetworks(networks), ""] : []),
  ];
  console.log([...heading, "", ...tables, formatTargets(targets)].join("\n"));
  return targets.every(({ passed }) => passed) ? 0 : 1;
}, USAGE);

function readFunctions(text: string): readonly string[] {
  const known = listFunctions(1).map(({ name }) => name);
  if (text === "none") return [];
  if (text === "targets") return known.filter((name) => name in TARGETS);
  return text === "all" ? known : readNames("functions", text, known);
}

async function measureAllNetworks(
  pores: readonly number[],
  methods: readonly MinimizeMethod[],
  seeds: number,
  given: ComputeDevice | undefined,
): Promise<{ networks: NetworkSearch[]; driver: string | undefined }> {
  if (pores.length === 0) return { networks: [], driver: undefined };
  using own = given ? undefined : await requestDevice();
  const device = given ?? own!;
  const networks: NetworkSearch[] = [];
  for (const count of pores) {
    const isLarge = count > LARGE;
    const setting = {
      pores: count,
      seeds: isLarge ? 1 : seeds,
      maxEvaluations: isLarge ? MOST_RUNS.large : MOST_RUNS.small,
      device,
    };
    networks.push(...(await measureNetworks(methods, setting, tellProgress)));
  }
  return { networks, driver: device.name };
}

function openDevice(adapter: string): Promise<ComputeDevice> {
  return requestDevice({ adapter } as NodeDeviceOptions);
}

function readNames(option: string, text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return names;
  throw new UsageError(`--${option} names "${wrong}": it knows ${known.join(", ")}.`);
}

async function measureAll(
  functions: readonly string[],
  methods: readonly MinimizeMethod[],
  setting: Parameters<typeof measureSearch>[2],
): Promise<SearchMeasurement[]> {
  const found: SearchMeasurement[] = [];
  for (const name of functions) {
    for (const method of methods) {
      const measured = await measureSearch(name, method, setting);
      tellProgress(`${name}, ${method}: ${measured.seconds.toFixed(1)} s`);
      found.push(measured);
    }
  }
  return found;
}
