/**
 * The networks on which porenet and its peers are timed, the same in every language.
 *
 *   cubicN   N³ pores, ln g normal with standard deviation sigma, seed N; permeability 1 at sigma 0
 *   knn…k    random points of unit mean spacing, each joined to its 5 nearest, seed n; throat radii gamma of
 *            shape 4 and mean 0.16, tubes π r⁴/(8 L) at unit viscosity; the largest connected part
 *   knn…ks   the same, pores renumbered by cells of 2 spacings, x slowest: neighbours lie near in memory
 *
 * Their conductances are for a viscosity of 1 Pa·s.
 */
import { OptionError } from "../errors.ts";
import { labelComponents } from "./components.ts";
import { drawValues } from "./distributions.ts";
import { labelFaces } from "./face-labels.ts";
import { generateCubic, THROAT_RADIUS_STREAM } from "./generate-cubic.ts";
import { connectPoints, distancesOf, drawPoints } from "./generate-random.ts";
import { rejectUnknownKeys } from "./options.ts";
import { type Box, PoreNetwork } from "./pore-network.ts";

const NEIGHBOURS = 5;
const RADII = { kind: "gamma", shape: 4, scale: 0.04 } as const;
/** Edge of the cells by which knn…ks is numbered, in mean spacings. */
const SORT_CELL = 2;

/**
 * `"cubic20"`, `"cubic50"`, … (any N) or `"knn10k"`, `"knn100k"`, `"knn1000k"`, `"knn1000ks"`, ….
 * They carry `throat.hydraulic_conductance` [m³/(Pa·s)] for a viscosity of 1 Pa·s, labels and a box;
 * the knn ones `throat.radius`, `throat.diameter` and `throat.total_length` as well.
 *
 * @throws {OptionError} on a name or an option that is not known.
 * @example generateBenchmarkNetwork("cubic50", { sigma: 2 }) // permeability 1.591944326 m²
 */
export function generateBenchmarkNetwork(
  name: string,
  options: { readonly sigma?: number } = {},
): PoreNetwork {
  const [, family, digits, sorted] = /^(cubic|knn)([1-9]\d{0,3})(ks?)?$/.exec(name) ?? [];
  if (family === "cubic" && sorted === undefined) {
    rejectUnknownKeys("A cubic benchmark network", options, ["sigma"]);
    return generateCubic({ size: Number(digits), seed: Number(digits), sigma: options.sigma ?? 0, name });
  }
  if (family === "knn" && sorted !== undefined) {
    rejectUnknownKeys("A knn benchmark network", options, []);
    return generateNearest(name, 1000 * Number(digits), sorted === "ks");
  }
  throw new OptionError(
    "name",
    `There is no benchmark network "${name}".`,
    "Choose cubic20, cubic50, cubic100, …, knn10k, knn100k, knn1000k or knn1000ks.",
  );
}

function generateNearest(name: string, count: number, isSorted: boolean): PoreNetwork {
  const side = powerOfThird(count);
  const allCoords = drawPoints(count, count, [side, side, side]);
  const allConns = connectPoints(allCoords, { kind: "nearest", k: NEIGHBOURS });
  const allRadii = drawValues("throatRadius", RADII, allConns.length / 2, count, THROAT_RADIUS_STREAM);
  const kept = largestComponent(allConns, count);
  const order = isSorted ? sortByCell(allCoords, kept, side) : kept;
  const { coords, conns, source } = renumber(allCoords, allConns, order);
  const length = distancesOf(coords, conns);
  const radius = new Float64Array(length.length);
  const diameter = new Float64Array(length.length);
  const conductance = new Float64Array(length.length);
  for (let e = 0; e < length.length; e++) {
    const r = allRadii[source[e]!]!;
    radius[e] = r;
    diameter[e] = 2 * r;
    conductance[e] = (Math.PI * (r * r * (r * r))) / (8 * length[e]!);
  }
  const box: Box = { origin: [0, 0, 0], size: [side, side, side] };
  return new PoreNetwork({
    name,
    coords,
    conns,
    box,
    properties: [
      ...labelFaces(coords, box, 1, "x"),
      ["throat.radius", radius],
      ["throat.diameter", diameter],
      ["throat.total_length", length],
      ["throat.hydraulic_conductance", conductance],
    ],
  });
}

/**
 * n to the power of the float64 number nearest to one third, rounded once: engines' own powers differ in the
 * last digit. The exponent is 2⁻⁵⁴/3 below one third, and the cube root's error is found exactly.
 */
