/** Tables of words and numbers in CSV (RFC 4180): a header, one record a line, cells in quotes where they need them. */
import { FormatError } from "../errors.ts";

export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly records: readonly CsvRecord[];
}

export interface CsvRecord {
  /** 1-based, of its first cell. */
  readonly line: number;
  /** One a column, blanks around them cut off. */
  readonly cells: readonly string[];
}

/** Quoted: anything up to a quote that is not doubled. Bare: up to the next comma or end of line. */
const CELL = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;

/**
 * @param file named in errors
 * @throws {FormatError} with file and line: a quote that does not end, records of another length than the header,
 *   a column twice
 * @example parseCsvTable("index.csv", 'id,source\na,"berea, x"\n').records[0].cells // ["a", "berea, x"]
 */
export function parseCsvTable(file: string, text: string): CsvTable {
  const [header, ...records] = splitRecords(file, text.replace(/^\ufeff/, ""));
  if (header === undefined) throw new FormatError(file, 1, "a header of column names", "an empty file");
  const columns = header.cells;
  const repeated = columns.find((name, k) => name !== "" && columns.indexOf(name) < k);
  if (repeated !== undefined) {
    throw new FormatError(file, header.line, "each column once", `"${repeated}" again`);
  }
  for (const { line, cells } of records) {
    if (cells.length === columns.length) continue;
    const expected = `${columns.length} cells, as the header has`;
    throw new FormatError(file, line, expected, `${cells.length}`, "Put cells with commas in quotes.");
  }
  return { file, columns, records };
}

/** Lines with nothing on them are no records. */
function splitRecords(file: string, text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let record: { line: number; cells: string[] } = { line, cells: [] };
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || record.cells.length > 0) {
    const start = CELL.lastIndex;
    const match = CELL.exec(text);
    if (match === null) {
      const found = text.slice(start, start + 40).split(/[\r\n]/)[0];
      throw new FormatError(file, line, "quotes around a whole cell, doubled inside of it", found ?? "");
    }
    const [whole, quoted, bare, end] = match;
    record.cells.push(quoted === undefined ? bare!.trimEnd() : quoted.replaceAll('""', '"'));
    line += whole!.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (end === ",") continue;
    if (record.cells.length > 1 || record.cells[0] !== "") records.push(record);
    record = { line, cells: [] };
  }
  return records;
}

/** The cells of a table by their columns' names. */
export class CsvColumns {
  readonly table: CsvTable;
  readonly #places: ReadonlyMap<string, number>;

  constructor(table: CsvTable) {
    this.table = table;
    this.#places = new Map(table.columns.map((name, place) => [name, place]));
  }

  requireEither(names: readonly string[], meaning: string): void {
    if (names.some((name) => this.#places.has(name))) return;
    const found = `the columns ${this.table.columns.join(", ")}`;
    throw new FormatError(this.table.file, 1, `a column ${names.join(" or ")}`, found, `It says ${meaning}.`);
  }

  /** `undefined` where there is no such column, or nothing in it. */
  text(record: CsvRecord, column: string): string | undefined {
    const place = this.#places.get(column);
    return place === undefined ? undefined : record.cells[place] || undefined;
  }

  positive(record: CsvRecord, column: string): number | undefined {
    const text = this.text(record, column);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
    throw this.fault(record, `a number above 0 in column ${column}`, `"${text}"`);
  }

  choice<T extends string>(record: CsvRecord, column: string, choices: readonly T[]): T | undefined {
    const text = this.text(record, column);
    if (text === undefined) return undefined;
    const choice = choices.find((each) => each === text);
    if (choice !== undefined) return choice;
    throw this.fault(record, `${choices.join(", ")} or nothing in column ${column}`, `"${text}"`);
  }

  fault(record: CsvRecord, expected: string, found: string): FormatError {
    return new FormatError(
      this.table.file,
      record.line,
      expected,
      found,
      "Correct the row, or leave it out.",
    );
  }
}
