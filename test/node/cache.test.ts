import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cachedFolder, unpackTarBrotli } from "../../src/node/cache.ts";
import { readTar } from "../../src/node/tar.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "porenet-cache-test-"));
  vi.stubEnv("PORENET_CACHE", root);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

/** One entry of a ustar archive. */
function tarEntry(path: string, text: string, mode = 0o644, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, "0");
  header.write(path, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(text.length, 12), 124);
  header.write(type, 156);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body]);
}

const END = Buffer.alloc(1024);

describe("a tar archive", () => {
  it("gives its files with their bytes", () => {
    const long = "x".repeat(700);
    const archive = Buffer.concat([
      tarEntry("lib/", "", 0o755, "5"),
      tarEntry("lib/a.so", long, 0o755),
      tarEntry("b.json", "{}"),
      END,
    ]);
    const files = [...readTar(archive)];
    expect(files.map(({ path, executable }) => [path, executable])).toEqual([
      ["lib/a.so", true],
      ["b.json", false],
    ]);
    expect(Buffer.from(files[0]!.bytes).toString()).toBe(long);
  });

  it.each(["../evil.so", "/etc/evil.so", "lib/../../evil.so"])("may not name %s", (path) => {
    expect(() => [...readTar(Buffer.concat([tarEntry(path, "x"), END]))]).toThrow(/outside of its folder/);
  });

  it("is refused when cut short", () => {
    const archive = tarEntry("a", "x".repeat(600)).subarray(0, 1000);
    expect(() => [...readTar(archive)]).toThrow(/damaged at byte 0/);
  });
});

describe("a cached folder", () => {
  it("is filled once", async () => {
    const archive = join(root, "files.tar.br");
    await writeFile(archive, brotliCompressSync(Buffer.concat([tarEntry("bin/run", "#!", 0o755), END])));
    const fill = vi.fn((folder: string) => unpackTarBrotli(archive, folder));
    const folder = await cachedFolder("tool-1.2.3", fill);
    expect(await cachedFolder("tool-1.2.3", fill)).toBe(folder);
    expect(fill).toHaveBeenCalledTimes(1);
    expect(await readFile(join(folder, "bin/run"), "utf8")).toBe("#!");
    expect((await stat(join(folder, "bin/run"))).mode & 0o111).toBe(0o111);
  });

  it("is the same for all who fill it at once", async () => {
    const fill = (folder: string) => writeFile(join(folder, "a"), "whole");
    const folders = await Promise.all([5, 6, 7].map(() => cachedFolder("tool-2", fill)));
    expect(new Set(folders).size).toBe(1);
    expect(await readdir(root)).toEqual(["tool-2"]);
  });

  it("is not there when filling it fails", async () => {
    const fill = async (folder: string) => {
      await writeFile(join(folder, "half"), "");
      throw new Error("disk full");
    };
    await expect(cachedFolder("tool-3", fill)).rejects.toThrow("disk full");
    expect(await readdir(root)).toEqual([]);
  });

  it("is refused where the cache is no folder of the user's", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    vi.stubEnv("PORENET_CACHE", file);
    await expect(cachedFolder("tool-4", async () => undefined)).rejects.toThrow();
  });
});
