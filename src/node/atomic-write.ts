/**
 * Files that nobody sees half-written: the content goes to another name in the same folder, which is then
 * renamed. What was there before stays until the new file is whole.
 */
import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { OptionError } from "../errors.ts";

/** What a file is made of: one piece, or pieces in their order. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface FileControl {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteControl extends FileControl {
  /** Also through the system's cache to the disk, for what must survive a power failure. */
  readonly isFlushed?: boolean;
}

/** A file that is written but not yet in its place. */
export interface PendingFile {
  finish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Writes a file that nobody sees half-written. What is there already stays until the new file is whole; a link is
 * followed, permissions are kept.
 *
 * @throws {OptionError} when the path cannot be written to
 * @throws what `signal` was aborted with; nothing is left behind
 * @example
 * await writeFileAtomically("berea.vtp", writeVtp(network));
 */
export async function writeFileAtomically(
  path: string | URL,
  content: FileContent,
  { signal, isFlushed }: WriteControl = {},
): Promise<void> {
  const pending = await writeAside(toPath(path), content, signal, isFlushed);
  try {
    await pending.finish();
  } catch (error) {
    await pending.discard();
    throw error;
  }
}

/**
 * A folder and those above it, where they are not there yet.
 * @throws {OptionError} when it cannot be made
 */
export async function makeFolder(place: string): Promise<void> {
  await mkdir(place, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const isFile = error.code === "EEXIST" || error.code === "ENOTDIR";
    throw new OptionError(
      "path",
      isFile ? `${place} is not a folder.` : `The folder ${place} cannot be made (${error.code}).`,
      "Give another path.",
    );
  });
}

/**
 * Looks whether a file can be written, without touching it: for whoever computes long before the first byte.
 * @throws {OptionError} when it cannot
 */
export async function requireWritable(path: string): Promise<void> {
  await resolvePlace(path);
}

export async function writeAside(
  path: string,
  content: FileContent,
  signal: AbortSignal | undefined,
  isFlushed = false,
): Promise<PendingFile> {
  const { place, present, isReplaced } = await resolvePlace(path);
  const aside = join(dirname(place), `.porenet-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  const discard = async () => {
    if (isReplaced) await rm(aside, { force: true });
  };
  try {
    const mode = present ? present.mode & 0o777 : 0o666;
    const file = isReplaced ? await open(aside, "wx", mode) : await open(place, "w");
    await writeContent(file, content, signal, isFlushed);
  } catch (error) {
    await discard();
    throw explainWriteFault(path, error);
  }
  const finish = async () => {
    if (!isReplaced) return;
    await rename(aside, place).catch((error: unknown) => {
      throw explainWriteFault(path, error);
    });
  };
  return { finish, discard };
}

export function toPath(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}

interface Place {
  /** The path with its links followed. */
  readonly place: string;
  readonly present: Stats | undefined;
  /** A pipe or a terminal cannot be replaced, only written to. */
  readonly isReplaced: boolean;
}

async function resolvePlace(path: string): Promise<Place> {
  if (path === "") throw new OptionError("path", "The path is empty.", "Give the name of a file.");
  const place = await realpath(path).catch(() => path);
  const present = await stat(place).catch(() => undefined);
  if (present?.isDirectory() || /[\\/]$/.test(path) || [".", ".."].includes(basename(path)))
    throw new OptionError("path", `${path} is a folder.`, "Give the name of a file.");
  const folder = await stat(dirname(place)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw new OptionError(
      "path",
      `There is no folder ${dirname(path)} for ${path}.`,
      "Create it, or give another path.",
    );
  }
  const isStream = /^\/dev\/(stdout|stderr|fd\/)/.test(resolve(path));
  const isReplaced = !isStream && (present === undefined || present.isFile());
  try {
    if (present) await access(place, constants.W_OK);
    if (isReplaced) await access(dirname(place), constants.W_OK);
  } catch (error) {
    throw explainWriteFault(path, error);
  }
  return { place, present, isReplaced };
}

async function writeContent(
  file: FileHandle,
  content: FileContent,
  signal: AbortSignal | undefined,
  isFlushed: boolean,
): Promise<void> {
  try {
    const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await file.writeFile(piece);
    }
    signal?.throwIfAborted();
    if (isFlushed) await file.sync();
  } finally {
    await file.close();
  }
}

/** Only what the system says of the file: faults of who makes the content are passed on. */
function explainWriteFault(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const said: Record<string, readonly [string, string]> = {
    EACCES: [`${path} may not be written.`, "Give another path, or get the permission to write there."],
    EROFS: [`${path} is on a file system that is read-only.`, "Give another path."],
    ENOSPC: [`There is no space left for ${path}.`, "Make room, or give another path."],
  };
  const [what, remedy] = said[code] ?? [`${path} cannot be written (${code}).`, "Give another path."];
  return new OptionError("path", what, remedy);
}
