/**
 * JSON token by token, straight from bytes (RFC 8259), with Python's `NaN` and `Infinity` besides.
 *
 * `scan` is synchronous and gives `NEED_MORE` when the chunk at hand ends within a token; long arrays of
 * numbers are read with it in a tight loop, everything else with `next`.
 */
import { FormatError } from "../errors.ts";
import { type ByteSource, ByteWindow } from "./byte-source.ts";
import { isNotANumberToken, parseNumber, readAscii } from "./parse-number.ts";

export const NEED_MORE = 0;
export const OBJECT_START = 1;
export const OBJECT_END = 2;
export const ARRAY_START = 3;
export const ARRAY_END = 4;
export const COLON = 5;
export const COMMA = 6;
export const STRING = 7;
export const NUMBER = 8;
export const TRUE = 9;
export const FALSE = 10;
export const NULL = 11;
export const END = 12;

const NAMES = [
  "",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "a string",
  "a number",
  "true",
  "false",
  "null",
  "the end of the file",
];
/** Kind of the token that a byte of punctuation is; 0 for other bytes. */
const PUNCTUATION = new Uint8Array(256);
for (const [k, character] of [..."{}[]:,"].entries()) PUNCTUATION[character.charCodeAt(0)] = k + 1;
const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const SPACE = 32;
/** 1 for bytes that end a number or a word: blanks and punctuation. */
const DELIMITERS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= SPACE || byte === QUOTE || PUNCTUATION[byte] !== 0 ? 1 : 0,
);

export class JsonReader {
  readonly name: string;
  /** Line of the last token, from 1. */
  line = 1;
  /** Value of the last NUMBER. */
  number = 0;
  /** Value of the last STRING. */
  string = "";
  readonly #window: ByteWindow;
  readonly #decoder = new TextDecoder();

  constructor(source: ByteSource) {
    this.name = source.name;
    this.#window = new ByteWindow(source);
  }

  /** The kind of the next token; NEED_MORE when the bytes at hand do not hold all of it. */
  scan(): number {
    const window = this.#window;
    const { buffer, end } = window;
    let k = window.position;
    while (k < end && buffer[k]! <= SPACE) if (buffer[k++] === NEWLINE) this.line++;
    window.position = k;
    if (k === end) return window.ended ? END : NEED_MORE;

    const byte = buffer[k]!;
    if (byte === QUOTE) return this.#scanString(k);
    if (DELIMITERS[byte] === 1) {
      window.position = k + 1;
      return PUNCTUATION[byte]!;
    }
    while (k < end && DELIMITERS[buffer[k]!] === 0) k++;
    if (k === end && !window.ended) return NEED_MORE;
    return this.#readWord(window.position, (window.position = k));
  }

  /** Waits for more bytes after NEED_MORE. */
  more(): Promise<void> {
    return this.#window.refill();
  }

  async next(): Promise<number> {
    let kind = this.scan();
    while (kind === NEED_MORE) {
      await this.more();
      kind = this.scan();
    }
    return kind;
  }

  /** The first byte that is not blank, without consuming it; undefined at the end. */
  async peekByte(): Promise<number | undefined> {
    const window = this.#window;
    while (window.position === window.end && !window.ended) await window.refill();
    return window.position < window.end ? window.buffer[window.position] : undefined;
  }

  /** Reads a token that must be of this kind. */
  async expect(kind: number, expected = NAMES[kind]!): Promise<void> {
    const found = await this.next();
    if (found !== kind) throw this.fault(expected, found);
  }

  /** Visits each member of an object whose `{` was read; `visit` consumes the value. */
  async eachMember(visit: (key: string) => Promise<void>): Promise<void> {
    let kind = await this.next();
    while (kind !== OBJECT_END) {
      if (kind !== STRING) throw this.fault("a key or }", kind);
      const key = this.string;
      await this.expect(COLON);
      await visit(key);
      kind = await this.next();
      if (kind === COMMA) {
        kind = await this.next();
        if (kind === OBJECT_END) throw this.fault("a key after the comma", kind);
      } else if (kind !== OBJECT_END) throw this.fault(", or }", kind);
    }
  }

  /** Visits each element of an array whose `[` was read, after reading the element's first token. */
  async eachElement(visit: (kind: number) => Promise<void>): Promise<void> {
    let kind = await this.next();
    while (kind !== ARRAY_END) {
      await visit(kind);
      kind = await this.next();
      if (kind === COMMA) {
        kind = await this.next();
        if (kind === ARRAY_END) throw this.fault("a value after the comma", kind);
      } else if (kind !== ARRAY_END) throw this.fault(", or ]", kind);
    }
  }

  /** Passes over the rest of a value whose first token was read. */
  async skip(kind: number): Promise<void> {
    if (kind === OBJECT_START || kind === ARRAY_START) await this.skipToDepth(1);
    else if (kind < STRING || kind === END) throw this.fault("a value", kind);
  }

  /** Passes over tokens until `depth` arrays and objects are closed. */
  async skipToDepth(depth: number): Promise<void> {
    let open = depth;
    while (open > 0) {
      const kind = await this.next();
      if (kind === OBJECT_START || kind === ARRAY_START) open++;
      else if (kind === OBJECT_END || kind === ARRAY_END) open--;
      else if (kind === END) throw this.fault("] or }", kind);
    }
  }

  /** An error at the last token, of this kind. */
  fault(expected: string, kind: number): FormatError {
    const found =
      kind === NUMBER ? `${this.number}` : kind === STRING ? `"${this.string.slice(0, 40)}"` : NAMES[kind]!;
    const remedy = kind === END ? "The file is cut short." : undefined;
    return new FormatError(this.name, this.line, expected, found, remedy);
  }

  close(): Promise<void> {
    return this.#window.close();
  }

  #scanString(start: number): number {
    const window = this.#window;
    const { buffer, end } = window;
    let k = start + 1;
    let escaped = false;
    while (k < end && buffer[k] !== QUOTE) {
      if (buffer[k] === BACKSLASH) {
        escaped = true;
        k++;
      }
      k++;
    }
    if (k >= end) {
      if (window.ended) throw this.fault("the end of a string", END);
      return NEED_MORE;
    }
    const text = this.#decoder.decode(buffer.subarray(start + 1, k));
    this.string = escaped ? this.#unescape(text) : text;
    window.position = k + 1;
    return STRING;
  }

  #unescape(text: string): string {
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch (cause) {
      throw new FormatError(
        this.name,
        this.line,
        "a string",
        `"${text.slice(0, 40)}": ${(cause as Error).message}`,
      );
    }
  }

  #readWord(start: number, end: number): number {
    const { buffer } = this.#window;
    if (isWord(buffer, start, end, "false")) return FALSE;
    if (isWord(buffer, start, end, "true")) return TRUE;
    if (isWord(buffer, start, end, "null")) return NULL;
    this.number = parseNumber(buffer, start, end);
    if (!Number.isNaN(this.number) || isNotANumberToken(buffer, start, end)) return NUMBER;
    const word = readAscii(buffer, start, Math.min(end, start + 40));
    throw new FormatError(this.name, this.line, "a JSON value", `"${word}"`);
  }
}

function isWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let k = 0; k < word.length; k++) if (bytes[start + k] !== word.charCodeAt(k)) return false;
  return true;
}
