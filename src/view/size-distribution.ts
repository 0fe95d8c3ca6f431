/**
 * The distribution of radii: bins, the share of elements or of their volume in each, the median.
 *
 * Bin width: Freedman and Diaconis (1981), 2 IQR n^(-1/3), on the logarithm where the axis is logarithmic.
 */
import { OptionError } from "../errors.ts";
import type { ScaleKind } from "./scale.ts";

export interface SizeDistribution {
  /** b + 1 bin edges [m], increasing. */
  readonly edges: Float64Array;
  /** b: elements with edge[k] ≤ radius < edge[k + 1]; the last bin holds its upper edge too. */
  readonly counts: Uint32Array;
  /** b: share of the weight in each bin, of 1. */
  readonly shares: Float64Array;
  /** Half of the elements (or of the weight) is smaller than this [m]. */
  readonly median: number;
  /** Elements counted. */
  readonly total: number;
  /** Elements left out: their radius (or weight) is not finite, or is not positive. */
  readonly leftOut: number;
}

const FEWEST_BINS = 8;
const MOST_BINS = 50;
/** From this ratio of the 99th to the 1st percentile on, radii are shown on a logarithmic axis. */
const LOG_SPREAD = 8;

/** The radii that can be shown, in increasing order. */
export function sortPositive(radii: Float64Array): Float64Array {
  return radii.filter((radius) => radius > 0 && radius < Number.POSITIVE_INFINITY).sort();
}

export function chooseScaleKind(sorted: Float64Array): ScaleKind {
  return readQuantile(sorted, 0.99) > LOG_SPREAD * readQuantile(sorted, 0.01) ? "log" : "linear";
}

/**
 * Bin edges that suit all of the given sets, so that their histograms can be laid over one another.
 * @param sets radii in increasing order [m], none of them empty
 */
export function chooseEdges(sets: readonly Float64Array[], kind: ScaleKind): Float64Array {
  const toAxis = kind === "log" ? Math.log10 : (value: number) => value;
  const low = Math.min(...sets.map((set) => set[0]!));
  const high = Math.max(...sets.map((set) => set.at(-1)!));
  if (low === high) return Float64Array.of(low / 1.05, low * 1.05);
  const widths = sets.map((set) => {
    const quartiles = toAxis(readQuantile(set, 0.75)) - toAxis(readQuantile(set, 0.25));
    return (2 * quartiles) / Math.cbrt(set.length);
  });
  const span = toAxis(high) - toAxis(low);
  const width = widths.reduce((sum, value) => sum + value, 0) / widths.length;
  const bins = Math.min(
    MOST_BINS,
    Math.max(FEWEST_BINS, Math.ceil(span / Math.max(width, span / MOST_BINS))),
  );
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => {
    const place = toAxis(low) + (span * k) / bins;
    return kind === "log" ? 10 ** place : place;
  });
  // The outermost edges are the data's own: a power of a logarithm may miss them by a rounding.
  edges[0] = low;
  edges[bins] = high;
  return edges;
}

/**
 * @param radii [m]
 * @param edges increasing [m]; radii outside of them are left out
 * @param weights one for each radius, such as its volume [m³]; 1 when left out
 * @throws {OptionError} when nothing is left to count
 */
export function computeSizeDistribution(
  radii: Float64Array,
  edges: Float64Array,
  weights?: Float64Array,
): SizeDistribution {
  const bins = edges.length - 1;
  const counts = new Uint32Array(bins);
  const sums = new Float64Array(bins);
  let total = 0;
  let sum = 0;
  for (let k = 0; k < radii.length; k++) {
    const weight = weights === undefined ? 1 : weights[k]!;
    const bin = isCounted(weight) ? findBin(edges, radii[k]!) : -1;
    if (bin < 0) continue;
    counts[bin]!++;
    sums[bin]! += weight;
    sum += weight;
    total++;
  }
  if (total === 0) {
    throw new OptionError(
      "network",
      "No radius is positive and finite.",
      "Check the network with `porenet info`.",
    );
  }
  const median =
    weights === undefined
      ? findMedian(radii, edges, counts, total)
      : findWeightedMedian(radii, weights, edges, sums);
  return {
    edges,
    counts,
    shares: sums.map((part) => part / sum),
    median,
    total,
    leftOut: radii.length - total,
  };
}

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996). */
export function readQuantile(sorted: Float64Array, fraction: number): number {
  const place = (sorted.length - 1) * fraction;
  const below = Math.floor(place);
  const low = sorted[below]!;
  return below + 1 < sorted.length ? low + (sorted[below + 1]! - low) * (place - below) : low;
}

/** Index of the bin that holds the value; -1 when none does. */
function findBin(edges: Float64Array, value: number): number {
  const last = edges.length - 1;
  if (!(value >= edges[0]! && value <= edges[last]!)) return -1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The smallest radius at which half of the weight is reached. Only the bin that holds it is sorted: sorting
 * 10⁶ indices by a comparison takes seconds.
 */
function findWeightedMedian(
  radii: Float64Array,
  weights: Float64Array,
  edges: Float64Array,
  sums: Float64Array,
): number {
  const half = sums.reduce((sum, part) => sum + part, 0) / 2;
  let bin = 0;
  let below = 0;
  while (bin < sums.length - 1 && below + sums[bin]! < half) below += sums[bin++]!;
  const members: number[] = [];
  for (let k = 0; k < radii.length; k++) {
    if (isCounted(weights[k]!) && findBin(edges, radii[k]!) === bin) members.push(k);
  }
  members.sort((a, b) => radii[a]! - radii[b]!);
  for (const member of members) {
    below += weights[member]!;
    if (below >= half) return radii[member]!;
  }
  return radii[members.at(-1)!]!;
}

/** The middle radius, or the mean of the two in the middle. */
function findMedian(radii: Float64Array, edges: Float64Array, counts: Uint32Array, total: number): number {
  const below = selectRank(radii, edges, counts, (total - 1) >> 1);
  return total % 2 === 1 ? below : (below + selectRank(radii, edges, counts, total >> 1)) / 2;
}

/** The radius with `rank` smaller ones: as above, one bin is sorted. */
function selectRank(radii: Float64Array, edges: Float64Array, counts: Uint32Array, rank: number): number {
  let bin = 0;
  let below = 0;
  while (below + counts[bin]! <= rank) below += counts[bin++]!;
  const members = new Float64Array(counts[bin]!);
  let size = 0;
  for (const radius of radii) if (findBin(edges, radius) === bin) members[size++] = radius;
  return members.sort()[rank - below]!;
}

function isCounted(weight: number): boolean {
  return weight > 0 && weight < Number.POSITIVE_INFINITY;
}