function powerOfThird(n: number): number {
  const root = Math.cbrt(n);
  const [square, squareRest] = multiplyExactly(root, root);
  const [cube, cubeRest] = multiplyExactly(square, root);
  const residual = n - cube - cubeRest - squareRest * root;
  return root + (residual / (3 * square) - (root * Math.log(n) * 2 ** -54) / 3);
}

/** Dekker's product: a·b = high + low without error. */
function multiplyExactly(a: number, b: number): [number, number] {
  const split = 2 ** 27 + 1;
  const aHigh = a * split - (a * split - a);
  const bHigh = b * split - (b * split - b);
  const high = a * b;
  const low = (a - aHigh) * (b - bHigh) - (high - aHigh * bHigh - (a - aHigh) * bHigh - aHigh * (b - bHigh));
  return [high, low];
}

/** Pores of the largest connected part, in their order. */
function largestComponent(conns: Int32Array, count: number): Int32Array {
  const { label, sizes } = labelComponents(conns, count);
  let largest = 0;
  for (let c = 1; c < sizes.length; c++) if (sizes[c]! > sizes[largest]!) largest = c;
  const kept = new Int32Array(sizes[largest]!);
  for (let i = 0, k = 0; i < count; i++) if (label[i] === largest) kept[k++] = i;
  return kept;
}

/** Pores by cells of SORT_CELL, x slowest; within a cell they keep their order. */
function sortByCell(coords: Float64Array, pores: Int32Array, side: number): Int32Array {
  const cells = Math.floor(side / SORT_CELL) + 1;
  const cell = new Int32Array(pores.length);
  const cellStart = new Int32Array(cells ** 3 + 1);
  for (let k = 0; k < pores.length; k++) {
    const at = 3 * pores[k]!;
    const x = Math.floor(coords[at]! / SORT_CELL);
    const y = Math.floor(coords[at + 1]! / SORT_CELL);
    const z = Math.floor(coords[at + 2]! / SORT_CELL);
    cell[k] = (x * cells + y) * cells + z;
    cellStart[cell[k]! + 1]!++;
  }
  for (let c = 0; c + 1 < cellStart.length; c++) cellStart[c + 1]! += cellStart[c]!;
  const sorted = new Int32Array(pores.length);
  for (let k = 0; k < pores.length; k++) sorted[cellStart[cell[k]!]!++] = pores[k]!;
  return sorted;
}

/** The sub-network of `order`'s pores in this order; `source` names each throat's old index. */
function renumber(
  coords: Float64Array,
  conns: Int32Array,
  order: Int32Array,
): { coords: Float64Array; conns: Int32Array; source: Int32Array } {
  const place = new Int32Array(coords.length / 3).fill(-1);
  const kept = new Float64Array(3 * order.length);
  for (let k = 0; k < order.length; k++) {
    place[order[k]!] = k;
    for (let axis = 0; axis < 3; axis++) kept[3 * k + axis] = coords[3 * order[k]! + axis]!;
  }
  return { coords: kept, ...sortThroats(conns, place, order.length) };
}

/** Throats between placed pores as (lower, higher), sorted: by counting the first, within its row by the second. */
function sortThroats(
  conns: Int32Array,
  place: Int32Array,
  count: number,
): { conns: Int32Array; source: Int32Array } {
  const throats = conns.length / 2;
  const lower = new Int32Array(throats);
  const higher = new Int32Array(throats);
  const rowStart = new Int32Array(count + 1);
  for (let e = 0; e < throats; e++) {
    const a = place[conns[2 * e]!]!;
    const b = place[conns[2 * e + 1]!]!;
    lower[e] = Math.min(a, b);
    higher[e] = Math.max(a, b);
    if (lower[e]! >= 0) rowStart[lower[e]! + 1]!++;
  }
  for (let i = 0; i < count; i++) rowStart[i + 1]! += rowStart[i]!;
  const source = new Int32Array(rowStart[count]!);
  const filled = rowStart.slice(0, count);
  for (let e = 0; e < throats; e++) {
    if (lower[e]! < 0) continue;
    const row = rowStart[lower[e]!]!;
    let slot = filled[lower[e]!]!++;
    for (; slot > row && higher[source[slot - 1]!]! > higher[e]!; slot--) source[slot] = source[slot - 1]!;
    source[slot] = e;
  }
  const sorted = new Int32Array(2 * source.length);
  for (let k = 0; k < source.length; k++) {
    sorted[2 * k] = lower[source[k]!]!;
    sorted[2 * k + 1] = higher[source[k]!]!;
  }
  return { conns: sorted, source };
}
