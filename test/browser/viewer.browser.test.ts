import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatLength, formatNumber } from "../../examples/app/src/ui/format.ts";
import { computePermeability, type PermeabilityResult } from "../../src/flow/permeability.ts";
import { centreDistancesOf, type PoreNetwork, radiiOf } from "../../src/network/index.ts";
import { readBerea, relativeDifference } from "../flow/networks.ts";
import { type ServedApp, serveApp } from "../support/app-page.ts";
import { Visit } from "../support/app-visit.ts";
import { launchChromium, whyNoChromium } from "../support/chromium.ts";
import { useDevice } from "../support/device.ts";

const why = process.env.REQUIRE_GPU === "1" ? undefined : whyNoChromium();

/** What a canvas shows. */
interface Shown {
  /** Pixels of another colour than the first. */
  readonly ink: number;
  /** Of all bytes: two pictures that differ have different ones. */
  readonly hash: number;
}

describe.skipIf(why)("the network in 3D, in a page", async () => {
  const device = await useDevice();
  let app: ServedApp;
  let browser: Browser;
  let visit: Visit;
  let canvas: Locator;
  let network: PoreNetwork;
  let expected: PermeabilityResult;
  /** Of the whole network, as it is seen at first. */
  let first: Shown;

  beforeAll(async () => {
    network = await readBerea();
    expected = await computePermeability(device, network, { axis: "x" });
    app = await serveApp();
    browser = await launchChromium();
    visit = new Visit(await browser.newPage({ viewport: { width: 1000, height: 800 } }));
    await visit.page.goto(`${app.url}#sample=berea`);
    await visit.page.getByRole("row", { name: /^Pores/ }).waitFor();
    await visit.solve("x");
    canvas = visit.page.getByRole("application", { name: "Network in 3D" });
    await visit.page.getByRole("figure").getByText("pressure, inlet 1, outlet 0").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const look = (): Promise<Shown> => canvas.evaluate(readPicture);

  /** The next picture that holds still and is not the one before. */
  async function waitForOther(before: Shown | undefined): Promise<Shown> {
    let last = before;
    for (let turn = 0; turn < 120; turn++) {
      await visit.page.waitForTimeout(500);
      const now = await look();
      if (now.ink > 0 && now.hash === last?.hash && now.hash !== before?.hash) return now;
      last = now;
    }
    throw new Error("The picture stays as it was.");
  }

  it("is drawn", async () => {
    first = await waitForOther(undefined);
    expect(first.ink).toBeGreaterThan(10_000);
  });

  it("reads the pore or throat under the pointer", async () => {
    const kinds = new Set<string>();
    const box = (await canvas.boundingBox())!;
    for (let step = 0; step < 12; step++) {
      const [right, down] = [0.35 + 0.025 * step, 0.5 + 0.02 * (step % 5)];
      await visit.page.mouse.move(box.x + right * box.width, box.y + down * box.height);
      await visit.page.waitForTimeout(300);
      const reading = visit.page.locator(".viewer-reading");
      if ((await reading.count()) === 0) continue;
      const [, kind, index] = /^(Pore|Throat) (\d+)$/.exec(await reading.locator("strong").innerText())!;
      kinds.add(kind!);
      const lines = await reading.locator("dl > div").allInnerTexts();
      const values = new Map(lines.map((line) => line.split("\n") as [string, string]));
      checkReading(kind as "Pore" | "Throat", Number(index), values);
    }
    expect([...kinds].sort()).toEqual(["Pore", "Throat"]);
    await visit.page.mouse.move(5, 5);
    await visit.page.locator(".viewer-reading").waitFor({ state: "detached" });
  });

  function checkReading(kind: "Pore" | "Throat", index: number, values: ReadonlyMap<string, string>): void {
    const radii = radiiOf(network, kind === "Pore" ? "pore" : "throat")!;
    expect(values.get("radius")).toBe(formatLength(radii[index]!));
    if (kind === "Pore") {
      const throats = network.conns.filter((pore) => pore === index).length;
      expect(values.get("throats")).toBe(`${throats}`);
      const pressure = expected.pressures[index]!;
      expect(values.get("pressure")).toBe(
        Number.isNaN(pressure) ? "none" : `${formatNumber(pressure)}\u202fPa`,
      );
    } else {
      expect(values.get("length")).toBe(formatLength(centreDistancesOf(network)[index]!));
      const flow = expected.throatFlows[index]!;
      const shown = Number.parseFloat(values.get("flow rate")!.replace("−", "-"));
      expect(shown).toBeCloseTo(Number.parseFloat(formatNumber(flow).replace("−", "-")), 2);
    }
  }

  it("turns, moves and comes nearer by keys and by dragging", async () => {
    let before = await look();
    await canvas.focus();
    for (const key of ["ArrowRight", "Shift+ArrowUp", "+", "x", "o"]) {
      await visit.page.keyboard.press(key);
      before = await waitForOther(before);
    }
    const box = (await canvas.boundingBox())!;
    await visit.page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
    await visit.page.mouse.down();
    await visit.page.mouse.move(box.x + 0.7 * box.width, box.y + 0.4 * box.height, { steps: 4 });
    await visit.page.mouse.up();
    before = await waitForOther(before);
    await visit.page.mouse.wheel(0, -300);
    await waitForOther(before);
  });

  it("says what the keyboard reads in the middle", async () => {
    const before = await look();
    await visit.page.getByRole("button", { name: "View along x" }).click();
    await waitForOther(before);
    await canvas.focus();
    await visit.page.keyboard.press("Enter");
    await visit.page
      .getByRole("status")
      .getByText(/^(Pore|Throat) \d+: .*radius/)
      .waitFor({ state: "attached" });
    await visit.page.keyboard.press("Escape");
  });

  it("shows a slice, and other colours with their unit", async () => {
    const whole = await look();
    await visit.page.getByRole("checkbox", { name: "Slice" }).check();
    const slice = await waitForOther(whole);
    expect(slice.ink).toBeLessThan(whole.ink);
    await visit.page.getByLabel("Colour by").selectOption("flow");
    await visit.page.getByRole("figure").getByText("m³/s").waitFor();
    const flow = await waitForOther(slice);
    expect(flow.ink).toBeGreaterThan(0.9 * slice.ink);
    await visit.page.getByRole("checkbox", { name: "Slice" }).uncheck();
    await visit.page.getByLabel("Colour by").selectOption("pressure");
    expect((await waitForOther(flow)).hash).toBe(whole.hash);
  });

  it("is saved as a picture", async () => {
    const [download] = await Promise.all([
      visit.page.waitForEvent("download"),
      visit.page.getByRole("button", { name: "Save the picture as PNG" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const png = Buffer.concat(chunks);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    const { width, height } = (await canvas.boundingBox())!;
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([Math.round(width), Math.round(height)]);
  });

  it("comes back on another device, as it was", async () => {
    const before = await look();
    const session = await browser.newBrowserCDPSession();
    await session.send("Browser.crashGpuProcess");
    await visit.page
      .getByRole("alert")
      .getByText(/opened anew/)
      .waitFor();
    await visit.page.getByRole("button", { name: "View along y" }).click();
    const other = await waitForOther(before);
    await visit.page.getByRole("button", { name: "View along x" }).click();
    expect((await waitForOther(other)).hash).toBe(before.hash);
    await visit.page.getByRole("figure").getByText("pressure, inlet 1, outlet 0").waitFor();
  });

  it("ran without errors", () => {
    expect(visit.problems).toEqual([]);
  });

  // Elsewhere the picture of an adapter that computes on the CPU is copied onto the canvas.
  it("is drawn straight onto the canvas by what says that it is a GPU", async () => {
    const other = await launchChromium(SHOWING);
    try {
      const context = await other.newContext({ viewport: { width: 1000, height: 800 } });
      await context.route(/engine\.worker.*\.js/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `(${pretendHardware})();\n${await response.text()}` });
      });
      const guest = new Visit(await context.newPage());
      await guest.page.goto(`${app.url}#sample=berea`);
      await guest.page.getByRole("row", { name: /^Pores/ }).waitFor();
      expect(await guest.page.getByText("pretended", { exact: true }).count()).toBe(1);
      await guest.solve("x");
      expect(relativeDifference(await guest.readPermeability(), expected.permeability.m2)).toBeLessThan(1e-8);
      const drawn = guest.page.getByRole("application", { name: "Network in 3D" });
      await expect.poll(async () => (await drawn.evaluate(readPicture)).ink, POLLING).toBe(first.ink);
      expect(guest.problems).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

/** With these Chromium shows what its software adapter draws. */
const SHOWING = [
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--ignore-gpu-blocklist",
];
const POLLING = { timeout: 60_000, interval: 500 };

/** In the worker, before anything else. */
function pretendHardware(): void {
  const { prototype } = (globalThis as unknown as { GPUAdapterInfo: { prototype: object } }).GPUAdapterInfo;
  for (const name of ["vendor", "architecture", "description"])
    Object.defineProperty(prototype, name, { get: () => "pretended" });
  Object.defineProperty(prototype, "device", { get: () => "" });
  Object.defineProperty(prototype, "isFallbackAdapter", { get: () => false });
}

/** In the page. */
function readPicture(canvas: HTMLElement): Shown {
  const source = canvas as HTMLCanvasElement;
  const copy = document.createElement("canvas");
  copy.width = source.width;
  copy.height = source.height;
  const context = copy.getContext("2d")!;
  context.drawImage(source, 0, 0);
  const words = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
  let [ink, hash] = [0, 0];
  for (const word of words) {
    if (word !== words[0]) ink++;
    hash = (Math.imul(hash, 31) + word) | 0;
  }
  return { ink, hash };
}
