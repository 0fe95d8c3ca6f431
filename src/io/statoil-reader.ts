/**
 * Reads Statoil/ICL networks, as pnextract writes and pnflow reads them: four text files in SI units,
 * indices from 1, the inlet reservoir as pore -1 and the outlet reservoir as pore 0.
 *
 * link1: `count`, then `index pore1 pore2 radius shapeFactor totalLength`
 * link2: `index pore1 pore2 lengthPore1 lengthPore2 lengthThroat volume [clayVolume]`
 * node1: `count Lx Ly Lz`, then
 *        `index x y z coordination neighbours… touchesInlet touchesOutlet links…`
 * node2: `index volume radius shapeFactor [clayVolume]`
 *
 * Rows may come in any order; every index must come once. The files are checked against each other.
 */
import { INLET_RESERVOIR, OUTLET_RESERVOIR, PoreNetwork } from "../network/pore-network.ts";
import type { ByteSource } from "./byte-source.ts";
import { LineReader } from "./line-reader.ts";
import { allocate, ClayColumn, countLinks, IndexedRows, type Properties } from "./statoil-rows.ts";

/** The four files of a Statoil network. */
export type StatoilFile = "link1" | "link2" | "node1" | "node2";

/** The same order in which people list them. */
export const STATOIL_FILES: readonly StatoilFile[] = ["link1", "link2", "node1", "node2"];

const MAX_COUNT = 2 ** 30;

interface Header {
  readonly poreCount: number;
  readonly size: readonly [number, number, number];
}

interface Links {
  readonly count: number;
  readonly conns: Int32Array;
  readonly properties: Properties;
}

/**
 * Reads the four files of a Statoil/ICL network.
 *
 * Gives `pore.radius` [m], `pore.volume` [m³], `pore.shape_factor`, `pore.clay_volume` [m³],
 * `pore.touches_inlet` and `pore.touches_outlet` (the file's flags), `throat.radius` [m],
 * `throat.shape_factor`, `throat.total_length` [m], `throat.conduit_lengths` (m x 3: first pore, throat,
 * second pore) [m], `throat.volume` [m³], `throat.clay_volume` [m³], and the box. Clay volumes are left out
 * where the files have none. `throat.total_length` is the file's own; in old files it differs from the
 * sum of the conduit lengths.
 *
 * @throws {FormatError} with file and line, when the files are malformed or contradict each other.
 * @example
 * ```ts
 * const open = (file: string) => ({ name: file, bytes: createReadStream(file) });
 * const network = await readStatoil({
 *   link1: open("berea_link1.dat"),
 *   link2: open("berea_link2.dat"),
 *   node1: open("berea_node1.dat"),
 *   node2: open("berea_node2.dat"),
 * });
 * ```
 */
export async function readStatoil(
  files: Readonly<Record<StatoilFile, ByteSource>>,
  options: { readonly name?: string } = {},
): Promise<PoreNetwork> {
  const link1 = new LineReader(files.link1);
  const link2 = new LineReader(files.link2);
  const node1 = new LineReader(files.node1);
  const node2 = new LineReader(files.node2);
  try {
    const header = await readHeader(node1);
    const links = await readLinks(link1, header.poreCount);
    const conduits = await readConduits(link2, links);
    const { coords, flags } = await readNodes(node1, header, links);
    const nodes = await readNodeSizes(node2, header.poreCount);
    return new PoreNetwork({
      name: options.name ?? networkName(files.link1.name),
      coords,
      conns: links.conns,
      box: { origin: [0, 0, 0], size: header.size },
      properties: [...nodes, ...flags, ...links.properties, ...conduits],
    });
  } finally {
    for (const reader of [link1, link2, node1, node2]) await reader.close();
  }
}

/** `out/berea_link1.dat` is the network berea. */
function networkName(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, "").replace(/_link1\.dat$/i, "");
}

async function readHeader(lines: LineReader): Promise<Header> {
  const expected = "the header: number of pores, Lx, Ly, Lz";
  if (!(lines.advance() || (await lines.advanceLater()))) throw lines.endFault(expected);
  const poreCount = lines.readInteger("the number of pores", 0, MAX_COUNT);
  const readLength = (axis: string) => {
    const length = lines.readNumber(`the box's length L${axis} [m]`);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) {
      throw lines.fault(`a positive length L${axis} [m]`, lines.tokenText());
    }
    return length;
  };
  const size = [readLength("x"), readLength("y"), readLength("z")] as const;
  lines.endLine(expected);
  return { poreCount, size };
}

function describeEnds(poreCount: number): string {
  return `a pore from 1 to ${poreCount}, -1 (inlet) or 0 (outlet)`;
}

/** A reservoir or a pore from 0, out of the file's numbers; `expected` is what `describeEnds` gives. */
function readEnd(lines: LineReader, poreCount: number, expected: string): number {
  const pore = lines.readInteger(expected, -1, poreCount);
  if (pore > 0) return pore - 1;
  return pore === 0 ? OUTLET_RESERVOIR : INLET_RESERVOIR;
}

