/** Runs a TypeScript file of this repository in a Node process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ChildResult {
  /** `null` when a signal ended it, as a crash or the time limit does. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** [s] */
  readonly seconds: number;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  /** As `["--expose-gc"]`. */
  readonly nodeFlags?: readonly string[];
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Record<string, string | undefined>;
  /** After this the child is killed [s]. Default 120. */
  readonly limit?: number;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** @param script relative to the repository's root, as `"test/gpu/children/collect-garbage.ts"` */
export function runChild(script: string, options: ChildOptions = {}): Promise<ChildResult> {
  const flags = ["--import", "tsx", "--conditions=porenet-source", ...(options.nodeFlags ?? [])];
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, script, ...(options.args ?? [])], {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 1000 * (options.limit ?? 120));
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, seconds: (performance.now() - start) / 1000 });
    });
  });
}
