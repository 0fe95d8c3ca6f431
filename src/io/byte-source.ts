/**
 * Where a reader takes its bytes from, and a window that slides over them.
 *
 * Chunks are taken as they come; only the unfinished token or line at the end of a chunk is copied to
 * the front of the next one. Memory is one chunk and the longest token, whatever the size of the file.
 */
import { FormatError, OptionError } from "../errors.ts";

/** The bytes of one file, under the name that errors show. */
export interface ByteSource {
  readonly name: string;
  readonly bytes: Bytes;
}

/**
 * Bytes at once, or in chunks: what a writer gives, a Node stream, a web stream, `File.stream()`. A chunk is not
 * to be written to again: while it is read, the next is waited for already.
 */
export type Bytes =
  | Uint8Array
  | Iterable<Uint8Array>
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>;

type Chunk = IteratorResult<Uint8Array, unknown>;

interface ChunkIterator {
  next(): Chunk | Promise<Chunk>;
  return?(): unknown;
}

/** A window over the bytes: `buffer[position .. end)` is there and not yet consumed. */
export class ByteWindow {
  readonly name: string;
  buffer: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  /** No chunk will follow. */
  ended = false;
  readonly #chunks: ChunkIterator | undefined;
  #started = false;
  /** The chunk after this one, where it takes waiting. */
  #ahead: Promise<Chunk> | undefined;

  constructor(source: ByteSource) {
    this.name = source.name;
    if (source.bytes instanceof Uint8Array) {
      this.ended = true;
      this.#adopt(source.bytes);
    } else {
      this.#chunks = iterateChunks(source.bytes);
    }
  }

  /** Appends the next chunk to what is not yet consumed, or sets `ended`. Moves `position` to 0. */
  async refill(): Promise<void> {
    if (this.ended) return;
    const taken = this.#ahead ?? this.#chunks!.next();
    const next = await taken;
    this.#ahead = undefined;
    if (next.done) {
      this.ended = true;
      return;
    }
    if (taken instanceof Promise) this.#lookAhead();
    const chunk = next.value;
    if (!(chunk instanceof Uint8Array)) {
      throw new OptionError(
        "bytes",
        `${this.name} gives a ${typeof chunk} as a chunk.`,
        "Give Uint8Array chunks; set no encoding on a Node stream.",
      );
    }
    this.#adopt(chunk);
  }

  #lookAhead(): void {
    const next = this.#chunks!.next();
    if (!(next instanceof Promise)) return;
    this.#ahead = next;
    // Whoever asks for the chunk is told of the fault; where nobody does, it is none.
    next.catch(() => {});
  }

  /** Tells the stream that no more is wanted. */
  async close(): Promise<void> {
    if (!this.ended) await this.#chunks?.return?.();
    this.ended = true;
  }

  #adopt(chunk: Uint8Array): void {
    const rest = this.end - this.position;
    if (rest === 0) {
      this.buffer = chunk;
    } else {
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.buffer.subarray(this.position, this.end));
      joined.set(chunk, rest);
      this.buffer = joined;
    }
    this.position = 0;
    this.end = this.buffer.length;
    if (!this.#started && this.end >= 3) this.#skipByteOrderMark();
  }

  #skipByteOrderMark(): void {
    this.#started = true;
    const { buffer } = this;
    if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) this.position = 3;
    if ((buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0xfe && buffer[1] === 0xff)) {
      throw new FormatError(this.name, 1, "UTF-8 or ASCII text", "UTF-16", "Save the file as UTF-8.");
    }
  }
}

function iterateChunks(bytes: Exclude<Bytes, Uint8Array>): ChunkIterator {
  if (Symbol.asyncIterator in bytes) return bytes[Symbol.asyncIterator]();
  if (Symbol.iterator in bytes) return bytes[Symbol.iterator]();
  // Some browsers' streams are not iterable.
  const reader = bytes.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    return: () => reader.cancel(),
  };
}
