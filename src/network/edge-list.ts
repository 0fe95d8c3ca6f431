/**
 * From directed pairs of points to the sorted list of distinct undirected edges, in time linear in the pairs:
 * a counting sort by the first point, then a short sort within each point's row.
 */

const LONG_ROW = 32;

/**
 * Each pair once as (lower, higher), sorted by first and then second; pairs of a point with itself vanish.
 * @param from k indices below `pointCount`.
 * @param to k indices below `pointCount`.
 * @returns m x 2.
 */
export function sortUniqueEdges(from: Int32Array, to: Int32Array, pointCount: number): Int32Array {
  const rowStart = new Int32Array(pointCount + 1);
  for (let k = 0; k < from.length; k++) {
    if (from[k] !== to[k]) rowStart[Math.min(from[k]!, to[k]!) + 1]!++;
  }
  for (let i = 0; i < pointCount; i++) rowStart[i + 1]! += rowStart[i]!;
  const second = new Int32Array(rowStart[pointCount]!);
  const next = rowStart.slice(0, pointCount);
  for (let k = 0; k < from.length; k++) {
    const a = from[k]!;
    const b = to[k]!;
    if (a !== b) second[next[Math.min(a, b)]!++] = Math.max(a, b);
  }
  return compactRows(rowStart, second, pointCount);
}

function compactRows(rowStart: Int32Array, second: Int32Array, pointCount: number): Int32Array {
  let distinct = 0;
  for (let i = 0; i < pointCount; i++) {
    sortRow(second, rowStart[i]!, rowStart[i + 1]!);
    let last = -1;
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (second[k] !== last) distinct++;
      last = second[k]!;
    }
  }
  const edges = new Int32Array(2 * distinct);
  let e = 0;
  for (let i = 0; i < pointCount; i++) {
    let last = -1;
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (second[k] !== last) {
        edges[e++] = i;
        edges[e++] = second[k]!;
      }
      last = second[k]!;
    }
  }
  return edges;
}

/** Sorts `values[start .. end)`: by insertion where that is short, as rows are. */
function sortRow(values: Int32Array, start: number, end: number): void {
  if (end - start > LONG_ROW) {
    values.subarray(start, end).sort();
    return;
  }
  for (let k = start + 1; k < end; k++) {
    const value = values[k]!;
    let slot = k;
    for (; slot > start && values[slot - 1]! > value; slot--) values[slot] = values[slot - 1]!;
    values[slot] = value;
  }
}
