/** Which format a file name means, which files belong together, and one function to read or write any. */
import { FormatError, OptionError } from "../errors.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { ByteSource, Bytes } from "./byte-source.ts";
import { readOpenpnmCsv } from "./csv-reader.ts";
import { writeOpenpnmCsv } from "./csv-writer.ts";
import type { NetworkFacts } from "./network-columns.ts";
import { readOpenpnmJson, refusePickle } from "./openpnm-json-reader.ts";
import { writeOpenpnmJson } from "./openpnm-json-writer.ts";
import { readStatoil, STATOIL_FILES, type StatoilFile } from "./statoil-reader.ts";
import { type NoteListener, writeStatoil } from "./statoil-writer.ts";
import { writeVtp } from "./vtp-writer.ts";

export type FormatName = "statoil" | "openpnm-json" | "openpnm-csv" | "vtp";

export interface NetworkFormat {
  readonly name: FormatName;
  readonly title: string;
  /** How its files are named, for messages. */
  readonly pattern: string;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** All formats, in the order in which a list shows them. */
export const NETWORK_FORMATS: readonly NetworkFormat[] = [
  {
    name: "statoil",
    title: "Statoil/ICL (pnextract, pnflow)",
    pattern: "PREFIX or PREFIX_{link1,link2,node1,node2}.dat",
    reads: true,
    writes: true,
  },
  { name: "openpnm-json", title: "OpenPNM or PoreSpy JSON", pattern: "*.json", reads: true, writes: true },
  { name: "openpnm-csv", title: "OpenPNM CSV", pattern: "*.csv", reads: true, writes: true },
  { name: "vtp", title: "ParaView PolyData", pattern: "*.vtp", reads: false, writes: true },
];

const EXTENSIONS: Readonly<Record<string, FormatName>> = {
  json: "openpnm-json",
  csv: "openpnm-csv",
  vtp: "vtp",
};
const STATOIL_NAME = /^(.*)_(link1|link2|node1|node2)\.dat$/i;
const UNKNOWN_EXTENSION =
  /\.(pnm|pkl|pickle|txt|dat|vtk|vtu|h5|hdf5|mat|net|xml|npz|npy|xlsx|gz|zip|raw|tiff?)$/i;

/**
 * The format of a file by its name; a name without an extension that is known is a Statoil prefix.
 * @throws {FormatError} for files of other formats, with what to do about a `.pnm`.
 */
export function detectFormat(path: string): FormatName {
  if (STATOIL_NAME.test(path)) return "statoil";
  const format = EXTENSIONS[/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (format) return format;
  if (/\.(pnm|pkl|pickle)$/i.test(path)) throw refusePickle(path);
  if (UNKNOWN_EXTENSION.test(path)) {
    const patterns = NETWORK_FORMATS.map(({ pattern }) => pattern).join("; ");
    throw new FormatError(
      path,
      undefined,
      "a network file",
      "an unknown extension",
      `Known are ${patterns}.`,
    );
  }
  return "statoil";
}

/** The four files of a Statoil network, out of their prefix or the path of any of them. */
export function findStatoilFiles(path: string): Record<StatoilFile, string> {
  const [, prefix, part] = STATOIL_NAME.exec(path) ?? [];
  const isUpperCase = part !== undefined && part === part.toUpperCase();
  const nameOf = (file: StatoilFile): string => {
    if (prefix === undefined) return `${path.replace(/_$/, "")}_${file}.dat`;
    const extension = path.slice(path.lastIndexOf("."));
    return `${prefix}_${isUpperCase ? file.toUpperCase() : file}${extension}`;
  };
  return Object.fromEntries(STATOIL_FILES.map((file) => [file, nameOf(file)])) as Record<StatoilFile, string>;
}

/**
 * Reads a network of any format that is read. `open` gives the bytes of a path: a file, a download, a
 * dropped `File`.
 *
 * @throws {FormatError} when the format is unknown or not read, or the files are malformed.
 * @example
 * ```ts
 * const network = await readNetwork("berea_link1.dat", (path) => createReadStream(path));
 * ```
 */
export async function readNetwork(
  path: string,
  open: (path: string) => Bytes | Promise<Bytes>,
  facts: NetworkFacts = {},
): Promise<PoreNetwork> {
  const format = detectFormat(path);
  const openSource = async (name: string): Promise<ByteSource> => ({ name, bytes: await open(name) });
  const naming = facts.name === undefined ? {} : { name: facts.name };
  if (format === "openpnm-json")
    return withFacts(await readOpenpnmJson(await openSource(path), naming), facts);
  if (format === "openpnm-csv") return readOpenpnmCsv(await openSource(path), facts);
  if (format === "vtp") {
    const readable = NETWORK_FORMATS.filter(({ reads }) => reads).map(({ pattern }) => pattern);
    throw new FormatError(
      path,
      undefined,
      "a format that is read",
      "VTP",
      `Known are ${readable.join("; ")}.`,
    );
  }
  const paths = findStatoilFiles(path);
  const [link1, link2, node1, node2] = await Promise.all(
    STATOIL_FILES.map((file) => openSource(paths[file])),
  );
  const files = { link1: link1!, link2: link2!, node1: node1!, node2: node2! };
  return withFacts(await readStatoil(files, naming), facts);
}

/** What the caller knows goes before what the file says. */
function withFacts(network: PoreNetwork, { box, voxelSize }: NetworkFacts): PoreNetwork {
  if (!box && voxelSize === undefined) return network;
  return network.with([], { ...(box && { box }), ...(voxelSize !== undefined && { voxelSize }) });
}

/** One file to be written. */
export interface WrittenFile {
  readonly path: string;
  readonly chunks: Iterable<Uint8Array>;
}

/**
 * The files of a network in the format that `path` names; nothing is written here.
 *
 * @throws {FormatError} for unknown extensions; {NetworkError} when the format needs what is not there.
 * @example
 * ```ts
 * for (const { path, chunks } of writeNetwork(network, "berea.json")) {
 *   await pipeline(chunks, createWriteStream(path));
 * }
 * ```
 */
export function writeNetwork(
  network: PoreNetwork,
  path: string,
  options: { readonly onNote?: NoteListener } = {},
): WrittenFile[] {
  const format = detectFormat(path);
  if (format === "openpnm-json") return [{ path, chunks: writeOpenpnmJson(network) }];
  if (format === "openpnm-csv") return [{ path, chunks: writeOpenpnmCsv(network) }];
  if (format === "vtp") return [{ path, chunks: writeVtp(network, options) }];
  if (path === "")
    throw new OptionError("path", "The path is empty.", "Give a file name or a Statoil prefix.");
  const files = writeStatoil(network, options);
  const paths = findStatoilFiles(path);
  return STATOIL_FILES.map((file) => ({ path: paths[file], chunks: files[file] }));
}