async function readLinks(lines: LineReader, poreCount: number): Promise<Links> {
  if (!(lines.advance() || (await lines.advanceLater()))) throw lines.endFault("the number of links");
  const count = lines.readInteger("the number of links", 0, MAX_COUNT);
  lines.endLine("the number of links alone");

  const conns = allocate(lines, Int32Array, 2 * count);
  const radius = allocate(lines, Float64Array, count);
  const shapeFactor = allocate(lines, Float64Array, count);
  const totalLength = allocate(lines, Float64Array, count);
  const rows = new IndexedRows(lines, "link", count);
  const ends = describeEnds(poreCount);
  while (lines.advance() || (await lines.advanceLater())) {
    const link = rows.readIndex();
    conns[2 * link] = readEnd(lines, poreCount, ends);
    conns[2 * link + 1] = readEnd(lines, poreCount, ends);
    radius[link] = lines.readNumber("the link's radius [m]");
    shapeFactor[link] = lines.readNumber("the link's shape factor");
    totalLength[link] = lines.readNumber("the link's total length [m]");
    lines.endLine("six columns");
  }
  rows.finish();
  return {
    count,
    conns,
    properties: [
      ["throat.radius", radius],
      ["throat.shape_factor", shapeFactor],
      ["throat.total_length", totalLength],
    ],
  };
}

async function readConduits(lines: LineReader, links: Links): Promise<Properties> {
  const { count, conns } = links;
  const lengths = allocate(lines, Float64Array, 3 * count);
  const volume = allocate(lines, Float64Array, count);
  const clay = new ClayColumn(count);
  const rows = new IndexedRows(lines, "link", count);
  while (lines.advance() || (await lines.advanceLater())) {
    const link = rows.readIndex();
    for (const side of [0, 1]) {
      const pore = toFileIndex(conns[2 * link + side]!);
      const found = lines.readNumber("the link's pores, as link1 has them");
      if (found !== pore)
        throw lines.fault(`pore ${pore}, as link ${link + 1} has in link1`, `pore ${found}`);
    }
    lengths[3 * link] = lines.readNumber("the length in the first pore [m]");
    lengths[3 * link + 2] = lines.readNumber("the length in the second pore [m]");
    lengths[3 * link + 1] = lines.readNumber("the throat's length [m]");
    volume[link] = lines.readNumber("the link's volume [m³]");
    clay.read(lines, link);
  }
  rows.finish();
  return [["throat.conduit_lengths", lengths], ["throat.volume", volume], ...clay.asProperty("throat")];
}

async function readNodes(
  lines: LineReader,
  { poreCount }: Header,
  links: Links,
): Promise<{ coords: Float64Array; flags: Properties }> {
  const coords = allocate(lines, Float64Array, 3 * poreCount);
  const touchesInlet = allocate(lines, Uint8Array, poreCount);
  const touchesOutlet = allocate(lines, Uint8Array, poreCount);
  const degrees = countLinks(links.conns, poreCount);
  const rows = new IndexedRows(lines, "pore", poreCount);
  const ends = describeEnds(poreCount);
  const ownLinks = `a link from 1 to ${links.count}`;
  while (lines.advance() || (await lines.advanceLater())) {
    const pore = rows.readIndex();
    coords[3 * pore] = lines.readNumber("the pore's x [m]");
    coords[3 * pore + 1] = lines.readNumber("the pore's y [m]");
    coords[3 * pore + 2] = lines.readNumber("the pore's z [m]");
    const degree = degrees[pore]!;
    if (lines.readNumber("the pore's coordination") !== degree) {
      throw lines.fault(`coordination ${degree} of pore ${pore + 1}, as link1 has it`, lines.tokenText());
    }
    for (let k = 0; k < degree; k++) readEnd(lines, poreCount, ends);
    touchesInlet[pore] = lines.readInteger("0 or 1: whether the pore touches the inlet", 0, 1);
    touchesOutlet[pore] = lines.readInteger("0 or 1: whether the pore touches the outlet", 0, 1);
    for (let k = 0; k < degree; k++) {
      const link = lines.readInteger(ownLinks, 1, links.count) - 1;
      if (links.conns[2 * link] !== pore && links.conns[2 * link + 1] !== pore) {
        throw lines.fault(`links of pore ${pore + 1}`, `link ${link + 1}, which is none in link1`);
      }
    }
    if (lines.hasToken()) lines.endLine(`${degree} neighbours, two flags and ${degree} links`);
  }
  rows.finish();
  return {
    coords,
    flags: [
      ["pore.touches_inlet", touchesInlet],
      ["pore.touches_outlet", touchesOutlet],
    ],
  };
}

async function readNodeSizes(lines: LineReader, poreCount: number): Promise<Properties> {
  const volume = allocate(lines, Float64Array, poreCount);
  const radius = allocate(lines, Float64Array, poreCount);
  const shapeFactor = allocate(lines, Float64Array, poreCount);
  const clay = new ClayColumn(poreCount);
  const rows = new IndexedRows(lines, "pore", poreCount);
  while (lines.advance() || (await lines.advanceLater())) {
    const pore = rows.readIndex();
    volume[pore] = lines.readNumber("the pore's volume [m³]");
    radius[pore] = lines.readNumber("the pore's radius [m]");
    shapeFactor[pore] = lines.readNumber("the pore's shape factor");
    clay.read(lines, pore);
  }
  rows.finish();
  return [
    ["pore.radius", radius],
    ["pore.volume", volume],
    ["pore.shape_factor", shapeFactor],
    ...clay.asProperty("pore"),
  ];
}

function toFileIndex(end: number): number {
  if (end === INLET_RESERVOIR) return -1;
  return end === OUTLET_RESERVOIR ? 0 : end + 1;
}
