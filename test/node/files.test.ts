import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../../src/errors.ts";
import { requireWritable } from "../../src/node/atomic-write.ts";
import { requireWritableNetwork } from "../../src/node/files.ts";
import { readNetworkFile, writeFileAtomically, writeNetworkFile } from "../../src/node.ts";
import { expectSameNetwork, makeNetwork } from "../io/helpers.ts";

const root = mkdtempSync(join(tmpdir(), "porenet-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = root;
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
const at = (name: string) => join(folder, name);
const encode = (text: string) => new TextEncoder().encode(text);

describe("networks in files", () => {
  it("are read as they were written, by path and by URL, in every format that is read", async () => {
    const made = makeNetwork(61, 9176);
    expect(await writeNetworkFile(made, at("a.json"))).toEqual([at("a.json")]);
    expect(await writeNetworkFile(made, at("b"))).toHaveLength(4);
    expectSameNetwork(await readNetworkFile(at("a.json")), made);
    expectSameNetwork(await readNetworkFile(pathToFileURL(at("b_node1.dat"))), made);
    await writeNetworkFile(made, pathToFileURL(at("c.csv")));
    const box = made.box!;
    const again = await readNetworkFile(at("c.csv"), { name: "c", box, voxelSize: 3e-6 });
    expect(again.conns).toEqual(made.conns);
    expect([again.name, again.voxelSize]).toEqual(["c", 3e-6]);
    expect(readdirSync(folder)).toHaveLength(6);
  });

  it("are read in pieces larger than a chunk", async () => {
    const made = makeNetwork(9000, 5150);
    await writeNetworkFile(made, at("large.json"));
    expect(statSync(at("large.json")).size).toBeGreaterThan(2 ** 19);
    expectSameNetwork(await readNetworkFile(at("large.json")), made);
  });

  it("are told missing by name", async () => {
    await writeNetworkFile(makeNetwork(), at("m"));
    rmSync(at("m_link2.dat"));
    rmSync(at("m_node2.dat"));
    const fault = await readNetworkFile(at("m_link1.dat")).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(FormatError);
    expect((fault as FormatError).message).toContain(
      `found no ${at("m_link2.dat")}, no ${at("m_node2.dat")}.`,
    );
    await expect(readNetworkFile(at("n.csv"))).rejects.toThrow("no such file");
    writeFileSync(at("plain"), "");
    await expect(readNetworkFile(at("plain"))).rejects.toThrow("in no format that is known");
  });

  it("stop being read and written when told so", async () => {
    await writeNetworkFile(makeNetwork(), at("s.json"));
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(readNetworkFile(at("s.json"), {}, { signal })).rejects.toBe(reason);
    await expect(writeNetworkFile(makeNetwork(), at("t"), { signal })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual(["s.json"]);
  });

  it("of four files appear together or not at all", async () => {
    mkdirSync(at("u_node1.dat"));
    await expect(writeNetworkFile(makeNetwork(), at("u"))).rejects.toThrow("is a folder");
    expect(readdirSync(folder)).toEqual(["u_node1.dat"]);
  });
});

describe("writeFileAtomically", () => {
  it("takes text, bytes and pieces", async () => {
    await writeFileAtomically(at("a"), "µ");
    await writeFileAtomically(at("b"), encode("µ"));
    await writeFileAtomically(at("c"), [encode("one "), encode("two")]);
    expect(["a", "b", "c"].map((name) => readFileSync(at(name), "utf8"))).toEqual(["µ", "µ", "one two"]);
  });

  it("leaves the old file, and nothing else, when the new one fails", async () => {
    writeFileSync(at("old"), "as it was");
    const failing = (function* () {
      yield encode("half ");
      expect(readFileSync(at("old"), "utf8")).toBe("as it was");
      expect(readdirSync(folder)).toHaveLength(2);
      throw new RangeError("broken off");
    })();
    await expect(writeFileAtomically(at("old"), failing)).rejects.toThrow("broken off");
    expect(readFileSync(at("old"), "utf8")).toBe("as it was");
    expect(readdirSync(folder)).toEqual(["old"]);
  });

  it("replaces a file and keeps its permissions", async () => {
    writeFileSync(at("old"), "old");
    chmodSync(at("old"), 0o640);
    await writeFileAtomically(at("old"), "new");
    expect(readFileSync(at("old"), "utf8")).toBe("new");
    expect(statSync(at("old")).mode & 0o777).toBe(0o640);
  });

  it("follows a link and leaves it in place", async () => {
    writeFileSync(at("real"), "old");
    symlinkSync("real", at("link"));
    await writeFileAtomically(at("link"), "new");
    expect(readFileSync(at("real"), "utf8")).toBe("new");
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  });

  it("writes to what is no file without replacing it", async () => {
    if (!existsSync("/dev/null")) return;
    await writeFileAtomically("/dev/null", "gone");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("says what is wrong with the place", async () => {
    const fault = await writeFileAtomically(at("no/a"), "x").catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(OptionError);
    expect((fault as Error).message).toContain(`There is no folder ${at("no")}`);
    const places = ["", ".", `${folder}/`, folder];
    for (const place of places) await expect(writeFileAtomically(place, "x")).rejects.toThrow(OptionError);
    if (existsSync("/dev/full"))
      await expect(writeFileAtomically("/dev/full", "x")).rejects.toThrow("no space left");
  });

  it("can be asked beforehand, which touches nothing", async () => {
    writeFileSync(at("old"), "old");
    await requireWritable(at("old"));
    await requireWritable(at("new"));
    await requireWritableNetwork(at("net"));
    await expect(requireWritable(at("no/a"))).rejects.toThrow("no folder");
    await expect(requireWritableNetwork(at("no/net"))).rejects.toThrow("no folder");
    for (const prefix of ["", ".", `${folder}/`])
      await expect(requireWritableNetwork(prefix)).rejects.toThrow(OptionError);
    expect(readdirSync(folder)).toEqual(["old"]);
    expect(readFileSync(at("old"), "utf8")).toBe("old");
    if (process.getuid?.() === 0) return; // who may do everything
    chmodSync(at("old"), 0o444);
    await expect(writeFileAtomically(at("old"), "x")).rejects.toThrow("may not be written");
  });
});
