import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labelNetworks, toOptions } from "../../examples/app/src/engine/trainer-data.ts";
import { SAND, writeConfig } from "../../examples/app/src/ui/calibrate-panel.edit.ts";
import { type Calibration, type CalibrationConfig, calibrate } from "../../src/calibrate/index.ts";
import type { ComputeDevice } from "../../src/gpu/device.ts";
import { train } from "../../src/learn/index.ts";
import { requestDevice } from "../../src/node.ts";
import { relativeDifference } from "../flow/networks.ts";
import { photograph, type ServedApp, serveApp } from "../support/app-page.ts";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";

/** No candidate meets its targets so closely, so that there is time to pause. */
const LONG: CalibrationConfig = { ...SAND, search: { ...SAND.search, tolerance: 1e-7, maxEvaluations: 18 } };
const TRAINING = { networks: 24, epochs: 6, width: 8, seed: 17 };
const LONG_WAIT = { timeout: 60_000 };

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

describe.skipIf(why)("calibrating and training in the application", () => {
  let app: ServedApp;
  let browser: Browser;
  let page: Page;
  let onNode: ComputeDevice;
  const problems: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    app = await serveApp();
    browser = await launchChromium();
    onNode = await requestDevice();
    page = await openPage();
  });

  afterAll(async () => {
    onNode?.destroy();
    await browser?.close();
    await app?.close();
  });

  async function openPage(): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1200, height: 1600 } });
    opened.on("pageerror", (error) => problems.push(error.message));
    opened.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    opened.on("request", (request) => requested.push(request.url()));
    await opened.goto(app.url);
    return opened;
  }

  async function choose(tab: string): Promise<Locator> {
    await page.getByRole("tab", { name: tab }).click();
    const panel = page.getByRole("tabpanel", { name: tab });
    await panel.getByRole("button", { name: "Start" }).and(page.locator(":enabled")).waitFor(LONG_WAIT);
    return panel;
  }

  async function configure(panel: Locator, config: string): Promise<void> {
    const text = panel.getByLabel("Configuration as JSON");
    if (!(await text.isVisible())) await panel.getByText("The same as JSON").click();
    await text.fill(config);
  }

  const click = (panel: Locator, name: string) => panel.getByRole("button", { name, exact: true }).click();
  const waitFor = (title: string, state: string) =>
    page.getByRole("status").getByText(`${title}: ${state}`).waitFor(LONG_WAIT);

  async function save(panel: Locator, name: string): Promise<Buffer> {
    const downloading = page.waitForEvent("download");
    await click(panel, name);
    return readFile(await (await downloading).path());
  }

  const saveJson = async (panel: Locator, name: string) => JSON.parse((await save(panel, name)).toString());

  it("meets the sand's targets as in Node, and shows what it did", async () => {
    const expected = await calibrate(onNode, SAND);
    const panel = await choose("Calibrate");
    await click(panel, "Start");
    const table = panel.getByRole("table", { name: "Reached: every target is met" });
    await table.waitFor(LONG_WAIT);
    expect(await table.getByRole("row").count()).toBe(3);
    expect(await panel.getByRole("img").count()).toBe(2);
    expect(await panel.getByRole("img").first().getAttribute("alt")).toMatch(/true evaluations/);
    await photograph(page, "calibrated");
    const found = await saveJson(panel, "Save the result");
    compare(found, expected);
    for (const { relativeError } of found.targets) expect(Math.abs(relativeError)).toBeLessThanOrEqual(0.01);
  });

  it("is paused, stopped, and gone on with from a file in a page that is loaded anew", async () => {
    const expected = await calibrate(onNode, LONG);
    let panel = await choose("Calibrate");
    await configure(panel, writeConfig(LONG));
    await click(panel, "Start");
    await panel.getByText(/^[1-9]\d* of at most 18 true runs/).waitFor(LONG_WAIT);
    await click(panel, "Pause");
    await waitFor("Calibrating", "paused");
    // What was under way when it was paused is told within this time.
    await page.waitForTimeout(2000);
    const course = panel.getByText(/of at most 18 true runs/);
    const before = await course.textContent();
    await page.waitForTimeout(500);
    expect(await course.textContent()).toBe(before);
    await click(panel, "Resume");
    await click(panel, "Stop");
    await page
      .getByRole("status")
      .getByText(/Calibrating: (stopped|done)/)
      .waitFor(LONG_WAIT);
    const buffer = await save(panel, "Save the search so far");
    expect(JSON.parse(buffer.toString())).toMatchObject({ status: "running" });

    await page.close();
    page = await openPage();
    panel = await choose("Calibrate");
    await panel
      .getByLabel("Open a configuration")
      .setInputFiles({ name: "calibration.state.json", mimeType: "application/json", buffer });
    await click(panel, "Resume");
    await panel.getByRole("table", { name: "Not reached" }).waitFor(LONG_WAIT);
    const found = await saveJson(panel, "Save the result");
    expect(found.evaluations).toBe(18);
    compare(found, expected);
  });

  /** Of the same search on another adapter. */
  function compare(found: { misfit: number; controls: Record<string, number> }, expected: Calibration): void {
    for (const [name, value] of Object.entries(expected.controls)) {
      expect(relativeDifference(found.controls[name]!, value)).toBeLessThan(1e-3);
    }
    expect(relativeDifference(found.misfit, expected.misfit)).toBeLessThan(1e-3);
  }

  it("says where a configuration is not understood", async () => {
    const panel = await choose("Calibrate");
    await configure(panel, '{\n  "controls": [\n  "targets": []\n}');
    await panel.getByText("The form follows").waitFor();
    await click(panel, "Start");
    const alert = page.getByRole("alert");
    await alert.getByText('configuration:3: expected "," or the closing bracket').waitFor();
    await configure(panel, writeConfig({ ...SAND, targets: [] }));
    await click(panel, "Start");
    await alert.getByText(/target/).waitFor();
    await configure(panel, writeConfig(SAND));
  });

  it("trains as in Node, with tfjs loaded for it alone", async () => {
    const { training, unseen } = await labelNetworks(onNode, TRAINING, new AbortController().signal);
    const { history } = await train(onNode, training, toOptions(TRAINING));
    const panel = await choose("Train");
    const haveTfjs = async (urls: readonly string[]) => {
      const scripts = [...new Set(urls)].filter((url) => url.endsWith(".js"));
      const texts = await Promise.all(scripts.map(async (url) => (await fetch(url)).text()));
      return texts.some((text) => text.includes("WebGPUBackend"));
    };
    expect(await haveTfjs(requested)).toBe(false);
    for (const [label, value] of [
      ["Networks to train on", TRAINING.networks],
      ["Epochs", TRAINING.epochs],
      ["Width of the hidden layers", TRAINING.width],
      ["Seed", TRAINING.seed],
    ] as const) {
      await panel.getByLabel(label).fill(`${value}`);
    }
    await click(panel, "Start");
    await panel.getByText(/^[1-9] of 6 epochs/).waitFor(LONG_WAIT);
    await click(panel, "Pause");
    await waitFor("Training", "paused");
    await click(panel, "Resume");
    const table = panel.getByRole("table", { name: `On ${unseen.length} networks` });
    await table.waitFor(LONG_WAIT);
    expect(await panel.getByRole("img").count()).toBe(2);
    const [trained, untrained] = await Promise.all(
      [1, 2].map(async (row) => {
        const cells = await table.getByRole("row").nth(row).getByRole("cell").allTextContents();
        return Number.parseFloat(cells[0]!);
      }),
    );
    expect(trained).toBeLessThan(0.6 * untrained!);
    await photograph(page, "trained");
    const manifest = await saveJson(panel, "Save manifest.json");
    expect(manifest.history).toHaveLength(6);
    history.forEach(({ loss, validation }, k) => {
      expect(relativeDifference(manifest.history[k].loss, loss)).toBeLessThan(1e-3);
      expect(relativeDifference(manifest.history[k].validation, validation)).toBeLessThan(1e-3);
    });
    expect((await save(panel, "Save weights.bin")).byteLength).toBe(manifest.byteLength);
    expect(await haveTfjs(requested)).toBe(true);
  });

  it("ran without errors, and asked this machine only", () => {
    expect(problems).toEqual([]);
    const foreign = requested.filter((url) => !/^(http:\/\/(127\.0\.0\.1|localhost):|data:|blob:)/.test(url));
    expect(foreign).toEqual([]);
  });
});
