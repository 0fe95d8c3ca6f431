import { describe, expect, it } from "vitest";
import { NetworkError, OptionError } from "../../src/errors.ts";
import {
  conduitLengthsOf,
  electricalConductance,
  hydraulicConductance,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
  PoreNetwork,
  type PropertyArray,
  sectionArea,
  sectionConductance,
} from "../../src/network/index.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
/** Two pores 10 apart in a row with a reservoir at each end. */
const row = (properties: Record<string, PropertyArray>) =>
  new PoreNetwork({
    coords: numbers(0, 0, 0, 10, 0, 0),
    conns: Int32Array.of(INLET_RESERVOIR, 0, 0, 1, 1, OUTLET_RESERVOIR),
    properties: Object.entries(properties),
  });
/** Two pores 10 apart, one throat. */
const pair = (properties: Record<string, PropertyArray>) =>
  new PoreNetwork({
    coords: numbers(0, 0, 0, 10, 0, 0),
    conns: Int32Array.of(0, 1),
    properties: Object.entries(properties),
  });
const tube = (radius: number, length: number, viscosity = 1) =>
  (Math.PI * radius ** 4) / (8 * viscosity * length);

describe("sections", () => {
  const EQUILATERAL = Math.sqrt(3) / 36;

  it("a circle's is that of Hagen and Poiseuille", () => {
    expect(sectionConductance(0.3, 1 / (4 * Math.PI), 2)).toBeCloseTo(tube(0.3, 1, 2), 15);
    expect(sectionArea(0.3, 0.5)).toBeCloseTo(Math.PI * 0.09, 15);
  });

  it("a square's with the inscribed radius r has the area 4 r² and Valvatne and Blunt's factor", () => {
    for (const shapeFactor of [1 / 16, 0.06, 0.0699, EQUILATERAL + 2e-5]) {
      expect(sectionArea(0.5, shapeFactor)).toBe(1);
      expect(sectionConductance(0.5, shapeFactor, 1)).toBe(0.5623 / 16);
    }
  });

  it("a triangle's area is r²/(4 G), G below that of the equilateral one", () => {
    expect(sectionArea(2, 0.02)).toBe(50);
    expect(sectionConductance(2, 0.02, 4)).toBeCloseTo((0.6 * 0.02 * 2500) / 4, 12);
    expect(sectionArea(1, EQUILATERAL + 0.9e-5)).toBe(1 / (4 * (EQUILATERAL - 5e-5)));
    expect(sectionArea(1, 0.07)).toBeCloseTo(Math.PI, 15);
  });
});

