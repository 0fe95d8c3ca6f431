/** Derivatives of closures against central differences, Euler's sum, and each other. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NetworkError, OptionError } from "../../src/errors.ts";
import { readNetwork } from "../../src/io/index.ts";
import {
  type ClosureOptions,
  conduitLengthsOf,
  type GeometryGradient,
  type GeometryTangent,
  generateRandom,
  hydraulicConductance,
  INLET_RESERVOIR,
  linearizeConductance,
  OUTLET_RESERVOIR,
  PoreNetwork,
  radiiOf,
  resolveFlowDomain,
  shapeFactorsOf,
} from "../../src/network/index.ts";
import { makeRandom } from "../sparse/graphs.ts";

const SAMPLE = new URL("../../examples/data/", import.meta.url);
const berea = await readNetwork("berea", (path) => readFileSync(new URL(path, SAMPLE)));
const random = generateRandom({
  count: 90,
  connect: { kind: "nearest", k: 4 },
  poreRadius: { kind: "uniform", min: 0.2, max: 0.4 },
  seed: 631,
});

/** Radii, shapes and lengths under the names that the closures read. */
function withGeometry(network: PoreNetwork, geometry: Partial<GeometryGradient>): PoreNetwork {
  const names = {
    throatRadius: "throat.radius",
    poreRadius: "pore.radius",
    conduitLengths: "throat.conduit_lengths",
    throatShapeFactor: "throat.shape_factor",
    poreShapeFactor: "pore.shape_factor",
  } as const;
  return new PoreNetwork({
    coords: network.coords,
    conns: network.conns,
    properties: Object.entries(geometry).map(([key, values]) => [names[key as keyof typeof names], values]),
  });
}

/** What of the network's geometry the closure reads. */
function geometryOf(
  network: PoreNetwork,
  { conduitLengths }: ClosureOptions = {},
): Partial<GeometryGradient> {
  const geometry = {
    throatRadius: radiiOf(network, "throat"),
    poreRadius: radiiOf(network, "pore"),
    conduitLengths: (conduitLengths ?? conduitLengthsOf(network)).slice(),
    throatShapeFactor: shapeFactorsOf(network, "throat"),
    poreShapeFactor: shapeFactorsOf(network, "pore"),
  };
  return Object.fromEntries(Object.entries(geometry).filter(([, values]) => values !== undefined));
}

function without(network: PoreNetwork, ...keys: (keyof GeometryGradient)[]): PoreNetwork {
  const kept = Object.entries(geometryOf(network)).filter(
    ([key]) => !keys.includes(key as keyof GeometryGradient),
  );
  return withGeometry(network, Object.fromEntries(kept));
}

/** Triangles of G from 0.01 to 0.046, none near the limit of their class. */
function withTriangles(network: PoreNetwork): PoreNetwork {
  const draw = makeRandom(641);
  const shapes = (count: number) => Float64Array.from({ length: count }, () => 0.01 + 0.036 * draw());
  return withGeometry(network, {
    ...geometryOf(network),
    throatShapeFactor: shapes(network.throatCount),
    poreShapeFactor: shapes(network.poreCount),
  });
}

const cases: { name: string; network: PoreNetwork; options?: ClosureOptions }[] = [
  { name: "the Berea sample", network: berea },
  {
    name: "the Berea sample cut at planes",
    network: berea,
    options: { conduitLengths: resolveFlowDomain(berea, { calcBox: [0.2, 0.7] }).conduitLengths },
  },
  {
    name: "the Berea sample as circles",
    network: berea,
    options: { closure: "hagen-poiseuille", viscosity: 0.3 },
  },
  { name: "circles in series", network: random },
  { name: "triangles", network: withTriangles(random) },
  {
    name: "triangles whose pores take their throats' shape",
    network: without(withTriangles(random), "poreShapeFactor"),
  },
  {
    name: "triangles without pore radii",
    network: without(withTriangles(random), "poreRadius", "poreShapeFactor"),
  },
  { name: "tubes", network: without(random, "poreRadius") },
];

