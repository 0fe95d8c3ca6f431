import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import {
  type DatasetRow,
  holdOut,
  leaveFamiliesOut,
  partIntoFolds,
  selectRows,
} from "../../src/learn/dataset.ts";
import { makePair } from "./networks.ts";

const network = makePair();
const FAMILIES = ["berea", "blobs", "grain"];

/** 90 rows of 40 regions: the first five of every eight have three rows, the others one. */
function makeRows(): DatasetRow[] {
  return Array.from({ length: 40 }).flatMap((_, region) =>
    Array.from({ length: region % 8 < 5 ? 3 : 1 }, (_, k) => ({
      name: `${region}.${k}`,
      family: FAMILIES[region % 3]!,
      region: `box ${region}`,
      network,
      permeability: 1e-13,
    })),
  );
}

const rows = makeRows();
const namesOf = (list: readonly DatasetRow[]) => list.map(({ name }) => name);
const regionsOf = (list: readonly DatasetRow[]) => new Set(list.map(({ region }) => region));

describe("selectRows", () => {
  it("goes by the split and leaves out what is skipped", () => {
    const split = ["train", "test", "skip", undefined, "validation"] as const;
    const mixed = split.map(
      (part, k): DatasetRow => ({ ...rows[k]!, name: `${k}`, ...(part && { split: part }) }),
    );
    const dataset = { name: "mixed", rows: mixed };
    expect(namesOf(selectRows(dataset, "train"))).toEqual(["0"]);
    expect(namesOf(selectRows(dataset, "test"))).toEqual(["1"]);
    expect(namesOf(selectRows(dataset, "validation"))).toEqual(["4"]);
  });

  it("takes all where nothing is said", () => {
    const dataset = { name: "plain", rows };
    expect(selectRows(dataset, "train")).toHaveLength(rows.length);
    expect(selectRows(dataset, "test")).toHaveLength(rows.length);
    expect(selectRows(dataset, "validation")).toHaveLength(0);
  });
});

describe("partIntoFolds", () => {
  const folds = partIntoFolds(rows, 5, 7);

  it("tests every row once and never on a region that is trained on", () => {
    expect(folds.flatMap(({ test }) => namesOf(test)).sort()).toEqual(namesOf(rows).sort());
    for (const { train, test } of folds) {
      expect(train.length + test.length).toBe(rows.length);
      const trained = regionsOf(train);
      expect([...regionsOf(test)].filter((region) => trained.has(region))).toEqual([]);
    }
  });

  it("gives each fold its part of every family", () => {
    for (const { test } of folds) {
      expect(regionsOf(test).size).toBe(8);
      for (const family of FAMILIES) {
        const regions = regionsOf(test.filter((row) => row.family === family)).size;
        expect(regions).toBeGreaterThanOrEqual(2);
        expect(regions).toBeLessThanOrEqual(3);
      }
    }
  });

  it("depends on the seed and not on the order of the rows", () => {
    const other = partIntoFolds([...rows].reverse(), 5, 7);
    for (const [k, { test }] of other.entries())
      expect(namesOf(test).sort()).toEqual(namesOf(folds[k]!.test).sort());
    const reseeded = partIntoFolds(rows, 5, 8);
    expect(reseeded.map(({ test }) => namesOf(test))).not.toEqual(folds.map(({ test }) => namesOf(test)));
  });

  it("groups as it is told to", () => {
    const parts = partIntoFolds(rows, 3, 7, ({ family }) => family!);
    expect(parts.map(({ test }) => [...new Set(test.map(({ family }) => family))].length)).toEqual([1, 1, 1]);
  });

  it("refuses more folds than regions", () => {
    expect(() => partIntoFolds(rows, 41, 7)).toThrow(/40 regions/);
    expect(() => partIntoFolds(rows, 1, 7)).toThrow(OptionError);
  });
});

describe("leaveFamiliesOut", () => {
  it("tests on one family what the others taught; rows of none are always taught", () => {
    const { family: _, ...nameless } = { ...rows[0]!, name: "nameless" };
    const parts = leaveFamiliesOut([...rows, nameless]);
    expect(parts.map(({ family }) => family)).toEqual(FAMILIES);
    for (const { family, train, test } of parts) {
      expect(test.every((row) => row.family === family)).toBe(true);
      expect(train.some((row) => row.family === family)).toBe(false);
      expect(namesOf(train)).toContain("nameless");
      expect(train.length + test.length).toBe(rows.length + 1);
    }
  });
});

describe("holdOut", () => {
  it("keeps whole regions of every family apart", () => {
    const { train, test } = holdOut(rows, 0.15, 11);
    expect(regionsOf(test).size).toBe(6);
    expect(regionsOf(train).size).toBe(34);
    expect(train.length + test.length).toBe(rows.length);
    for (const family of FAMILIES)
      expect(regionsOf(test.filter((row) => row.family === family)).size).toBe(2);
    expect(namesOf(holdOut(rows, 0.15, 12).test)).not.toEqual(namesOf(test));
    expect(namesOf(holdOut(rows, 0.15, 11).test)).toEqual(namesOf(test));
  });

  it("holds out one at least, and leaves one", () => {
    const two = rows.slice(0, 4);
    expect(regionsOf(holdOut(two, 0.01, 5).test).size).toBe(1);
    expect(regionsOf(holdOut(two, 0.99, 5).train).size).toBe(1);
    expect(() => holdOut(rows.slice(0, 3), 0.5, 5)).toThrow(OptionError);
    expect(() => holdOut(rows, 1, 5)).toThrow(OptionError);
  });
});
