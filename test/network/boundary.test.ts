import { describe, expect, it } from "vitest";
import { NetworkError, OptionError } from "../../src/errors.ts";
import {
  FREE,
  generateCubic,
  generateRandom,
  hydraulicConductance,
  INLET,
  INLET_RESERVOIR,
  OUTLET,
  OUTLET_RESERVOIR,
  OUTSIDE,
  PoreNetwork,
  type PoreNetworkData,
  type PropertyArray,
  resolveFlowDomain,
} from "../../src/network/index.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
const box = { origin: [0, 0, 0], size: [10, 4, 5] } as const;
/** Reservoir – pore at x = 2 – 4.5 – 6 – 9 – reservoir. */
const chain = (properties: Record<string, PropertyArray> = {}, changes: Partial<PoreNetworkData> = {}) =>
  new PoreNetwork({
    coords: numbers(2, 1, 1, 4.5, 2, 2, 6, 3, 3, 9, 2, 4),
    conns: Int32Array.of(INLET_RESERVOIR, 0, 0, 1, 1, 2, 2, 3, 3, OUTLET_RESERVOIR),
    box,
    ...changes,
    properties: Object.entries(properties),
  });
const label = (...values: number[]) => Uint8Array.from(values);

describe("what holds the pressures", () => {
  it("reservoirs along x; closed along other axes", () => {
    const x = resolveFlowDomain(chain());
    expect(x).toMatchObject({ boundary: "reservoirs", length: 10, area: 20, extentSource: "box" });
    expect([...x.poreState]).toEqual([FREE, FREE, FREE, FREE]);
    expect([...x.throatOpen]).toEqual([1, 1, 1, 1, 1]);
    const y = resolveFlowDomain(chain(), { axis: "y" });
    expect(y).toMatchObject({ boundary: "faces", length: 4, area: 50 });
    expect([...y.throatOpen]).toEqual([0, 1, 1, 1, 0]);
  });

  it("labels by name, with or without their prefix", () => {
    const network = chain({ "pore.left_face": label(1, 0, 0, 0), "pore.wall": label(0, 0, 0, 1) });
    const domain = resolveFlowDomain(network, { inlet: "left_face", outlet: "pore.wall" });
    expect(domain.boundary).toBe("labels");
    expect([...domain.poreState]).toEqual([INLET, FREE, FREE, OUTLET]);
    expect([...domain.throatOpen]).toEqual([0, 1, 1, 1, 0]);
  });

  it.each([
    ["x", "inlet", "outlet"],
    ["x", "xmin", "xmax"],
    ["x", "left", "right"],
    ["y", "front", "back"],
    ["z", "bottom", "top"],
    ["z", "inlet", "outlet"],
  ] as const)("along %s the labels %s and %s", (axis, low, high) => {
    const at = "xyz".indexOf(axis);
    const coords = new Float64Array(9);
    for (let i = 0; i < 3; i++) coords[3 * i + at] = i;
    const network = new PoreNetwork({
      coords,
      conns: Int32Array.of(0, 1, 1, 2),
      box,
      properties: [
        [`pore.${low}`, label(1, 0, 0)],
        [`pore.${high}`, label(0, 0, 1)],
      ],
    });
    const domain = resolveFlowDomain(network, { axis });
    expect(domain.boundary).toBe("labels");
    expect([...domain.poreState]).toEqual([INLET, FREE, OUTLET]);
  });

  it("not the labels of another axis", () => {
    const network = generateCubic({ size: 4, flowAxis: "z" });
    const bare = new PoreNetwork({
      coords: network.coords,
      conns: network.conns,
      properties: [
        ["pore.inlet", network.get("pore.inlet")!],
        ["pore.outlet", network.get("pore.outlet")!],
      ],
    });
    expect(resolveFlowDomain(bare, { axis: "z" }).boundary).toBe("labels");
    expect(resolveFlowDomain(bare, { axis: "x" }).boundary).toBe("faces");
  });

  it("faces: whose spheres reach them, one voxel short of it allowed", () => {
    const properties = { "pore.radius": numbers(1.95, 5, 1, 1) };
    const options = { axis: "x", faceThickness: undefined } as const;
    const bare = (voxelSize?: number) =>
      new PoreNetwork({
        coords: chain().coords,
        conns: Int32Array.of(0, 1, 1, 2, 2, 3),
        box,
        properties: Object.entries(properties),
        ...(voxelSize !== undefined && { voxelSize }),
      });
    expect([...resolveFlowDomain(bare(), options).poreState]).toEqual([FREE, INLET, FREE, OUTLET]);
    expect([...resolveFlowDomain(bare(0.1), options).poreState]).toEqual([INLET, INLET, FREE, OUTLET]);
    expect([...resolveFlowDomain(bare(), { faceThickness: 4.1 }).poreState]).toEqual([
      INLET,
      FREE,
      OUTLET,
      OUTLET,
    ]);
  });

  it("faces of points: one layer of a lattice, the labels of random points", () => {
    const cubic = generateCubic({ size: 5, spacing: 3 });
    const points = generateRandom({ count: 2000, connect: { kind: "nearest", k: 4 }, seed: 31 });
    for (const network of [cubic, points]) {
      const bare = new PoreNetwork({ coords: network.coords, conns: network.conns, box: network.box! });
      for (const axis of ["x", "y", "z"] as const) {
        const domain = resolveFlowDomain(bare, { axis });
        expect(domain.boundary).toBe("faces");
        expect(domain.poreState).toEqual(resolveFlowDomain(network, { axis }).poreState);
      }
    }
  });

  it("names labels that are there when one is missing", () => {
    const network = chain({ "pore.wall": label(0, 0, 0, 1) });
    expect(() => resolveFlowDomain(network, { inlet: "wal", outlet: "wall" })).toThrow(
      /no label pore\.wal\..*pore\.wall/s,
    );
    expect(() => resolveFlowDomain(network, { inlet: "wall" })).toThrow(OptionError);
    expect(() => resolveFlowDomain(network, { axis: "w" as never })).toThrow(OptionError);
    expect(() => resolveFlowDomain(network, { axes: "x" } as never)).toThrow(/axes/);
  });
});

