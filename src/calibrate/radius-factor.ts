/**
 * Factors of a mean radius that are gamma distributed with mean 1 and a given coefficient of variation c (shape 1/c²,
 * scale c²), as a function of one uniform number u: the same u gives a slightly wider throat where the spread grows
 * slightly, so that candidates differ by their controls and by no draw.
 *
 * The cube root of the quantile is nearly straight in the normal score (E. B. Wilson and M. M. Hilferty, PNAS 17
 * (1931) 684) and smooth in t = ln u − ln(1 − u). It is tabulated over t and read by cubic interpolation, here in
 * float64 and in shaders/calibrate/candidate-conductance.wgsl in float32, to 3e-6 of the quantile.
 */
import { OptionError } from "../errors.ts";
import { gammaQuantileOfLogit } from "../network/gamma-quantile.ts";

/** Nodes of a table. */
export const FACTOR_NODES = 256;
/** A uniform number of 32 bits lies within these odds, with a node beyond it at either end. */
export const LARGEST_LOGIT = 23.1;
/** Largest coefficient of variation: beyond it conductances differ by more than float32 holds. */
export const LARGEST_SPREAD = 1;

/** Below this spread the table of it is shrunk, which is exact to 1e-6: large shapes need long series. */
const SMALL_SPREAD = 0.01;

const STEP = (2 * LARGEST_LOGIT) / (FACTOR_NODES - 1);

/** t of a uniform number. */
export function logitOf(u: number): number {
  return Math.log(u) - Math.log1p(-u);
}

/** @throws {OptionError} unless the coefficient of variation is from 0 to 1 */
export function checkSpread(option: string, spread: number): number {
  if (spread >= 0 && spread <= LARGEST_SPREAD) return spread;
  throw new OptionError(
    option,
    `${option} is ${spread}.`,
    `Give a coefficient of variation from 0 (all radii equal) to ${LARGEST_SPREAD}.`,
  );
}

/**
 * Cube roots of the factors at the nodes; tables are remembered.
 * @param spread coefficient of variation
 * @returns `undefined` for a spread of 0, of which all factors are 1
 */
export function tabulateFactors(spread: number): Float64Array | undefined {
  if (spread === 0) return undefined;
  let table = tables.get(spread);
  if (!table) {
    if (tables.size >= MOST_TABLES) tables.clear();
    tables.set(spread, (table = computeTable(spread)));
  }
  return table;
}

const tables = new Map<number, Float64Array>();
const MOST_TABLES = 256;

function computeTable(spread: number): Float64Array {
  if (spread >= SMALL_SPREAD) return tabulateQuantiles(spread);
  smallTable ??= tabulateQuantiles(SMALL_SPREAD);
  const shrink = spread / SMALL_SPREAD;
  return smallTable.map((root) => 1 - spread ** 2 / 9 + shrink * (root - 1 + SMALL_SPREAD ** 2 / 9));
}

let smallTable: Float64Array | undefined;

function tabulateQuantiles(spread: number): Float64Array {
  const shape = 1 / (spread * spread);
  const table = new Float64Array(FACTOR_NODES);
  let [before, last] = [shape, shape];
  for (let k = 0; k < FACTOR_NODES; k++) {
    // ln x is nearly straight from node to node.
    const found = gammaQuantileOfLogit(shape, k * STEP - LARGEST_LOGIT, (last * last) / before);
    before = k === 0 ? found : last;
    last = found;
    table[k] = Math.cbrt(found / shape);
  }
  return table;
}

/** Where t lies in a table: in nodes, away from its ends. */
export function placeOf(t: number): number {
  const place = (t + LARGEST_LOGIT) / STEP;
  return Math.max(1, Math.min(FACTOR_NODES - 2 - 2 ** -20, place));
}

/** The factor at a place, by the cubic through the four nodes about it. */
export function readFactor(table: Float64Array, place: number): number {
  const k = Math.floor(place);
  const x = place - k;
  const root =
    (-x * (x - 1) * (x - 2) * table[k - 1]!) / 6 +
    ((x + 1) * (x - 1) * (x - 2) * table[k]!) / 2 -
    ((x + 1) * x * (x - 2) * table[k + 1]!) / 2 +
    ((x + 1) * x * (x - 1) * table[k + 2]!) / 6;
  return root * root * root;
}
