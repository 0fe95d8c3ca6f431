import { expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import type { ByteSource } from "../../src/io/byte-source.ts";
import { LineReader } from "../../src/io/line-reader.ts";
import { inPieces, source } from "./helpers.ts";

const TEXT = "\uFEFFone 1\r\n\r\n\t \n  two\t 2.5e0 \r\nthree 3";

async function readAll(from: ByteSource): Promise<[number, string, number][]> {
  const lines = new LineReader(from);
  const rows: [number, string, number][] = [];
  while (lines.advance() || (await lines.advanceLater())) {
    lines.nextToken();
    const word = lines.tokenText();
    rows.push([lines.line, word, lines.readNumber("a number")]);
    expect(lines.hasToken()).toBe(false);
  }
  return rows;
}

const EXPECTED = [
  [1, "one", 1],
  [4, "two", 2.5],
  [5, "three", 3],
];

test("lines and tokens do not depend on where chunks break", async () => {
  expect(await readAll(source("a", TEXT))).toEqual(EXPECTED);
  for (let length = 3; length < 40; length++) {
    expect(await readAll(inPieces(source("a", TEXT), length)), `${length}`).toEqual(EXPECTED);
  }
  for (const length of [1, 2]) {
    expect(await readAll(inPieces(source("a", TEXT.slice(1)), length))).toEqual(EXPECTED);
  }
});

test("web streams, lists of chunks and empty files are read", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 9));
      controller.enqueue(new Uint8Array(0));
      controller.enqueue(bytes.slice(9));
      controller.close();
    },
  });
  expect(await readAll({ name: "stream", bytes: stream })).toEqual(EXPECTED);
  expect(await readAll({ name: "list", bytes: [bytes.slice(0, 20), bytes.slice(20)] })).toEqual(EXPECTED);
  expect(await readAll(source("empty", ""))).toEqual([]);
});

test("a stream that is not iterable is read by its reader", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  let given = 0;
  let cancelled = false;
  const stream = {
    getReader: () => ({
      read: async () => (given++ === 0 ? { done: false, value: bytes } : { done: true, value: undefined }),
      cancel: async () => {
        cancelled = true;
      },
    }),
  } as unknown as ReadableStream<Uint8Array>;
  const lines = new LineReader({ name: "stream", bytes: stream });
  expect(await lines.advanceLater()).toBe(true);
  await lines.close();
  expect(cancelled).toBe(true);
});

test("the next chunk is waited for while one is read, and a fault of the stream comes in its turn", async () => {
  let asked = 0;
  const failing = async function* () {
    for (; asked < 3; asked++) yield new TextEncoder().encode(`${asked}\n`);
    throw new Error("the disk is gone");
  };
  const lines = new LineReader({ name: "stream", bytes: failing() });
  for (const value of [0, 1, 2]) {
    expect(lines.advance() || (await lines.advanceLater())).toBe(true);
    expect(lines.readNumber("a number")).toBe(value);
    expect(asked).toBe(Math.min(3, value + 1));
  }
  await expect(lines.advanceLater()).rejects.toThrow("the disk is gone");

  // Nobody asks for what comes after the first line: its fault is nobody's, and no rejection is left unhandled.
  asked = 2;
  const abandoned = new LineReader({ name: "stream", bytes: failing() });
  expect(await abandoned.advanceLater()).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await abandoned.close();
});

test("errors name the file, the line and what was expected", async () => {
  const lines = new LineReader(source("net.dat", "1 2\n\n3 x\n"));
  lines.advance();
  lines.advance();
  expect(lines.readInteger("an index", 1, 9)).toBe(3);
  expect(() => lines.readNumber("a radius [m]")).toThrow('net.dat:3: expected a radius [m], found "x".');
  expect(() => lines.readNumber("a length")).toThrow(
    "net.dat:3: expected a length, found the end of the line.",
  );
  const integers = new LineReader(source("i", "1.5 7 8"));
  integers.advance();
  expect(() => integers.readInteger("an index", 1, 6)).toThrow("found 1.5");
  expect(() => integers.readInteger("an index", 1, 6)).toThrow("found 7");
  expect(() => integers.endLine("two columns")).toThrow('found a further "8"');
});

test("chunks of strings and UTF-16 are refused with what to do", async () => {
  const strings = new LineReader({ name: "s", bytes: ["1 2"] as unknown as Iterable<Uint8Array> });
  await expect(strings.advanceLater()).rejects.toThrow(OptionError);
  const wide = Uint8Array.of(0xff, 0xfe, 49, 0);
  expect(() => new LineReader({ name: "w", bytes: wide })).toThrow("Save the file as UTF-8.");
});

test("the window stays as small as a chunk and a line, however long the file", async () => {
  const chunk = new TextEncoder().encode("12345.678 ".repeat(410).replaceAll("8 12345.678 1", "8\n1"));
  const longestLine = Math.max(
    ...new TextDecoder()
      .decode(chunk)
      .split("\n")
      .map((line) => line.length),
  );
  let largest = 0;
  const lines = new LineReader({
    name: "long",
    bytes: (function* () {
      for (let k = 0; k < 500; k++) yield chunk;
    })(),
  });
  while (lines.advance() || (await lines.advanceLater())) largest = Math.max(largest, lines.bytes.length);
  expect(lines.line).toBeGreaterThan(50_000);
  expect(largest).toBeLessThanOrEqual(chunk.length + 2 * longestLine);
});
