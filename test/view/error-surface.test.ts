import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { traceContour } from "../../src/view/contour-lines.ts";
import { type ErrorSurface, renderErrorSurface, svgToPng } from "../../src/view/index.ts";
import { fieldColor, VERMILLION } from "../../src/view/theme.ts";
import { type Attributes, describedBy, parseLabel, readElements, readTexts } from "./svg-reading.ts";

const X = [0.1, 0.15, 0.25, 0.3];
const Y = [0.8, 1, 1.6];
const LABELS = { xLabel: "r [mm]", yLabel: "d [mm]" };
/** 3 rows of 4: rises along x and y. */
const ESTIMATE = Y.flatMap((y) => X.map((x) => 10 ** (10 * x + y)));

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The plots' outlines, left to right. */
function readFrames(svg: string): Frame[] {
  return readElements(svg, "rect")
    .filter(({ fill, "stroke-width": width }) => fill === "none" && width === "0.8")
    .map((rect) => ({
      x: Number(rect.x),
      y: Number(rect.y),
      width: Number(rect.width),
      height: Number(rect.height),
    }));
}

/** Pixels of a point, straight from the frame: its sides are the ends of the grid. */
function place(frame: Frame, x: number, y: number, kind: "linear" | "log" = "linear"): [number, number] {
  const scale = kind === "log" ? Math.log : (value: number) => value;
  const share = (value: number, nodes: readonly number[]) =>
    (scale(value) - scale(nodes[0]!)) / (scale(nodes.at(-1)!) - scale(nodes[0]!));
  return [frame.x + share(x, X) * frame.width, frame.y + (1 - share(y, Y)) * frame.height];
}

