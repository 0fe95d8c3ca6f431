import { describe, expect, it } from "vitest";
import { parseCalibration, writeBegun } from "../../examples/app/src/engine/calibrator-file.ts";
import { completeCalibration, type SearchState } from "../../src/calibrate/index.ts";
import { FormatError, OptionError } from "../../src/errors.ts";

const CONFIG = {
  units: { length: "mm", permeability: "D" },
  network: { preset: "sand" },
  controls: [{ name: "throatRadius", low: 0.08, high: 0.3 }],
  targets: [{ kind: "permeability", value: 40 }],
  seed: 23,
} as const;

const STATE: SearchState = {
  format: "porenet search",
  version: 1,
  method: "kasa-variance",
  seed: 23,
  batchSize: 1,
  period: 10,
  bounds: [[Math.log(0.08e-3), Math.log(0.3e-3)]],
  rounds: [2],
  points: [-9, -8.5],
  values: [0.25, null],
  residuals: [0.5, null],
  checksum: "0123456789abcdef",
};

function faultOf(file: string, text: string): Error {
  try {
    parseCalibration(file, text);
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("the file of a calibration", () => {
  it("is a configuration, taken over into SI units", () => {
    const { config, state } = parseCalibration("sand.json", JSON.stringify(CONFIG));
    expect(state).toBeUndefined();
    expect(config.controls[0]).toEqual({ name: "throatRadius", low: 0.08 * 1e-3, high: 0.3 * 1e-3 });
    // 1 darcy is 9.869233e-13 m².
    expect(config.targets[0]!.value / (40 * 9.869233e-13)).toBeCloseTo(1, 12);
    expect(config.search.method).toBe("kasa-variance");
  });

  it("is a search under way, to the letter what was written", () => {
    const config = completeCalibration(CONFIG);
    const text = writeBegun({ config, state: STATE });
    const read = parseCalibration("sand.state.json", text);
    expect(read).toEqual({ config, state: STATE });
    expect(JSON.stringify(read.config)).toBe(JSON.stringify(config));
    expect(JSON.parse(text)).toMatchObject({ format: "porenet calibration", version: 1, status: "running" });
  });

  it("names file and line of what is no JSON", () => {
    const text = '{\n  "controls": [],\n  "targets" []\n}';
    const fault = faultOf("sand.json", text) as FormatError;
    expect(fault).toBeInstanceOf(FormatError);
    expect(fault.line).toBe(3);
    expect(fault.message).toMatch(/^sand\.json:3: expected ":", found "\[\]"/);
    const cut = faultOf("cut.json", '{\n  "controls": [');
    expect(cut.message).toMatch(/^cut\.json:2: expected a value or "\]", found the end of the text/);
  });

  it("says what it expected where something else is", () => {
    expect(faultOf("list.json", "[1, 2]").message).toMatch(/expected an object, found a list/);
    const newer = JSON.stringify({ format: "porenet calibration", version: 2, config: {} });
    expect(faultOf("newer.json", newer).message).toMatch(/version 1, found .*version 2/);
    const typo = JSON.stringify({ ...CONFIG, targetz: [] });
    expect(faultOf("typo.json", typo)).toBeInstanceOf(OptionError);
    expect(faultOf("typo.json", typo).message).toMatch(/"targetz"/);
  });

  it("refuses a state that does not fit its controls", () => {
    const config = completeCalibration(CONFIG);
    for (const damage of [{ points: [-9] }, { bounds: [] }, { values: 3 }, { residuals: [1, 2, 3] }]) {
      const text = writeBegun({ config, state: { ...STATE, ...damage } as unknown as SearchState });
      expect(faultOf("damaged.json", text).message).toMatch(/damaged\.json: expected a state of 1 controls/);
    }
  });
});
