import { describe, expect, it } from "vitest";
import {
  addTarget,
  CONTROL_FIELDS,
  changeSearch,
  changeTarget,
  moveBound,
  readConfig,
  removeTarget,
  SAND,
  toggleControl,
  unitOf,
  writeConfig,
} from "../../examples/app/src/ui/calibrate-panel.edit.ts";
import { CONTROLS, completeCalibration } from "../../src/calibrate/index.ts";

describe("the form of a calibration", () => {
  it("knows every control, and begins with what the library understands", () => {
    expect(Object.keys(CONTROL_FIELDS).sort()).toEqual([...CONTROLS].sort());
    expect(completeCalibration(SAND).controls[0]!.high).toBeCloseTo(0.3e-3, 12);
    expect(readConfig(writeConfig(SAND))).toEqual(SAND);
  });

  it("shows no text that is not a configuration", () => {
    for (const text of ["", "{", "[]", '{"controls": 3, "targets": []}', '{"controls": [], "targets": [7]}'])
      expect(readConfig(text)).toBeUndefined();
  });

  it("takes controls in around what the network has, and out", () => {
    const own = { ...SAND, network: { size: 6, distance: 1.5, neighbours: 3 } };
    const added = toggleControl(own, "neighbours");
    expect(added.controls.at(-1)).toEqual({ name: "neighbours", low: 1.5, high: 6 });
    expect(toggleControl(added, "neighbours").controls).toEqual(own.controls);
    expect(toggleControl(SAND, "poreSizeFactor").controls.at(-1)).toMatchObject({ low: 0.7, high: 1.5 });
    expect(moveBound(SAND, "distance", "high", 1.7).controls[1]).toEqual({
      name: "distance",
      low: 0.8,
      high: 1.7,
    });
  });

  it("changes targets and search, and leaves the rest", () => {
    const soil = { ...SAND, clouds: 5 };
    expect(addTarget(soil, "porosity").targets.map(({ kind }) => kind)).toEqual([
      "permeability",
      "coordination",
      "porosity",
    ]);
    expect(removeTarget(soil, 0).targets.map(({ kind }) => kind)).toEqual(["coordination"]);
    expect(changeTarget(soil, 1, 2.75).targets[1]).toEqual({ kind: "coordination", value: 2.75 });
    const searched = changeSearch(soil, { method: "annealing" });
    expect(searched).toEqual({ ...soil, search: { ...soil.search, method: "annealing" } });
    expect(soil.targets).toEqual(SAND.targets);
  });

  it("names the units that numbers are in", () => {
    expect([unitOf(SAND, "length"), unitOf(SAND, "volume"), unitOf(SAND, "permeability")]).toEqual([
      "mm",
      "mm³",
      "D",
    ]);
    const { units: _, ...bare } = SAND;
    expect([unitOf(bare, "length"), unitOf(bare, "permeability"), unitOf(bare, "porosity")]).toEqual([
      "m",
      "m²",
      "",
    ]);
  });
});