interface Cell {
  readonly fill: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Rectangles of the colour map, panel by panel. */
function readCells(svg: string): Cell[][] {
  return [...svg.matchAll(/<g shape-rendering="crispEdges">(.*?)<\/g>/gs)].map((group) =>
    readElements(group[1]!, "path").flatMap(({ d, fill }) =>
      [...d!.matchAll(/M([-\d.]+) ([-\d.]+)H([-\d.]+)V([-\d.]+)H\1Z/g)].map((match) => {
        const [left, top, right, bottom] = match.slice(1).map(Number) as [number, number, number, number];
        return { fill: fill!, left, top, right, bottom };
      }),
    ),
  );
}

function cellAt(cells: readonly Cell[], [x, y]: readonly [number, number]): Cell[] {
  return cells.filter(({ left, right, top, bottom }) => x > left && x < right && y > top && y < bottom);
}

/** Relative luminance of sRGB (IEC 61966-2-1, Rec. 709 weights). */
function luminanceOf(color: string): number {
  const channels = /^#/.test(color)
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : [...color.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const [r, g, b] = channels.map((c) =>
    c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function readMarks(svg: string): Attributes[] {
  return readElements(svg, "circle");
}

describe("the colour map of renderErrorSurface", () => {
  test.each(["linear", "log"] as const)("covers the plot once, each node in its cell, on %s axes", (kind) => {
    const svg = renderErrorSurface(
      { x: X, y: Y, estimate: ESTIMATE },
      { ...LABELS, xScale: kind, yScale: kind, valueScale: "log" },
    );
    const [frame] = readFrames(svg);
    const [cells] = readCells(svg);
    const area = cells!.reduce(
      (sum, { left, right, top, bottom }) => sum + (right - left) * (bottom - top),
      0,
    );
    expect(area / (frame!.width * frame!.height)).toBeCloseTo(1, 3);
    const [low, high] = [Math.log(ESTIMATE[0]!), Math.log(ESTIMATE.at(-1)!)];
    for (const [j, y] of Y.entries()) {
      for (const [i, x] of X.entries()) {
        // A hair inside, for the nodes on the frame.
        const [px, py] = place(frame!, x, y, kind);
        const inside = [
          Math.min(frame!.x + frame!.width - 1, Math.max(frame!.x + 1, px)),
          Math.min(frame!.y + frame!.height - 1, Math.max(frame!.y + 1, py)),
        ] as const;
        const found = cellAt(cells!, inside);
        expect(found).toHaveLength(1);
        const share = (Math.log(ESTIMATE[j * 4 + i]!) - low) / (high - low);
        expect(found[0]!.fill).toBe(fieldColor(share));
      }
    }
  });

  test("borders of cells lie half-way between nodes", () => {
    const svg = renderErrorSurface({ x: X, y: Y, estimate: ESTIMATE }, { ...LABELS, valueScale: "log" });
    const [frame] = readFrames(svg);
    const lefts = [...new Set(readCells(svg)[0]!.map(({ left }) => left))].sort((a, b) => a - b);
    const wanted = [0.1, 0.125, 0.2, 0.275].map((x) => place(frame!, x, 1)[0]);
    expect(lefts).toHaveLength(4);
    for (const [k, left] of lefts.entries()) expect(Math.abs(left - wanted[k]!)).toBeLessThan(0.11);
  });

  test("larger values are lighter", () => {
    const svg = renderErrorSurface({ x: X, y: Y, estimate: ESTIMATE }, { ...LABELS, valueScale: "log" });
    const [frame] = readFrames(svg);
    const row = X.map((x, i) => {
      const [px] = place(frame!, x, 1);
      return cellAt(readCells(svg)[0]!, [px + (i === 0 ? 1 : i === 3 ? -1 : 0), place(frame!, x, 1)[1]])[0]!;
    });
    const luminance = row.map(({ fill }) => luminanceOf(fill));
    for (let k = 1; k < 4; k++) expect(luminance[k]!).toBeGreaterThan(luminance[k - 1]!);
    const bar = readElements(svg, "rect").filter(({ width, fill }) => width === "12" && fill !== "none");
    expect(bar).toHaveLength(64);
    const rising = bar.sort((a, b) => Number(b.y) - Number(a.y)).map(({ fill }) => luminanceOf(fill!));
    for (let k = 1; k < 64; k++) expect(rising[k]!).toBeGreaterThanOrEqual(rising[k - 1]!);
    expect(rising[63]! / rising[0]!).toBeGreaterThan(20);
  });

  test("cells that cannot be shown are hatched and told, none where all can", () => {
    const broken = ESTIMATE.map((value, k) =>
      k === 0 ? Number.NaN : k === 1 ? -2 : k === 11 ? 1 / 0 : value,
    );
    const svg = renderErrorSurface({ x: X, y: Y, estimate: broken }, { ...LABELS, valueScale: "log" });
    const [frame] = readFrames(svg);
    for (const [k, [x, y]] of [
      [0.101, 0.81],
      [0.15, 0.85],
      [0.299, 1.59],
    ].entries()) {
      expect(cellAt(readCells(svg)[0]!, place(frame!, x!, y!)), `hole ${k}`).toEqual([]);
    }
    const hatching = readElements(svg, "path").filter(({ "stroke-width": width }) => width === "0.7");
    expect(hatching).toHaveLength(2);
    // Every line of the map's lies within one of the holes.
    const lines = [...hatching[1]!.d!.matchAll(/M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)/g)].map((match) => {
      const [x1, y1, x2, y2] = match.slice(1).map(Number) as [number, number, number, number];
      return [(x1 + x2) / 2, (y1 + y2) / 2] as const;
    });
    expect(lines.length).toBeGreaterThan(20);
    for (const middle of lines) expect(cellAt(readCells(svg)[0]!, middle)).toEqual([]);
    expect(readTexts(svg).map(({ content }) => content)).toContain("no value to show");
    expect(describedBy(svg)).toContain("3 cells without a value to show");
    const whole = renderErrorSurface({ x: X, y: Y, estimate: ESTIMATE }, LABELS);
    expect(whole).not.toContain("no value to show");
    expect(readElements(whole, "path").filter((path) => path["stroke-width"] === "0.7")).toEqual([]);
  });

  test("a linear scale shows what is not positive", () => {
    const svg = renderErrorSurface({ x: [0, 1], y: [0, 1], estimate: [-3, 0, 2, 5] }, LABELS);
    expect(readCells(svg)[0]).toHaveLength(4);
    expect(svg).not.toContain("no value to show");
  });
});

describe("the contours of renderErrorSurface", () => {
  test.each(["linear", "log"] as const)("run where a plane on a %s scale has the bar's labels", (kind) => {
    // A coarse grid: between its nodes only the right interpolation finds the level.
    const [x, y] = [Array.from({ length: 5 }, (_, k) => k / 4), Array.from({ length: 4 }, (_, k) => k / 3)];
    const lift = kind === "log" ? (value: number) => 10 ** value : (value: number) => value;
    const lower = kind === "log" ? Math.log10 : (value: number) => value;
    const estimate = y.flatMap((b) => x.map((a) => lift(3 * a + 2 * b)));
    const svg = renderErrorSurface({ x, y, estimate }, { ...LABELS, valueScale: kind });
    const [frame] = readFrames(svg);
    const contours = readElements(svg, "path").filter((path) => path["stroke-opacity"] === "0.75");
    expect(contours.length).toBeGreaterThan(3);
    const levels = contours.map(({ d }) => {
      const values = [...d!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, px, py]) => {
        const a = (Number(px) - frame!.x) / frame!.width;
        const b = 1 - (Number(py) - frame!.y) / frame!.height;
        return 3 * a + 2 * b;
      });
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(0.005);
      return values[0]!;
    });
    const right = frame!.x + frame!.width;
    const labels = readTexts(svg).filter(({ x: at }) => at > right + 20 && at < right + 40);
    const inner = labels
      .map(({ content }) => lower(parseLabel(content)!))
      .filter((value) => value > 0 && value < 5);
    expect(inner).toHaveLength(levels.length);
    for (const [k, level] of levels.entries()) expect(level).toBeCloseTo(inner[k]!, 2);
  });

  test("a circle is closed, a saddle joins the side of its middle, holes are not crossed", () => {
    const nodes = Array.from({ length: 61 }, (_, k) => 10 * k);
    const heights = nodes.flatMap((y) => nodes.map((x) => Math.hypot(x - 300, y - 300)));
    const path = traceContour({ x: nodes, y: nodes }, heights, 203.7);
    const ends = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => `${x} ${y}`);
    const counts = new Map<string, number>();
    for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1);
    expect([...counts.values()].every((count) => count % 2 === 0)).toBe(true);
    for (const end of counts.keys()) {
      const [x, y] = end.split(" ").map(Number);
      expect(Math.abs(Math.hypot(x! - 300, y! - 300) - 203.7)).toBeLessThan(0.2);
    }
    const square = { x: [0, 10], y: [0, 10] };
    // High at (0, 0) and (10, 10): joined where their mean is the larger, else cut off by themselves.
    expect(traceContour(square, [3, -1, -1, 3], 0)).toBe("M7.5 0L10 2.5M2.5 10L0 7.5");
    expect(traceContour(square, [1, -3, -3, 1], 0)).toBe("M2.5 0L0 2.5M10 7.5L7.5 10");
    expect(traceContour(square, [1, Number.NaN, -3, 1], 0)).toBe("");
    expect(traceContour(square, [1, 2, 3, 4], 0)).toBe("");
  });
});

