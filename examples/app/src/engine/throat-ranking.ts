/** The throats on which a permeability hangs: the fewest that together have a given part in the dissipation. */
import { type PoreNetwork, radiiOf } from "porenet";

/** Rows of the table, at most. */
const LISTED = 12;

export interface ThroatRanking {
  /** Throats that make the part asked for. */
  readonly count: number;
  readonly throats: number;
  /** Those with the largest share, at most 12. */
  readonly top: readonly {
    readonly throat: number;
    /** The pores that it joins; −1 is the inlet reservoir, −2 the outlet's. */
    readonly pores: readonly [number, number];
    /** ∂lnK/∂ln g */
    readonly share: number;
    /** [m] */
    readonly radius: number | undefined;
  }[];
}

/**
 * @param shares m, of sum 1
 * @param part from 0 to 1
 */
export function collectMost(
  network: PoreNetwork,
  shares: Float64Array,
  part: number,
): { readonly indices: Int32Array; readonly ranking: ThroatRanking } {
  const threshold = findThreshold(shares, part);
  let count = 0;
  for (let e = 0; e < shares.length; e++) if (shares[e]! >= threshold) count++;
  const indices = new Int32Array(count);
  count = 0;
  for (let e = 0; e < shares.length; e++) if (shares[e]! >= threshold) indices[count++] = e;
  const radii = radiiOf(network, "throat");
  const top = listLargest(indices, shares).map((throat) => ({
    throat,
    pores: [network.conns[2 * throat]!, network.conns[2 * throat + 1]!] as const,
    share: shares[throat]!,
    radius: radii?.[throat],
  }));
  return { indices, ranking: { count, throats: shares.length, top } };
}

/** The share of the last throat that is needed, the largest taken first. */
function findThreshold(shares: Float64Array, part: number): number {
  const sorted = shares.slice().sort();
  let sum = 0;
  for (let k = sorted.length - 1; k >= 0; k--) {
    sum += sorted[k]!;
    // A throat that carries nothing is never needed.
    if (sum >= part || sorted[k] === 0) return sorted[k] === 0 ? Number.MIN_VALUE : sorted[k]!;
  }
  return Number.MIN_VALUE;
}

function listLargest(indices: Int32Array, shares: Float64Array): number[] {
  const largest: number[] = [];
  for (const e of indices) {
    if (largest.length === LISTED && shares[e]! <= shares[largest[LISTED - 1]!]!) continue;
    const at = largest.findIndex((other) => shares[other]! < shares[e]!);
    largest.splice(at < 0 ? largest.length : at, 0, e);
    if (largest.length > LISTED) largest.pop();
  }
  return largest;
}
