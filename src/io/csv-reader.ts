/**
 * Reads networks from CSV as OpenPNM and pandas write them: a header of `pore.*` and `throat.*` names,
 * vectors split as `pore.coords[0]`, columns shorter than the longest padded with empty cells.
 */
import type { PoreNetwork } from "../network/pore-network.ts";
import type { ByteSource } from "./byte-source.ts";
import { LineReader } from "./line-reader.ts";
import { NetworkColumns, type NetworkFacts, splitPropertyName } from "./network-columns.ts";
import { NumberColumn } from "./number-column.ts";
import { isNotANumberToken, parseNumber, readAscii } from "./parse-number.ts";

const COMMA = 44;
const QUOTE = 34;
const SPACE = 32;

/** One column of the file; those that are no property are passed over. */
class CsvColumn {
  readonly values = new NumberColumn();
  /** Labels hold True and False, decided by the first cell that is not empty. */
  isLabel: boolean | undefined;
  /** Rows that were empty since the last value: NaN if another value follows, else padding. */
  #empty = 0;

  constructor(
    readonly title: string,
    readonly property: { readonly owner: string; readonly name: string } | undefined,
    readonly component: number,
  ) {}

  /** Whether a value now would come after an empty cell, where the column must have none. */
  get hasForbiddenGap(): boolean {
    return (
      this.#empty > 0 && (this.isLabel === true || /^(pore\.coords|throat\.conns)$/.test(this.property!.name))
    );
  }

  skipRow(): void {
    this.#empty++;
  }

