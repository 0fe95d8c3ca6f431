/**
 * Text files line by line and token by token, straight from bytes.
 *
 * The inner loop is synchronous; only a chunk that runs out is awaited:
 * `while (lines.advance() || (await lines.advanceLater())) …`
 */
import { FormatError } from "../errors.ts";
import { type ByteSource, ByteWindow } from "./byte-source.ts";
import { isNotANumberToken, parseNumber, readAscii } from "./parse-number.ts";

const NEWLINE = 10;
const SPACE = 32;

export class LineReader {
  readonly name: string;
  /** Number of the current line, from 1. */
  line = 0;
  /** The current token is `bytes[tokenStart .. tokenEnd)`. */
  tokenStart = 0;
  tokenEnd = 0;
  /** The current line ends before this byte; its end of line is cut off. */
  lineEnd = 0;
  readonly #window: ByteWindow;

  constructor(source: ByteSource) {
    this.name = source.name;
    this.#window = new ByteWindow(source);
  }

  get bytes(): Uint8Array {
    return this.#window.buffer;
  }

  /** Goes to the next line that is not blank, if the bytes at hand hold it. */
  advance(): boolean {
    const window = this.#window;
    while (window.position < window.end) {
      let end = window.buffer.indexOf(NEWLINE, window.position);
      if (end < 0) {
        if (!window.ended) return false;
        end = window.end;
      }
      const start = window.position;
      window.position = Math.min(end + 1, window.end);
      this.line++;
      this.tokenStart = this.tokenEnd = start;
      this.lineEnd = end;
      if (this.#skipBlanks() < end) return true;
    }
    return false;
  }

  /** The same, after waiting for bytes; false at the end of the file. */
  async advanceLater(): Promise<boolean> {
    while (!this.#window.ended) {
      await this.#window.refill();
      if (this.advance()) return true;
    }
    return false;
  }

  /** Goes to the next token of the line; false when there is none. */
  nextToken(): boolean {
    const { buffer } = this.#window;
    let k = this.#skipBlanks();
    this.tokenStart = k;
    while (k < this.lineEnd && buffer[k]! > SPACE) k++;
    this.tokenEnd = k;
    return k > this.tokenStart;
  }

  /** The next token as a number [any unit]; `expected` names it in the error. */
  readNumber(expected: string): number {
    if (!this.nextToken()) throw this.fault(expected, "the end of the line");
    const value = parseNumber(this.#window.buffer, this.tokenStart, this.tokenEnd);
    if (Number.isNaN(value) && !isNotANumberToken(this.bytes, this.tokenStart, this.tokenEnd)) {
      throw this.fault(expected, `"${this.tokenText()}"`);
    }
    return value;
  }

  /** The next token as an integer between the bounds, both included. */
  readInteger(expected: string, lowest: number, highest: number): number {
    const value = this.readNumber(expected);
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw this.fault(expected, this.tokenText());
    }
    return value;
  }

  /** Whether the line has another token. */
  hasToken(): boolean {
    return this.#skipBlanks() < this.lineEnd;
  }

  /** @throws {FormatError} when the line goes on. */
  endLine(expected: string): void {
    if (this.nextToken()) throw this.fault(expected, `a further "${this.tokenText()}"`);
  }

  tokenText(): string {
    const text = readAscii(this.bytes, this.tokenStart, Math.min(this.tokenEnd, this.tokenStart + 40));
    return this.tokenEnd - this.tokenStart > 40 ? `${text}…` : text;
  }

  /** An error at the current line. */
  fault(expected: string, found: string, remedy?: string): FormatError {
    return new FormatError(this.name, this.line, expected, found, remedy);
  }

  /** An error at the end of the file. */
  endFault(expected: string, found = "the end of the file"): FormatError {
    return new FormatError(
      this.name,
      this.line + 1,
      expected,
      found,
      "The file is cut short or not of this format.",
    );
  }

  close(): Promise<void> {
    return this.#window.close();
  }

  #skipBlanks(): number {
    const { buffer } = this.#window;
    let k = this.tokenEnd;
    while (k < this.lineEnd && buffer[k]! <= SPACE) k++;
    return k;
  }
}
