/** What host tests of coarsening share: networks, strength from its definition, and all steps in one. */
import { chooseCoarseRows, chooseColumns, weighColumns } from "../../src/multigrid/host-coarsening.ts";
import { type HostMatrix, measureRows, THETA } from "../../src/multigrid/host-matrix.ts";
import { drawGraph, type WeightedGraph } from "../sparse/graphs.ts";
import { drawDense, drawLattice, drawNearest, pacer } from "./levels.ts";

export const cases: readonly { name: string; own: WeightedGraph }[] = [
  { name: "a lattice of one conductance", own: drawLattice(9, 0, 11) },
  { name: "a lattice of three e-folds", own: drawLattice(9, 3, 13) },
  { name: "points and their nearest", own: drawNearest(600, 5, 17) },
  { name: "a chain", own: drawGraph("chain", 500, 19, 1) },
  { name: "a tree", own: drawGraph("tree", 500, 23, 6) },
  { name: "a star", own: drawGraph("star", 500, 29, 4) },
  { name: "clusters with duplicates", own: drawGraph("clusters", 500, 31, 3) },
  { name: "a dense graph", own: drawDense(120, 0.5, 37) },
];

/** Whether row i depends strongly on row j: from a share of its strongest weight on; settled rows depend on nobody. */
export function findDependence(matrix: HostMatrix): (i: number, j: number) => boolean {
  const { rowStart, column, weight, ground, rowCount } = matrix;
  const depends = Array.from({ length: rowCount }, () => new Set<number>());
  for (let i = 0; i < rowCount; i++) {
    const own = [...weight.subarray(rowStart[i]!, rowStart[i + 1]!)];
    const sum = own.reduce((total, w) => total + w, 0);
    if (ground[i]! > 9 * sum) continue;
    const strongest = Math.max(0, ...own);
    own.forEach((w, k) => {
      if (w > 0 && w >= Math.fround(THETA * strongest)) depends[i]!.add(column[rowStart[i]! + k]!);
    });
  }
  return (i, j) => depends[i]!.has(j);
}

export async function coarsen(matrix: HostMatrix) {
  const measure = measureRows(matrix);
  const { coarseOf, coarseCount } = await chooseCoarseRows(matrix, measure, pacer);
  const columns = await chooseColumns(matrix, measure, coarseOf, pacer);
  const weights = new Float32Array(columns.length);
  await weighColumns(matrix, measure, { coarseOf, columns }, weights, pacer);
  return { measure, coarseOf, coarseCount, columns, weights };
}
