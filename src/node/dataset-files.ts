/**
 * Data sets from files: a table with one network and its permeability a line, either a CSV file that names the
 * networks' files, or a folder with an `index.csv` and the networks in `nets/`.
 *
 * | column | meaning |
 * |---|---|
 * | `network` | the network's file, relative to the table |
 * | `id` | instead of it, and its name: the files `nets/<id>…` beside the table |
 * | `permeability`, `permeability_mD`, `K_lbm_voxel2` | the label [m²], [mD], [voxel²]; one of them |
 * | `voxel_size` | edge of a voxel [m] |
 * | `n` | voxels an edge, instead of it: the box's length over n |
 * | `porosity_eff` or `porosity` | share of the volume that is void and joins both faces |
 * | `specific_surface`, `spec_surface` | walls in a volume of rock [1/m], [1/voxel] |
 * | `axis` | direction of the label, default x |
 * | `family`, `size`, `region`, `split` | words; the split is train, validation, test or skip |
 *
 * All but the first two rows may be missing or empty; other columns are passed over.
 */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FormatError } from "../errors.ts";
import { type Dataset, type DatasetRow, SPLITS } from "../learn/dataset.ts";
import { ALL } from "../learn/metrics.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { fromMillidarcy } from "../network/units.ts";
import { toPath } from "./atomic-write.ts";
import { CsvColumns, type CsvRecord, parseCsvTable } from "./csv-table.ts";
import { readNetworkFile } from "./files.ts";

