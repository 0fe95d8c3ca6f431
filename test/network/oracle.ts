/**
 * A float64 solver for tests: Jacobi-preconditioned conjugate gradients on throats, nothing shared with the
 * library's own. Returns the flow rate at unit pressure drop from the energy form.
 */
import {
  type DomainReport,
  type FlowDomain,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
} from "../../src/network/index.ts";

export interface OracleSolution {
  /** Σ g (p_a − p_b)² at unit pressure drop. */
  readonly flowRate: number;
  readonly inletFlux: number;
  readonly outletFlux: number;
  /** n, NaN where nothing is known. */
  readonly pressure: Float64Array;
}

export function solveDomain(
  domain: FlowDomain,
  report: DomainReport,
  conductance: Float64Array,
  tolerance = 1e-14,
): OracleSolution {
  const { poreState, throatEnds, throatOpen } = domain;
  const n = poreState.length;
  const pressure = new Float64Array(n).fill(Number.NaN);
  for (let i = 0; i < n; i++) pressure[i] = poreState[i] === 1 ? 1 : poreState[i] === 2 ? 0 : Number.NaN;
  const isUnknown = (end: number) => end >= 0 && report.solved[end] === 1;
  const held = (end: number) => (end === INLET_RESERVOIR ? 1 : end === OUTLET_RESERVOIR ? 0 : pressure[end]!);
  const rhs = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const links: number[] = [];
  for (let e = 0; e < throatOpen.length; e++) {
    const g = conductance[e]!;
    if (throatOpen[e] === 0 || !(g > 0)) continue;
    for (const [i, j] of [
      [throatEnds[2 * e]!, throatEnds[2 * e + 1]!],
      [throatEnds[2 * e + 1]!, throatEnds[2 * e]!],
    ] as const) {
      if (!isUnknown(i)) continue;
      diagonal[i]! += g;
      if (!isUnknown(j)) rhs[i]! += g * held(j);
    }
    links.push(e);
  }
  const inner = links.filter((e) => isUnknown(throatEnds[2 * e]!) && isUnknown(throatEnds[2 * e + 1]!));
  const from = Int32Array.from(inner, (e) => throatEnds[2 * e]!);
  const to = Int32Array.from(inner, (e) => throatEnds[2 * e + 1]!);
  const between = Float64Array.from(inner, (e) => conductance[e]!);
  const apply = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < n; i++) y[i] = diagonal[i]! * x[i]!;
    for (let e = 0; e < between.length; e++) {
      y[from[e]!]! -= between[e]! * x[to[e]!]!;
      y[to[e]!]! -= between[e]! * x[from[e]!]!;
    }
  };
  const x = solveByConjugateGradients(apply, diagonal, rhs, tolerance);
  for (let i = 0; i < n; i++) if (report.solved[i]) pressure[i] = x[i]!;
  let flowRate = 0;
  let inletFlux = 0;
  let outletFlux = 0;
  for (const e of links) {
    const ends = [throatEnds[2 * e]!, throatEnds[2 * e + 1]!] as const;
    const [pa, pb] = [held(ends[0]), held(ends[1])];
    if (Number.isNaN(pa) || Number.isNaN(pb)) continue;
    flowRate += conductance[e]! * (pa - pb) ** 2;
    for (const [end, difference] of [
      [ends[0], pa - pb],
      [ends[1], pb - pa],
    ] as const) {
      if (end === INLET_RESERVOIR || poreState[end] === 1) inletFlux += conductance[e]! * difference;
      if (end === OUTLET_RESERVOIR || poreState[end] === 2) outletFlux -= conductance[e]! * difference;
    }
  }
  return { flowRate, inletFlux, outletFlux, pressure };
}

function solveByConjugateGradients(
  apply: (x: Float64Array, y: Float64Array) => void,
  diagonal: Float64Array,
  rhs: Float64Array,
  tolerance: number,
): Float64Array {
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    return sum;
  };
  const inverse = diagonal.map((d) => (d > 0 ? 1 / d : 0));
  const x = new Float64Array(rhs.length);
  const r = rhs.slice();
  const z = r.map((v, i) => v * inverse[i]!);
  const p = z.slice();
  const ap = new Float64Array(rhs.length);
  let rz = dot(r, z);
  const goal = tolerance * Math.sqrt(dot(rhs, rhs));
  for (let step = 0; step < 40 * rhs.length + 100 && Math.sqrt(dot(r, r)) > goal; step++) {
    apply(p, ap);
    const alpha = rz / dot(p, ap);
    for (let i = 0; i < x.length; i++) {
      x[i]! += alpha * p[i]!;
      r[i]! -= alpha * ap[i]!;
      z[i] = r[i]! * inverse[i]!;
    }
    const next = dot(r, z);
    const beta = next / rz;
    rz = next;
    for (let i = 0; i < p.length; i++) p[i] = z[i]! + beta * p[i]!;
  }
  return x;
}
