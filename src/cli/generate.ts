/** `porenet generate`: lattices, random networks and those that peers are timed on. */
import { generateBenchmarkNetwork } from "../network/benchmark-networks.ts";
import { AXES } from "../network/face-labels.ts";
import { generateCubic } from "../network/generate-cubic.ts";
import { type Connection, generateRandom } from "../network/generate-random.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { requireWritableNetwork, writeNetworkFile } from "../node/files.ts";
import type { Command } from "./command.ts";
import { DISTRIBUTION_NOTE, readDistribution } from "./distribution.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import { tellWritten } from "./network-file.ts";
import { type Arguments, parseNumber, UsageError } from "./options.ts";
import { findNearest } from "./suggest.ts";

const OUTPUT = {
  output: { value: "FILE", short: "o", help: "where to write it; the name tells the format, as for convert" },
  name: { value: "TEXT", help: "name of the network" },
  json: { help: "one JSON object on stdout: what was written" },
  quiet: { help: "do not say what the format cannot hold" },
  ...COMMON_OPTIONS,
} as const;
const RADII = {
  "throat-radius": { value: "DIST", help: "radii of the throats [m]" },
  "pore-radius": { value: "DIST", help: "radii of the pores [m]" },
  axis: { value: "x|y|z", help: "axis whose faces are labelled inlet and outlet; default x" },
} as const;

/** The kinds of networks, as sub-commands with options of their own. */
const KINDS: readonly Command[] = [
  {
    name: "generate cubic",
    summary: "A cubic lattice; conductances are lognormal, or follow from radii",
    operands: [],
    options: {
      size: { value: "N|NX,NY,NZ", help: "pores along each axis" },
      spacing: { value: "M", help: "distance of neighbours [m]; default 1" },
      sigma: { value: "S", help: "standard deviation of ln g; default 0, all alike" },
      conductance: { value: "G", help: "median conductance [m³/(Pa·s)]; default 1" },
      seed: { value: "S", help: "of the random numbers; default: the pores along x" },
      ...RADII,
      ...OUTPUT,
    },
    notes: [
      DISTRIBUTION_NOTE,
      "With --throat-radius and without --sigma, conductances are left to the closure.",
    ],
    run: (args) => writeGenerated(args, makeCubic),
  },
  {
    name: "generate random",
    summary: "Random points in a box, joined to neighbours or by Delaunay's tetrahedra",
    operands: [],
    options: {
      count: { value: "N", help: "pores" },
      connect: { value: "HOW", help: "nearest:K, threshold:D[,MOST] or delaunay[:LONGEST]; distances in m" },
      seed: { value: "S", help: "of the random numbers" },
      size: { value: "L|LX,LY,LZ", help: "edges of the box [m]; default: a cubic metre a pore" },
      ...RADII,
      ...OUTPUT,
    },
    notes: [
      DISTRIBUTION_NOTE,
      "Throat radii are gamma of shape 4 and mean 0.16 spacings where nothing else is said.",
    ],
    run: (args) => writeGenerated(args, makeRandom),
  },
  {
    name: "generate benchmark",
    summary: "A network that porenet and its peers are timed on, the same to the last bit",
    operands: ["NAME"],
    options: {
      sigma: { value: "S", help: "of a cubic one: standard deviation of ln g; default 0" },
      ...OUTPUT,
    },
    notes: [
      "NAME is cubicN (cubic20, cubic50, cubic100, …) or knnNk (knn10k, knn100k, knn1000k, knn1000ks).",
    ],
    run: (args) =>
      writeGenerated(args, () => {
        const sigma = args.notNegative("sigma");
        return generateBenchmarkNetwork(args.operands[0]!, sigma === undefined ? {} : { sigma });
      }),
  },
];

