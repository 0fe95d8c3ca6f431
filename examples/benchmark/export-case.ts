/** A case as files that any language reads: little-endian arrays, the peers' input (peers/peer.py). */
import { mkdtempSync, writeFileSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowCase, FREE, INLET, OUTLET } from "porenet";

/** @returns a folder of its own in the system's temporary folder, the caller's to remove */
export function exportCase({ domain, conductance }: FlowCase): string {
  if (domain.throatOpen.includes(0) || domain.throatEnds.some((pore) => pore < 0)) {
    throw new Error("Only networks without closed throats and reservoirs are exported.");
  }
  const folder = mkdtempSync(join(tmpdir(), "porenet-peers-"));
  const write = (name: string, data: Int32Array | Float64Array | Uint8Array) =>
    writeFileSync(join(folder, name), littleEndianBytes(data));
  write("ends.i32", domain.throatEnds);
  write("conductance.f64", conductance);
  write("state.u8", domain.poreState.map(stateForPeers));
  writeFileSync(join(folder, "extent.json"), JSON.stringify({ length: domain.length, area: domain.area }));
  return folder;
}

function stateForPeers(state: number): number {
  if (state === FREE) return 0;
  if (state === INLET) return 1;
  if (state === OUTLET) return 2;
  throw new Error("A pore outside of the domain cannot be exported.");
}

export function littleEndianBytes(data: Int32Array | Float64Array | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (endianness() === "LE" || data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = Buffer.from(bytes);
  return data.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64();
}
