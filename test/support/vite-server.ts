/** Vite's own commands in a project, as its author types them. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface ViteServer {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

const VITE = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));
const URL_LINE = /http:\/\/127\.0\.0\.1:\d+\//;
const START_LIMIT = 60_000;

/** `vite build`. @returns its warnings */
export async function buildProject(project: string): Promise<string> {
  const options = { cwd: project, env: cleanEnvironment() };
  return (await promisify(execFile)(process.execPath, [VITE, "build"], options)).stderr;
}

/** `vite` or `vite preview`, on a port that is free. */
export async function startVite(project: string, command: readonly string[] = ["dev"]): Promise<ViteServer> {
  const place = ["--port", "0", "--host", "127.0.0.1"];
  const child = spawn(process.execPath, [VITE, ...command, ...place], {
    cwd: project,
    env: cleanEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    let printed = "";
    const fail = () => reject(new Error(`vite ${command.join(" ")} did not start:\n${printed}`));
    const timer = setTimeout(() => child.kill(), START_LIMIT);
    const listen = (text: string) => {
      printed += text;
      const found = URL_LINE.exec(printed)?.[0];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.on("error", reject).on("exit", fail);
  });
  return {
    url,
    async close() {
      child.kill();
      await ended;
    },
  };
}

/** Not the test's: Vite would take it for one and build for development. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _mode, VITEST: _test, ...rest } = process.env;
  return { ...rest, NO_COLOR: "1", FORCE_COLOR: "0" };
}
