/** The package as npm would publish it, built from the sources as they are, and what installs it without a network. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies?: Record<string, string>;
}

/**
 * Builds the package into a folder of its own, so that `dist` stays as it is, and packs it.
 *
 * @param folder where to work and to leave the tarball
 * @returns the tarball's path
 */
export async function packPackage(folder: string): Promise<string> {
  const place = join(folder, "porenet");
  const { files, version } = await readManifest(ROOT);
  await run(process.execPath, [toolOf("tsdown/dist/run.mjs"), "--out-dir", join(place, "dist")], {
    cwd: ROOT,
  });
  for (const name of ["package.json", ...files.filter((each) => each !== "dist")])
    await cp(join(ROOT, name), join(place, name), { recursive: true });
  // On Windows npm is a script, which only a shell runs.
  const shell = process.platform === "win32";
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", ".."], { cwd: place, shell });
  return join(folder, `porenet-${version}.tgz`);
}

/**
 * What `npm install TARBALL` makes of a project's `node_modules`, from this repository's own: the unpacked package and
 * its dependencies, but none of its peers. `tools` are linked.
 */
export async function installPackage(
  tarball: string,
  project: string,
  tools: readonly string[] = [],
): Promise<void> {
  const modules = join(project, "node_modules");
  await mkdir(modules, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", modules]);
  await rename(join(modules, "package"), join(modules, "porenet"));
  const { dependencies = {} } = await readManifest(join(modules, "porenet"));
  for (const name of await findClosure(Object.keys(dependencies)))
    await cp(toolOf(name), join(modules, name), { recursive: true });
  for (const name of tools) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(toolOf(name), join(modules, name), "junction");
  }
}

/** The packages and what they depend on, each once. */
async function findClosure(names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set(names);
  for (const name of found) {
    const { dependencies = {} } = await readManifest(toolOf(name));
    for (const each of Object.keys(dependencies)) found.add(each);
  }
  return found;
}

function toolOf(path: string): string {
  return join(ROOT, "node_modules", path);
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}
