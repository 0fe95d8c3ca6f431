/** What gradients are tested on, and where: cases of every kind, and their most telling throats. */
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { type FlowDomainOptions, generateCubic, generateRandom } from "../../src/network/index.ts";
import { caseOf, SKETCHED, sketchNetwork } from "./networks.ts";
import { centralDifference, VISCOSITY } from "./objectives.ts";

/** Pressures other than 1 and 0, so that neither is lost. */
export const HELD = { inletPressure: 3, outletPressure: 0.5 };
export const OPTIONS = { ...HELD, viscosity: VISCOSITY };

/** A dead end, a part cut off, a throat straight through, one of conductance 0, one from a pore to itself. */
const ODD = caseOf(
  sketchNetwork(
    8,
    [
      [0, 1, 2],
      [2, 1, 3],
      [2, 3, 1],
      [1, 3, 0.5],
      [1, 4, 7],
      [5, 6, 1],
      [0, 3, 0.25],
      [2, 1, 0],
      [2, 2, 4],
      [7, 2, 1.5],
    ],
    [0, 7],
    [3],
  ),
  SKETCHED,
);

/** Tubes of random radii between random pores. */
export const drawRadii = (seed: number, options: FlowDomainOptions = {}) =>
  caseOf(generateRandom({ count: 150, connect: { kind: "nearest", k: 5 }, seed }), options);

export const gradientCases: { name: string; own: FlowCase }[] = [
  {
    name: "a lattice with held faces",
    own: caseOf(generateCubic({ size: 5, sigma: 1, seed: 541 }), { axis: "y" }),
  },
  { name: "a random network", own: drawRadii(547, { axis: "z" }) },
  { name: "a random network in a calc box", own: drawRadii(557, { calcBox: [0.2, 0.85] }) },
  { name: "a sketch with all that is odd", own: ODD },
];

/** The change of f by that of ln g of one throat, g dJ/dg. */
export function differenceBy(
  own: FlowCase,
  throat: number,
  f: (conductance: Float64Array) => number,
): number {
  return centralDifference((step) => {
    const conductance = own.conductance.slice();
    conductance[throat]! *= Math.exp(step);
    return f(conductance);
  }, 1e-3);
}

/** The throats of largest influence, and some in between. */
export function pickThroats(influence: Float64Array): number[] {
  const order = Array.from(influence, (_, e) => e).sort(
    (a, b) => Math.abs(influence[b]!) - Math.abs(influence[a]!),
  );
  return [
    ...new Set([...order.slice(0, 8), ...order.filter((_, k) => k % Math.ceil(order.length / 12) === 0)]),
  ];
}
