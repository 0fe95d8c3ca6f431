import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computePermeabilities, type PermeabilityResult } from "../../src/flow/permeability.ts";
import { train } from "../../src/learn/index.ts";
import { requestDevice } from "../../src/node.ts";
import { largestDifference, readBerea, relativeDifference } from "../flow/networks.ts";
import { drawTrainingRows, TRAINING } from "../learn/training-rows.ts";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";
import { useDevice } from "../support/device.ts";
import { type ServedPage, servePage } from "../support/page.ts";
import type {} from "./page/main.ts";

const PARTS = ["link1", "link2", "node1", "node2"];
/** Berea's files, path on the server → path on disk. */
const DATA = Object.fromEntries(
  PARTS.map((part) => [
    `/data/berea_${part}.dat`,
    fileURLToPath(new URL(`../../examples/data/berea_${part}.dat`, import.meta.url)),
  ]),
);

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

describe.skipIf(why)("the package in a browser, bundled by Vite", () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    served = await servePage(fileURLToPath(new URL("page", import.meta.url)), DATA);
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("request", (request) => requested.push(request.url()));
    await page.goto(served.url);
    await page.waitForFunction(() => globalThis.__result !== undefined);
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it("opens the browser's adapter with its own limits", async () => {
    const device = await page.evaluate(() => globalThis.__result.openDevice());
    expect(device.source).toBe("browser");
    if (!process.env.PORENET_CHROMIUM)
      expect(device).toMatchObject({ kind: "software", name: expect.stringMatching(/swiftshader/i) });
    expect(device.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20);
    expect(device.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
  });

  it("computes", async () => {
    const values = Array.from({ length: 300 }, (_, i) => i / 8 - 17);
    const doubled = await page.evaluate((input) => globalThis.__result.double(input), values);
    expect(doubled).toEqual(values.map((value) => 2 * value));
  });

  it("says what to do where the browser has no hardware adapter", async () => {
    if (process.env.PORENET_CHROMIUM) return;
    const opened = page.evaluate(() => globalThis.__result.openHardware());
    await expect(opened).rejects.toThrow(/hardware acceleration/);
  });

  describe("with the Berea sample, downloaded", async () => {
    const onNode = await useDevice();
    let expected: readonly PermeabilityResult[];
    beforeAll(async () => {
      if (onNode) expected = await computePermeabilities(onNode, await readBerea());
    });

    it("finds Node's permeabilities, formation factors and pressures along x, y and z", async () => {
      const found = await page.evaluate(() => globalThis.__result.solveBerea());
      expect(found.map(({ boundary }) => boundary)).toEqual(["reservoirs", "faces", "faces"]);
      expect(relativeDifference(found[0]!.permeability, 1.472430492099183e-12)).toBeLessThan(1e-8);
      expected.forEach(({ permeability, formationFactor, pressures, axis }, k) => {
        const { status, ...own } = found[k]!;
        expect([axis, status]).toEqual([axis, "converged"]);
        expect(relativeDifference(own.permeability, permeability.m2)).toBeLessThan(1e-8);
        expect(relativeDifference(own.formationFactor!, formationFactor!)).toBeLessThan(1e-8);
        expect(largestDifference(own.pressures, pressures)).toBeLessThan(1e-5);
      });
    });

    it("stops a solve that an AbortSignal ends, and solves on", async () => {
      const { rejection, calls, permeability } = await page.evaluate(() => globalThis.__result.abortBerea());
      expect(rejection).toBe("the reader has left");
      expect(calls).toBe(2);
      expect(relativeDifference(permeability, expected[0]!.permeability.m2)).toBeLessThan(1e-8);
    });
  });

  it("trains through the solver as in Node, tfjs loaded for it alone", async () => {
    const device = await requestDevice();
    const { history } = await train(device, drawTrainingRows(), TRAINING);
    device.destroy();
    const before = requested.length;
    const found = await page.evaluate(() => globalThis.__result.train());
    expect(requested.length).toBeGreaterThan(before);
    expect(found).toHaveLength(3);
    history.forEach(({ loss, validation }, k) => {
      expect(relativeDifference(found[k]!.loss, loss)).toBeLessThan(1e-3);
      expect(relativeDifference(found[k]!.validation, validation)).toBeLessThan(1e-3);
    });
    expect(found[2]!.loss).toBeLessThan(found[0]!.loss);
  });

  it("ran without errors, and asked this machine only", () => {
    expect(problems).toEqual([]);
    expect(requested.length).toBeGreaterThan(1);
    expect(requested.filter((url) => !url.startsWith(served.url) && !url.startsWith("data:"))).toEqual([]);
  });
});
