import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR, PoreNetwork } from "../../src/network/pore-network.ts";
import { type NetworkView, renderNetwork } from "../../src/view/index.ts";
import { makeProjection, measureExtent, type Vector } from "../../src/view/projection.ts";
import { fieldColor, UNSOLVED } from "../../src/view/theme.ts";
import { makeRandom } from "./random.ts";
import { readElements, readTexts } from "./svg-reading.ts";

const MICRON = 1e-6;

/** Three pores in a row in a box of 90 x 60 x 60 µm, reservoirs at both ends. */
function makeRow(): PoreNetwork {
  return new PoreNetwork({
    name: "row",
    coords: Float64Array.of(15, 30, 30, 45, 30, 30, 75, 30, 30).map((value) => value * MICRON),
    conns: Int32Array.of(INLET_RESERVOIR, 0, 0, 1, 1, 2, 2, OUTLET_RESERVOIR),
    box: { origin: [0, 0, 0], size: [90 * MICRON, 60 * MICRON, 60 * MICRON] },
    properties: [
      ["pore.radius", Float64Array.of(2, 2, 2).map((value) => value * MICRON)],
      ["throat.radius", Float64Array.of(1, 1, 1, 1).map((value) => value * MICRON)],
    ],
  });
}

function makeLattice(width: number): PoreNetwork {
  const coords: number[] = [];
  const conns: number[] = [];
  for (let k = 0; k < width ** 3; k++) {
    const [x, y, z] = [k % width, Math.floor(k / width) % width, Math.floor(k / width ** 2)];
    coords.push(x + 0.5, y + 0.5, z + 0.5);
    if (x + 1 < width) conns.push(k, k + 1);
    if (y + 1 < width) conns.push(k, k + width);
    if (z + 1 < width) conns.push(k, k + width ** 2);
  }
  return new PoreNetwork({
    name: "lattice",
    coords: Float64Array.from(coords),
    conns: Int32Array.from(conns),
    box: { origin: [0, 0, 0], size: [width, width, width] },
  });
}

function readThroats(
  svg: string,
): { x1: number; y1: number; x2: number; y2: number; stroke: string; width: number }[] {
  const lines =
    /<path d="M([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)" stroke="([^"]+)" stroke-width="([\d.]+)"\/>/g;
  return [...svg.matchAll(lines)].map(([, x1, y1, x2, y2, stroke, width]) => ({
    x1: Number(x1),
    y1: Number(y1),
    x2: Number(x2),
    y2: Number(y2),
    stroke: stroke!,
    width: Number(width),
  }));
}

describe("colours", () => {
  test("are those of viridis", () => {
    // matplotlib 3.8, viridis at 0, 0.5 and 1: #440154, #21918c, #fde725.
    expect(fieldColor(0)).toBe("#440154");
    expect(fieldColor(1)).toBe("#fde725");
    const middle = [1, 3, 5].map((at) => Number.parseInt(fieldColor(0.5).slice(at, at + 2), 16));
    for (const [k, channel] of [0x21, 0x91, 0x8c].entries()) {
      expect(Math.abs(middle[k]! - channel)).toBeLessThanOrEqual(3);
    }
  });

  test("grow lighter with the pressure, beyond its ends stay, and are grey without one", () => {
    const luminance = Array.from({ length: 50 }, (_, k) => {
      const [r, g, b] = [1, 3, 5].map(
        (at) => Number.parseInt(fieldColor(k / 49).slice(at, at + 2), 16) / 255,
      );
      return 0.2126 * r! ** 2.2 + 0.7152 * g! ** 2.2 + 0.0722 * b! ** 2.2;
    });
    for (let k = 1; k < 50; k++) expect(luminance[k]!).toBeGreaterThan(luminance[k - 1]!);
    expect([fieldColor(-3), fieldColor(7), fieldColor(Number.NaN)]).toEqual([
      fieldColor(0),
      fieldColor(1),
      UNSOLVED,
    ]);
  });
});

