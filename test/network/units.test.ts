import { expect, it } from "vitest";
import {
  DARCY,
  formatLength,
  formatMicrometres,
  formatPermeability,
  formatSignificant,
  fromMillidarcy,
  toMillidarcy,
} from "../../src/network/index.ts";

it("a darcy is 1 cP · 1 cm³/s · 1 cm / (1 cm² · 1 atm)", () => {
  expect(DARCY / ((1e-3 * 1e-6 * 1e-2) / (1e-4 * 101325))).toBeCloseTo(1, 6);
});

it("converts there and back", () => {
  expect(toMillidarcy(1.472430492099183e-12)).toBeCloseTo(1491.9401458, 6);
  expect(fromMillidarcy(toMillidarcy(3.3e-13))).toBeCloseTo(3.3e-13, 26);
});

it("writes numbers as people read them", () => {
  expect(formatPermeability(1.472430492099183e-12)).toBe("1492 mD");
  expect(formatPermeability(1e-16)).toBe("0.1013 mD");
  expect(formatPermeability(1e-9)).toBe("1013 D");
  expect([3.1, 1.2e-3, 5.345e-6, 4e-9, 0].map((x) => formatLength(x))).toEqual([
    "3.100 m",
    "1.200 mm",
    "5.345 µm",
    "4.000 nm",
    "0 m",
  ]);
  expect(formatMicrometres(1.2e-3, 3)).toBe("1200 µm");
  expect(formatSignificant(123456789)).toBe("1.235e+8");
  expect(formatSignificant(-0.00012345)).toBe("-0.0001234");
  expect(formatSignificant(Number.NaN)).toBe("NaN");
});