describe("length and area", () => {
  it("come from options, box, pores, in this order", () => {
    expect(resolveFlowDomain(chain(), { length: 3 })).toMatchObject({
      length: 3,
      area: 20,
      extentSource: "options",
    });
    const { coords, conns } = chain();
    const bare = new PoreNetwork({ coords, conns });
    expect(resolveFlowDomain(bare)).toMatchObject({ length: 7, area: 6, extentSource: "pores" });
    expect(resolveFlowDomain(bare, { length: 8, area: 9 })).toMatchObject({
      length: 8,
      area: 9,
      extentSource: "options",
    });
  });

  it("are asked for when nothing tells them", () => {
    const flat = new PoreNetwork({ coords: numbers(0, 0, 0, 1, 0, 0), conns: Int32Array.of(0, 1) });
    expect(() => resolveFlowDomain(flat)).toThrow(NetworkError);
    expect(() => resolveFlowDomain(flat)).toThrow(/no cross-section.*length \[m\] and area/s);
    expect(resolveFlowDomain(flat, { area: 2 })).toMatchObject({ length: 1, area: 2 });
    expect(() => resolveFlowDomain(flat, { area: 0 })).toThrow(OptionError);
  });
});

describe("calc box", () => {
  // The link from 4.5 to 9 is 4.5 long: a step of 1 in x for each unit of length, so that cuts are read off.
  const link = (lengths: number[]) =>
    new PoreNetwork({
      coords: numbers(4.5, 2, 2, 9, 2, 2),
      conns: Int32Array.of(1, 0),
      box,
      properties: [
        ["throat.conduit_lengths", Float64Array.from(lengths)],
        ["throat.radius", numbers(1)],
        ["pore.radius", numbers(2, 3)],
      ],
    });

  it.each([
    ["in the outer pore", 0.85, [1, 2, 1.5], [0.5, 2, 1.5]],
    ["in the throat", 0.6, [2, 2, 0.5], [0, 1, 0.5]],
    ["in the inner pore", 0.6, [1, 1, 2.5], [0, 0, 2.5]],
  ])("cuts a link %s", (_, b, lengths, cut) => {
    const domain = resolveFlowDomain(link(lengths), { calcBox: [0.1, b] });
    expect(domain.boundary).toBe("calc-box");
    expect([...domain.poreState]).toEqual([FREE, OUTSIDE]);
    expect([...domain.throatEnds]).toEqual([OUTLET_RESERVOIR, 0]);
    expect([...domain.throatOpen]).toEqual([1]);
    expect([...domain.conduitLengths!]).toEqual(cut);
    expect(domain.length).toBeCloseTo((b - 0.1) * 10, 12);
  });

  it("takes the outer pore's section up to the plane", () => {
    const network = link([1, 2, 1.5]);
    const { conduitLengths } = resolveFlowDomain(network, { calcBox: [0.1, 0.85] });
    expect([...conduitLengths!]).toEqual([0.5, 2, 1.5]);
    const { values } = hydraulicConductance(network, { viscosity: 1, conduitLengths });
    const part = (length: number, radius: number) => (8 * length) / (Math.PI * radius ** 4);
    expect(values[0]).toBeCloseTo(1 / (part(0.5, 3) + part(2, 1) + part(1.5, 2)), 12);
  });

  it("holds the inlet plane too, opens what crosses, closes what lies outside", () => {
    const domain = resolveFlowDomain(chain({ "throat.total_length": numbers(2, 3, 2, 3, 1) }), {
      calcBox: [0.4, 0.7],
    });
    expect([...domain.poreState]).toEqual([OUTSIDE, FREE, FREE, OUTSIDE]);
    expect([...domain.throatOpen]).toEqual([0, 1, 1, 1, 0]);
    expect([...domain.throatEnds]).toEqual([
      INLET_RESERVOIR,
      0,
      INLET_RESERVOIR,
      1,
      1,
      2,
      2,
      OUTLET_RESERVOIR,
      3,
      OUTLET_RESERVOIR,
    ]);
    expect(domain.length).toBeCloseTo(3, 12);
    // From 4.5 back to 4 along 3 for 2.5, from 6 to 7 along 3 for 3.
    expect(domain.conduitLengths![3 + 1]).toBeCloseTo((0.5 * 3) / 2.5, 12);
    expect(domain.conduitLengths![9 + 1]).toBeCloseTo(1, 12);
  });

  it("shortens given conductances by the ratio of lengths", () => {
    const network = chain({
      "throat.total_length": numbers(2, 3, 2, 3, 1),
      "throat.hydraulic_conductance": numbers(1, 1, 1, 1, 1),
    });
    const { conduitLengths } = resolveFlowDomain(network, { calcBox: [0.4, 0.7] });
    const { values } = hydraulicConductance(network, { conduitLengths });
    expect(values[1]).toBeCloseTo(5, 12);
    expect(values[3]).toBeCloseTo(3, 12);
    expect(values[2]).toBe(1);
  });

  it("of the whole sample is the sample", () => {
    const cubic = generateCubic({ size: 4 });
    const whole = resolveFlowDomain(cubic);
    const domain = resolveFlowDomain(cubic, { calcBox: [0, 1] });
    expect(domain.poreState).toEqual(whole.poreState);
    expect(domain.throatEnds).toEqual(whole.throatEnds);
    expect(domain.length).toBe(whole.length);
  });

  it("refuses planes that make no box", () => {
    for (const calcBox of [[0.5, 0.5], [0.9, 0.1], [-0.1, 1], [0, 1.1], [0, Number.NaN], [0.5]]) {
      expect(() => resolveFlowDomain(chain(), { calcBox: calcBox as never })).toThrow(OptionError);
    }
  });
});