describe("projection", () => {
  const extent = measureExtent(makeLattice(3));
  const area = { x: 10, y: 20, width: 300, height: 200 };

  test.each(["x", "y", "z"] as const)(
    "flow along %s runs to the right, the viewer's side is nearer",
    (flow) => {
      const axis = "xyz".indexOf(flow);
      const unit = [0, 1, 2].map((k) => (k === axis ? 1 : 0)) as unknown as Vector;
      const next = [0, 1, 2].map((k) => (k === (axis + 1) % 3 ? 1 : 0)) as unknown as Vector;
      const up = [0, 1, 2].map((k) => (k === (axis + 2) % 3 ? 1 : 0)) as unknown as Vector;
      const projection = makeProjection(extent, area, "oblique", flow);
      expect(projection.x(...unit)).toBeGreaterThan(projection.x(0, 0, 0));
      expect(projection.y(...up)).toBeLessThan(projection.y(0, 0, 0));
      expect(projection.depth(...next)).toBeLessThan(projection.depth(0, 0, 0));
      expect(Math.hypot(...projection.toward)).toBeCloseTo(1, 12);
      // Orthonormal: the three components of any vector keep its length.
      const [dx, dy, depth] = [
        projection.x(...unit) - projection.x(0, 0, 0),
        projection.y(...unit) - projection.y(0, 0, 0),
        projection.depth(...unit),
      ];
      expect(Math.hypot(dx / projection.scale, dy / projection.scale, depth)).toBeCloseTo(1, 12);
    },
  );

  test.each(["oblique", "x", "y", "z"] as const)("the %s view fills its area and stays inside", (view) => {
    const projection = makeProjection(extent, area, view, "x");
    const corners = [0, 3].flatMap((x) => [0, 3].flatMap((y) => [0, 3].map((z) => [x, y, z] as const)));
    const xs = corners.map((corner) => projection.x(...corner));
    const ys = corners.map((corner) => projection.y(...corner));
    const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(10 - 1e-9);
    expect(Math.max(...xs)).toBeLessThanOrEqual(310 + 1e-9);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(20 - 1e-9);
    expect(Math.max(...ys)).toBeLessThanOrEqual(220 + 1e-9);
    expect(Math.max(width / 300, height / 200)).toBeCloseTo(1, 9);
  });
});

