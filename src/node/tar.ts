/**
 * Reads a tar archive held in memory: regular files of the ustar format (POSIX 1003.1), which is all that the
 * archives in npm packages hold.
 */
const BLOCK = 512;

export interface TarFile {
  /** Relative, with forward slashes, never leaving the folder it is unpacked to. */
  readonly path: string;
  readonly executable: boolean;
  /** A view into the archive. */
  readonly bytes: Uint8Array;
}

/** @throws {Error} when the archive is cut short, or names a file outside of its folder */
export function* readTar(archive: Uint8Array): Generator<TarFile> {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const size = readOctal(header, 124, 12);
    const type = String.fromCharCode(header[156]!);
    const start = at + BLOCK;
    if (!Number.isInteger(size) || start + size > archive.length) {
      throw new Error(`The archive is damaged at byte ${at}.`);
    }
    if (type === "0" || type === "\0") {
      const prefix = readText(header, 345, 155);
      const path = (prefix ? `${prefix}/` : "") + readText(header, 0, 100);
      if (path.startsWith("/") || path.split("/").includes("..")) {
        throw new Error(`The archive names a file outside of its folder: ${path}`);
      }
      const executable = (readOctal(header, 100, 8) & 0o100) !== 0;
      yield { path, executable, bytes: archive.subarray(start, start + size) };
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function readText(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function readOctal(header: Uint8Array, from: number, length: number): number {
  return Number.parseInt(readText(header, from, length).trim() || "0", 8);
}
