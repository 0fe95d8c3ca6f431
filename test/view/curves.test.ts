import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { PoreNetwork } from "../../src/network/pore-network.ts";
import { renderConvergence, renderScatter, renderSolveFigure, type SolveView } from "../../src/view/index.ts";
import { drawText, escapeXml } from "../../src/view/svg.ts";
import { calibrateAxis, readElements, readPoints, readTexts } from "./svg-reading.ts";

function readCurves(svg: string): string[] {
  return readElements(svg, "path")
    .filter((path) => path["stroke-linejoin"] === "round")
    .map(({ d }) => d!);
}

describe("renderConvergence", () => {
  const iteration = Array.from({ length: 41 }, (_, k) => 10 * k);
  const residual = iteration.map((k) => 10 ** (-k / 40));
  const error = iteration.map((k) => 20 * 10 ** (-k / 25));

  test("each point lies where the axes say", () => {
    const svg = renderConvergence({ iteration, residual, error, tolerance: 1e-8 });
    const toIteration = calibrateAxis(svg, "x", "linear").toValue;
    const toValue = calibrateAxis(svg, "y", "log").toValue;
    for (const [index, values] of [residual, error].entries()) {
      const points = readPoints(readCurves(svg)[index]!);
      expect(points.length).toBe(41);
      points.forEach(([x, y], k) => {
        expect(Math.abs(toIteration(x) - iteration[k]!)).toBeLessThan(0.5);
        expect(Math.abs(Math.log10(toValue(y) / values[k]!))).toBeLessThan(0.05);
      });
    }
    const [line] = readElements(svg, "line").filter(
      (one) => one["stroke-dasharray"] !== undefined && one.x1 !== "10",
    );
    expect(Math.log10(toValue(Number(line!.y1)))).toBeCloseTo(-8, 1);
  });

  test("the description tells the last known estimate", () => {
    const svg = renderConvergence({
      iteration: [0, 1, 2],
      residual: [1, 0.1, 1e-6],
      error: [2, 3.5e-4, Number.NaN],
    });
    expect(svg).toContain(
      "Relative residual 1.00e-6 after 2 iterations, estimated relative error of K 3.50e-4.",
    );
  });

  test("zeros and what is not finite interrupt the line", () => {
    const broken = [1, 0.1, 0, 0.01, Number.NaN, Number.POSITIVE_INFINITY, 1e-3, 1e-4];
    const [path] = readCurves(renderConvergence({ iteration: broken.map((_, k) => k), residual: broken }));
    expect(path!.match(/M/g)!.length).toBe(3);
    expect(readPoints(path!).length).toBe(5);
  });

  test("a history of 200 000 iterations stays small and keeps its extremes", () => {
    const long = Float64Array.from(
      { length: 200_000 },
      (_, k) => 10 ** (-k / 20_000) * (1 + 0.5 * Math.sin(k)),
    );
    long[123_457] = 1e-14;
    const svg = renderConvergence({ iteration: Uint32Array.from(long, (_, k) => k), residual: long });
    expect(svg.length).toBeLessThan(150_000);
    const lowest = Math.max(...readPoints(readCurves(svg)[0]!).map(([, y]) => y));
    expect(Math.log10(calibrateAxis(svg, "y", "log").toValue(lowest))).toBeCloseTo(-14, 1);
  });

  test("unequal lengths and histories without a positive value are refused", () => {
    expect(() => renderConvergence({ iteration: [0, 1], residual: [1] })).toThrow(OptionError);
    expect(() => renderConvergence({ iteration: [0, 1], residual: [0, 0] })).toThrow(/no positive value/);
  });
});

