/** Bundles a page with Vite, as a user of the package would, and serves it on this machine. */
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, sep } from "node:path";
import { build } from "vite";
import { sourceAliases } from "./source-aliases.ts";

export interface ServedPage {
  readonly url: string;
  /** Stops serving and deletes the bundle. */
  close(): Promise<void>;
}

/**
 * @param root the folder with `index.html`
 * @param data further files to serve, path on the server → path on disk
 */
export async function servePage(root: string, data: Record<string, string> = {}): Promise<ServedPage> {
  const bundle = await mkdtemp(join(tmpdir(), "porenet-page-"));
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    resolve: { alias: sourceAliases() },
    build: { outDir: bundle, emptyOutDir: true, target: "es2022" },
  });
  const files = new Map(Object.entries(data));
  for (const path of await readdir(bundle, { recursive: true })) {
    files.set(`/${path.split(sep).join("/")}`, join(bundle, path));
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = files.get(pathname === "/" ? "/index.html" : pathname);
    const type = TYPES[extname(file ?? "")] ?? "application/octet-stream";
    response.writeHead(file ? 200 : 404, { "content-type": type });
    if (file) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(bundle, { recursive: true });
    },
  };
}

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};
