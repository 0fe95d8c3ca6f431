/**
 * Models in folders: `manifest.json`, and beside it the weights under the name that the manifest gives them, which is
 * their content's. Weights are in their place before the manifest that names them, and leave it after: killed at
 * any moment a writer leaves a whole model, the older or the newer one. A folder has one writer at a time.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { FormatError, OptionError } from "../errors.ts";
import { type Baselines, decodeBaselines, encodeBaselines } from "../learn/baselines.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type Manifest } from "../learn/checkpoint.ts";
import { makeFolder, toPath, writeFileAtomically } from "./atomic-write.ts";

const MANIFEST = "manifest.json";
const BASELINES = "baselines.json";
/** What this module itself leaves in a folder, whole or cut off. */
const OWN_FILES = /^(weights-[0-9a-f]+\.bin|\.porenet-.*\.tmp)$/;

/**
 * Writes a model, or training under way, in place of the one that is there.
 *
 * @param folder made where there is none
 * @throws {OptionError} when it cannot be written to
 * @example
 * await train(device, rows, options, { onCheckpoint: (checkpoint) => writeModel("models/rocks", checkpoint) });
 */
export async function writeModel(folder: string | URL, checkpoint: Checkpoint): Promise<void> {
  const place = toPath(folder);
  await makeFolder(place);
  const { manifest, weights } = encodeCheckpoint(checkpoint, "");
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const name = `weights-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.bin`;
  await writeFileAtomically(join(place, name), bytes, { isFlushed: true });
  const text = `${JSON.stringify({ ...manifest, weights: name }, null, 2)}\n`;
  await writeFileAtomically(join(place, MANIFEST), text, { isFlushed: true });
  await sweep(place, name);
}

/**
 * Reads a model that `writeModel` has written; training goes on from it as `train`'s `resume`.
 *
 * @throws {FormatError} when there is none, when manifest and weights do not fit, or this version cannot use it
 * @example
 * const { values } = predictConductance(await readModel("models/rocks"), graph);
 */
export async function readModel(folder: string | URL): Promise<Checkpoint> {
  const place = toPath(folder);
  const file = join(place, MANIFEST);
  for (let attempt = 0; ; attempt++) {
    const manifest = await readManifest(file);
    const weights = join(place, manifest.weights);
    try {
      const bytes = await readFile(weights);
      return decodeCheckpoint(manifest, Uint8Array.from(bytes).buffer, file);
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw nameFile(error, file);
      // Whoever trains may just have replaced both.
      if (error.code === "ENOENT" && attempt < 3) continue;
      throw new FormatError(
        weights,
        undefined,
        "the weights that the manifest names",
        error.code === "ENOENT" ? "no such file" : String(error.code),
        "Copy the folder as a whole, or train again.",
      );
    }
  }
}

/** Whether there is a manifest in a folder, of whatever kind. */
export async function hasModel(folder: string | URL): Promise<boolean> {
  return (await listNames(toPath(folder))).includes(MANIFEST);
}

/** Removes a model, its baselines, and what a killed writer may have left; other files stay. */
export async function removeModel(folder: string | URL): Promise<void> {
  const place = toPath(folder);
  for (const name of [MANIFEST, BASELINES]) await rm(join(place, name), { force: true });
  await sweep(place, undefined);
}

/** The models without flow that a model is compared with, beside it in `baselines.json`. */
export async function writeBaselines(folder: string | URL, baselines: Baselines): Promise<void> {
  const place = toPath(folder);
  await makeFolder(place);
  const text = `${JSON.stringify(encodeBaselines(baselines), null, 2)}\n`;
  await writeFileAtomically(join(place, BASELINES), text, { isFlushed: true });
}

/**
 * @returns `undefined` where there are none
 * @throws {FormatError} for a file of something else
 */
export async function readBaselines(folder: string | URL): Promise<Baselines | undefined> {
  const place = toPath(folder);
  if (!(await listNames(place)).includes(BASELINES)) return undefined;
  const file = join(place, BASELINES);
  return decodeBaselines(parseObject(await readFile(file, "utf8")), file);
}

/**
 * The model that comes with the package.
 * @throws {FormatError} where the package was installed without it
 */
export async function readDefaultModel(): Promise<Checkpoint> {
  const root = dirname(createRequire(import.meta.url).resolve("porenet/package.json"));
  const folder = join(root, "src", "learn", "default-model");
  if (await hasModel(folder)) return readModel(folder);
  throw new FormatError(
    folder,
    undefined,
    "the model that comes with porenet",
    "none",
    "Install porenet anew, or name a folder that `porenet train` has written.",
  );
}

async function readManifest(file: string): Promise<Manifest> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const found = error.code === "ENOENT" ? "no such file" : (error.code ?? error.message);
    throw new FormatError(file, undefined, "the manifest of a model", found, TRAIN_IT);
  });
  const manifest = parseObject(text);
  const name = manifest?.weights;
  if (typeof name === "string" && name !== "" && !/[\\/]/.test(name)) return manifest as unknown as Manifest;
  throw new FormatError(
    file,
    undefined,
    "a manifest that names its weights",
    manifest === undefined ? "no JSON object" : "none",
    TRAIN_IT,
  );
}

const TRAIN_IT = "Give a folder that `porenet train` has written.";

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What a manifest asks for that is not there is the file's fault. */
function nameFile(error: unknown, file: string): unknown {
  if (!(error instanceof OptionError)) return error;
  const what = error.message.slice(0, -error.remedy.length).trim().replace(/\.$/, "");
  return new FormatError(file, undefined, "a model of this version of porenet", what, TRAIN_IT);
}

async function listNames(place: string): Promise<string[]> {
  return readdir(place).catch(() => []);
}

async function sweep(place: string, kept: string | undefined): Promise<void> {
  const old = (await listNames(place)).filter((name) => OWN_FILES.test(name) && name !== kept);
  await Promise.all(old.map((name) => rm(join(place, name), { force: true })));
}
