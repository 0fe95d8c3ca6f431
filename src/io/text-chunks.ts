/** Text as chunks of bytes: what all text writers give. Numbers are printed so that they read back the same. */

const CHUNK_LENGTH = 1 << 16;

/** Joins short strings to chunks of about 64 KiB of UTF-8. */
export function* encodeChunks(pieces: Iterable<string>): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length >= CHUNK_LENGTH) {
      yield encoder.encode(text);
      text = "";
    }
  }
  if (text.length > 0) yield encoder.encode(text);
}

/** All chunks in one array, for what is known to be small. */
export function joinChunks(chunks: Iterable<Uint8Array>): Uint8Array {
  const parts = [...chunks];
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