/** Its kind decides which options there are. */
export const generate: Omit<Command, "run"> & {
  kinds: readonly Command[];
  choose(args: readonly string[]): Command;
} = {
  name: "generate",
  summary: "Write a lattice (cubic), a random network (random) or one that peers are timed on (benchmark)",
  operands: ["cubic|random|benchmark"],
  options: COMMON_OPTIONS,
  notes: ["porenet generate KIND --help tells the options of a kind."],
  kinds: KINDS,
  choose([kind = ""]) {
    const names = KINDS.map(({ name }) => name.split(" ")[1]!);
    const found = KINDS.find(({ name }) => name === `generate ${kind}`);
    if (found) return found;
    const nearest = findNearest(kind, names);
    throw new UsageError(
      kind === "" || kind.startsWith("-")
        ? "porenet generate needs a kind."
        : `There is no kind "${kind}" to generate.`,
      nearest ? `Did you mean ${nearest}?` : `Choose one of: ${names.join(", ")}.`,
    );
  },
};

async function writeGenerated(args: Arguments, make: (args: Arguments) => PoreNetwork): Promise<number> {
  const path = args.text("output");
  if (path === undefined) throw new UsageError("-o is missing.", "Name the file to write: -o network.json.");
  await requireWritableNetwork(path);
  const made = make(args);
  const title = args.text("name");
  const network = title === undefined ? made : made.with([], { name: title });
  const notes: string[] = [];
  const files = await interruptible((signal) =>
    writeNetworkFile(network, path, { signal, onNote: (note) => notes.push(note) }),
  );
  tellWritten(args, network, files, notes);
  return 0;
}

function makeCubic(args: Arguments): PoreNetwork {
  const remedy = "Give the pores along all axes, or along x, y and z: 20 or 20,20,40.";
  const size = args.numbers("size", [1, 3], remedy);
  if (size === undefined) throw new UsageError("--size is missing.", remedy);
  if (!size.every((each) => Number.isInteger(each) && each > 0)) args.fail("size", remedy);
  return generateCubic({
    size: size.length === 1 ? size[0]! : [size[0]!, size[1]!, size[2]!],
    ...given("spacing", args.positive("spacing", "m")),
    ...given("sigma", args.notNegative("sigma")),
    ...given("conductance", args.positive("conductance", "m³/(Pa·s)")),
    ...given("seed", args.integer("seed", 0, 2 ** 32 - 1)),
    ...readRadii(args),
  });
}

function makeRandom(args: Arguments): PoreNetwork {
  const count = args.integer("count", 1, 2 ** 28);
  const seed = args.integer("seed", 0, 2 ** 32 - 1);
  if (count === undefined) throw new UsageError("--count is missing.", "Give the number of pores.");
  if (seed === undefined)
    throw new UsageError("--seed is missing.", "The same seed gives the same network: --seed 7.");
  const remedy = "Give one length above 0 [m], or three.";
  const size = args.numbers("size", [1, 3], remedy);
  if (size && !size.every((each) => each > 0)) args.fail("size", remedy);
  return generateRandom({
    count,
    seed,
    connect: readConnection(args),
    ...given("size", size && (size.length === 1 ? size[0]! : ([size[0]!, size[1]!, size[2]!] as const))),
    ...readRadii(args),
  });
}

function readRadii(args: Arguments) {
  return {
    ...given("throatRadius", readDistribution(args, "throat-radius")),
    ...given("poreRadius", readDistribution(args, "pore-radius")),
    ...given("flowAxis", args.choice("axis", AXES)),
  };
}

function readConnection(args: Arguments): Connection {
  const remedy =
    "Give nearest:K, threshold:D, threshold:D,MOST, delaunay or delaunay:LONGEST, distances in m.";
  const text = args.text("connect");
  if (text === undefined) throw new UsageError("--connect is missing.", remedy);
  const [kind, list] = text.split(":", 2);
  const numbers = list === undefined ? [] : list.split(",").map(parseNumber);
  const [first, second] = numbers;
  const isFine = numbers.every((each) => each > 0 && each < Infinity);
  if (isFine && kind === "nearest" && numbers.length === 1 && Number.isInteger(first)) {
    return { kind, k: first! };
  }
  if (isFine && kind === "threshold" && first !== undefined && numbers.length <= 2) {
    return { kind, distance: first, ...given("maxNeighbours", second) };
  }
  if (isFine && kind === "delaunay" && numbers.length <= 1) return { kind, ...given("maxLength", first) };
  args.fail("connect", remedy);
}

/** The property, or none. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
