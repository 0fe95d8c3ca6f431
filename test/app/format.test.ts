import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatLength,
  formatMillidarcy,
  formatNumber,
  formatPercent,
  formatSeconds,
} from "../../examples/app/src/ui/format.ts";

/** With plain spaces for those of the page. */
function plain(text: string): string {
  return text.replaceAll(/[\u202f\u00a0]/g, " ");
}

describe("numbers for people", () => {
  it.each([
    [1491.9401458, 6, "1491.94"],
    [1.472430492099183e-12, 3, "1.47 × 10⁻¹²"],
    [1.2e-12, 4, "1.2 × 10⁻¹²"],
    [-2.5e9, 3, "−2.5 × 10⁹"],
    [12345.678, 7, "12 345.68"],
    [1234.5, 6, "1234.5"],
    [0.001, 4, "0.001"],
    [0, 4, "0"],
    [-3, 4, "−3"],
    [Number.POSITIVE_INFINITY, 4, "∞"],
    [Number.NaN, 4, "–"],
    [undefined, 4, "–"],
    [null, 4, "–"],
  ])("%s to %s digits", (value, digits, text) => {
    expect(plain(formatNumber(value, digits))).toBe(text);
  });

  it("keeps the zeros of a whole number", () => {
    expect(formatNumber(1500, 2)).toBe("1500");
    expect(formatNumber(100, 3)).toBe("100");
    expect(plain(formatCount(7896000))).toBe("7 896 000");
    expect(formatCount(7896)).toBe("7896");
  });

  it("chooses units by size", () => {
    expect(plain(formatLength(2.138e-3))).toBe("2.138 mm");
    expect(plain(formatLength(5.345e-6))).toBe("5.345 µm");
    expect(plain(formatLength(1e-3))).toBe("1 mm");
    expect(plain(formatLength(3e-9))).toBe("3 nm");
    expect(plain(formatLength(2))).toBe("2 m");
    expect(formatLength(undefined)).toBe("–");
    expect(formatMillidarcy(1491.94014, 6)).toEqual({ value: "1491.94", unit: "mD" });
    expect(formatMillidarcy(4.2e7, 4)).toEqual({ value: "42\u202f000", unit: "D" });
    expect(plain(formatPercent(0.19567, 4))).toBe("19.57 %");
    expect(plain(formatSeconds(0.0271))).toBe("27.1 ms");
    expect(plain(formatSeconds(2.04))).toBe("2.04 s");
  });
});