describe("renderNetwork", () => {
  test("pores and throats have the colours of their pressures, unsolved ones are grey", () => {
    const pressures = Float64Array.of(0.8, 0.4, Number.NaN);
    const svg = renderNetwork({ network: makeRow(), pressures });
    expect(
      readThroats(svg)
        .map(({ stroke }) => stroke)
        .sort(),
    ).toEqual([fieldColor(0.8), fieldColor(0.6), UNSOLVED, UNSOLVED].sort());
    const fills = readElements(svg, "circle").map(({ fill }) => fill);
    expect(fills.sort()).toEqual([fieldColor(0.8), fieldColor(0.4), UNSOLVED].sort());
    expect(readTexts(svg).some(({ content }) => content === "no flow")).toBe(true);
  });

  test("pascals are told from relative pressures and labelled so", () => {
    const inPascals: NetworkView = { network: makeRow(), pressures: Float64Array.of(3e5, 2e5, 1e5) };
    const svg = renderNetwork(inPascals);
    expect(svg).toContain("pressure [kPa]");
    const fills = readElements(svg, "circle").map(({ fill }) => fill);
    expect(fills.sort()).toEqual([fieldColor(1), fieldColor(0.5), fieldColor(0)].sort());
    const small = renderNetwork({
      ...inPascals,
      pressures: Float64Array.of(0.3, 0.2, 0.1),
      pressureUnit: "Pa",
    });
    expect(small).toContain("pressure [Pa]");
  });

  test("reservoir throats reach the faces of the box, widths and circles are to scale", () => {
    const svg = renderNetwork({ network: makeRow() }, { view: "z", width: 720, height: 620 });
    const throats = readThroats(svg);
    const xs = throats.flatMap(({ x1, x2 }) => [x1, x2]);
    const scale = (Math.max(...xs) - Math.min(...xs)) / (90 * MICRON);
    const ends = throats.map(({ x1, x2 }) =>
      [x1, x2].map((x) => Math.round((x - Math.min(...xs)) / scale / MICRON)),
    );
    expect(ends).toEqual([
      [0, 15],
      [15, 45],
      [45, 75],
      [75, 90],
    ]);
    for (const { width } of throats) expect(width).toBeCloseTo(1 * MICRON * scale, 0);
    for (const { r } of readElements(svg, "circle"))
      expect(Math.abs(Number(r) - Math.min(14, 2 * MICRON * scale))).toBeLessThan(0.1);
  });

  test("the nearest is drawn last, a throat before its pores", () => {
    const network = makeLattice(4);
    const pressures = Float64Array.from({ length: 64 }, (_, pore) => (pore + 1) / 70);
    const svg = renderNetwork({ network, pressures }, { view: "z" });
    // Seen along z each column of four pores falls on one spot; the highest index is the nearest.
    const shown = new Map<string, string[]>();
    for (const { cx, cy, fill } of readElements(svg, "circle")) {
      const spot = `${cx} ${cy}`;
      shown.set(spot, [...(shown.get(spot) ?? []), fill!]);
    }
    expect(shown.size).toBe(16);
    const order = Array.from(pressures, fieldColor);
    for (const fills of shown.values()) {
      const pores = fills.map((fill) => order.indexOf(fill));
      expect(pores).toEqual([...pores].sort((a, b) => a - b));
    }
    // Whatever lies in the farthest plane, lines and circles, comes before all the circles nearer.
    const body = svg.slice(svg.indexOf("stroke-linecap"));
    expect(body.indexOf("<path")).toBeLessThan(body.indexOf("<circle"));
  });

  test("of a large network at most so many throats are drawn, those at the faces, and the picture says so", () => {
    const network = makeLattice(20);
    const svg = renderNetwork({ network }, { mostThroats: 700 });
    expect(readThroats(svg).length).toBe(700);
    expect(svg).toContain("drawn: 700 of 22\u2009800 throats (nearest to the faces seen)");
  });

  test("by flow, the strongest throats are drawn and closed ones are not", () => {
    const network = makeLattice(20);
    const random = makeRandom(7103);
    const flows = Float64Array.from({ length: network.throatCount }, () => random() - 0.5);
    flows[11] = Number.NaN;
    const threshold = [...flows]
      .map(Math.abs)
      .filter(Number.isFinite)
      .sort((a, b) => b - a)[499]!;
    const svg = renderNetwork(
      { network, throatFlows: flows },
      { mostThroats: 500, widthBy: "flow", view: "z", width: 3000, height: 3000 },
    );
    const throats = readThroats(svg);
    expect(throats.length).toBe(500);
    expect(svg).toContain("(largest flow); line width by flow");
    const widest = Math.max(...throats.map(({ width }) => width));
    expect(Math.min(...throats.map(({ width }) => width)) / widest).toBeCloseTo(
      Math.sqrt(threshold / 0.5),
      1,
    );
  });

  test("a million pores make a picture below 3 MB within seconds", () => {
    const network = makeLattice(100);
    const pressures = Float64Array.from({ length: 1e6 }, (_, pore) => (pore % 100) / 99);
    const start = performance.now();
    const svg = renderNetwork({ network, pressures });
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(svg.length).toBeLessThan(3e6);
    expect(readThroats(svg).length).toBe(20_000);
  }, 60_000);

  test("pores at no place, networks of one pore or none are drawn as far as they go", () => {
    const coords = Float64Array.of(0, 0, 0, 1, 0, 0, Number.NaN, 1, 1);
    const lost = new PoreNetwork({ coords, conns: Int32Array.of(0, 1, 1, 2) });
    const svg = renderNetwork({ network: lost });
    expect([readThroats(svg).length, readElements(svg, "circle").length]).toEqual([1, 2]);
    const single = new PoreNetwork({ coords: new Float64Array(3), conns: new Int32Array(0) });
    expect(
      readElements(renderNetwork({ network: single, pressures: Float64Array.of(0.5) }), "circle").length,
    ).toBe(1);
    const empty = new PoreNetwork({ coords: new Float64Array(0), conns: new Int32Array(0) });
    for (const picture of [svg, renderNetwork({ network: empty })])
      expect(picture).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("arrays of the wrong length are refused", () => {
    const network = makeRow();
    expect(() => renderNetwork({ network, pressures: new Float64Array(4) })).toThrow(OptionError);
    expect(() => renderNetwork({ network, throatFlows: new Float64Array(3) })).toThrow(/4 throats/);
    expect(() => renderNetwork({ network }, { widthBy: "flow" })).toThrow(/throatFlows/);
    expect(() => renderNetwork({ network }, { mostThroats: 0 })).toThrow(OptionError);
    expect(() => renderNetwork({ network }, { width: 100 })).toThrow(/240/);
  });
});