const KEYS = [
  "throatRadius",
  "poreRadius",
  "conduitLengths",
  "throatShapeFactor",
  "poreShapeFactor",
] as const;

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

describe.each(cases)("$name", ({ network, options = {} }) => {
  const { conduitLengths: _, ...plain } = options;
  const geometry = geometryOf(network, options);
  const bare = withGeometry(network, geometry);
  const { values } = hydraulicConductance(bare, plain);
  const { closure, jvp, vjp } = linearizeConductance(network, options);

  it("is linearised at the conductances that are computed", () => {
    const used = hydraulicConductance(network, options);
    expect(closure).toBe(used.closure);
    expect(values).toEqual(used.values);
  });

  it.each(KEYS.filter((key) => geometry[key] !== undefined))(
    "changes with one %s at a time as central differences say",
    (key) => {
      const count = geometry[key]!.length;
      const drawn = makeRandom(643);
      let sum = 0;
      for (let k = 0; k < 12; k++) {
        const at = Math.floor(drawn() * count);
        const size = geometry[key]![at]!;
        if (size === 0) continue;
        const moved = (step: number) => {
          const changed = geometry[key]!.slice();
          changed[at]! += step * size;
          return hydraulicConductance(withGeometry(network, { ...geometry, [key]: changed }), plain).values;
        };
        const [above, below] = [moved(1e-5), moved(-1e-5)];
        const direction = new Float64Array(count);
        direction[at] = size;
        const change = jvp({ [key]: direction });
        for (let e = 0; e < values.length; e++) {
          const difference = (above[e]! - below[e]!) / 2e-5;
          if (Math.abs(change[e]! - difference) > 1e-8 * values[e]!)
            expect([e, change[e]]).toEqual([e, difference]);
          sum += Math.abs(change[e]!);
        }
      }
      // Only shapes of a class with one G for all change nothing.
      if (!key.endsWith("ShapeFactor")) expect(sum).toBeGreaterThan(0);
    },
  );

  it("grows with the cube of all lengths, throat by throat", () => {
    const { throatRadius, poreRadius, conduitLengths } = geometry;
    const change = jvp({ throatRadius, poreRadius, conduitLengths } as GeometryTangent);
    for (let e = 0; e < values.length; e++) {
      if (Math.abs(change[e]! - 3 * values[e]!) > 1e-13 * values[e]!)
        expect([e, change[e]]).toEqual([e, 3 * values[e]!]);
    }
    expect(change.some((value) => value > 0)).toBe(true);
  });

  it("has a transpose that is one: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩", () => {
    const draw = makeRandom(647);
    const tangent = Object.fromEntries(
      Object.entries(geometry).map(([key, own]) => [key, own.map((value) => value * (draw() - 0.5))]),
    ) as GeometryTangent;
    const w = values.map((g) => (g > 0 ? (draw() - 0.5) / g : 0));
    const gradient = vjp(w);
    const backward = KEYS.reduce(
      (sum, key) => sum + (tangent[key] ? dot(tangent[key], gradient[key]) : 0),
      0,
    );
    const forward = dot(jvp(tangent), w);
    expect(Math.abs(backward / forward - 1)).toBeLessThan(1e-10);
  });
});

describe("shapes", () => {
  const LARGEST_TRIANGLE = Math.sqrt(3) / 36;
  const at = (shapeFactor: number) => {
    const network = withGeometry(
      new PoreNetwork({ coords: new Float64Array(6), conns: Int32Array.of(0, 1) }),
      {
        throatRadius: Float64Array.of(2),
        conduitLengths: Float64Array.of(0, 5, 0),
        throatShapeFactor: Float64Array.of(shapeFactor),
      },
    );
    const { vjp } = linearizeConductance(network, { viscosity: 1 });
    return {
      g: hydraulicConductance(network, { viscosity: 1 }).values[0]!,
      gradient: vjp(Float64Array.of(1)),
    };
  };

  it.each([LARGEST_TRIANGLE - 1e-5, LARGEST_TRIANGLE + 0.9e-5, 0.0625, 0.0699, 0.07, 1 / (4 * Math.PI)])(
    "whose class has one G for all do not matter: %f",
    (shapeFactor) => {
      const { gradient } = at(shapeFactor);
      expect(gradient.throatShapeFactor[0]).toBeCloseTo(0, 15);
      expect(gradient.throatRadius[0]).toBeGreaterThan(0);
    },
  );

  it.each([0.003, 0.02, 0.048])("of triangles: g ∝ r⁴/(l G) at G = %f", (shapeFactor) => {
    const { g, gradient } = at(shapeFactor);
    expect((gradient.throatShapeFactor[0]! * shapeFactor) / g).toBeCloseTo(-1, 12);
    expect((gradient.throatRadius[0]! * 2) / g).toBeCloseTo(4, 12);
    expect((gradient.conduitLengths[1]! * 5) / g).toBeCloseTo(-1, 12);
  });
});

