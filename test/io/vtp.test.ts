import { expect, test } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import { joinChunks } from "../../src/io/text-chunks.ts";
import { writeVtp } from "../../src/io/vtp-writer.ts";
import { PoreNetwork } from "../../src/network/pore-network.ts";
import { makeNetwork } from "./helpers.ts";

interface Parsed {
  readonly piece: Record<string, string>;
  /** Arrays by section and name. */
  readonly arrays: Record<string, Record<string, { width: number; values: number[] }>>;
  readonly scalars: Record<string, string | undefined>;
}

const READERS: Record<string, [number, (view: DataView, at: number) => number]> = {
  Float32: [4, (view, at) => view.getFloat32(at, true)],
  Int32: [4, (view, at) => view.getInt32(at, true)],
  UInt8: [1, (view, at) => view.getUint8(at)],
};

/** Reads a .vtp by VTK's rules for raw appended data, from its own words only. */
function parseVtp(bytes: Uint8Array): Parsed {
  const latin = Buffer.from(bytes).toString("latin1");
  const marker = '<AppendedData encoding="raw">';
  const head = latin.slice(0, latin.indexOf(marker));
  const data = latin.indexOf("_", latin.indexOf(marker)) + 1;
  expect(latin.slice(latin.indexOf(marker) + marker.length, data - 1).trim()).toBe("");
  const attributes = (text: string) =>
    Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]!]));

  const file = attributes(/<VTKFile([^>]*)>/.exec(head)![1]!);
  expect(file).toEqual({
    type: "PolyData",
    version: "1.0",
    byte_order: "LittleEndian",
    header_type: "UInt64",
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const arrays: Parsed["arrays"] = {};
  const scalars: Parsed["scalars"] = {};
  let end = 0;
  for (const [, section, sectionAttributes, body] of head.matchAll(
    /<(Points|Lines|PointData|CellData)([^>]*)>([\s\S]*?)<\/\1>/g,
  )) {
    scalars[section!] = attributes(sectionAttributes!).Scalars;
    arrays[section!] = {};
    for (const [, text] of body!.matchAll(/<DataArray([^>]*)\/>/g)) {
      const { type, Name, NumberOfComponents, format, offset } = attributes(text!);
      expect(format).toBe("appended");
      const at = data + Number(offset);
      expect(Number(offset)).toBe(end);
      const [size, read] = READERS[type!]!;
      const byteLength = Number(view.getBigUint64(at, true));
      end = Number(offset) + 8 + byteLength;
      const values = Array.from({ length: byteLength / size }, (_, k) => read(view, at + 8 + k * size));
      arrays[section!]![Name!] = { width: Number(NumberOfComponents), values };
    }
  }
  expect(latin.slice(data + end).replace(/\s/g, "")).toBe("</AppendedData></VTKFile>");
  return { piece: attributes(/<Piece([^>]*)>/.exec(head)![1]!), arrays, scalars };
}

test("points are pores and boundary pores, lines are throats", () => {
  const network = makeNetwork(29, 6161);
  const { piece, arrays, scalars } = parseVtp(joinChunks(writeVtp(network)));
  const reservoirEnds = network.conns.filter((end) => end < 0).length;
  expect(piece).toEqual({
    NumberOfPoints: String(network.poreCount + reservoirEnds),
    NumberOfVerts: "0",
    NumberOfLines: String(network.throatCount),
    NumberOfStrips: "0",
    NumberOfPolys: "0",
  });
  const points = arrays.Points!.Points!;
  expect(points.width).toBe(3);
  expect(points.values.slice(0, 3 * network.poreCount)).toEqual([...network.coords].map(Math.fround));
  expect(points.values.length).toBe(3 * (network.poreCount + reservoirEnds));
  expect(arrays.Lines!.offsets!.values).toEqual(
    Array.from({ length: network.throatCount }, (_, k) => 2 * k + 2),
  );
  const connectivity = arrays.Lines!.connectivity!.values;
  network.conns.forEach((end, k) => {
    const point = connectivity[k]!;
    if (end >= 0) expect(point).toBe(end);
    else expect(points.values[3 * point]).toBe(Math.fround(end === -1 ? 0 : 1.1e-3));
  });
  expect(scalars).toMatchObject({ PointData: "radius", CellData: "radius" });
  expect(arrays.CellData!.radius!.values).toEqual([...network.numbers("throat.radius")].map(Math.fround));
  expect(arrays.PointData!.radius!.values.every((r) => r > 0)).toBe(true);
  expect(arrays.CellData!["throat.conduit_lengths"]!.width).toBe(3);
  expect(arrays.PointData!["pore.reservoir"]!.values.filter((label) => label === 1).length).toBe(
    reservoirEnds,
  );
});

test("results are added, with the reservoirs' own values where they are given", () => {
  const network = new PoreNetwork({
    coords: Float64Array.of(1, 0, 0, 2, 0, 0),
    conns: Int32Array.of(-1, 0, 0, 1, 1, -2),
    box: { origin: [0, 0, 0], size: [3, 1, 1] },
    properties: [["pore.diameter", Float64Array.of(2, 4)]],
  });
  const notes: string[] = [];
  const chunks = writeVtp(network, {
    pointData: {
      pressure: { values: Float64Array.of(0.75, 0.25), inlet: 1, outlet: 0 },
      part: Uint8Array.of(3, 7),
    },
    cellData: { "flow <Q>": [0.5, Number.NaN, 1e300] },
    onNote: (note) => notes.push(note),
  });
  const { arrays } = parseVtp(joinChunks(chunks));
  expect(arrays.PointData!.pressure!.values).toEqual([0.75, 0.25, 1, 0]);
  expect(arrays.PointData!.part!.values).toEqual([3, 7, 3, 7]);
  expect(arrays.PointData!.radius!.values).toEqual([1, 2, 1, 2]);
  expect(arrays.CellData!["flow &lt;Q&gt;"]!.values).toEqual([0.5, 0, 0]);
  expect(notes).toContain("2 values of flow <Q> are not finite in float32: 0 is written.");
  expect(notes.some((note) => note.includes("no throat.radius"))).toBe(true);
  expect(() => writeVtp(network, { pointData: { pressure: [1] } })).toThrow(NetworkError);
  expect(() => writeVtp(network, { cellData: { flow: [1, 2] } })).toThrow(NetworkError);
});

test("empty networks are files too", () => {
  const empty = new PoreNetwork({ coords: new Float64Array(0), conns: new Int32Array(0) });
  expect(parseVtp(joinChunks(writeVtp(empty))).piece.NumberOfPoints).toBe("0");
});
