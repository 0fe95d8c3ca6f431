/** Many small networks for the benchmarks of batches and of training: generated ones, or those of a data set. */
import { basename } from "node:path";
import { type FlowCase, generateRandom, normal, type PoreNetwork, uniform } from "porenet";
import { type DatasetRow, prepareGraph } from "porenet/learn";
import { readDataset } from "porenet/node";

/** Networks that percolate, each with the conductances of its closure. */
export interface NetworkSource {
  /** For people: what they are. */
  readonly name: string;
  readonly rows: readonly DatasetRow[];
}

const FIRST_SEED = 5003;
/** Streams of random numbers that no generator uses. */
const SHAPES = 907;
const NOISE = 911;

/** @param count of networks; the first of a data set, in the order of its index */
export async function readNetworks(dataset: string | undefined, count: number): Promise<NetworkSource> {
  if (dataset === undefined) return { name: "generated networks", rows: generateRows(count) };
  const { name, rows } = await readDataset(dataset);
  return { name: `the data set ${basename(name)}`, rows: rows.filter(percolates).slice(0, count) };
}

export function casesOf({ rows }: NetworkSource): FlowCase[] {
  return rows.map((row) => {
    const { domain, base } = prepareGraph(row.network, { variant: "correct", closure: "auto" });
    return { domain, conductance: base };
  });
}

/**
 * Networks of the size of those that a cube of 64³ voxels gives: 34 free pores, some 80 throats, angular sections.
 * Their label is nothing but the network's mean radius and noise: training on it costs what any training costs.
 */
function generateRows(count: number): DatasetRow[] {
  const rows: DatasetRow[] = [];
  for (let seed = FIRST_SEED; rows.length < count; seed++) {
    const network = generateNetwork(seed);
    const radius = network.numbers("throat.radius");
    const mean = radius.reduce((sum, r) => sum + r / radius.length, 0);
    const permeability = 1e-3 * mean ** 2 * Math.exp(0.5 * normal(seed, NOISE, 0));
    const row: DatasetRow = { name: `random ${seed}`, network, permeability, voxelSize: 1e-6 };
    if (percolates(row)) rows.push(row);
  }
  return rows;
}

function generateNetwork(seed: number): PoreNetwork {
  const network = generateRandom({
    count: 40,
    size: 64e-6,
    seed,
    faceThickness: 5e-6,
    connect: { kind: "nearest", k: 3 },
    throatRadius: { kind: "gamma", shape: 4, scale: 0.7e-6 },
    poreRadius: { kind: "gamma", shape: 6, scale: 1e-6 },
  });
  const shapes = (length: number, stream: number) =>
    Float64Array.from({ length }, (_, k) => 0.015 + 0.03 * uniform(seed, stream, k));
  return network.with([
    ["throat.shape_factor", shapes(network.throatCount, SHAPES)],
    ["pore.shape_factor", shapes(network.poreCount, SHAPES + 1)],
  ]);
}

function percolates({ network }: DatasetRow): boolean {
  try {
    prepareGraph(network, { variant: "correct", closure: "auto" });
    return true;
  } catch {
    return false;
  }
}
