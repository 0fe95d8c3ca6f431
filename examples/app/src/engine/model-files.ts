/** Trained models out of their files. porenet/learn is loaded with the first of them; it brings no tfjs for this. */
import { type ConductanceSource, FormatError } from "porenet";
import type { TrainedModel } from "porenet/learn";

const MANIFEST = "manifest.json";

/** @throws {FormatError} when they are not a model of this version */
export async function readModelFiles(
  files: readonly File[],
): Promise<{ readonly name: string; readonly model: TrainedModel }> {
  const manifest = files.find(({ name }) => name.toLowerCase() === MANIFEST);
  if (!manifest) {
    const found = files.map(({ name }) => name).join(", ") || "none";
    throw new FormatError(MANIFEST, undefined, "it among the files opened", found, BOTH);
  }
  const parsed = parseManifest(await manifest.text());
  const wanted = parsed?.weights;
  const weights = files.find(({ name }) => name === wanted);
  if (!weights) {
    throw new FormatError(
      MANIFEST,
      undefined,
      typeof wanted === "string" ? `${wanted} opened with it` : "a manifest that names its weights",
      "none",
      BOTH,
    );
  }
  const model = await decode(parsed, await weights.arrayBuffer());
  return { name: model.trainedOn.name, model };
}

/** @param folder the address of the model that comes with the page */
export async function fetchDefaultModel(folder: string): Promise<TrainedModel> {
  const manifest = parseManifest(await (await get(`${folder}${MANIFEST}`)).text());
  const weights = await get(`${folder}${String(manifest?.weights)}`);
  return decode(manifest, await weights.arrayBuffer());
}

/** The model where a closure may stand, under its own name. */
export async function toSource(model: TrainedModel, name: string): Promise<ConductanceSource> {
  const { useModel } = await import("porenet/learn");
  return { ...useModel(model), name: `learned (${name})` };
}

const BOTH = "Open manifest.json and the weights beside it together, as `porenet train` has written them.";

async function decode(manifest: unknown, weights: ArrayBuffer): Promise<TrainedModel> {
  const { decodeCheckpoint } = await import("porenet/learn");
  return decodeCheckpoint(manifest, weights, MANIFEST);
}

function parseManifest(text: string): { readonly weights?: unknown } | undefined {
  try {
    return JSON.parse(text) as { readonly weights?: unknown };
  } catch {
    return undefined;
  }
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url);
  if (response.ok) return response;
  throw new FormatError(url, undefined, "the model that comes with the page", String(response.status));
}
