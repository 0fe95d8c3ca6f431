import { Resvg } from "@resvg/resvg-js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { OptionError, PorenetError } from "../../src/errors.ts";
import { renderConvergence, svgToPng } from "../../src/view/index.ts";
import { measureOutline, outlineText } from "../../src/view/outline-text.ts";
import { drawDocument, drawText } from "../../src/view/svg.ts";

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Draws without any font of the system. */
function drawWithoutFonts(svg: string): Picture {
  const image = new Resvg(svg, { font: { loadSystemFonts: false }, background: "#fff" }).render();
  return { width: image.width, height: image.height, pixels: image.pixels };
}

/** A PNG's pixels, by drawing it into a picture of its size. */
function decodePng(png: Uint8Array): Picture {
  const header = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  const href = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const size = `width="${width}" height="${height}"`;
  return drawWithoutFonts(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}><image href="${href}" ${size}/></svg>`,
  );
}

/** Box around all pixels that are clearly dark: [left, top, right, bottom]. */
function findInk({ width, height, pixels }: Picture): [number, number, number, number] | undefined {
  let box: [number, number, number, number] | undefined;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[4 * (y * width + x)]! > 128) continue;
      box ??= [x, y, x, y];
      box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
  }
  return box;
}

function drawPage(body: string): string {
  return drawDocument({ width: 300, height: 180, title: "t", description: "d" }, body);
}

describe("outlineText", () => {
  const text = drawText(20, 40, "K = 1492 mD", { size: 24 });

  test("gives letters to a picture drawn without fonts, which has none otherwise", () => {
    expect(findInk(drawWithoutFonts(drawPage(text)))).toBeUndefined();
    const [left, top, right, bottom] = findInk(drawWithoutFonts(outlineText(drawPage(text))))!;
    // Capitals of Roboto are 0.711 em high and stand on the baseline.
    expect(left).toBeGreaterThanOrEqual(20);
    expect(top).toBeGreaterThanOrEqual(40 - 0.75 * 24 - 1);
    expect(top).toBeLessThanOrEqual(40 - 0.68 * 24);
    expect(bottom).toBeLessThanOrEqual(40);
    expect(right - left).toBeGreaterThan(0.9 * measureOutline("K = 1492 mD", 24) - 4);
    expect(right).toBeLessThanOrEqual(20 + measureOutline("K = 1492 mD", 24));
  });

  test("widths are the font's", () => {
    // Roboto Regular: each digit 1150 of 2048 units, the letter i 497.
    expect(measureOutline("0123456789", 2048)).toBeCloseTo(11_500, -2);
    expect(measureOutline("i", 2048)).toBeCloseTo(497, -1);
  });

  test.each([
    ["start", 150],
    ["middle", 150],
    ["end", 150],
  ] as const)("anchor %s is kept", (anchor, x) => {
    const [left, , right] = findInk(
      drawWithoutFonts(outlineText(drawPage(drawText(x, 40, "HHHH", { size: 20, anchor })))),
    )!;
    const at = { start: left, middle: (left + right) / 2, end: right }[anchor];
    expect(Math.abs(at - x)).toBeLessThanOrEqual(3);
  });

  test("superscripts are raised, bold is darker, rotated text is rotated", () => {
    const ink = (body: string) => findInk(drawWithoutFonts(outlineText(drawPage(body))))!;
    expect(ink(drawText(20, 40, "x^{H}", { size: 24 }))[1]).toBeLessThan(
      ink(drawText(20, 40, "xH", { size: 24 }))[1],
    );
    const weigh = (bold: boolean) =>
      drawWithoutFonts(outlineText(drawPage(drawText(20, 40, "mmm", { size: 24, bold })))).pixels.filter(
        (value) => value < 128,
      ).length;
    expect(weigh(true)).toBeGreaterThan(1.15 * weigh(false));
    const [left, top, right, bottom] = ink(drawText(150, 55, "HHH", { size: 16, rotate: -90 }));
    expect(bottom - top).toBeGreaterThan(right - left);
  });

  test("titles, unknown characters and texts of others stay as they are", () => {
    const svg = drawPage(`${drawText(1, 2, "岩")}<text x="1" y="2" font-size="9" dx="3">other</text>`);
    expect(outlineText(svg)).toBe(svg);
  });

  test("leaves no text in a figure", () => {
    const svg = renderConvergence(
      { iteration: [0, 5, 10], residual: [1, 1e-4, 1e-9], tolerance: 1e-8 },
      { name: "Fontainebleau ø" },
    );
    expect(svg).toContain("<text");
    expect(outlineText(svg)).not.toContain("<text");
  });
});

describe("svgToPng", () => {
  const svg = drawPage(drawText(20, 40, "φ = 0.2 µm", { size: 24 }));

  test("gives a PNG of the asked size with the text in it", async () => {
    const png = await svgToPng(svg, { width: 900 });
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const picture = decodePng(png);
    expect([picture.width, picture.height]).toEqual([900, 540]);
    const [left, , right] = findInk(picture)!;
    expect(left).toBeGreaterThanOrEqual(60);
    expect(right - left).toBeGreaterThan(300);
  });

  test("scales twice by default, or as asked", async () => {
    expect(decodePng(await svgToPng(svg)).width).toBe(600);
    expect(decodePng(await svgToPng(svg, { scale: 0.5 })).width).toBe(150);
  });

  test("refuses sizes that make no sense and SVG that is none", async () => {
    await expect(svgToPng(svg, { width: 0 })).rejects.toThrow(OptionError);
    await expect(svgToPng(svg, { scale: Number.NaN })).rejects.toThrow(OptionError);
    await expect(svgToPng(svg, { scale: 1, width: 9 })).rejects.toThrow(/one of them/);
    await expect(svgToPng("<svg")).rejects.toThrow(PorenetError);
  });
});

describe("without the renderer", () => {
  afterEach(() => {
    vi.doUnmock("@resvg/resvg-js");
    vi.resetModules();
  });

  test("the error names the package to install", async () => {
    vi.resetModules();
    vi.doMock("@resvg/resvg-js", () => {
      throw new Error("Cannot find package '@resvg/resvg-js'");
    });
    const { svgToPng: toPng } = await import("../../src/view/png.ts");
    await expect(toPng(drawPage(""))).rejects.toThrow(/npm i @resvg\/resvg-js/);
  });
});