describe("at the limits", () => {
  const between = (lengths: readonly number[], radius = 2, conns = [0, 1]) =>
    withGeometry(new PoreNetwork({ coords: new Float64Array(6), conns: Int32Array.from(conns) }), {
      throatRadius: Float64Array.of(radius),
      poreRadius: Float64Array.of(3, 4),
      conduitLengths: Float64Array.from(lengths),
    });
  const gradientOf = (network: PoreNetwork) =>
    linearizeConductance(network, { viscosity: 1 }).vjp(Float64Array.of(1));

  it("a part of no length has a slope by its length, none by its radius", () => {
    const gradient = gradientOf(between([0, 5, 1]));
    expect(gradient.conduitLengths[0]).toBeLessThan(0);
    expect([...gradient.poreRadius].map((value) => value > 0)).toEqual([false, true]);
  });

  it("a conduit of no length at all goes with the cube of its radius", () => {
    const network = between([0, 0, 0]);
    const { values } = hydraulicConductance(network, { viscosity: 1 });
    const gradient = gradientOf(network);
    expect((gradient.throatRadius[0]! * 2) / values[0]!).toBeCloseTo(3, 12);
    expect([...gradient.conduitLengths]).toEqual([0, 0, 0]);
  });

  it("a reservoir's part counts nowhere", () => {
    const gradient = gradientOf(between([9, 5, 1], 2, [INLET_RESERVOIR, 1]));
    expect(gradient.conduitLengths[0]).toBeCloseTo(0, 15);
    expect(gradient.poreRadius[0]).toBe(0);
    const other = gradientOf(between([1, 5, 9], 2, [1, OUTLET_RESERVOIR]));
    expect(other.conduitLengths[2]).toBeCloseTo(0, 15);
    expect(other.poreRadius[1]).toBeCloseTo(gradient.poreRadius[1]!, 15);
  });

  it("a throat that conducts nothing, or has no part in the objective, spoils no sum", () => {
    const closed = gradientOf(between([1, 5, 1], 0));
    expect(Object.values(closed).every((values) => values.every((value) => value === 0))).toBe(true);
    const unknown = between([Number.NaN, 5, 1]);
    const gradient = linearizeConductance(unknown).vjp(new Float64Array(1));
    expect(gradient.poreRadius.every((value) => value === 0)).toBe(true);
  });
});

describe("what cannot be differentiated", () => {
  it("is refused by name", () => {
    const given = random.with([
      ["throat.hydraulic_conductance", new Float64Array(random.throatCount).fill(1)],
    ]);
    expect(() => linearizeConductance(given)).toThrow(OptionError);
    expect(() => linearizeConductance(given)).toThrow(/come from no geometry/);
    expect(linearizeConductance(given, { closure: "hagen-poiseuille" }).closure).toBe("hagen-poiseuille");
    expect(() => linearizeConductance(random, { closure: "shape-factor" })).toThrow(NetworkError);
    const { jvp, vjp } = linearizeConductance(random);
    expect(() => vjp(new Float64Array(3))).toThrow(/3 numbers instead of/);
    expect(() => jvp({ poreRadius: new Float64Array(3) })).toThrow(/poreRadius holds 3/);
  });
});
