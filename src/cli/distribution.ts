/** Distributions of sizes as they are written on a command line: `1e-5` or `lognormal:1e-5,0.5`. */
import type { Distribution } from "../network/distributions.ts";
import { type Arguments, parseNumber } from "./options.ts";

export const DISTRIBUTION_NOTE =
  "DIST is a number, or uniform:MIN,MAX, lognormal:MEDIAN,SIGMA, gamma:SHAPE,SCALE or weibull:SHAPE,SCALE.";

export function readDistribution(args: Arguments, option: string): Distribution | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const fixed = parseNumber(text);
  if (fixed > 0) return fixed;
  const [kind, list = ""] = text.split(":", 2);
  const numbers = list.split(",").map(parseNumber);
  const [a, b] = numbers as [number, number];
  if (numbers.length === 2 && a > 0 && b > 0) {
    if (kind === "uniform" && a <= b) return { kind, min: a, max: b };
    if (kind === "lognormal") return { kind, median: a, sigma: b };
    if (kind === "gamma" || kind === "weibull") return { kind, shape: a, scale: b };
  }
  args.fail(option, `Numbers are above 0. ${DISTRIBUTION_NOTE}`);
}
