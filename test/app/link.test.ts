import { describe, expect, it } from "vitest";
import { DEFAULT_CUBIC, DEFAULT_RANDOM } from "../../examples/app/src/sources.ts";
import { decodeSettings, encodeSettings } from "../../examples/app/src/ui/link.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../examples/app/src/ui/settings.ts";

const SET: Settings = {
  source: { kind: "sample", id: "berea" },
  axis: "all",
  closure: "model:rocks & sands",
  preconditioner: "multigrid",
  tolerance: 1e-12,
  viscosity: 1.2e-3,
  pressureDrop: 2.5e5,
  colorBy: "sensitivity",
  slice: { axis: "y", low: 0.25, high: 0.5 },
};

describe("the link that restores settings", () => {
  it("is empty for the defaults, and reads so", () => {
    expect(encodeSettings(DEFAULT_SETTINGS)).toBe("");
    expect(decodeSettings("")).toEqual(DEFAULT_SETTINGS);
    expect(decodeSettings("#")).toEqual(DEFAULT_SETTINGS);
  });

  it("brings all settings back", () => {
    expect(decodeSettings(encodeSettings(SET))).toEqual(SET);
    expect(decodeSettings(`#${encodeSettings(SET)}`)).toEqual(SET);
    // As a browser gives it back when a person has pasted it.
    const { hash } = new URL(`https://example.org/app/#${encodeSettings(SET)}`);
    expect(decodeSettings(hash)).toEqual(SET);
  });

  it.each<NonNullable<Settings["source"]>>([
    { ...DEFAULT_CUBIC, size: [3, 41, 7], spacing: 12.5, seed: 4294967295 },
    { ...DEFAULT_CUBIC, radii: { throat: 0.3, pore: 1.75, spread: 0 } },
    { ...DEFAULT_RANDOM, count: 123, edge: 999.5, connect: { kind: "nearest", k: 5 } },
    { ...DEFAULT_RANDOM, connect: { kind: "threshold", distance: 33.25 } },
    { ...DEFAULT_RANDOM, connect: { kind: "delaunay" }, seed: 0 },
    { kind: "files", names: ["a rock_link1.dat", "a rock_node&2.dat", "#3,4:5.json"] },
  ])("brings the source back: %o", (source) => {
    expect(decodeSettings(encodeSettings({ ...DEFAULT_SETTINGS, source })).source).toEqual(source);
  });

  it("reads as what it says", () => {
    const { viscosity: _, pressureDrop: __, preconditioner: ___, tolerance: ____, ...few } = SET;
    expect(encodeSettings({ ...DEFAULT_SETTINGS, ...few, closure: "shape-factor" })).toBe(
      "sample=berea&axis=all&closure=shape-factor&color=sensitivity&slice=y:0.25:0.5",
    );
  });

  it("leaves what it does not understand at its default", () => {
    const cut =
      "axis=w&closure=magic&preconditioner=ilu&tolerance=-1&viscosity=x&drop=0&color=taste&slice=x:0.5:0.2&nonsense=1";
    expect(decodeSettings(cut)).toEqual(DEFAULT_SETTINGS);
    expect(decodeSettings("cubic=3,4&spacing=abc&spread=-1&seed=1.5").source).toEqual(DEFAULT_CUBIC);
    expect(decodeSettings("random=-5&edge=0&connect=nearest:0").source).toEqual(DEFAULT_RANDOM);
    expect(decodeSettings("slice=x:-0.1:0.5").slice).toBeUndefined();
    expect(decodeSettings("slice=x:0.1").slice).toBeUndefined();
  });
});
