/** Networks from and to files. What is read is streamed, whatever its size; see `atomic-write.ts` for what is written. */
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { FormatError, OptionError } from "../errors.ts";
import { detectFormat, findStatoilFiles, readNetwork, writeNetwork } from "../io/formats.ts";
import type { NetworkFacts } from "../io/network-columns.ts";
import type { NoteListener } from "../io/statoil-writer.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { type FileControl, type PendingFile, requireWritable, toPath, writeAside } from "./atomic-write.ts";

export { type FileContent, type FileControl, writeFileAtomically } from "./atomic-write.ts";

export interface WriteNetworkOptions extends FileControl {
  /** Told what the format cannot hold, or what had to be assumed. */
  readonly onNote?: NoteListener;
}

const CHUNK_BYTES = 1 << 18;

/**
 * Reads a network from a file: `.json`, `.csv`, or a Statoil network by its prefix or any of its four files.
 *
 * @param facts what the file does not say, or says wrong: name, box [m], voxel size [m]
 * @throws {FormatError} when a file is missing, cannot be read or is malformed
 * @throws {OptionError} when the path is empty
 * @throws what `signal` was aborted with
 * @example
 * const network = await readNetworkFile("data/berea");
 */
export async function readNetworkFile(
  path: string | URL,
  facts: NetworkFacts = {},
  { signal }: FileControl = {},
): Promise<PoreNetwork> {
  const place = toPath(path);
  await requireFiles(place);
  return readNetwork(place, (file) => readChunks(file, signal), facts);
}

/**
 * Writes a network in the format that the name tells: `.json`, `.csv`, `.vtp`, else a Statoil network's four files.
 *
 * @returns the paths of the files written
 * @throws {FormatError} for extensions that are not known
 * @throws {NetworkError} when the format needs what the network does not have
 * @throws {OptionError} when a file cannot be written
 * @example
 * await writeNetworkFile(network, "berea.json");
 */
export async function writeNetworkFile(
  network: PoreNetwork,
  path: string | URL,
  { signal, ...options }: WriteNetworkOptions = {},
): Promise<string[]> {
  const place = toPath(path);
  await requireWritableNetwork(place);
  const files = writeNetwork(network, place, options);
  const pending: PendingFile[] = [];
  try {
    for (const file of files) pending.push(await writeAside(file.path, file.chunks, signal));
    for (const each of pending) await each.finish();
  } catch (error) {
    for (const each of pending) await each.discard();
    throw error;
  }
  return files.map((file) => file.path);
}

/**
 * The files that a network at this path consists of, there or not: four for Statoil's format, else one.
 * @throws {FormatError} for extensions that are not known
 */
export function listNetworkFiles(path: string): string[] {
  return detectFormat(path) === "statoil" ? Object.values(findStatoilFiles(path)) : [path];
}

/**
 * Looks whether a network can be written to this path, without touching it.
 * @throws {FormatError} for extensions that are not known
 * @throws {OptionError} when a file cannot be written
 */
export async function requireWritableNetwork(path: string): Promise<void> {
  const files = listNetworkFiles(path);
  if (path === "" || /[\\/]$/.test(path) || [".", ".."].includes(basename(path))) {
    throw new OptionError(
      "path",
      path === "" ? "The path is empty." : `${path} is a folder.`,
      "Give the name of a file, or a prefix for the four files of a Statoil network.",
    );
  }
  for (const file of files) await requireWritable(file);
}

/** Opened when the first byte is wanted, closed with the last or when no more are. */
async function* readChunks(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new FormatError(path, undefined, "a file that can be read", error.code ?? error.message);
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** What is at fault is said for all files at once, before any is read. */
async function requireFiles(path: string): Promise<void> {
  if (path === "") throw new OptionError("path", "The path is empty.", "Give a network's file or prefix.");
  const isStatoil = detectFormat(path) === "statoil";
  const names = listNetworkFiles(path);
  const kinds = await Promise.all(names.map(kindOf));
  const missing = names.filter((_, k) => kinds[k] !== "file");
  if (missing.length === 0) return;
  if (!isStatoil) {
    const found = kinds[0] === undefined ? "no such file" : "a folder";
    throw new FormatError(path, undefined, "a network file", found, "Check the path.");
  }
  if (missing.length < names.length) {
    throw new FormatError(
      path,
      undefined,
      "the four files of a Statoil network",
      `no ${missing.join(", no ")}`,
      "All of link1, link2, node1 and node2 are needed, side by side.",
    );
  }
  const kind = await kindOf(path);
  const hint =
    kind === "file"
      ? "The file of that very name is in no format that is known: give a .json, a .csv, or a Statoil prefix."
      : kind === "folder"
        ? "That is a folder: add the network's name."
        : "Check the path.";
  throw new FormatError(path, undefined, "a network", `no file ${missing[0]}, nor the other three`, hint);
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined);
  // A pipe or a device is as good as a file.
  return found && (found.isDirectory() ? "folder" : "file");
}
