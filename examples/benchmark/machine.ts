/** On what, of what and when: what every figure of a benchmark needs beside it. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
}

export interface Provenance {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Short hash; `+` where the working tree differs from it; `"unknown"` outside of a repository. */
  readonly commit: string;
  readonly machine: Machine;
}

export function describeProvenance(): Provenance {
  return {
    date: new Date().toISOString(),
    commit: readCommit(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${readDistribution() ?? type()} (${type()} ${release()})`,
      node: process.version,
    },
  };
}

export function formatProvenance({ date, commit, machine }: Provenance): string[] {
  return [
    `machine   ${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB; ${machine.system}; Node ${machine.node}`,
    `commit    ${commit}, ${date}`,
  ];
}

function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    const commit = git("rev-parse", "--short", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+`;
  } catch {
    return "unknown";
  }
}

function readDistribution(): string | undefined {
  const path = "/etc/os-release";
  if (!existsSync(path)) return undefined;
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync(path, "utf8"))?.[1];
}
