import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";
import { type ServedPage, servePage } from "../support/page.ts";
import type {} from "./page/main.ts";

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

describe.skipIf(why)("the package in a browser, bundled by Vite", () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    served = await servePage(fileURLToPath(new URL("page", import.meta.url)));
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

  it("ran without errors, and asked this machine only", () => {
    expect(problems).toEqual([]);
    expect(requested.length).toBeGreaterThan(1);
    expect(requested.filter((url) => !url.startsWith(served.url) && !url.startsWith("data:"))).toEqual([]);
  });
});
