/** JSON objects from files, with a fault that names the file and what was expected. */
import { readFile } from "node:fs/promises";
import { FormatError, OptionError } from "../errors.ts";

/**
 * @param what the file is, as "a configuration"
 * @param example what an object may look like
 * @throws {FormatError} when the file is missing or holds no JSON object
 */
export async function readJsonObject(
  file: string,
  what: string,
  example: string,
): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const found = error.code === "ENOENT" ? "no such file" : (error.code ?? error.message);
    throw new FormatError(file, undefined, what, found, "Check the path.");
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = (error as Error).message.replace(/\.$/, "");
    throw new FormatError(file, undefined, "JSON", found, `Write an object, as ${example}.`);
  }
  if (!isJsonObject(value)) {
    throw new FormatError(file, undefined, "an object", describeJson(value), `Write ${example}, say.`);
  }
  return value;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function describeJson(value: unknown): string {
  return Array.isArray(value) ? "a list" : `${JSON.stringify(value)}`;
}

/** Runs a check of what a file holds; what it finds names the file. */
export function namingFile<T>(file: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const what = error.message.slice(0, -error.remedy.length).trim();
    throw new OptionError(error.option, `${file}: ${what}`, error.remedy);
  }
}
