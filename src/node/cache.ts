/**
 * A folder of this user's where compressed binaries of npm packages are unpacked once. A folder in it appears
 * whole or not at all: it is filled under another name and renamed, so that processes may race.
 */
import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { readTar } from "./tar.ts";

const decompress = promisify(brotliDecompress);

/**
 * The folder `name` of the cache, filled by `fill` when it is not there yet.
 * The cache is `PORENET_CACHE`, else `XDG_CACHE_HOME/porenet`, else `~/.cache/porenet`, else a folder of this
 * user's under the system's temporary one.
 * @throws what `fill` throws, or the last file system error when no place can be written to
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  let last: unknown;
  for (const root of cacheRoots()) {
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await requireOwned(root);
    } catch (error) {
      last = error;
      continue;
    }
    const folder = join(root, name);
    if (await exists(folder)) return folder;
    const partial = await mkdtempIn(root, name).catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (partial === undefined) continue;
    try {
      await fill(partial);
      await rename(partial, folder).catch(async (error: unknown) => {
        if (!(await exists(folder))) throw error;
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return folder;
  }
  throw last;
}

/** Unpacks a brotli-compressed tar archive into `folder`. */
export async function unpackTarBrotli(archive: string, folder: string): Promise<void> {
  for (const file of readTar(await decompress(await readFile(archive)))) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes);
    if (file.executable) await chmod(path, 0o755);
  }
}

function cacheRoots(): string[] {
  const { PORENET_CACHE, XDG_CACHE_HOME } = process.env;
  if (PORENET_CACHE) return [PORENET_CACHE];
  const roots = [join(tmpdir(), `porenet-${userInfo().username}`)];
  const home = XDG_CACHE_HOME || (homedir() && join(homedir(), ".cache"));
  if (home) roots.unshift(join(home, "porenet"));
  return roots;
}

/** Libraries are loaded from here: a folder that another user made beforehand is not to be trusted. */
async function requireOwned(folder: string): Promise<void> {
  const stats = await lstat(folder);
  const uid = process.getuid?.();
  if (!stats.isDirectory() || (uid !== undefined && stats.uid !== uid)) {
    throw new Error(`${folder} is not a folder of this user's.`);
  }
}

async function mkdtempIn(root: string, name: string): Promise<string> {
  const folder = join(root, `${name}.${process.pid}-${randomBytes(4).toString("hex")}`);
  await mkdir(folder);
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