describe("the points of renderErrorSurface", () => {
  const evaluated = { x: [0.12, 0.2, 0.28, 0.22], y: [0.9, 1.5, 1.1, 1.2], value: [4, 2, 0.25, 3] };
  const surface: ErrorSurface = {
    x: X,
    y: Y,
    estimate: ESTIMATE,
    deviation: ESTIMATE.map(Math.sqrt),
    evaluated,
  };

  test.each(["beside", "below"] as const)(
    "are numbered where they lie, in both panels, the other %s, the best with a star",
    (deviationPlace) => {
      const svg = renderErrorSurface(surface, { ...LABELS, deviationPlace });
      const frames = readFrames(svg);
      expect(frames).toHaveLength(2);
      const [first, second] = frames as [Frame, Frame];
      const isBelow = second.y > first.y + first.height && second.x === first.x;
      expect(isBelow).toBe(deviationPlace === "below");
      expect(second.x > first.x + first.width && second.y === first.y).toBe(!isBelow);
      expect(second.height).toBe(first.height);
      const marks = readMarks(svg).filter(({ cx }) => Number(cx) > 40);
      expect(marks).toHaveLength(8);
      for (const [k, x] of evaluated.x.entries()) {
        for (const [panel, frame] of frames.entries()) {
          const [px, py] = place(frame, x, evaluated.y[k]!);
          const mark = marks[panel * 4 + k]!;
          expect(Math.hypot(Number(mark.cx) - px, Number(mark.cy) - py)).toBeLessThan(0.2);
        }
        const [px, py] = place(frames[0]!, x, evaluated.y[k]!);
        const number = readTexts(svg).find(({ content, x: at, y: down }) => {
          return content === String(k + 1) && Math.hypot(at - px, down - py) < 4;
        });
        expect(number).toBeDefined();
      }
      const stars = readElements(svg, "path").filter(({ fill }) => fill === VERMILLION);
      const centers = stars.map(({ d }) => {
        const corners = [...d!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
        return [0, 1].map((axis) => corners.reduce((sum, corner) => sum + corner[axis]!, 0) / corners.length);
      });
      expect(centers).toHaveLength(3);
      for (const [panel, frame] of frames.entries()) {
        const [px, py] = place(frame, 0.28, 1.1);
        expect(Math.hypot(centers[panel + 1]![0]! - px, centers[panel + 1]![1]! - py)).toBeLessThan(0.3);
      }
      expect(readTexts(svg).map(({ content }) => content)).toContain("best: 0.25, evaluation 3");
      expect(describedBy(svg)).toContain("4 true evaluations; best 0.25 at (0.28, 1.1)");
    },
  );

  test("that cover one another, or are many, are shaded from white to black", () => {
    const crowd = { x: [0.2, 0.2001, 0.3, 0.12], y: [1, 1, 1.2, 0.9] };
    const svg = renderErrorSurface({ x: X, y: Y, estimate: ESTIMATE, evaluated: crowd }, LABELS);
    const shades = readMarks(svg)
      .filter(({ cx }) => Number(cx) > 40)
      .map(({ fill }) => fill);
    expect(shades).toEqual(["rgb(255,255,255)", "rgb(170,170,170)", "rgb(85,85,85)", "rgb(0,0,0)"]);
    const many = { x: X.flatMap((x) => Y.map(() => x)), y: X.flatMap(() => Y) };
    const grid = { x: [...many.x, ...many.x, ...many.x], y: [...many.y, ...many.y, ...many.y] };
    expect(renderErrorSurface({ ...surface, evaluated: grid }, LABELS)).toContain("first to last of 36");
    const forced = renderErrorSurface({ ...surface, evaluated: crowd }, { ...LABELS, marks: "numbers" });
    expect(forced).toContain("true evaluations, in order");
  });

  test("without a value are crosses, outside they are counted, and none is the best", () => {
    const value = [Number.NaN, 2, 1, Number.NaN];
    const svg = renderErrorSurface(
      {
        x: X,
        y: Y,
        estimate: ESTIMATE,
        evaluated: { x: [0.12, 0.2, 0.9, 0.22], y: [0.9, 1.5, 1.1, 1.2], value },
      },
      LABELS,
    );
    const texts = readTexts(svg).map(({ content }) => content);
    expect(texts).toContain("evaluation without a value");
    expect(texts).toContain("true evaluations, in order (1 of 4 outside)");
    expect(texts).toContain("best: 1, evaluation 3, outside");
    const crosses = readElements(svg, "path").filter(
      ({ stroke, d }) => stroke === "#1b1b1b" && /L.*M/.test(d!),
    );
    // Two, and that of the legend.
    expect(crosses).toHaveLength(3);
    // Star of the legend only.
    expect(readElements(svg, "path").filter(({ fill }) => fill === VERMILLION)).toHaveLength(1);
    const none = renderErrorSurface(
      { ...surface, evaluated: { ...evaluated, value: value.fill(0 / 0) } },
      LABELS,
    );
    expect(none).not.toContain("best");
  });

  test("the curve of optima is drawn where it lies, and cut off outside", () => {
    const optima = { x: [0.05, 0.12, 0.2, 0.28], y: [1, 1.4, 1.2, 0.9] };
    const svg = renderErrorSurface({ ...surface, optima }, LABELS);
    const frames = readFrames(svg);
    const curves = readElements(svg, "path").filter(
      (path) => path["stroke-linejoin"] === "round" && path.stroke === "#1b1b1b",
    );
    expect(curves).toHaveLength(2);
    for (const [panel, { d }] of curves.entries()) {
      const points = [...d!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
      expect(points).toHaveLength(3);
      for (const [k, point] of points.entries()) {
        const [px, py] = place(frames[panel]!, optima.x[k + 1]!, optima.y[k + 1]!);
        expect(Math.hypot(point[0]! - px, point[1]! - py)).toBeLessThan(0.2);
      }
    }
  });
});

describe("the texts of renderErrorSurface", () => {
  test("are there, escaped, and within the picture", async () => {
    const svg = renderErrorSurface(
      { x: X, y: Y, estimate: ESTIMATE, deviation: ESTIMATE },
      {
        ...LABELS,
        title: 'Sand & <silt> "A"',
        note: `At k = 3 & ${"porosity 0.38, ".repeat(12)}`,
        valueLabel: "error of Q [-]",
        valueScale: "log",
        deviationLabel: "σ of ln Q [-]",
      },
    );
    const texts = readTexts(svg);
    const contents = texts.map(({ content }) => content);
    for (const wanted of ['Sand & <silt> "A"', "r [mm]", "d [mm]", "error of Q [-]", "kriged estimate"]) {
      expect(contents).toContain(wanted);
    }
    expect(contents.some((content) => content.startsWith("σ of ln Q [-]"))).toBe(true);
    expect(contents.some((content) => content.startsWith("At k = 3 & por"))).toBe(true);
    expect(svg).not.toMatch(/<silt>|& <|NaN|undefined/);
    expect(texts.every(({ x, y }) => x >= 0 && x <= 920 && y > 0 && y < 430)).toBe(true);
    // A reader of XML takes it.
    expect((await svgToPng(svg, { scale: 0.25 })).length).toBeGreaterThan(1000);
  });

  test("labels of axes agree with the frame at large and small ranges", () => {
    for (const factor of [1e-9, 1, 1e7]) {
      const [x, y] = [X.map((v) => v * factor), Y.map((v) => v * factor)];
      const svg = renderErrorSurface({ x, y, estimate: ESTIMATE }, LABELS);
      const [frame] = readFrames(svg);
      const label = readTexts(svg).find(({ content }) => content.startsWith("r [mm]"))!.content;
      const power = /10\^(\S+)/.exec(label)?.[1]?.replace("\u2212", "-") ?? "0";
      const ticks = readTexts(svg).filter(
        ({ content, y: at }) => /^[\d.]+$/.test(content) && Math.abs(at - frame!.y - frame!.height - 15) < 1,
      );
      expect(ticks.length).toBeGreaterThan(2);
      for (const { content, x: at } of ticks) {
        const value = (Number(content) * 10 ** Number(power)) / factor;
        expect(Math.abs(place(frame!, value, 1)[0] - at)).toBeLessThan(0.2);
      }
    }
  });

  test("a flat field has one colour", () => {
    const svg = renderErrorSurface(
      { x: [0, 1], y: [0, 1], estimate: [5, 5, 5, 5], deviation: [0, 0, 0, 0] },
      LABELS,
    );
    expect(readCells(svg).map((cells) => new Set(cells.map(({ fill }) => fill)).size)).toEqual([1, 1]);
  });
});

describe("renderErrorSurface refuses", () => {
  const render = (change: Partial<ErrorSurface>, options: object = {}) =>
    renderErrorSurface({ x: X, y: Y, estimate: ESTIMATE, ...change }, { ...LABELS, ...options });

  test.each<[string, Partial<ErrorSurface>, object, RegExp]>([
    ["a short field", { estimate: [1, 2] }, {}, /estimate has 2 values. Give 12/],
    ["a short deviation", { deviation: [1] }, {}, /deviation has 1 values/],
    ["unequal points", { evaluated: { x: [1], y: [] } }, {}, /evaluated.y has 0 values/],
    ["unequal values", { evaluated: { x: [1], y: [1], value: [1, 2] } }, {}, /evaluated.value has 2/],
    ["an unequal curve", { optima: { x: [1, 2], y: [1] } }, {}, /optima.y has 1/],
    ["one column", { x: [1] }, {}, /1 position in x/],
    ["a falling grid", { y: [3, 2, 1] }, {}, /y do not increase/],
    ["a grid that is not finite", { y: [1, Number.NaN, 3] }, {}, /y\[1\] is NaN/],
    ["0 on a logarithmic axis", { x: [0, 1, 2, 3] }, { xScale: "log" }, /x\[0\] is 0 on a log axis/],
    ["nothing finite", { estimate: ESTIMATE.map(() => Number.NaN) }, {}, /None of the 12 values of estimate/],
    ["nothing positive", { estimate: ESTIMATE.map((v) => -v) }, { valueScale: "log" }, /Give values above 0/],
    ["nothing finite beside", { deviation: ESTIMATE.map(() => 1 / 0) }, {}, /values of deviation/],
    ["a best that is none", { best: 0 }, {}, /best/],
    ["an unknown option", {}, { xlabel: "r" }, /no option "xlabel"/],
    ["an unknown place", {}, { deviationPlace: "above" }, /deviationPlace is "above"/],
    ["unknown marks", {}, { marks: "none" }, /marks is "none"/],
    ["too small a figure", { deviation: ESTIMATE }, { width: 240, height: 200 }, /px/],
  ])("%s", (_, change, options, message) => {
    expect(() => render(change, options)).toThrow(OptionError);
    expect(() => render(change, options)).toThrow(message);
  });
});
