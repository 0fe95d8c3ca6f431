/** What needs no device: help, arguments, faults of files, exit codes. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sayFlags } from "../../src/cli/faults.ts";
import { BEREA, type CliResult, runCli, useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

const folder = useFolder();
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("help", () => {
  it("lists the commands, and the options of each", async () => {
    const help = await runCli(["--help"]);
    const version = await runHere(["--version"]);
    const commands: CliResult[] = [];
    const names = ["solve", "devices", "info", "convert", "generate", "train", "predict", "evaluate"];
    for (const name of names) {
      commands.push(await runHere([name, "--help"]));
    }
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/solve NETWORK.*\n.*devices/);
    expect(help.stdout).toContain("Exit codes");
    expect(version.stdout).toBe(`${manifest.version}\n`);
    expect(commands.map(({ code, stderr }) => [code, stderr])).toEqual(commands.map(() => [0, ""]));
    for (const flag of [
      ...["axis", "inlet", "outlet", "length", "area", "calc-box", "closure", "viscosity", "tolerance"],
      ...[
        "max-iterations",
        "preconditioner",
        "device",
        "vtp",
        "plot",
        "json",
        "csv",
        "gradient",
        "pressure-drop",
      ],
    ]) {
      expect(commands[0]!.stdout).toContain(`--${flag} `);
    }
    const widest = Math.max(
      ...commands.flatMap(({ stdout }) => stdout.split("\n").map((line) => line.length)),
    );
    expect(widest).toBeLessThanOrEqual(100);
    const cubic = await runHere(["generate", "cubic", "--help"]);
    expect(cubic.stdout).toContain("--spacing M");
    expect(await runHere(["help", "generate", "cubic"])).toEqual(cubic);
    expect(await runHere(["help", "solve"])).toEqual(commands[0]);
  });
});

describe("arguments that make no sense", () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    ["no command", [], /A command is missing/],
    ["a wrong command", ["sovle"], /no command "sovle"[\s\S]*Did you mean solve\?/],
    ["an unknown option", ["solve", BEREA, "--tolerence", "1e-8"], /Did you mean --tolerance\?/],
    ["a very unknown option", ["solve", BEREA, "-q"], /no option -q\.\n {2}Help: porenet solve --help/],
    ["no network", ["solve"], /needs NETWORK/],
    ["an empty network", ["solve", ""], /path is empty/],
    ["one argument too many", ["info", BEREA, "extra"], /"extra"/],
    ["a value that is missing", ["solve", BEREA, "--axis", "--json"], /--axis needs a value/],
    ["a value too many", ["solve", BEREA, "--json=yes"], /--json takes no value/],
    ["a choice", ["solve", BEREA, "--axis", "w"], /--axis is "w"[\s\S]*x, y, z, all/],
    ["a number", ["solve", BEREA, "--viscosity", "thick"], /--viscosity is "thick"[\s\S]*above 0 \[Pa·s\]/],
    ["a negative number", ["solve", BEREA, "--length", "-1"], /--length is "-1"/],
    [
      "iterations",
      ["solve", BEREA, "--max-iterations", "1.5"],
      /--max-iterations is "1.5"[\s\S]*whole number/,
    ],
    ["a calc box", ["solve", BEREA, "--calc-box", "0.9,0.1"], /--calc-box is "0.9,0.1"/],
    ["half a calc box", ["solve", BEREA, "--calc-box", "0.9"], /--calc-box is "0.9"/],
    ["one label", ["solve", BEREA, "--inlet", "left"], /--inlet is given without --outlet/],
    [
      "labels for all axes",
      ["solve", BEREA, "--axis=all", "--inlet=a", "--outlet=b"],
      /--axis all and --inlet/,
    ],
    ["a free solve", ["solve", BEREA, "--tolerance=none", "--permeability-tolerance=none"], /both none/],
    ["a picture", ["solve", BEREA, "--plot", "berea.gif"], /--plot is "berea.gif"/],
    ["a folder", ["solve", BEREA, "--vtp", "no/such/a.vtp"], /no folder no\/such/],
    [
      "the network as output",
      ["solve", BEREA, "--vtp", `${BEREA}_link2.dat`],
      /overwrite the network itself/,
    ],
    ["one file twice", ["solve", BEREA, "--vtp", "a.svg", "--plot", "./a.svg"], /overwrite another output/],
    [
      "a gradient over the CSV",
      ["solve", BEREA, "--csv=a.csv", "--gradient=a.csv"],
      /overwrite another output/,
    ],
    ["a folder as output", ["solve", BEREA, "--csv", "."], /\. is a folder/],
    ["a folder to convert to", ["convert", BEREA, "test/"], /test\/ is a folder/],
    ["a preconditioner", ["solve", BEREA, "--preconditioner", "ilu"], /--preconditioner is "ilu"/],
    ["no output", ["generate", "cubic", "--size", "4"], /-o is missing/],
    ["no kind", ["generate", "-o", "a.json"], /needs a kind/],
    [
      "an option of a kind",
      ["generate", "cubic", "--sise=4"],
      /Did you mean --size\?\n {2}Help: porenet generate cubic --help/,
    ],
    ["a kind", ["generate", "cubik", "-o", "a.json"], /Did you mean cubic\?/],
    [
      "no seed",
      ["generate", "random", "--count=9", "--connect=nearest:3", "-o", "a.json"],
      /--seed is missing/,
    ],
    [
      "a connection",
      ["generate", "random", "--count=9", "--seed=5", "--connect=all", "-o", "a.json"],
      /nearest:K/,
    ],
    [
      "a distribution",
      ["generate", "cubic", "--size=4", "--pore-radius=beta:1,2", "-o", "a.json"],
      /DIST is/,
    ],
    ["a benchmark", ["generate", "benchmark", "sphere7", "-o", "a.json"], /no benchmark network "sphere7"/],
  ];

  it.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await runHere(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^porenet: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("end the process so", async () => {
    const { code, stdout, stderr } = await runCli(["solve", BEREA, "--axis", "w"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      'porenet: --axis is "w".',
      "  Choose one of: x, y, z, all.",
      "  Help: porenet solve --help",
      "",
    ]);
  });
});

describe("stdout", () => {
  it("may be closed early, and may be full", async () => {
    const closed = await runCli(["info", BEREA], { closeStdout: true });
    expect(closed).toEqual({ code: 0, stdout: "", stderr: "" });
    if (!existsSync("/dev/full")) return;
    const full = await runCli(["info", BEREA], { stdout: "/dev/full" });
    expect(full.stderr).toMatch(/^porenet: The results cannot be written to stdout \(ENOSPC/);
    expect(full.code).toBe(1);
  });
});

it("remedies name flags, not the library's options", () => {
  expect(sayFlags('Raise maxIterations, or ask for { device: "auto" }.')).toBe(
    "Raise --max-iterations, or ask for --device auto.",
  );
});

describe("files at fault", () => {
  const text = (file: string) => readFileSync(`${BEREA}_${file}.dat`, "utf8");
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

  it("are missing: all, one of four, one with an extension, a folder", async () => {
    for (const file of ["link1", "node1", "node2"]) write(`part_${file}.dat`, text(file));
    const [none, part, json, place] = await Promise.all(
      ["nowhere", "part_node1.dat", "net.json", "."].map((path) => runCli(["info", path], { cwd: folder })),
    );
    expect(none!.stderr).toMatch(/no file nowhere_link1.dat/);
    expect(part!.stderr).toMatch(/no part_link2.dat\./);
    expect(part!.stderr).not.toMatch(/no part_link1.dat/);
    expect(json!.stderr).toMatch(/net.json: expected a network file, found no such file/);
    expect(place!.stderr).toMatch(/That is a folder/);
    expect([none, part, json, place].map((each) => each!.code)).toEqual([2, 2, 2, 2]);
  });

  it("are malformed: file, line and expectation are told, the stack only with --debug", async () => {
    const lines = text("link1").split("\n");
    lines[41] = lines[41]!.replace(/\S+\s*$/, "wide");
    for (const file of ["link2", "node1", "node2"]) write(`bad_${file}.dat`, text(file));
    write("bad_link1.dat", lines.join("\n"));
    const [plain, debug] = await Promise.all([
      runCli(["solve", "bad", "--json"], { cwd: folder }),
      runCli(["solve", "bad", "--json", "--debug"], { cwd: folder }),
    ]);
    expect(plain.stderr).toMatch(/bad_link1.dat:42: expected .*total length.*, found .?wide/i);
    expect(plain.stderr).not.toMatch(/\n\s+at /);
    expect(debug.stderr).toMatch(/\n\s+at /);
    expect([plain.code, plain.stdout, debug.code]).toEqual([2, "", 2]);
  });

  it("are of no format", async () => {
    write("net.h5", "x");
    write("net.vtp", "x");
    const [h5, vtp, pickle] = await Promise.all(
      ["net.h5", "net.vtp", "net.pnm"].map((path) => runCli(["info", path], { cwd: folder })),
    );
    expect(h5!.stderr).toMatch(/unknown extension/);
    expect(vtp!.stderr).toMatch(/expected a format that is read, found VTP/);
    expect(pickle!.stderr).toMatch(/json\.dump/);
    expect([h5!.code, vtp!.code, pickle!.code]).toEqual([2, 2, 2]);
  });
});
