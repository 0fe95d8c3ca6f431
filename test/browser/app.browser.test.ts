import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConductanceSource,
  computePermeability,
  type PermeabilityResult,
} from "../../src/flow/permeability.ts";
import { readNetwork, writeOpenpnmJson } from "../../src/io/index.ts";
import { useModel } from "../../src/learn/index.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { readDefaultModel } from "../../src/node.ts";
import { readBerea, relativeDifference } from "../flow/networks.ts";
import { SCREENSHOTS, type ServedApp, serveApp } from "../support/app-page.ts";
import { Visit } from "../support/app-visit.ts";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";
import { useDevice } from "../support/device.ts";

const DATA = new URL("../../examples/data/", import.meta.url);
const PARTS = ["node2", "link1", "node1", "link2"];
const FILES = PARTS.map((part) => fileURLToPath(new URL(`berea_${part}.dat`, DATA)));
const MODEL = fileURLToPath(new URL("../../src/learn/default-model/", import.meta.url));
const VOXEL = 5.345e-6;

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

describe.skipIf(why)("the application in a browser", async () => {
  const device = await useDevice();
  let app: ServedApp;
  let browser: Browser;
  let context: BrowserContext;
  let visit: Visit;

  const enter = async (hash = "", options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visit> => {
    await context?.close();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    visit = new Visit(await context.newPage());
    await visit.page.goto(app.url + hash);
    return visit;
  };

  beforeAll(async () => {
    app = await serveApp();
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  describe("with Berea's four files", () => {
    const expected = new Map<string, PermeabilityResult>();
    beforeAll(async () => {
      await enter();
      const network = await readBerea();
      for (const axis of ["x", "z"] as const)
        expected.set(axis, await computePermeability(device, network, { axis }));
    });

    it("takes the files in any order and tells what they are", async () => {
      await visit.chooseFiles(FILES);
      const table = visit.page.getByRole("table", { name: "berea in numbers" });
      await table.waitFor();
      expect(await table.getByRole("row", { name: /^Pores/ }).innerText()).toMatch(/4659/);
      expect(await table.getByRole("row", { name: /^Throats/ }).innerText()).toMatch(/7896/);
      expect(await table.getByRole("row", { name: /^Porosity/ }).innerText()).toMatch(/19\.5\d/);
    });

    it("shows health and distributions", async () => {
      await visit.openTab("Health");
      const { page } = visit;
      expect(await page.getByText(/do not join inlet and outlet|without any throat/).count()).toBeGreaterThan(
        0,
      );
      const sizes = page.getByRole("img", { name: /4659 pores with median radius/ });
      await sizes.waitFor();
      await page.getByLabel("Bars show shares of").selectOption("volume");
      await page.getByRole("img", { name: /Histogram of radii by volume/ }).waitFor();
    });

    it("finds Node's permeability, and another along another axis", async () => {
      await visit.solve("x");
      const alongX = await visit.readPermeability();
      expect(relativeDifference(alongX, expected.get("x")!.permeability.m2)).toBeLessThan(1e-8);
      expect(relativeDifference(alongX, 1.472430492099183e-12)).toBeLessThan(1e-8);
      expect(await visit.page.getByText("1491.94", { exact: false }).count()).toBeGreaterThan(0);
      await visit.photograph("solved");
      await visit.solve("z");
      const alongZ = await visit.readPermeability();
      expect(relativeDifference(alongZ, expected.get("z")!.permeability.m2)).toBeLessThan(1e-8);
    });

    it("solves all axes, and shows the one that is asked for", async () => {
      await visit.solve("all");
      await visit.page.getByRole("radio", { name: /^z:/ }).check();
      await visit.page.getByText("Permeability along z").waitFor();
      expect(
        relativeDifference(await visit.readPermeability(), expected.get("z")!.permeability.m2),
      ).toBeLessThan(1e-8);
    });

    it("writes networks that porenet reads again, and the results", async () => {
      const saved = await visit.download("OpenPNM JSON");
      const bytes = await readFile(await saved.path());
      const again = await readNetwork(saved.suggestedFilename(), () => bytes);
      const before = await readBerea();
      expect(again.coords).toEqual(before.coords);
      expect(again.conns).toEqual(before.conns);
      expect(again.get("throat.shape_factor")).toEqual(before.get("throat.shape_factor"));

      const results = JSON.parse(
        await readFile(await (await visit.download("Results as JSON")).path(), "utf8"),
      );
      expect(results.results.map(({ axis }: { axis: string }) => axis)).toEqual(["x", "y", "z"]);
      expect(
        relativeDifference(results.results[2].permeability.m2, expected.get("z")!.permeability.m2),
      ).toBeLessThan(1e-8);

      const vtp = await readFile(await (await visit.download("With its fields for ParaView (VTP)")).path());
      expect(vtp.subarray(0, 4000).toString("latin1")).toMatch(/Name="pressure_x".*Name="flow_rate_z"/s);
      const svg = await readFile(await (await visit.download("Figure as SVG")).path(), "utf8");
      // The one that is shown.
      expect(/<desc>(.*?)<\/desc>/s.exec(svg)?.[1]).toMatch(/^Permeability along z/);
      const png = await readFile(await (await visit.download("Figure as PNG")).path());
      expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    });

    it("compares closures, a trained model's among them", async () => {
      await visit.openTab("Network");
      await visit.page.getByText("What the files do not say").click();
      await visit.page.getByLabel("Voxel size").fill(String(VOXEL * 1e6));
      await visit.page.getByLabel("Voxel size").blur();
      await visit.chooseFiles(FILES);
      await visit.page.getByRole("row", { name: /^Voxel size 5\.345/ }).waitFor();
      await visit.solve("x");
      await visit.openTab("Closures");
      await visit.page.getByRole("button", { name: "Compare" }).click();
      const table = visit.page.getByRole("table", { name: "Permeability along x" });
      await table.waitFor();
      const network = (await readBerea()).with([], { voxelSize: VOXEL });
      const closures: [string, "shape-factor" | "hagen-poiseuille" | ConductanceSource][] = [
        ["shape-factor", "shape-factor"],
        ["hagen-poiseuille", "hagen-poiseuille"],
        ["model:default", useModel(await readDefaultModel())],
      ];
      for (const [name, closure] of closures) {
        const own = await table.locator(`[data-closure="${name}"] [data-m2]`).getAttribute("data-m2");
        const { permeability } = await computePermeability(device, network, { closure });
        expect(relativeDifference(Number(own), permeability.m2), name).toBeLessThan(1e-8);
      }
    });

    it("highlights the throats that matter most", async () => {
      await visit.page.getByRole("radio", { name: /^50/ }).check();
      await visit.page.getByText(/^330 of 7896 throats/).waitFor();
      expect(
        await visit.page.getByRole("table", { name: "The first of them" }).getByRole("row").count(),
      ).toBe(13);
      await visit.photograph("closures");
    });

    it("says file, line and what was expected of a malformed file, and keeps the network", async () => {
      const files = await Promise.all(
        PARTS.map(async (part) => ({
          name: `berea_${part}.dat`,
          mimeType: "text/plain",
          buffer: spoil(part, await readFile(new URL(`berea_${part}.dat`, DATA))),
        })),
      );
      await visit.chooseFiles(files);
      const alert = visit.page.getByRole("alert");
      expect(await alert.innerText()).toMatch(/berea_link1\.dat:5: expected .*found .*twelve/s);
      await visit.photograph("malformed");
      await alert.getByRole("button", { name: "Dismiss" }).click();
      await visit.page.getByRole("table", { name: "berea in numbers" }).waitFor();
    });

    it("has no error on its console, and asks nobody but its own server", () => {
      expect(visit.problems).toEqual([]);
      const strangers = visit.requested.filter(
        (url) => !/^(blob:|data:)/.test(url) && !url.startsWith(app.url),
      );
      expect(strangers).toEqual([]);
    });
  });

  it("is restored by its link", async () => {
    const hash = "#sample=berea&axis=z&closure=hagen-poiseuille&preconditioner=jacobi";
    await enter(hash);
    await visit.page.getByRole("table", { name: "berea in numbers" }).waitFor();
    await visit.openTab("Solve");
    expect(await visit.page.getByRole("radio", { name: "z", exact: true }).isChecked()).toBe(true);
    expect(await visit.page.getByLabel("Conductances by").inputValue()).toBe("hagen-poiseuille");
    expect(new URL(visit.page.url()).hash).toBe(hash);
    await visit.solve("y");
    expect(new URL(visit.page.url()).hash).toBe(hash.replace("axis=z", "axis=y"));
    await visit.openTab("Export");
    expect(await visit.page.getByLabel(/Restores the network/).inputValue()).toBe(visit.page.url());
    expect(visit.problems).toEqual([]);
  });

  it("generates networks, which the link restores too", async () => {
    await enter();
    await visit.page.getByText("Generate one").click();
    await visit.page.getByLabel("Pores along x").fill("7");
    await visit.page.getByRole("button", { name: "Generate", exact: true }).click();
    await visit.page.getByRole("row", { name: /^Pores 4032/ }).waitFor();
    const { hash } = new URL(visit.page.url());
    expect(hash).toMatch(/^#cubic=7,24,24&spacing=100&/);
    await enter(hash);
    await visit.page.getByRole("row", { name: /^Pores 4032/ }).waitFor();
    await visit.solve("x");
    expect(await visit.readPermeability()).toBeGreaterThan(0);
    expect(visit.problems).toEqual([]);
  });

  it("stops what takes long when asked to, and goes on", async () => {
    await enter("#sample=large");
    const bar = visit.page.getByRole("progressbar");
    await visit.page.evaluate(measureFreezes);
    await visit.page.getByRole("row", { name: /^Throats/ }).waitFor();
    await visit.openTab("Solve");
    await visit.page.getByRole("button", { name: "Solve", exact: true }).click();
    await bar.waitFor();
    await visit.page.getByRole("button", { name: "Stop" }).click();
    await visit.page.getByRole("status").getByText("Solving: stopped").waitFor({ state: "attached" });
    expect(await visit.page.getByRole("alert").count()).toBe(0);
    expect(await visit.page.locator(".permeability").count()).toBe(0);
    await visit.solve("x");
    // Generating, examining and solving 10⁵ pores is the worker's; the page is there all the time.
    expect(await visit.page.evaluate(() => globalThis.__freeze)).toBeLessThan(1000);
    expect(visit.problems).toEqual([]);
  });

  it("works by the keyboard alone", async () => {
    await enter("#sample=lattice");
    const { page } = visit;
    await page.getByRole("row", { name: /^Pores/ }).waitFor();
    await page.getByRole("button", { name: "Skip to the picture" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("picture");
    expect(new URL(page.url()).hash).toBe("#sample=lattice");
    await page.getByRole("tab", { name: "Network" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Solve" }).getAttribute("aria-selected")).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Solve");
    await page.keyboard.press("End");
    expect(await page.getByRole("tab", { name: "Export" }).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    expect(await page.getByRole("tab", { name: "Export" }).getAttribute("aria-selected")).toBe("true");
    await page.getByRole("tab", { name: "Solve" }).click();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "y", exact: true }).isChecked()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("Permeability along y").waitFor();
  });

  it("takes files that are dropped", async () => {
    await enter();
    const lattice = generateCubic({ size: [5, 6, 7], seed: 11, name: "dropped" });
    const text = Array.from(writeOpenpnmJson(lattice), (chunk) => Buffer.from(chunk).toString()).join("");
    await visit.page.evaluate((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], "dropped.json"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, text);
    await visit.page.getByRole("row", { name: /^Pores 210/ }).waitFor();
    expect(new URL(visit.page.url()).hash).toBe("#file=dropped.json");
    expect(visit.problems).toEqual([]);
  });

  it("solves with a trained model that is opened", async () => {
    await enter("#sample=berea");
    await visit.page.getByRole("table", { name: "berea in numbers" }).waitFor();
    await visit.openTab("Closures");
    const open = visit.page.getByLabel(/Open another/);
    await open.setInputFiles(`${MODEL}manifest.json`);
    expect(await visit.page.getByRole("alert").innerText()).toMatch(
      /manifest\.json: expected weights-.* opened with it/,
    );
    const { trainedOn } = await readDefaultModel();
    const weights = (await readdir(MODEL)).filter((name) => name.endsWith(".bin"));
    await open.setInputFiles(["manifest.json", ...weights].map((name) => MODEL + name));
    await visit.page.getByRole("listitem").getByText(trainedOn.name, { exact: true }).waitFor();
    expect(await visit.page.getByRole("alert").count()).toBe(0);
    await visit.solve("x");
    const network = (await readBerea()).with([], { voxelSize: VOXEL });
    const { permeability } = await computePermeability(device, network, {
      closure: useModel(await readDefaultModel()),
    });
    expect(relativeDifference(await visit.readPermeability(), permeability.m2)).toBeLessThan(1e-8);
    expect(visit.problems).toEqual([]);
  });

  it("outlives the GPU process: what was loaded is kept, and solved again", async () => {
    await enter("#sample=large");
    const { page } = visit;
    await page.getByRole("row", { name: /^Throats/ }).waitFor();
    await visit.openTab("Solve");
    await page.getByRole("button", { name: "Solve", exact: true }).click();
    await page.getByText(/iteration \d/).waitFor();
    const session = await browser.newBrowserCDPSession();
    await session.send("Browser.crashGpuProcess");
    const alert = page.getByRole("alert");
    await alert.getByText(/opened anew/).waitFor();
    expect(await alert.innerText()).toMatch(/The GPU device was lost\..*“Solving” was stopped/s);
    await visit.photograph("device-lost");
    await alert.getByRole("button", { name: "Solve again" }).click();
    await page.locator(".permeability").waitFor();
    const network = generateRandom({
      count: 100_000,
      size: 5000 * 1e-6,
      connect: { kind: "nearest", k: 5 },
      throatRadius: { kind: "lognormal", median: 8 * 1e-6, sigma: 0.4 },
      poreRadius: { kind: "lognormal", median: 20 * 1e-6, sigma: 0.4 },
      seed: 7,
    });
    const { permeability } = await computePermeability(device, network);
    expect(relativeDifference(await visit.readPermeability(), permeability.m2)).toBeLessThan(1e-8);
    expect(await alert.count()).toBe(0);
  });

  it("says what to do without WebGPU, and shows the data all the same", async () => {
    await enter();
    await context.route(/engine\.worker.*\.js/, async (route) => {
      const response = await route.fetch();
      const body = `Object.defineProperty(navigator, "gpu", { value: undefined });\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
    await visit.page.reload();
    const notice = visit.page.getByRole("region", { name: "No GPU device" });
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/Chrome or Edge from 113.*enable-unsafe-webgpu/s);
    await visit.chooseFiles(FILES);
    await visit.page.getByRole("table", { name: "berea in numbers" }).waitFor();
    await visit.page.getByRole("img", { name: /Pore network/ }).waitFor();
    await visit.openTab("Solve");
    expect(await visit.page.getByRole("button", { name: "Solve", exact: true }).isDisabled()).toBe(true);
    const saved = await visit.download("OpenPNM CSV");
    expect((await readFile(await saved.path(), "utf8")).startsWith("pore.coords[0],")).toBe(true);
    expect(await visit.findViolations()).toEqual([]);
    await visit.photograph("without-webgpu");
    expect(visit.problems).toEqual([]);
  });

  describe.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["narrow", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
  ] as const)("is usable by all, %s", (name, options) => {
    beforeAll(async () => {
      await enter("#sample=berea", options);
      await visit.page.getByRole("table", { name: "berea in numbers" }).waitFor();
      await visit.solve("x");
    });

    it.each(["Network", "Health", "Solve", "Closures", "Calibrate", "Train", "Export"])(
      "in %s",
      async (tab) => {
        await visit.openTab(tab);
        await visit.photograph(`${tab.toLowerCase()}-${name}`);
        expect(await visit.findViolations()).toEqual([]);
        const overflow = await visit.page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
        expect(visit.problems).toEqual([]);
      },
    );
  });

  it("loads in less than a megabyte, and no tfjs", async () => {
    await enter();
    await visit.page.getByRole("button", { name: "Open Berea sandstone" }).waitFor();
    await visit.page
      .getByText(/software|hardware|GPU/)
      .first()
      .waitFor();
    let bytes = 0;
    for (const url of visit.requested.filter((each) => each.startsWith(app.url))) {
      const response = await fetch(url);
      const body = Buffer.from(await response.arrayBuffer());
      bytes += gzipSync(body).length;
      expect(body.includes("tensorflow"), url).toBe(false);
    }
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(1_000_000);
    if (SCREENSHOTS) console.log(`first load: ${(bytes / 1000).toFixed(0)} kB compressed`);
    await visit.photograph("begin");
  });
});

declare global {
  var __freeze: number;
}

/** In the page: the longest time [ms] in which it heard nothing. */
function measureFreezes(): void {
  globalThis.__freeze = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    globalThis.__freeze = Math.max(globalThis.__freeze, now - last);
    last = now;
  }, 10);
}

/** Something else than a number in line 5 of one file. */
function spoil(part: string, bytes: Buffer): Buffer {
  if (part !== "link1") return bytes;
  const lines = bytes.toString("latin1").split("\n");
  lines[4] = lines[4]!.replace(/\S+\s*$/, "twelve");
  return Buffer.from(lines.join("\n"), "latin1");
}
