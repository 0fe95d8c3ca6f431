/** Writes CSV: columns of numbers for results, and networks as OpenPNM does. */
import type { PoreNetwork, PropertyArray } from "../network/pore-network.ts";
import { deriveOpenpnmNames } from "./openpnm-names.ts";
import { expandReservoirs } from "./reservoirs.ts";
import { encodeChunks } from "./text-chunks.ts";

interface PrintedColumn {
  readonly title: string;
  readonly values: ArrayLike<number>;
  readonly offset: number;
  readonly stride: number;
  readonly isLabel: boolean;
}

/**
 * Columns of numbers as CSV, in chunks of bytes: a header and one line a row. Shorter columns are padded
 * with empty cells; NaN is written as `nan`.
 *
 * @example
 * ```ts
 * const chunks = writeResultCsv({ pore: indices, "pressure [Pa]": pressures });
 * ```
 */
export function writeResultCsv(columns: Readonly<Record<string, ArrayLike<number>>>): Iterable<Uint8Array> {
  const printed = Object.entries(columns).map(([title, values]) => ({
    title: /[",\n]/.test(title) ? `"${title.replaceAll('"', '""')}"` : title,
    values,
    offset: 0,
    stride: 1,
    isLabel: false,
  }));
  return encodeChunks(printRows(printed));
}

/**
 * The network as CSV in OpenPNM's form, in chunks of bytes: vectors split as `pore.coords[0]`, labels as
 * True and False, shorter columns padded. Reservoirs become boundary pores, and OpenPNM's own names are
 * added, as `writeOpenpnmJson` does; `readOpenpnmCsv` folds the former and keeps the latter. Name, box and
 * voxel size are not written: CSV has no place for them.
 *
 * @example
 * ```ts
 * await pipeline(writeOpenpnmCsv(network), createWriteStream("network.csv"));
 * ```
 */
export function writeOpenpnmCsv(network: PoreNetwork): Iterable<Uint8Array> {
  const expanded = expandReservoirs(network);
  const columns: PrintedColumn[] = [];
  const add = (name: string, values: PropertyArray) => {
    const count = name.startsWith("pore.") ? expanded.poreCount : expanded.throatCount;
    const fixedWidth = name === "pore.coords" ? 3 : name === "throat.conns" ? 2 : undefined;
    const width = fixedWidth ?? (count === 0 ? 1 : values.length / count);
    for (let offset = 0; offset < width; offset++) {
      const title = fixedWidth || width > 1 ? `${name}[${offset}]` : name;
      columns.push({ title, values, offset, stride: width, isLabel: values instanceof Uint8Array });
    }
  };
  for (const name of expanded.propertyNames) add(name, expanded.get(name)!);
  for (const [name, values] of deriveOpenpnmNames(expanded)) add(name, values);
  return encodeChunks(printRows(columns));
}

function* printRows(columns: readonly PrintedColumn[]): Generator<string> {
  yield `${columns.map((column) => column.title).join(",")}\n`;
  const rowCounts = columns.map(({ values, stride }) => values.length / stride);
  const rowCount = rowCounts.reduce((most, count) => Math.max(most, count), 0);
  for (let row = 0; row < rowCount; row++) {
    let line = "";
    for (let c = 0; c < columns.length; c++) {
      if (c > 0) line += ",";
      if (row < rowCounts[c]!) line += printCell(columns[c]!, row);
    }
    yield `${line}\n`;
  }
}

function printCell({ values, offset, stride, isLabel }: PrintedColumn, row: number): string {
  const value = values[row * stride + offset]!;
  if (isLabel) return value === 0 ? "False" : "True";
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