export interface ReadDatasetOptions {
  readonly signal?: AbortSignal;
  /** Told how many networks have been read, of how many. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** Networks that are read side by side: enough to keep the disk busy while another is parsed. */
const SIDE_BY_SIDE = 8;

/**
 * Reads a data set with all of its networks.
 *
 * @param path a folder with an `index.csv`, or a CSV file
 * @throws {FormatError} with file and line: a column that is missing, a permeability that is not positive, a
 *   network that is missing or malformed
 * @throws what `signal` was aborted with
 * @example
 * const dataset = await readDataset("data/rocks", { onProgress: (done, count) => console.log(`${done}/${count}`) });
 */
export async function readDataset(path: string | URL, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const { signal, onProgress } = options;
  const place = toPath(path);
  const file = await findTable(place);
  const table = parseCsvTable(file, await readFile(file, { encoding: "utf8", signal }));
  const entries = readEntries(new CsvColumns(table));
  const rows = new Array<DatasetRow>(entries.length);
  let [next, done] = [0, 0];
  const readOn = async () => {
    while (next < entries.length) {
      signal?.throwIfAborted();
      const k = next++;
      rows[k] = completeRow(entries[k]!, await openNetwork(entries[k]!, signal));
      onProgress?.(++done, entries.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, readOn));
  } finally {
    // The first fault ends the others too.
    next = entries.length;
  }
  signal?.throwIfAborted();
  return { name: place, rows };
}

async function findTable(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  const remedy = "Give a folder with an index.csv, or a CSV file with the columns network and permeability.";
  if (found === undefined)
    throw new FormatError(path, undefined, "a data set", "nothing of that name", remedy);
  if (!found.isDirectory()) return path;
  const index = join(path, "index.csv");
  if (await stat(index).catch(() => undefined)) return index;
  throw new FormatError(path, undefined, "a folder with an index.csv", "none in it", remedy);
}

/** A row before its network is there. */
interface Entry {
  readonly labels: Omit<DatasetRow, "network" | "permeability">;
  /** Of the network. */
  readonly path: string;
  /** The first of these that is there is the label [m²], [mD], [voxel²]. */
  readonly permeability: Readonly<Record<(typeof PERMEABILITY_COLUMNS)[number], number | undefined>>;
  /** [m] */
  readonly voxelSize: number | undefined;
  /** Voxels an edge. */
  readonly voxelCount: number | undefined;
  /** [1/voxel] */
  readonly surfacePerVoxel: number | undefined;
  readonly fault: (expected: string, found: string) => FormatError;
}

const PERMEABILITY_COLUMNS = ["permeability", "permeability_mD", "K_lbm_voxel2"] as const;

/** All that the table says is checked before a network is opened. */
function readEntries(columns: CsvColumns): Entry[] {
  const { file, records } = columns.table;
  columns.requireEither(["network", "id"], "which network a row is of");
  columns.requireEither(PERMEABILITY_COLUMNS, "the permeability [m²], [mD] or [voxel²]");
  if (records.length === 0) throw new FormatError(file, 2, "one row a network", "none");
  const seen = new Map<string, number>();
  return records.map((record) => {
    const entry = readEntry(columns, record);
    const { name, axis = "x" } = entry.labels;
    const key = `${name} along ${axis}`;
    if (seen.has(key)) throw entry.fault("each network and axis once", `${key}, as in line ${seen.get(key)}`);
    seen.set(key, record.line);
    return entry;
  });
}

function readEntry(columns: CsvColumns, record: CsvRecord): Entry {
  const fault = (expected: string, found: string) => columns.fault(record, expected, found);
  const folder = dirname(columns.table.file);
  const file = columns.text(record, "network");
  const name = columns.text(record, "id") ?? file;
  if (name === undefined) throw fault("the name of a network", "an empty cell");
  const [permeability, permeability_mD, K_lbm_voxel2] = PERMEABILITY_COLUMNS.map((column) =>
    columns.positive(record, column),
  );
  if ((permeability ?? permeability_mD ?? K_lbm_voxel2) === undefined) throw fault("a permeability", "none");
  return {
    labels: readLabels(columns, record, name),
    path: file === undefined ? join(folder, "nets", name) : resolve(folder, file),
    permeability: { permeability, permeability_mD, K_lbm_voxel2 },
    voxelSize: columns.positive(record, "voxel_size"),
    voxelCount: columns.positive(record, "n"),
    surfacePerVoxel: columns.positive(record, "spec_surface"),
    fault,
  };
}

function readLabels(columns: CsvColumns, record: CsvRecord, name: string): Entry["labels"] {
  for (const column of ["family", "size"]) {
    if (columns.text(record, column) !== ALL) continue;
    throw columns.fault(record, `a ${column} of another name`, `"${ALL}", which stands for all of them`);
  }
  const porosity = columns.positive(record, "porosity_eff") ?? columns.positive(record, "porosity");
  if (porosity !== undefined && porosity > 1) {
    throw columns.fault(record, "a porosity of at most 1", `${porosity}`);
  }
  const labels = {
    name,
    axis: columns.choice(record, "axis", ["x", "y", "z"] as const),
    family: columns.text(record, "family"),
    size: columns.text(record, "size"),
    region: columns.text(record, "region"),
    split: columns.choice(record, "split", SPLITS),
    porosity,
    specificSurface: columns.positive(record, "specific_surface"),
  };
  return leaveOutUndefined(labels);
}

async function openNetwork(
  { path, labels, fault }: Entry,
  signal: AbortSignal | undefined,
): Promise<PoreNetwork> {
  try {
    return await readNetworkFile(path, { name: labels.name }, signal === undefined ? {} : { signal });
  } catch (error) {
    // A fault inside of a network's file has its line there; that a file is missing is the table's fault.
    if (!(error instanceof FormatError) || error.line !== undefined) throw error;
    throw fault(`the network "${labels.name}"`, error.message.replace(/\.$/, ""));
  }
}

function completeRow(entry: Entry, network: PoreNetwork): DatasetRow {
  const { labels, permeability, surfacePerVoxel } = entry;
  const voxelSize = findVoxelSize(entry, network);
  const requireVoxelSize = (column: string) => {
    if (voxelSize !== undefined) return voxelSize;
    throw entry.fault(`voxel_size [m] for ${column}, or n [voxels an edge] and a box`, "none");
  };
  const inMillidarcy = permeability.permeability_mD;
  const inVoxels = permeability.K_lbm_voxel2;
  return leaveOutUndefined({
    ...labels,
    network,
    voxelSize,
    permeability:
      permeability.permeability ??
      (inMillidarcy === undefined
        ? inVoxels! * requireVoxelSize("K_lbm_voxel2") ** 2
        : fromMillidarcy(inMillidarcy)),
    specificSurface:
      labels.specificSurface ??
      (surfacePerVoxel === undefined ? undefined : surfacePerVoxel / requireVoxelSize("spec_surface")),
  });
}

function findVoxelSize(
  { voxelSize, voxelCount }: Entry,
  { box, voxelSize: own }: PoreNetwork,
): number | undefined {
  if (voxelSize !== undefined) return voxelSize;
  return voxelCount !== undefined && box !== undefined ? box.size[0] / voxelCount : own;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function leaveOutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