describe("hydraulicConductance", () => {
  it("puts two half pores and a throat in series", () => {
    const network = pair({
      "pore.diameter": numbers(4, 6),
      "throat.diameter": numbers(2),
      "throat.conduit_lengths": numbers(2, 5, 3),
    });
    const { values, closure } = hydraulicConductance(network, { viscosity: 0.5 });
    expect(closure).toBe("hagen-poiseuille");
    const expected = 1 / (1 / tube(2, 2, 0.5) + 1 / tube(1, 5, 0.5) + 1 / tube(3, 3, 0.5));
    expect(values[0]).toBeCloseTo(expected, 12);
    expect(electricalConductance(network)![0]).toBeCloseTo(
      1 / (2 / (4 * Math.PI) + 5 / Math.PI + 3 / (9 * Math.PI)),
      12,
    );
  });

  it("reads OpenPNM's three conduit lengths alike", () => {
    const parts = { "pore.radius": numbers(2, 3), "throat.radius": numbers(1) };
    const joined = pair({ ...parts, "throat.conduit_lengths": numbers(2, 5, 3) });
    const split = pair({
      ...parts,
      "throat.conduit_lengths.pore1": numbers(2),
      "throat.conduit_lengths.throat": numbers(5),
      "throat.conduit_lengths.pore2": numbers(3),
    });
    expect(hydraulicConductance(split)).toEqual(hydraulicConductance(joined));
  });

  it("drops what lies in a reservoir, and parts without length", () => {
    const network = row({
      "pore.radius": numbers(2, 3),
      "throat.radius": numbers(1, 1, 1),
      "throat.conduit_lengths": numbers(7, 4, 2, 0, 5, 0, 3, 0, 9),
    });
    const { values } = hydraulicConductance(network, { viscosity: 1 });
    expect(values[0]).toBeCloseTo(1 / (1 / tube(1, 4) + 1 / tube(2, 2)), 12);
    expect(values[1]).toBeCloseTo(tube(1, 5), 12);
    expect(values[2]).toBeCloseTo(tube(3, 3), 12);
  });

  it("stays finite where a conduit has no length, and 0 where a throat has no width", () => {
    const network = row({
      "throat.radius": numbers(1, 0, 0),
      "throat.conduit_lengths": numbers(7, 0, 0, 0, 0, 0, 0, 5, 0),
    });
    const { values } = hydraulicConductance(network, { viscosity: 1 });
    expect(values[0]).toBeCloseTo(tube(1, 1e-3), 6);
    expect([values[1], values[2]]).toEqual([0, 0]);
  });

  it("chooses given conductances, then shape factors, then circles", () => {
    const radii = { "throat.radius": numbers(1) };
    const shapes = { ...radii, "throat.shape_factor": numbers(0.03) };
    const given = { ...shapes, "throat.hydraulic_conductance": numbers(42.5) };
    expect(hydraulicConductance(pair(radii)).closure).toBe("hagen-poiseuille");
    expect(hydraulicConductance(pair(shapes)).closure).toBe("shape-factor");
    expect(hydraulicConductance(pair(given), { viscosity: 7 })).toEqual({
      closure: "given",
      values: numbers(42.5),
      viscosity: 7,
    });
    expect(hydraulicConductance(pair(given), { closure: "hagen-poiseuille" })).toEqual(
      hydraulicConductance(pair(radii)),
    );
  });

  it("takes G from snow2's area and perimeter, and its pores' shape from the throat", () => {
    const network = pair({
      "pore.inscribed_diameter": numbers(4, 4),
      "throat.inscribed_diameter": numbers(2),
      "throat.cross_sectional_area": numbers(9),
      "throat.perimeter": numbers(12),
      "throat.total_length": numbers(10),
    });
    const { values, closure } = hydraulicConductance(network, { viscosity: 1 });
    expect(closure).toBe("shape-factor");
    // A square: pores 2 + 2 long, the throat what is left of 10.
    const square = (radius: number) => (0.5623 / 16) * (4 * radius ** 2) ** 2;
    expect(values[0]).toBeCloseTo(1 / (4 / square(2) + 6 / square(1)), 12);
  });

  it("says which properties are missing", () => {
    expect(() => hydraulicConductance(pair({}))).toThrow(NetworkError);
    expect(() => hydraulicConductance(pair({}))).toThrow(
      /throat\.hydraulic_conductance.*throat\.radius.*throat\.shape_factor/s,
    );
    expect(() =>
      hydraulicConductance(pair({ "throat.radius": numbers(1) }), { closure: "shape-factor" }),
    ).toThrow(/throat\.shape_factor/);
    expect(() => hydraulicConductance(pair({}), { closure: "given" })).toThrow(
      /throat\.hydraulic_conductance/,
    );
    expect(electricalConductance(pair({ "throat.hydraulic_conductance": numbers(1) }))).toBeUndefined();
  });

  it("refuses unknown options", () => {
    const network = pair({ "throat.radius": numbers(1) });
    for (const options of [{ closure: "best" }, { viscosity: 0 }, { mu: 1 }]) {
      expect(() => hydraulicConductance(network, options as never)).toThrow(OptionError);
    }
    expect(() => hydraulicConductance(network, { conduitLengths: numbers(1, 2) })).toThrow(NetworkError);
  });
});

describe("conduitLengthsOf", () => {
  it("gives each pore its radius and the throat the rest", () => {
    expect([...conduitLengthsOf(pair({ "pore.radius": numbers(2, 3) }))]).toEqual([2, 5, 3]);
  });

  it("leaves a tenth to the throat between overlapping spheres", () => {
    const lengths = conduitLengthsOf(pair({ "pore.radius": numbers(6, 12) }));
    expect([...lengths].map((l) => Math.round(l * 1e12) / 1e12)).toEqual([3, 1, 6]);
  });

  it("splits what throat.length leaves of the spacing", () => {
    const lengths = conduitLengthsOf(
      pair({ "pore.radius": numbers(1, 3), "throat.length": numbers(4), "throat.spacing": numbers(12) }),
    );
    expect([...lengths]).toEqual([2, 4, 6]);
  });

  it("without pore radii, takes the throat's own length or the distance", () => {
    expect([...conduitLengthsOf(pair({}))]).toEqual([0, 10, 0]);
    expect([...conduitLengthsOf(pair({ "throat.length": numbers(4) }))]).toEqual([0, 4, 0]);
  });
});
