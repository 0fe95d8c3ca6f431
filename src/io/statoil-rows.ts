/** What the rows of the four Statoil files have in common. */
import type { PropertyArray } from "../network/pore-network.ts";
import type { LineReader } from "./line-reader.ts";

/** Properties by their full names. */
export type Properties = [string, PropertyArray][];

/**
 * An array for what a file announces.
 * @throws {FormatError} when it announces more than memory holds.
 */
export function allocate<A extends Float64Array | Int32Array | Uint8Array>(
  lines: LineReader,
  Kind: new (length: number) => A,
  length: number,
): A {
  try {
    return new Kind(length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw lines.fault("a count that fits into memory", `one that takes ${length} numbers in an array`);
  }
}

/** Rows that begin with an index from 1 to `count`, each once. */
export class IndexedRows {
  readonly #seen: Uint8Array;
  readonly #expected: string;
  #seenCount = 0;

  constructor(
    readonly lines: LineReader,
    readonly kind: "pore" | "link",
    readonly count: number,
  ) {
    this.#seen = allocate(lines, Uint8Array, count);
    this.#expected = `a ${kind} index from 1 to ${count}`;
  }

  /** The row's index, from 0. */
  readIndex(): number {
    const { kind, count, lines } = this;
    if (this.#seenCount === count)
      throw lines.fault(`no more than the ${count} ${kind}s announced`, "a further row");
    const index = lines.readInteger(this.#expected, 1, count) - 1;
    if (this.#seen[index] === 1) throw lines.fault(`each ${kind} once`, `${kind} ${index + 1} again`);
    this.#seen[index] = 1;
    this.#seenCount++;
    return index;
  }

  finish(): void {
    if (this.#seenCount === this.count) return;
    const missing = this.#seen.indexOf(0) + 1;
    throw this.lines.endFault(
      `${this.count} ${this.kind}s`,
      `${this.#seenCount}, ${this.kind} ${missing} is missing`,
    );
  }
}

/** The last column, which old files lack: on every row or on none. */
export class ClayColumn {
  #values: Float64Array | undefined;
  #decided = false;

  constructor(readonly count: number) {}

  read(lines: LineReader, index: number): void {
    if (!this.#decided) {
      this.#decided = true;
      if (lines.hasToken()) this.#values = allocate(lines, Float64Array, this.count);
    }
    if (this.#values) this.#values[index] = lines.readNumber("the clay volume [m³], as on the rows above");
    lines.endLine("the end of the line");
  }

  asProperty(kind: "pore" | "throat"): Properties {
    return this.#values ? [[`${kind}.clay_volume`, this.#values]] : [];
  }
}

/** Links of each pore; one that joins a pore to itself counts once. */
export function countLinks(conns: Int32Array, poreCount: number): Int32Array {
  const degrees = new Int32Array(poreCount);
  for (let k = 0; k < conns.length; k += 2) {
    const first = conns[k]!;
    const second = conns[k + 1]!;
    if (first >= 0) degrees[first]!++;
    if (second >= 0 && second !== first) degrees[second]!++;
  }
  return degrees;
}
