/** What the two commands share: options, faults, where results go. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseBenchmarkCases } from "porenet";

/** A caller's fault: told in one line, exit code 2. */
export class UsageError extends Error {}

/** `--name VALUE` for the names of `values`, `--name` for those of `flags`. */
export function readOptions<V extends string, F extends string>(
  values: readonly V[],
  flags: readonly F[],
): { readonly [K in V]?: string } & { readonly [K in F]?: boolean } {
  const options = Object.fromEntries([
    ...values.map((name) => [name, { type: "string" as const }]),
    ...flags.map((name) => [name, { type: "boolean" as const }]),
  ]);
  try {
    return parseArgs({ options }).values as ReturnType<typeof readOptions<V, F>>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export function readPositiveIntegers(name: string, text: string | undefined): number[] {
  if (text === undefined) return [];
  const values = text.split(",").map(Number);
  if (!values.every((value) => Number.isInteger(value) && value > 0)) {
    throw new UsageError(`--${name} is "${text}": give whole numbers above 0, with commas between.`);
  }
  return values;
}

/** Labels of benchmark cases, with commas between. */
export function listLabels(list: string): string[] {
  try {
    return parseBenchmarkCases(list).map(({ label }) => label);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Workers find their adapter by this variable. */
export function adapterEnvironment(adapter: string | undefined): Record<string, string | undefined> {
  return adapter === undefined ? {} : { PORENET_ADAPTER: adapter };
}

/** On stderr, so that stdout is the report alone. */
export function tellProgress(text: string): void {
  process.stderr.write(`… ${text}\n`);
}

export function writeJson(file: string | undefined, value: unknown): void {
  if (file === undefined) return;
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
  tellProgress(`wrote ${path}`);
}

/** Runs a command; its result is the exit code. */
export async function runCommand(command: () => Promise<number>, usage: string): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\n${usage}` : (error as Error).message);
    process.exitCode = isUsage ? 2 : 1;
  }
}
