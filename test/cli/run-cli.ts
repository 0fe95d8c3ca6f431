/** Runs `porenet` from the sources, in a process and a folder of its own. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** A signal, what stderr has said when it is sent, and how long after [ms]. */
  readonly interrupt?: { readonly when: RegExp; readonly signal: NodeJS.Signals; readonly after?: number };
  /** Nobody reads stdout, as after `| head -0`. */
  readonly closeStdout?: boolean;
  /** A file to take stdout. */
  readonly stdout?: string;
}

const ROOT = new URL("../../", import.meta.url);
const FLAGS = ["--import", import.meta.resolve("tsx"), "--conditions=porenet-source"];

/** The shipped sample. */
export const BEREA = fileURLToPath(new URL("examples/data/berea", ROOT));

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runScript("src/cli/main.ts", args, options);
}

/** @param script relative to the repository's root */
export function runScript(
  script: string,
  args: readonly string[],
  { cwd = process.cwd(), env = {}, interrupt, closeStdout, stdout: place }: CliOptions = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(script, ROOT));
    const out = place === undefined ? "pipe" : openSync(place, "w");
    const child = spawn(process.execPath, [...FLAGS, path, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", out, "pipe"],
    });
    if (typeof out === "number") closeSync(out);
    if (closeStdout) child.stdout?.destroy();
    const limit = setTimeout(() => child.kill("SIGKILL"), 150_000);
    let isInterrupted = false;
    const watch = () => {
      if (isInterrupted || !interrupt?.when.test(stderr)) return;
      isInterrupted = true;
      setTimeout(() => child.kill(interrupt.signal), interrupt.after ?? 0);
    };
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      watch();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}

/** A folder for the file's tests, deleted after them. */
export function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "porenet-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
