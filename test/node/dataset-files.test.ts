import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { selectRows } from "../../src/learn/dataset.ts";
import { parseCsvTable } from "../../src/node/csv-table.ts";
import { readDataset } from "../../src/node/dataset-files.ts";

const ROCKS = fileURLToPath(new URL("../fixtures/rocks", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "porenet-dataset-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A table beside the rocks, so that it can name their networks. */
async function writeTable(...lines: string[]): Promise<string> {
  const path = join(folder, `table-${lines.join().length}-${Math.abs(hash(lines.join()))}.csv`);
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
}

const GRAIN = join(ROCKS, "nets/grain_e_d013");
const OVERLAP = join(ROCKS, "nets/overlap_e_d004_link1.dat");

describe("a folder with an index", () => {
  it("gives every network with its label in SI units", async () => {
    const progress: string[] = [];
    const dataset = await readDataset(ROCKS, {
      onProgress: (done, count) => progress.push(`${done}/${count}`),
    });
    expect(dataset.rows.map(({ name }) => name)).toEqual([
      "berea_oz_064_096_288",
      "berea_sy_064_320_192",
      "berea_sz_000_128_064",
      "berea_sz_064_128_320",
      "blobs_s_d074",
      "grain_e_d013",
      "overlap_e_d004",
      "overlap_s_d048",
    ]);
    expect(progress).toEqual(Array.from({ length: 8 }, (_, k) => `${k + 1}/8`));
    const grain = dataset.rows[5]!;
    expect(grain).toMatchObject({ family: "grain", size: "small", split: "train", region: "grain_e_d013" });
    // The images have voxels of a nominal micrometre.
    expect(grain.voxelSize).toBeCloseTo(1e-6, 18);
    expect(grain.permeability / 0.222813e-12).toBeCloseTo(1, 9);
    expect(grain.porosity).toBe(0.29274);
    expect(grain.specificSurface! / 0.11467e6).toBeCloseTo(1, 9);
    expect([grain.network.poreCount, grain.network.throatCount, grain.network.name]).toEqual([
      22,
      62,
      "grain_e_d013",
    ]);
  });

  it("keeps what is to be skipped out of training and testing", async () => {
    const dataset = await readDataset(ROCKS);
    const names = ["train", "test"].flatMap((part) =>
      selectRows(dataset, part as "train" | "test").map(({ name }) => name),
    );
    expect(names).toHaveLength(7);
    expect(names).not.toContain("berea_oz_064_096_288");
  });

  it("names the row whose network is missing", async () => {
    const copy = join(folder, "cut");
    await mkdir(join(copy, "nets"), { recursive: true });
    const lines = (await readFile(join(ROCKS, "index.csv"), "utf8")).split("\n");
    await writeFile(join(copy, "index.csv"), [lines[0], lines[6], lines[1]].join("\n"));
    for (const part of ["link1", "link2", "node1", "node2"]) {
      const file = `nets/grain_e_d013_${part}.dat`;
      await copyFile(join(ROCKS, file), join(copy, file));
    }
    const error: unknown = await readDataset(copy).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ file: join(copy, "index.csv"), line: 3 });
    expect(String(error)).toContain("berea_oz_064_096_288");
  });

  it("names the file and line of a network that is malformed", async () => {
    const copy = join(folder, "broken");
    await mkdir(join(copy, "nets"), { recursive: true });
    await writeFile(join(copy, "index.csv"), "id,permeability\ngrain_e_d013,1e-13\n");
    for (const part of ["link1", "link2", "node1", "node2"]) {
      const text = await readFile(`${GRAIN}_${part}.dat`, "utf8");
      await writeFile(
        join(copy, `nets/grain_e_d013_${part}.dat`),
        part === "link2" ? text.replace("\n", " x\n") : text,
      );
    }
    await expect(readDataset(copy)).rejects.toMatchObject({
      file: join(copy, "nets/grain_e_d013_link2.dat"),
      line: 1,
    });
  });

  it("says what a data set is where there is none", async () => {
    await expect(readDataset(join(folder, "nowhere"))).rejects.toThrow(/nothing of that name.*index\.csv/);
    await mkdir(join(folder, "empty"));
    await expect(readDataset(join(folder, "empty"))).rejects.toThrow(/folder with an index\.csv/);
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const reading = readDataset(ROCKS, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("a list of networks", () => {
  it("names files relative to itself and permeabilities in m² or mD", async () => {
    await mkdir(join(folder, "nets"), { recursive: true });
    for (const part of ["link1", "link2", "node1", "node2"]) {
      await copyFile(`${GRAIN}_${part}.dat`, join(folder, `nets/near_${part}.dat`));
    }
    const path = await writeTable(
      "network, permeability, permeability_mD, voxel_size, family, remark",
      'nets/near,2.5e-13,,5e-6,sandstone,"said ""good"", twice"',
      `"${OVERLAP}",,250,,limestone,`,
    );
    const { rows } = await readDataset(path);
    expect(rows[0]).toMatchObject({
      name: "nets/near",
      permeability: 2.5e-13,
      voxelSize: 5e-6,
      family: "sandstone",
    });
    expect(rows[1]!.permeability).toBeCloseTo(250 * 9.869233e-16, 24);
    expect(rows[1]!.network.throatCount).toBe(18);
    expect(Object.keys(rows[1]!).sort()).toEqual(["family", "name", "network", "permeability"]);
  });

  it("may hold one network along several axes, but not twice along one", async () => {
    const header = "network,axis,permeability";
    const { rows } = await readDataset(await writeTable(header, `${GRAIN},x,1e-13`, `${GRAIN},y,2e-13`));
    expect(rows.map(({ axis }) => axis)).toEqual(["x", "y"]);
    const twice = await writeTable(header, `${GRAIN},x,1e-13`, `${GRAIN},,2e-13`);
    await expect(readDataset(twice)).rejects.toThrow(/:3: expected each network and axis once.*line 2/);
  });

  it.each([
    ["a permeability of 0", ["network,permeability", `${GRAIN},0`], /:2: expected a number above 0.*"0"/],
    ["a negative one", ["network,permeability", `${GRAIN},-1e-13`], /:2: .*"-1e-13"/],
    ["words for it", ["network,permeability", `${GRAIN},n/a`], /:2: .*"n\/a"/],
    ["none at all", ["network,permeability", `${GRAIN},`], /:2: expected a permeability, found none/],
    ["no column of it", ["network,porosity", `${GRAIN},0.2`], /:1: expected a column permeability or/],
    ["no column of networks", ["file,permeability", `${GRAIN},1`], /:1: expected a column network or id/],
    ["voxel² without a voxel", ["network,K_lbm_voxel2", `${GRAIN},0.2`], /:2: expected voxel_size \[m\]/],
    [
      "porosity in percent",
      ["network,permeability,porosity", `${GRAIN},1e-13,20`],
      /:2: expected a porosity of at most 1/,
    ],
    [
      "a split that is none",
      ["network,permeability,split", `${GRAIN},1e-13,trian`],
      /:2: expected train, .*"trian"/,
    ],
    [
      "a family that means all",
      ["network,permeability,family", `${GRAIN},1e-13,all`],
      /:2: expected a family of another name/,
    ],
    ["no rows", ["network,permeability"], /:2: expected one row a network/],
    [
      "a missing file",
      ["network,permeability", "nets/none.json,1e-13"],
      /:2: expected the network "nets\/none\.json".*no such file/,
    ],
  ])("refuses %s with file and line", async (_, lines, message) => {
    const path = await writeTable(...lines);
    const error: unknown = await readDataset(path).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(path);
  });
});

describe("parseCsvTable", () => {
  it("reads quotes, commas and line ends as RFC 4180 has them", () => {
    const text = '\ufeffid,"source, long",n\r\na , "b ""c"", d" ,3\r\n\r\n"two\nlines",,\n';
    const { columns, records } = parseCsvTable("t.csv", text);
    expect(columns).toEqual(["id", "source, long", "n"]);
    expect(records).toEqual([
      { line: 2, cells: ["a", 'b "c", d', "3"] },
      { line: 4, cells: ["two\nlines", "", ""] },
    ]);
  });

  it("goes without a last end of line, and with a last empty cell", () => {
    expect(parseCsvTable("t.csv", "a,b\n1,").records).toEqual([{ line: 2, cells: ["1", ""] }]);
    expect(parseCsvTable("t.csv", "a\n1").records).toEqual([{ line: 2, cells: ["1"] }]);
  });

  it("refuses ragged lines, open quotes, columns twice and nothing", () => {
    expect(() => parseCsvTable("t.csv", "a,b\n1,2\n1,2,3\n")).toThrow(/t\.csv:3: expected 2 cells.*found 3/);
    expect(() => parseCsvTable("t.csv", 'a,b\n1,"2\n')).toThrow(/t\.csv:2: expected quotes/);
    expect(() => parseCsvTable("t.csv", 'a,b\n1,2"x"\n')).toThrow(/t\.csv:2: expected quotes/);
    expect(() => parseCsvTable("t.csv", "a,b,a\n")).toThrow(/:1: expected each column once, found "a" again/);
    expect(() => parseCsvTable("t.csv", "")).toThrow(/empty/);
  });
});
