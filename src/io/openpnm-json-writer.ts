/** Writes a network as one flat JSON object of `pore.*` and `throat.*` arrays, as OpenPNM's dictionaries. */
import type { PoreNetwork, PropertyArray } from "../network/pore-network.ts";
import { deriveOpenpnmNames } from "./openpnm-names.ts";
import { expandReservoirs } from "./reservoirs.ts";
import { encodeChunks } from "./text-chunks.ts";

/**
 * The network as JSON, in chunks of bytes. `readOpenpnmJson` gives the same network back.
 *
 * Reservoirs become boundary pores (`pore.reservoir`, `pore.boundary`, `pore.inlet`, `pore.outlet`).
 * `pore.diameter`, `throat.diameter` and `throat.length` are added for OpenPNM where they follow from what
 * is there; `derived` names them. NaN is written as `null` and infinity as `1e999`: the file is JSON by the
 * letter.
 *
 * In Python: `net.update({k: np.array(v) for k, v in json.load(f).items() if k[:5] in ("pore.", "throa")})`.
 *
 * @example
 * ```ts
 * await pipeline(writeOpenpnmJson(network), createWriteStream("network.json"));
 * ```
 */
export function writeOpenpnmJson(network: PoreNetwork): Iterable<Uint8Array> {
  return encodeChunks(printNetwork(network));
}

function* printNetwork(network: PoreNetwork): Generator<string> {
  const expanded = expandReservoirs(network);
  const derived = deriveOpenpnmNames(expanded);
  yield `{\n"name": ${JSON.stringify(network.name)}`;
  if (network.box)
    yield `,\n"box": ${JSON.stringify({ origin: network.box.origin, size: network.box.size })}`;
  if (network.voxelSize !== undefined) yield `,\n"voxel_size": ${printNumber(network.voxelSize)}`;
  if (derived.length > 0) yield `,\n"derived": ${JSON.stringify(derived.map(([name]) => name))}`;
  for (const name of expanded.propertyNames) yield* printProperty(name, expanded.get(name)!, expanded);
  for (const [name, values] of derived) yield* printProperty(name, values, expanded);
  yield "\n}\n";
}

function* printProperty(name: string, values: PropertyArray, network: PoreNetwork): Generator<string> {
  const count = name.startsWith("pore.") ? network.poreCount : network.throatCount;
  const width = count === 0 ? 1 : values.length / count;
  const print = values instanceof Uint8Array ? printBoolean : printNumber;
  yield `,\n${JSON.stringify(name)}: [`;
  for (let k = 0; k < values.length; k += width) {
    let row = k === 0 ? "" : ", ";
    if (width > 1) row += "[";
    for (let w = 0; w < width; w++) row += w === 0 ? print(values[k]!) : `, ${print(values[k + w]!)}`;
    yield width > 1 ? `${row}]` : row;
  }
  yield "]";
}

function printBoolean(value: number): string {
  return value === 0 ? "false" : "true";
}

function printNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "null";
  return value > 0 ? "1e999" : "-1e999";
}
