/** Arrays of numbers or of booleans in JSON, flat or in rows of one width. */

import {
  ARRAY_END,
  ARRAY_START,
  COMMA,
  FALSE,
  type JsonReader,
  NEED_MORE,
  NULL,
  NUMBER,
  OBJECT_START,
  STRING,
  TRUE,
} from "./json-reader.ts";
import type { Column } from "./network-columns.ts";
import { NumberColumn } from "./number-column.ts";

/**
 * The array whose `[` was read: numbers (`null` is NaN) as Float64Array, booleans as Uint8Array. Undefined
 * for arrays that begin with a string or an object, which are passed over.
 * @throws {FormatError} when rows differ in width, or kinds are mixed.
 */
export async function readJsonArray(json: JsonReader, name: string): Promise<Column | undefined> {
  const values = new NumberColumn();
  const rows = new RowShape(json, name);
  const line = json.line;
  let isLabel: boolean | undefined;
  let depth = 1;
  // A value or the array's end may follow; after a value, a comma or the end.
  let afterValue = false;
  let afterComma = false;
  while (depth > 0) {
    const kind = json.scan();
    if (kind === NEED_MORE) {
      await json.more();
      continue;
    }
    if (kind === COMMA) {
      if (!afterValue) throw json.fault(`a value of ${name}`, kind);
      afterValue = false;
      afterComma = true;
      continue;
    }
    if (kind === ARRAY_END) {
      if (afterComma) throw json.fault(`a value of ${name}`, kind);
      if (depth === 2) rows.end(values.length);
      depth--;
      afterValue = true;
      continue;
    }
    if (afterValue) throw json.fault(`, or ] in ${name}`, kind);
    afterComma = false;
    if (kind === ARRAY_START) {
      if (depth === 1) rows.start(values.length);
      depth++;
      continue;
    }
    if ((kind === STRING || kind === OBJECT_START) && values.length === 0) {
      await json.skipToDepth(kind === STRING ? depth : depth + 1);
      return undefined;
    }
    const isBoolean = kind === TRUE || kind === FALSE;
    if ((!isBoolean && kind !== NUMBER && kind !== NULL) || (isLabel ?? isBoolean) !== isBoolean) {
      throw json.fault(isLabel ? `true or false in ${name}` : `a number in ${name}`, kind);
    }
    isLabel = isBoolean;
    if (depth === 1) rows.leaf(kind);
    values.push(kind === NUMBER ? json.number : kind === NULL ? Number.NaN : kind === TRUE ? 1 : 0);
    afterValue = true;
  }
  return {
    values: isLabel ? values.take(Uint8Array) : values.take(Float64Array),
    width: rows.width ?? 1,
    line,
  };
}

/** Holds that all rows have the same width. */
class RowShape {
  width: number | undefined;
  #rowStart = 0;
  #flat = false;

  constructor(
    readonly json: JsonReader,
    readonly name: string,
  ) {}

  start(at: number): void {
    if (this.#flat) throw this.json.fault(`a number in ${this.name}, as before`, ARRAY_START);
    this.#rowStart = at;
  }

  end(at: number): void {
    const width = at - this.#rowStart;
    this.width ??= width;
    if (width === this.width && width > 0) return;
    this.json.number = width;
    throw this.json.fault(`${this.width || "at least one"} values in each row of ${this.name}`, NUMBER);
  }

  leaf(kind: number): void {
    if (this.width !== undefined) throw this.json.fault(`a row of ${this.width} in ${this.name}`, kind);
    this.#flat = true;
  }
}
