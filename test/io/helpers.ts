import { expect } from "vitest";
import type { ByteSource } from "../../src/io/byte-source.ts";
import { joinChunks } from "../../src/io/text-chunks.ts";
import { PoreNetwork } from "../../src/network/pore-network.ts";

/** A seeded stream of numbers in (0, 1) with 53 random bits (mulberry32, twice). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6) + 0.5) / 2 ** 53;
}

export function source(name: string, text: string): ByteSource {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** The same bytes as a stream whose chunks break lines and tokens everywhere. */
export function inPieces({ name, bytes }: ByteSource, length: number): ByteSource {
  const all = bytes as Uint8Array;
  return {
    name,
    bytes: (async function* () {
      for (let k = 0; k < all.length; k += length) yield all.slice(k, k + length);
    })(),
  };
}

export function toText(chunks: Iterable<Uint8Array>): string {
  return new TextDecoder().decode(joinChunks(chunks));
}

/** Same names, same kinds of arrays, same bits; same box and voxel size. */
export function expectSameNetwork(found: PoreNetwork, expected: PoreNetwork): void {
  expect([...found.propertyNames].sort()).toEqual([...expected.propertyNames].sort());
  for (const name of expected.propertyNames) {
    expect(found.get(name)!.constructor, name).toBe(expected.get(name)!.constructor);
    expect(Buffer.compare(toBytes(found.get(name)!), toBytes(expected.get(name)!)), name).toBe(0);
  }
  expect(found.box).toEqual(expected.box);
  expect(found.voxelSize).toBe(expected.voxelSize);
}

function toBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Pores in a row and some at random, with both reservoirs at either end of throats, labels and odd numbers. */
export function makeNetwork(poreCount = 37, seed = 7301): PoreNetwork {
  const random = makeRandom(seed);
  const numbers = (count: number, scale: number) =>
    Float64Array.from({ length: count }, () => scale * random());
  const conns: number[] = [-1, 0, poreCount - 1, -2, 1, -1, -2, 2];
  for (let i = 0; i + 1 < poreCount; i++) conns.push(i + 1, i);
  for (let k = 0; k < poreCount; k++) {
    conns.push(Math.floor(random() * poreCount), Math.floor(random() * poreCount));
  }
  const throatCount = conns.length / 2;
  return new PoreNetwork({
    name: "made in the test",
    coords: numbers(3 * poreCount, 1e-3),
    conns: Int32Array.from(conns),
    box: { origin: [0, 0, 0], size: [1.1e-3, 1.2e-3, 1 / 3] },
    properties: [
      ["pore.radius", numbers(poreCount, 1e-5)],
      ["pore.volume", numbers(poreCount, 1e-14)],
      ["pore.shape_factor", numbers(poreCount, 0.07)],
      ["pore.clay_volume", numbers(poreCount, 1e-16)],
      ["pore.touches_inlet", Uint8Array.from({ length: poreCount }, (_, i) => (i < 2 ? 1 : 0))],
      ["pore.touches_outlet", Uint8Array.from({ length: poreCount }, (_, i) => (i % 5 === 2 ? 1 : 0))],
      ["throat.radius", numbers(throatCount, 1e-6)],
      ["throat.shape_factor", numbers(throatCount, 0.07)],
      ["throat.total_length", numbers(throatCount, 1e-4)],
      ["throat.conduit_lengths", numbers(3 * throatCount, 1e-4)],
      ["throat.volume", numbers(throatCount, 1e-14)],
      ["throat.clay_volume", numbers(throatCount, 1e-16)],
    ],
  });
}