describe("renderScatter", () => {
  const x = [0.1, 0.15, 0.2, 0.3];
  const y = [30, 200, 900, 7000];
  const labels = { xLabel: "porosity [-]", yLabel: "permeability [mD]" };

  test("points lie where the axes say", () => {
    const svg = renderScatter([{ x, y }], { ...labels, yScale: "log" });
    const toX = calibrateAxis(svg, "x", "linear").toValue;
    const toY = calibrateAxis(svg, "y", "log").toValue;
    const circles = readElements(svg, "circle");
    expect(circles.length).toBe(4);
    circles.forEach(({ cx, cy }, k) => {
      expect(toX(Number(cx))).toBeCloseTo(x[k]!, 3);
      expect(toY(Number(cy)) / y[k]!).toBeCloseTo(1, 1);
    });
  });

  test("parity draws one domain on both axes and the diagonal", () => {
    const svg = renderScatter([{ x: [1, 5], y: [2, 9] }], { ...labels, parity: true });
    const toX = calibrateAxis(svg, "x", "linear").toValue;
    const toY = calibrateAxis(svg, "y", "linear").toValue;
    const diagonal = readElements(svg, "line")
      .filter((line) => line["stroke-dasharray"] !== undefined)
      .at(-1)!;
    expect(toX(Number(diagonal.x1))).toBeCloseTo(toY(Number(diagonal.y1)), 1);
    expect(toX(Number(diagonal.x2))).toBeCloseTo(toY(Number(diagonal.y2)), 1);
    expect(toX(Number(diagonal.x2))).toBeGreaterThanOrEqual(9);
  });

  test("points that cannot be shown are left out and counted, none at all is an error", () => {
    const svg = renderScatter([{ x: [1, 2, Number.NaN], y: [3, -1, 5] }], { ...labels, yScale: "log" });
    expect(readElements(svg, "circle").length).toBe(1);
    expect(svg).toContain("2 left out");
    expect(() => renderScatter([{ x: [1], y: [0] }], { ...labels, yScale: "log" })).toThrow(OptionError);
    expect(() => renderScatter([{ x: [1], y: [] }], labels)).toThrow(/1 x and 0 y/);
  });
});

describe("renderSolveFigure", () => {
  const network = new PoreNetwork({
    name: 'A <b> & "c"',
    coords: Float64Array.of(0, 0, 0, 1e-4, 0, 0, 2e-4, 0, 0),
    conns: Int32Array.of(0, 1, 1, 2),
    properties: [["throat.radius", Float64Array.of(4e-6, 6e-6)]],
  });
  const view: SolveView = {
    network,
    pressures: Float64Array.of(1, 0.3, 0),
    axis: "x",
    permeability: { m2: 1.472430492099183e-12, mD: 1491.9401458, relativeErrorEstimate: 3e-11 },
    balance: 2.5e-11,
    iterations: 12_345,
    history: { iteration: [0, 1, 2], residual: [1, 0.1, 1e-9] },
  };

  test("names the network and what came out", () => {
    const texts = readTexts(renderSolveFigure(view)).map(({ content }) => content.replaceAll("\u2009", " "));
    expect(texts.some((text) => text.includes("A <b> & "))).toBe(true);
    const header = texts.find((text) => text.startsWith("K along x"))!;
    expect(header).toContain("1492 mD = 1.472 × 10^−12 m^2");
    expect(header).toContain("flow balance 2.5 × 10^−11");
    expect(header).toContain("12 345 iterations");
    for (const title of ["Pressure", "Throat radii", "Convergence"]) expect(texts).toContain(title);
  });

  test("tells screen readers the same", () => {
    const svg = renderSolveFigure(view);
    expect(svg).toMatch(/^<svg [^>]*role="img">\n<title>A &lt;b&gt; &amp; &quot;c&quot;: flow/);
    expect(/<desc>(.*)<\/desc>/.exec(svg)![1]).toContain("Permeability along x 1492 mD (1.472e-12 m²)");
  });

  test("a solve that fell short says so; a good one does not", () => {
    expect(renderSolveFigure({ ...view, status: "stagnated" })).toContain("not converged: stagnated");
    expect(renderSolveFigure({ ...view, status: "converged" })).not.toContain("not converged");
  });

  test("goes without radii, history and pressures", () => {
    const bare = new PoreNetwork({ coords: network.coords, conns: network.conns });
    const texts = readTexts(renderSolveFigure({ network: bare })).map(({ content }) => content);
    expect(texts).not.toContain("Convergence");
    expect(texts).toContain("Pore network");
  });
});

test("text is escaped and freed of what XML cannot hold", () => {
  expect(escapeXml('a<b>&"\u0001\ud800')).toBe("a&lt;b&gt;&amp;&quot; \ufffd");
  expect(drawText(1, 2, "10^{-3} m")).toMatch(
    />10<tspan dy="-4" font-size="7.9">-3<\/tspan><tspan dy="4"> m<\/tspan></,
  );
});
