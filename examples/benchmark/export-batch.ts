/** Many networks as files that any language reads: little-endian arrays, the input of peers/batch.py. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowSystem, INLET, INLET_RESERVOIR, OUTLET, OUTLET_RESERVOIR } from "porenet";
import { littleEndianBytes } from "./export-case.ts";

const HELD_AT_ONE = -1;
const HELD_AT_ZERO = -2;
const NO_PART = -3;

/**
 * What a peer needs to know of these systems: which throats take part in which unknowns, and conductances.
 * @returns a folder of its own in the system's temporary folder, the caller's to remove
 */
export function exportBatch(systems: readonly FlowSystem[]): string {
  const folder = mkdtempSync(join(tmpdir(), "porenet-batch-"));
  const write = (name: string, data: Int32Array | Float64Array) =>
    writeFileSync(join(folder, name), littleEndianBytes(data));
  const counts = systems.flatMap(({ graph, conductance }) => [graph.unknownCount, conductance.length]);
  write("counts.i32", Int32Array.from(counts));
  write("ends.i32", Int32Array.from(systems.flatMap((system) => [...endsOf(system)])));
  write("conductance.f64", Float64Array.from(systems.flatMap(({ conductance }) => [...conductance])));
  return folder;
}

/** What peers/batch.py writes: of each network, and of each throat. */
export function readAnswers(folder: string): { flowRate: Float64Array; gradient: Float64Array } {
  const read = (name: string) => {
    const bytes = readFileSync(join(folder, name));
    return Float64Array.from({ length: bytes.length / 8 }, (_, k) => bytes.readDoubleLE(8 * k));
  };
  return { flowRate: read("flowRate.f64"), gradient: read("gradient.f64") };
}

/** m x 2: unknowns from 0, or what holds the pressure; -3 twice for a throat that cannot carry flow. */
function endsOf({ domain, poreOfUnknown }: FlowSystem): Int32Array {
  const { poreState, throatEnds, throatOpen } = domain;
  const unknownOf = new Int32Array(poreState.length).fill(NO_PART);
  poreOfUnknown.forEach((pore, u) => {
    unknownOf[pore] = u;
  });
  const placeOf = (end: number): number => {
    if (end === INLET_RESERVOIR || poreState[end] === INLET) return HELD_AT_ONE;
    if (end === OUTLET_RESERVOIR || poreState[end] === OUTLET) return HELD_AT_ZERO;
    return unknownOf[end]!;
  };
  const ends = throatEnds.map(placeOf);
  throatOpen.forEach((open, e) => {
    const isOut = open !== 1 || ends[2 * e] === NO_PART || ends[2 * e + 1] === NO_PART;
    if (isOut) ends.fill(NO_PART, 2 * e, 2 * e + 2);
  });
  return ends;
}
