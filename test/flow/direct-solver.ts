/**
 * The oracle of the flow tests: mass balance solved in float64 by Cholesky factors within the envelope of the
 * matrix (A. George and J. W. Liu, 1981). It shares nothing with the library but its plain data;
 * what is to be solved it finds by walking from the inlet and from the outlet.
 */
import { type FlowDomain, INLET_RESERVOIR, OUTLET_RESERVOIR } from "../../src/network/index.ts";

export interface DirectSolution {
  /** n, 1 at the inlet and 0 at the outlet; NaN in pores that do not join both. */
  readonly pressures: Float64Array;
  /** m, from the throat's first end to its second. */
  readonly throatFlows: Float64Array;
  /** Σ g (p_a − p_b)², at unit pressure drop. */
  readonly flowRate: number;
}

type Domain = Pick<FlowDomain, "poreState" | "throatEnds" | "throatOpen">;

export function solveDirectly(domain: Domain, conductance: ArrayLike<number>): DirectSolution {
  const links = linksOf(domain, conductance);
  const fromInlet = walk(links, 1);
  const fromOutlet = new Set(walk(links, 0));
  const order = fromInlet.filter((pore) => fromOutlet.has(pore));
  const unknown = new Map(order.map((pore, k) => [pore, k]));

  const rows = order.map((pore, k) => {
    const first = Math.min(k, ...links.of[pore]!.map(({ to }) => unknown.get(to) ?? k));
    return new Float64Array(k - first + 1);
  });
  const b = new Float64Array(order.length);
  order.forEach((pore, k) => {
    const row = rows[k]!;
    const first = k - row.length + 1;
    for (const { to, g } of links.of[pore]!) {
      if (to === pore) continue;
      row[k - first]! += g;
      const column = unknown.get(to);
      if (column === undefined) b[k]! += g * (links.pressureOf(to) ?? 0);
      else if (column < k) row[column - first]! -= g;
    }
  });
  solveByFactors(rows, b);

  const pressures = Float64Array.from(domain.poreState, (_, pore) => {
    const k = unknown.get(pore);
    return k === undefined ? (links.pressureOf(pore) ?? Number.NaN) : b[k]!;
  });
  return { pressures, ...measureFlows(domain, conductance, links, pressures) };
}

interface Links {
  readonly of: readonly { readonly to: number; readonly g: number }[][];
  /** Of a held pore or a reservoir. */
  readonly pressureOf: (end: number) => 0 | 1 | undefined;
}

function linksOf({ poreState, throatEnds, throatOpen }: Domain, conductance: ArrayLike<number>): Links {
  const pressureOf = (end: number) => {
    if (end === INLET_RESERVOIR || poreState[end] === 1) return 1;
    return end === OUTLET_RESERVOIR || poreState[end] === 2 ? 0 : undefined;
  };
  const of: { to: number; g: number }[][] = Array.from(poreState, () => []);
  for (let e = 0; e < throatOpen.length; e++) {
    const g = conductance[e]!;
    if (!throatOpen[e] || g === 0) continue;
    const [a, b] = [throatEnds[2 * e]!, throatEnds[2 * e + 1]!];
    of[a]?.push({ to: b, g });
    if (a !== b) of[b]?.push({ to: a, g });
  }
  return { of, pressureOf };
}

/** Free pores that paths of free pores join to what is held at `pressure`, in the order of their distance. */
function walk({ of, pressureOf }: Links, pressure: 0 | 1): number[] {
  const touches = (pore: number) => of[pore]!.some(({ to }) => pressureOf(to) === pressure);
  const reached = of.flatMap((_, pore) => (pressureOf(pore) === undefined && touches(pore) ? [pore] : []));
  const seen = new Set(reached);
  for (const pore of reached) {
    for (const { to } of of[pore]!) {
      if (to < 0 || seen.has(to) || pressureOf(to) !== undefined) continue;
      seen.add(to);
      reached.push(to);
    }
  }
  return reached;
}

/** A = L Lᵀ row by row in place, each row from its first entry to the diagonal; then b becomes A⁻¹ b. */
function solveByFactors(rows: readonly Float64Array[], b: Float64Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const first = i - row.length + 1;
    for (let j = first; j <= i; j++) {
      const other = rows[j]!;
      const otherFirst = j - other.length + 1;
      let sum = row[j - first]!;
      for (let k = Math.max(first, otherFirst); k < j; k++) sum -= row[k - first]! * other[k - otherFirst]!;
      row[j - first] = j < i ? sum / other[other.length - 1]! : Math.sqrt(sum);
    }
    let sum = b[i]!;
    for (let k = first; k < i; k++) sum -= row[k - first]! * b[k]!;
    b[i] = sum / row[row.length - 1]!;
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const first = i - row.length + 1;
    b[i]! /= row[row.length - 1]!;
    for (let k = first; k < i; k++) b[k]! -= row[k - first]! * b[i]!;
  }
}

function measureFlows(
  { throatEnds, throatOpen }: Domain,
  conductance: ArrayLike<number>,
  { pressureOf }: Links,
  pressures: Float64Array,
): Pick<DirectSolution, "throatFlows" | "flowRate"> {
  const at = (end: number) => pressureOf(end) ?? pressures[end]!;
  let flowRate = 0;
  const throatFlows = Float64Array.from(throatOpen, (open, e) => {
    const [a, b] = [throatEnds[2 * e]!, throatEnds[2 * e + 1]!];
    const drop = at(a) - at(b);
    if (!open || Number.isNaN(drop)) return 0;
    flowRate += conductance[e]! * drop * drop;
    return conductance[e]! * drop;
  });
  return { throatFlows, flowRate };
}
