/** The browser application, built by its own configuration and served on this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build, preview } from "vite";
import type { ServedPage } from "./page.ts";

const ROOT = fileURLToPath(new URL("../../examples/app/", import.meta.url));

export interface ServedApp extends ServedPage {
  /** Where the built files lie. */
  readonly folder: string;
}

/** The caller closes it. */
export async function serveApp(configFile = join(ROOT, "vite.config.ts")): Promise<ServedApp> {
  const folder = await mkdtemp(join(tmpdir(), "porenet-app-"));
  const common = { root: ROOT, configFile, logLevel: "warn" } as const;
  await build({ ...common, build: { outDir: folder, emptyOutDir: true } });
  const server = await preview({
    ...common,
    build: { outDir: folder },
    preview: { host: "127.0.0.1", port: 0, open: false },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (!url) throw new Error("Vite serves the page at no address.");
  return {
    url,
    folder,
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Where pictures of the page go, if anywhere: those of its README are such. */
export const SCREENSHOTS = process.env.PORENET_SCREENSHOTS;

export async function photograph(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return;
  // A software adapter takes a while to draw the network.
  await page.waitForTimeout(2000);
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
