/** What `npm i porenet` brings, in projects of its users: one that `npm create vite` begins, and a plain page. */
import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computePermeability } from "../../src/flow/permeability.ts";
import { generateCubic } from "../../src/network/index.ts";
import { readBerea, relativeDifference } from "../flow/networks.ts";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";
import { useDevice } from "../support/device.ts";
import { installPackage, packPackage } from "../support/package.ts";
import { buildProject, startVite, type ViteServer } from "../support/vite-server.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PAGE_FILE = "porenet.browser.min.js";
/** [bytes] */
const PAGE_FILE_LIMIT = 250_000;
/** [ms] */
const PAGE_LIMIT = 120_000;

/** For the compiler alone. Not among the project's files, where it would need `dist` to be there. */
const WHOLE = `
import { type PoreNetwork, calibrate, io, learn, view } from "porenet/browser";

export const read: (name: string) => Promise<PoreNetwork> = (name) => io.readNetwork(name, () => []);
export const names: string[] = [calibrate.minimize, learn.train, view.renderSolveFigure].map(({ name }) => name);
// @ts-expect-error: what is nowhere in the package.
export const nothing = io.readNothing;
`;

interface Visit {
  /** The text of `#app`. */
  readonly text: string;
  readonly problems: readonly string[];
  readonly requested: readonly string[];
}

/** Opens a page, waits until it shows something in `#app`, and tells what went wrong meanwhile. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const problems: string[] = [];
  const requested: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => requested.push(request.url()));
  await page.goto(url);
  const app = page.locator("#app:not(:empty)");
  await app.waitFor({ state: "attached", timeout: PAGE_LIMIT }).catch((cause: unknown) => {
    throw new Error(`${url} shows nothing.\n${problems.join("\n")}`, { cause });
  });
  const text = (await app.textContent())!;
  await page.close();
  return { text, problems, requested };
}

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

describe.skipIf(why)("the packed package", async () => {
  const onNode = await useDevice();
  let folder: string;
  let tarball: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "porenet-package-"));
    tarball = await packPackage(folder);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe("in a project of Vite's", () => {
    let project: string;
    let server: ViteServer | undefined;

    beforeAll(async () => {
      project = join(folder, "sandstone");
      await cp(join(HERE, "consumer"), project, { recursive: true });
      await installPackage(tarball, project, ["vite", "typescript"]);
      await writeFile(join(project, "src/whole.ts"), WHOLE);
    });

    it("has declarations that its TypeScript takes, itself checked or not", async () => {
      const compiler = join(project, "node_modules/typescript/bin/tsc");
      for (const settings of ["tsconfig.json", "tsconfig.strict.json"]) {
        const compiled = promisify(execFile)(process.execPath, [compiler, "-p", settings], { cwd: project });
        await expect(compiled.catch(({ stdout }) => ({ stdout }))).resolves.toMatchObject({ stdout: "" });
      }
    });

    describe.each(["served by vite", "built by vite build"])("%s", (way) => {
      beforeAll(async () => {
        if (way === "served by vite") {
          server = await startVite(project);
        } else {
          expect(await buildProject(project)).toBe("");
          server = await startVite(project, ["preview"]);
        }
      });

      afterAll(async () => {
        await server?.close();
        server = undefined;
      });

      it.each(["index.html", "threaded.html"])("finds Node's permeability: %s", async (name) => {
        const network = generateCubic({ size: 14, sigma: 2, seed: 7 });
        const { permeability } = await computePermeability(onNode, network, { axis: "x" });
        const { text, problems } = await visit(browser, server!.url + name);
        expect(problems).toEqual([]);
        expect(text).toMatch(/^\S+ mD$/);
        expect(relativeDifference(Number.parseFloat(text), permeability.mD)).toBeLessThan(1e-8);
      });

      it("opens what does without tfjs, and says that training needs it", async () => {
        const { text, problems } = await visit(browser, `${server!.url}learning.html`);
        expect(problems).toEqual([]);
        // 3 · 3 · 2 throats along each axis.
        expect(text).toBe("54 true");
      });
    });
  });

  describe("as one file", () => {
    let dist: string;
    let server: ViteServer;

    beforeAll(async () => {
      const plain = join(folder, "plain");
      await mkdir(join(plain, "data"), { recursive: true });
      await installPackage(tarball, folder);
      dist = join(folder, "node_modules/porenet/dist");
      await copyFile(join(HERE, "plain/index.html"), join(plain, "index.html"));
      await copyFile(join(dist, PAGE_FILE), join(plain, PAGE_FILE));
      for (const part of ["link1", "link2", "node1", "node2"]) {
        const source = join(HERE, `../../examples/data/berea_${part}.dat`);
        await copyFile(source, join(plain, `data/berea_${part}.dat`));
      }
      // Its preview serves files as they are.
      server = await startVite(plain, ["preview", "--outDir", "."]);
    });

    afterAll(() => server?.close());

    it("finds Node's permeability in a page without a bundler", async () => {
      const { permeability } = await computePermeability(onNode, await readBerea(), { axis: "x" });
      const { text, problems, requested } = await visit(browser, server.url);
      expect(problems).toEqual([]);
      expect(relativeDifference(Number.parseFloat(text), permeability.mD)).toBeLessThan(1e-8);
      const scripts = requested.filter((url) => url.endsWith(".js"));
      expect(scripts).toEqual([server.url + PAGE_FILE]);
    });

    it("holds all that runs in a page, under the names of the entries", async () => {
      const importDist = (path: string) => import(pathToFileURL(join(dist, path)).href);
      const file = await importDist(PAGE_FILE);
      const expected = await importDist("index.js");
      const parts = ["calibrate", "io", "learn", "view"];
      expect(Object.keys(file).sort()).toEqual([...Object.keys(expected), ...parts].sort());
      for (const part of parts) {
        const entry = await importDist(`${part}/index.js`);
        expect(Object.keys(entry).length).toBeGreaterThan(5);
        expect(Object.keys(file[part]).sort()).toEqual(Object.keys(entry).sort());
      }
    });

    it("is small, and keeps the licences of what it includes", async () => {
      const bytes = gzipSync(await readFile(join(dist, PAGE_FILE)), { level: 9 }).length;
      expect(bytes).toBeLessThan(PAGE_FILE_LIMIT);
      const notices = await readFile(join(dist, "porenet.browser.min.LICENSE.txt"), "utf8");
      for (const name of ["d3-scale", "robust-predicates"]) expect(notices).toContain(`\n${name}\n`);
    });
  });
});