  push(value: number): void {
    for (; this.#empty > 0; this.#empty--) this.values.push(Number.NaN);
    this.values.push(value);
  }
}

/**
 * Reads a network from CSV.
 *
 * The number of pores is that of the values in `pore.coords[0]`, the number of throats that in
 * `throat.conns[0]`. Within these an empty cell is NaN. CSV has no place for a name, a box or a voxel size:
 * give them here. Boundary pores that `writeOpenpnmCsv` made become reservoirs again.
 *
 * @throws {FormatError} with file and line, for ragged lines, words in place of numbers, missing columns.
 * @example
 * ```ts
 * const network = await readOpenpnmCsv(
 *   { name: "net.csv", bytes: createReadStream("net.csv") },
 *   { box: { origin: [0, 0, 0], size: [1e-3, 1e-3, 1e-3] } },
 * );
 * ```
 */
export async function readOpenpnmCsv(source: ByteSource, facts: NetworkFacts = {}): Promise<PoreNetwork> {
  const lines = new LineReader(source);
  let columns: CsvColumn[];
  try {
    columns = await readHeader(lines);
    while (lines.advance() || (await lines.advanceLater())) readRow(lines, columns);
  } finally {
    await lines.close();
  }
  const name = facts.name ?? source.name.replace(/^.*[/\\]/, "").replace(/\.csv$/i, "");
  return gatherColumns(lines, columns).build({ ...facts, name });
}

async function readHeader(lines: LineReader): Promise<CsvColumn[]> {
  const expected = "a header with pore.coords[0], …, throat.conns[0], …";
  if (!(lines.advance() || (await lines.advanceLater()))) throw lines.endFault(expected);
  const text = new TextDecoder().decode(lines.bytes.subarray(lines.tokenStart, lines.lineEnd));
  const titles = text.split(",").map((title) => title.trim().replace(/^"(.*)"$/, "$1"));
  const columns = titles.map((title) => {
    const [, path, component] = /^(.*?)(?:\[(\d+)\])?$/.exec(title)!;
    return new CsvColumn(title, splitPropertyName(path!), component === undefined ? -1 : Number(component));
  });
  const properties = columns.filter((column) => column.property);
  if (properties.length === 0) {
    const remedy = /[;\t]/.test(text) ? "Separate the columns by commas." : undefined;
    throw lines.fault(expected, `"${text.slice(0, 40)}"`, remedy);
  }
  const repeated = properties.find((a, k) => properties.some((b, j) => j < k && a.title === b.title));
  if (repeated) throw lines.fault("each column once", `${repeated.title} again`);
  return columns;
}

function readRow(lines: LineReader, columns: readonly CsvColumn[]): void {
  const { bytes, lineEnd } = lines;
  let k = lines.tokenStart;
  for (let c = 0; c < columns.length; c++) {
    if (k > lineEnd) throw lines.fault(`${columns.length} columns, as the header has`, `${c}`);
    const column = columns[c]!;
    if (k === lineEnd || bytes[k] === COMMA) {
      column.skipRow();
      k++;
      continue;
    }
    const end = findCellEnd(bytes, k, lineEnd);
    if (column.property) readCell(lines, column, k, end);
    k = end + 1;
  }
  if (k <= lineEnd) throw lines.fault(`${columns.length} columns, as the header has`, "more");
}

/** The comma that ends the cell, or the end of the line. */
function findCellEnd(bytes: Uint8Array, start: number, lineEnd: number): number {
  let quoted = false;
  let k = start;
  for (; k < lineEnd; k++) {
    if (bytes[k] === QUOTE) quoted = !quoted;
    else if (bytes[k] === COMMA && !quoted) break;
  }
  return k;
}

function readCell(lines: LineReader, column: CsvColumn, cellStart: number, cellEnd: number): void {
  const { bytes } = lines;
  let start = cellStart;
  let end = cellEnd;
  while (start < end && (bytes[start]! <= SPACE || bytes[start] === QUOTE)) start++;
  while (start < end && (bytes[end - 1]! <= SPACE || bytes[end - 1] === QUOTE)) end--;
  if (start === end) {
    column.skipRow();
    return;
  }
  const label = readLabel(bytes, start, end);
  column.isLabel ??= label !== undefined;
  if (column.hasForbiddenGap)
    throw lines.fault(`column ${column.title} without gaps`, "a value after an empty cell");
  if (column.isLabel) {
    if (label === undefined) throw cellFault(lines, column, "True or False", start, end);
    column.push(label);
    return;
  }
  const value = parseNumber(bytes, start, end);
  if (Number.isNaN(value) && !isNotANumberToken(bytes, start, end)) {
    throw cellFault(lines, column, "a number", start, end);
  }
  column.push(value);
}

function cellFault(lines: LineReader, column: CsvColumn, expected: string, start: number, end: number) {
  return lines.fault(
    `${expected} in column ${column.title}`,
    `"${readAscii(lines.bytes, start, Math.min(end, start + 40))}"`,
  );
}

/** 1 for T, True, TRUE …, 0 for F, False …; undefined for anything else. Bit 32 tells small letters from capitals. */
function readLabel(bytes: Uint8Array, start: number, end: number): number | undefined {
  const letter = bytes[start]! | 32;
  if (letter !== 116 && letter !== 102) return undefined; // t or f
  const word = letter === 116 ? "true" : "false";
  if (end - start !== 1 && end - start !== word.length) return undefined;
  for (let k = 1; k < end - start; k++) if ((bytes[start + k]! | 32) !== word.charCodeAt(k)) return undefined;
  return letter === 116 ? 1 : 0;
}

function gatherColumns(lines: LineReader, columns: readonly CsvColumn[]): NetworkColumns {
  const gathered = new NetworkColumns(lines.name);
  const groups = new Map<string, CsvColumn[]>();
  for (const column of columns) {
    if (!column.property) continue;
    const key = `${column.property.owner}|${column.property.name}`;
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  const counts = countRows(lines, groups);
  for (const [key, group] of groups) {
    const { owner, name } = group[0]!.property!;
    const kind = name.startsWith("pore.") ? "pore.coords" : "throat.conns";
    const count = counts.get(`${owner}|${kind}`);
    // Columns of an object that is no network are of no use; build() says so when there is no other.
    if (count === undefined) continue;
    gathered.add(owner, name, joinComponents(lines, group, count));
    groups.delete(key);
  }
  return gathered;
}

/** Rows of each owner's `pore.coords` and `throat.conns`. */
function countRows(lines: LineReader, groups: ReadonlyMap<string, CsvColumn[]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [key, group] of groups) {
    if (!/\|(pore\.coords|throat\.conns)$/.test(key)) continue;
    const lengths = group.map((column) => column.values.length);
    if (lengths.some((length) => length !== lengths[0])) {
      throw lines.endFault(
        `${group.map((column) => column.title).join(", ")} of one length`,
        `lengths ${lengths.join(", ")}`,
      );
    }
    counts.set(key, lengths[0]!);
  }
  return counts;
}

/** Puts `name[0]`, `name[1]`, … side by side. */
function joinComponents(lines: LineReader, group: CsvColumn[], count: number) {
  const width = group.length;
  const isLabel = group.every((column) => column.isLabel);
  const values = isLabel && count > 0 ? new Uint8Array(width * count) : new Float64Array(width * count);
  for (const column of group) {
    const component = width === 1 && column.component < 0 ? 0 : column.component;
    if (!(component >= 0 && component < width)) {
      throw lines.endFault(`columns [0] to [${width - 1}] of ${column.property!.name}`, column.title);
    }
    const rows = column.values.length;
    if (rows > count || (isLabel && rows < count)) {
      throw lines.endFault(`${count} values in column ${column.title}`, `${rows}`);
    }
    const held = column.values.take(Float64Array);
    for (let k = 0; k < count; k++) values[k * width + component] = k < rows ? held[k]! : Number.NaN;
  }
  return { values, width, line: undefined };
}
