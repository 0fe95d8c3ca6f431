/** What the 3D scene is made of, on the host: geometry, colours, legend, and the shaders' description. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { interpolateViridis } from "d3-scale-chromatic";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { renderShaders } from "../../src/gpu/generated/shaders.ts";
import { describeLegend, packRamp, parseColor, raisePowers } from "../../src/view/scene-colors.ts";
import { measureSpace, packPores, packThroats } from "../../src/view/scene-geometry.ts";
import { markThroats } from "../../src/view/scene-marks.ts";
import { drawNetwork } from "./scene-support.ts";

describe("geometry", () => {
  const network = drawNetwork(1063);
  const space = measureSpace(network);

  it("has its box's half diagonal as unit, about its middle", () => {
    const half = Math.hypot(300, 200, 200) / 2;
    expect(space.unit).toBeCloseTo(half * 1e-6, 15);
    expect(space.half.map((edge) => edge * half)).toEqual(
      [150, 100, 100].map((edge) => expect.closeTo(edge, 9)),
    );
    const pores = packPores(network, space);
    const radii = network.numbers("pore.radius");
    for (let i = 0; i < network.poreCount; i++) {
      const [x, y, z, r] = pores.subarray(4 * i, 4 * i + 4);
      expect(Math.abs(x! * space.unit + 1150e-6 - network.coords[3 * i]!)).toBeLessThan(1e-10);
      expect(Math.abs(y! * space.unit + 100e-6 - network.coords[3 * i + 1]!)).toBeLessThan(1e-10);
      expect(Math.abs(z! * space.unit + 100e-6 - network.coords[3 * i + 2]!)).toBeLessThan(1e-10);
      expect(r! * space.unit).toBeCloseTo(radii[i]!, 11);
    }
  });

  it("keeps reservoirs as ends of throats", () => {
    const ends = new Int32Array(packThroats(network, space).buffer);
    for (let e = 0; e < network.throatCount; e++) {
      expect([...ends.subarray(3 * e, 3 * e + 2)]).toEqual([...network.conns.subarray(2 * e, 2 * e + 2)]);
    }
  });

  it("marks throats and their pores", () => {
    const { pores, throats } = markThroats(network, [1, 16]);
    const listBits = (words: Uint32Array) =>
      [...words]
        .flatMap((word, k) =>
          Array.from({ length: 32 }, (_, bit) => ((word >>> bit) & 1 ? 32 * k + bit : -1)),
        )
        .filter((index) => index >= 0);
    expect(listBits(throats)).toEqual([1, 16]);
    const ends = [...network.conns.subarray(2, 4), ...network.conns.subarray(32, 34)].filter(
      (end) => end >= 0,
    );
    expect(listBits(pores)).toEqual([...new Set(ends)].sort((a, b) => a - b));
  });
});

describe("colours", () => {
  it("are viridis from end to end", () => {
    const ramp = packRamp();
    for (const k of [0, 13, 64, 127]) {
      const wanted = /^#(..)(..)(..)$/.exec(interpolateViridis(k / 127))!.slice(1);
      for (const [channel, hex] of wanted.entries()) {
        expect(255 * ramp[4 * k + channel]!).toBeCloseTo(Number.parseInt(hex, 16), 4);
      }
    }
    expect(parseColor("#1af")).toEqual(parseColor("#11aaff"));
    expect(() => parseColor("blue")).toThrow(OptionError);
  });
});

describe("a legend", () => {
  it("tells values along its bar", () => {
    const { ticks, colors, exponent } = describeLegend({ range: [0, 2] }, 200);
    expect(ticks.map(({ label }) => label)).toEqual(["0.0", "0.5", "1.0", "1.5", "2.0"]);
    expect(ticks.map(({ place }) => place)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(exponent).toBe(0);
    expect([colors[0], colors.at(-1)]).toEqual([interpolateViridis(0), interpolateViridis(1)]);
  });

  it("tells powers of ten, also from high to low", () => {
    const { ticks } = describeLegend({ range: [1e-14, 1e-18], scale: "log" }, 240);
    const places = Object.fromEntries(ticks.map(({ label, place }) => [label, place]));
    expect(places).toMatchObject({ "10⁻¹⁴": 0, "10⁻¹⁶": expect.closeTo(0.5, 12), "10⁻¹⁸": 1 });
    expect(raisePowers("3·10^{\u221212}")).toBe("3·10⁻¹²");
    expect(() => describeLegend({ range: [0, 1], scale: "log" }, 200)).toThrow(OptionError);
  });
});

describe("shaders that draw", () => {
  it("are described with both entry points and all that either uses", () => {
    const { vertexEntry, fragmentEntry, bindings } = renderShaders["view/throats"];
    expect([vertexEntry, fragmentEntry]).toEqual(["coverThroat", "meetThroat"]);
    expect(bindings.map(({ name }) => name)).toEqual([
      "frame",
      "ramp",
      "pores",
      "poreValue",
      "throats",
      "throatValue",
      "throatMark",
    ]);
  });

  it("have one vertex and one fragment entry point and no other, or are refused", async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "porenet-render-"));
    const out = join(folder, "out.ts");
    const pack = (code: string) => {
      mkdirSync(join(folder, "a"), { recursive: true });
      writeFileSync(join(folder, "a/k.wgsl"), code);
      const args = [".ci/pack-shaders.js", "--shaders", folder, "--out", out];
      execFileSync(process.execPath, args, { cwd: root, stdio: "pipe" });
    };
    const vertex =
      "@group(0) @binding(3) var<storage, read> a: array<vec4f>;\n@vertex fn v(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f { return a[i]; }\n";
    const fragment =
      "@group(0) @binding(1) var<uniform> b: vec4f;\n@fragment fn f() -> @location(0) vec4f { return b; }\n";
    const kernel = "@compute @workgroup_size(1) fn main() {}\n";
    try {
      pack(vertex + fragment);
      const module = await import(/* @vite-ignore */ pathToFileURL(out).href);
      expect(module.shaders).toEqual({});
      expect(module.renderShaders["a/k"]).toMatchObject({
        vertexEntry: "v",
        fragmentEntry: "f",
        bindings: [
          { binding: 1, name: "b", kind: "uniform" },
          { binding: 3, name: "a", kind: "read-only-storage" },
        ],
      });
      for (const code of [vertex, fragment, vertex + fragment + kernel]) {
        expect(() => pack(code)).toThrow(/a\/k\.wgsl has [01] compute entry points, not one, or one vertex/);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
