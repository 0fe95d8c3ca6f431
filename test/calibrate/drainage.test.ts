import { describe, expect, it } from "vitest";
import { DrainageCurve, drainNetwork } from "../../src/calibrate/drainage.ts";
import { generateNetPfs } from "../../src/calibrate/net-pfs.ts";
import { PoreNetwork } from "../../src/network/index.ts";
import { readBerea } from "../flow/networks.ts";

/** Pores in a row, 10 apart, of volumes 1, 2, 3, 4 and wide open; throats of volume 0.5 each. */
function makeRow(throatRadii: readonly number[]): PoreNetwork {
  const count = throatRadii.length + 1;
  const at = (marked: number) => Uint8Array.from({ length: count }, (_, i) => (i === marked ? 1 : 0));
  return new PoreNetwork({
    coords: Float64Array.from({ length: 3 * count }, (_, k) => (k % 3 === 0 ? (10 * k) / 3 : 0)),
    conns: Int32Array.from(throatRadii.flatMap((_, e) => [e, e + 1])),
    box: { origin: [0, -1, -1], size: [10 * (count - 1), 2, 2] },
    properties: [
      ["pore.inlet", at(0)],
      ["pore.outlet", at(count - 1)],
      ["pore.radius", new Float64Array(count).fill(2)],
      ["pore.volume", Float64Array.from({ length: count }, (_, i) => i + 1)],
      ["throat.radius", Float64Array.from(throatRadii)],
      ["throat.volume", new Float64Array(throatRadii.length).fill(0.5)],
    ],
  });
}

describe("drainage", () => {
  it("follows Young and Laplace through the tightest throats", () => {
    const curve = drainNetwork(makeRow([1, 0.5, 0.8]), { surfaceTension: 0.05, contactAngle: 60 });
    // 2 · 0.05 · ½ / r: pores at 0.025, throats at 0.05, 0.1 and, behind it, still 0.1.
    expect([...curve.pressures].map((p) => p.toFixed(6))).toEqual(["0.025000", "0.050000", "0.100000"]);
    const total = 1 + 2 + 3 + 4 + 1.5;
    expect(curve.saturationAt(0.02)).toBe(1);
    expect(curve.saturationAt(0.03)).toBeCloseTo(1 - 1 / total, 12);
    expect(curve.saturationAt(0.06)).toBeCloseTo(1 - 3.5 / total, 12);
    expect(curve.saturationAt(0.11)).toBeCloseTo(0, 12);
    expect(curve.pressureAt(0.9)).toBeCloseTo(0.05, 12);
    expect(curve.pressureAt(0.5)).toBeCloseTo(0.1, 12);
    expect(curve.pressureAt(1)).toBe(0);
  });

  it("leaves what nothing leads to, and what is trapped", () => {
    const free = drainNetwork(makeRow([1, 0.5, 0.8]));
    expect(free.residualSaturation).toBeCloseTo(0, 12);
    const cut = makeRow([1, 0.5, 0.8]).with([["throat.radius", Float64Array.of(1, 0, 0.8)]]);
    const curve = drainNetwork(cut);
    expect(curve.residualSaturation).toBeCloseTo(8 / 11.5, 12);
    expect(curve.pressureAt(0.5)).toBe(Infinity);
  });

  it("knows pressures that scale with 1/r, and curves that fall", () => {
    const network = generateNetPfs({
      size: 3e-3,
      seed: 311,
      count: 800,
      poreVolume: { kind: "gamma", shape: 2, scale: 4e-12 },
      distance: 0.5e-3,
      neighbours: 4,
      throatRadius: 30e-6,
      throatRadiusSpread: 0.4,
    });
    const open = network.with([["throat.volume", new Float64Array(network.throatCount)]]);
    const halved = open.with([
      ["throat.radius", open.numbers("throat.radius").map((r) => r / 2)],
      ["pore.radius", open.numbers("pore.radius").map((r) => r / 2)],
    ]);
    const [curve, finer] = [drainNetwork(open), drainNetwork(halved)];
    for (const saturation of [0.9, 0.6, 0.3]) {
      expect(finer.pressureAt(saturation) / curve.pressureAt(saturation)).toBeCloseTo(2, 12);
      expect(curve.saturationAt(curve.pressureAt(saturation))).toBeLessThanOrEqual(saturation);
    }
    for (let k = 1; k < curve.pressures.length; k++) {
      expect(curve.pressures[k]!).toBeGreaterThan(curve.pressures[k - 1]!);
      expect(curve.saturations[k]!).toBeLessThanOrEqual(curve.saturations[k - 1]!);
    }
    const trapped = drainNetwork(network, { trapping: true });
    const free = drainNetwork(network);
    expect(trapped.residualSaturation).toBeGreaterThan(free.residualSaturation + 0.02);
    // Until the first cluster is cut off both are the same.
    expect(trapped.pressureAt(0.97)).toBeCloseTo(free.pressureAt(0.97), 6);
    const backward = drainNetwork(network, { axis: "y" });
    expect(backward.saturations).not.toEqual(free.saturations);
  });

  it("enters networks with reservoirs", async () => {
    const curve = drainNetwork(await readBerea());
    expect(curve.saturationAt(1)).toBe(1);
    expect(curve.residualSaturation).toBeLessThan(0.02);
    // Berea's throats of some 5 µm are entered at some tens of kPa by air.
    const middle = curve.pressureAt(0.5);
    expect(middle).toBeGreaterThan(8e3);
    expect(middle).toBeLessThan(40e3);
  });

  it("is refused without sizes, and for wrong fluids", () => {
    const bare = new PoreNetwork({ coords: new Float64Array(6), conns: Int32Array.of(0, 1) });
    expect(() => drainNetwork(bare, { length: 1, area: 1 })).toThrow(/no radii of throats/);
    expect(() => drainNetwork(makeRow([1]), { contactAngle: 120 })).toThrow(/contactAngle is 120/);
    expect(() => drainNetwork(makeRow([1]), { surfaceTension: 0 })).toThrow(/surfaceTension is 0/);
    expect(() => drainNetwork(makeRow([1]), { angle: 3 } as never)).toThrow(/no option "angle"/);
  });

  it("is a staircase", () => {
    const curve = new DrainageCurve(Float64Array.of(3, 1, Infinity, 3), Float64Array.of(1, 4, 3, 2));
    expect([...curve.pressures]).toEqual([1, 3]);
    expect(curve.saturations[0]).toBeCloseTo(0.6, 12);
    expect(curve.residualSaturation).toBeCloseTo(0.3, 12);
  });
});
