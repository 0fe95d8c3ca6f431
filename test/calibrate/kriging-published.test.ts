/** Kriging against published examples, to their printed digits. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Kriging } from "../../src/calibrate/kriging.ts";
import type { Variogram } from "../../src/calibrate/variogram.ts";

interface Case {
  readonly source: string;
  readonly variogram: Variogram;
  readonly points: [number, number, number][];
}

interface Published {
  readonly kt3d: Case & {
    readonly grid: { readonly x: number; readonly step: number; readonly columns: number };
    readonly rows: { drift: "constant" | "linear"; y: number; first: string[]; last: string[] }[];
  };
  readonly single: (Case & { at: [number, number]; estimate: string; variance: string })[];
}

const published = JSON.parse(
  readFileSync(new URL("../fixtures/kriging/published.json", import.meta.url), "utf8"),
) as Published;

function krige({ points, variogram }: Case, drift: "constant" | "linear" = "constant"): Kriging {
  const places = Float64Array.from(points.flatMap((row) => row.slice(0, 2)));
  return new Kriging(
    places,
    points.map(([, , value]) => value),
    { dimension: 2, variogram, drift },
  );
}

/** Half a unit of the last digit that is printed, and a little for who rounded differently. */
function lastDigit(printed: string): number {
  const [mantissa, exponent = "0"] = printed.split("E") as [string, string?];
  return 0.51 * 10 ** (Number(exponent) - mantissa.split(".")[1]!.length);
}

describe("published examples", () => {
  for (const { drift, y, first, last } of published.kt3d.rows) {
    it(`KT3D's grid as PyKrige tests it, ${drift} drift, y = ${y}`, () => {
      const { x, step, columns } = published.kt3d.grid;
      const kriging = krige(published.kt3d, drift);
      const estimateAt = (column: number) => kriging.predict([x + step * column, y]).estimate[0]!;
      first.forEach((printed, column) => {
        // The file is of single precision, and off by one in the last digit here and there.
        expect(Math.abs(estimateAt(column) - Number(printed))).toBeLessThan(3 * lastDigit(printed));
      });
      last.forEach((printed, k) => {
        const column = columns - last.length + k;
        expect(Math.abs(estimateAt(column) - Number(printed))).toBeLessThan(3 * lastDigit(printed));
      });
    });
  }

  for (const example of published.single) {
    it(example.source.slice(0, 70), () => {
      const { estimate, variance } = krige(example).predict(example.at);
      expect(Math.abs(estimate[0]! - Number(example.estimate))).toBeLessThan(lastDigit(example.estimate));
      expect(Math.abs(variance[0]! - Number(example.variance))).toBeLessThan(lastDigit(example.variance));
    });
  }
});
