/** Every example runs, at small size, and says what it ought to. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { computePermeability } from "../src/index.ts";
import { readNetworkFile } from "../src/node.ts";
import { runCli, runScript, useFolder } from "./cli/run-cli.ts";
import { useDevice } from "./support/device.ts";

const device = await useDevice();
const cwd = useFolder();

async function runExample(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript(`examples/${name}/main.ts`, args, { cwd });
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Width and height, after the signature and the header's name. */
function sizeOfPng(bytes: Buffer): [number, number] {
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

/** The numbers that a pattern's groups catch, a row for each match. */
function numbersIn(text: string, pattern: RegExp): number[][] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups.map(Number));
}

it("are all tested here, and have a README", () => {
  const folders = readdirSync(new URL("../examples", import.meta.url)).filter((name) => /^\d\d-/.test(name));
  const tests = readFileSync(new URL(import.meta.url), "utf8");
  for (const folder of folders) {
    expect(tests).toContain(`runExample("${folder}"`);
    const readme = readFileSync(new URL(`../examples/${folder}/README.md`, import.meta.url), "utf8");
    expect(readme).toMatch(
      folder === "01-berea-permeability" ? /npm start/ : new RegExp(`examples/${folder}/main.ts`),
    );
  }
});

it("01: the permeability of the sample along all axes, with pictures", async () => {
  mkdirSync(join(cwd, "pictures"));
  const stdout = await runExample("01-berea-permeability", "pictures");
  const rows = numbersIn(stdout, /K along [xyz]: ([\d.]+) mD = .*; direct simulation (\d+) mD; converged/g);
  expect(rows.map(([, simulated]) => simulated)).toEqual([1360, 1304, 1193]);
  expect(rows[0]![0]).toBeCloseTo(1491.9401458, 1);
  for (const [computed, simulated] of rows) expect(Math.abs(computed! / simulated! - 1)).toBeLessThan(0.15);
  expect(readFileSync(join(cwd, "pictures/berea.svg"), "utf8")).toMatch(/^<svg/);
  const shown = new URL("../examples/01-berea-permeability/berea.png", import.meta.url);
  // Adapters differ in the last digits, and so in a few pixels: the READMEs' picture is of the same size.
  expect(sizeOfPng(readFileSync(shown))).toEqual(sizeOfPng(readFileSync(join(cwd, "pictures/berea.png"))));
});

it("02: closures compared", async () => {
  const stdout = await runExample("02-compare-closures");
  const rows = numbersIn(stdout, /([\d.]+) mD {3}F = ([\d.]+) {3}converged/g);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toEqual([1491.9, 21.47]);
  expect(rows[1]![0]).toBeLessThan(0.6 * rows[0]![0]!);
  expect(rows[2]![0]).toBe(1478.8);
  expect(Math.abs(rows[3]![0]! / rows[0]![0]! - 1)).toBeLessThan(0.15);
});

it("03: permeability against contrast, beside effective-medium theory", async () => {
  const stdout = await runExample("03-contrast", "9");
  const rows = numbersIn(stdout, /sigma\(ln g\) ([\d.]+): K = ([\d.]+), .* effective medium ([\d.]+)/g);
  expect(rows.map(([sigma]) => sigma)).toEqual([0, 0.5, 1, 1.5, 2, 3, 4]);
  expect(rows[0]).toEqual([0, 1, 1]);
  // Small contrast by hand: 1 + sigma²/6 to the second order.
  expect(Math.abs(rows[1]![2]! - (1 + 0.25 / 6))).toBeLessThan(2e-3);
  for (const [sigma, K, theory] of rows)
    expect(Math.abs(K! / theory! - 1)).toBeLessThan(sigma! <= 2 ? 0.1 : 0.3);
  expect(readFileSync(join(cwd, "contrast.svg"), "utf8")).toMatch(/^<svg/);
});

it("04: the estimate of the permeability's error beside the true one", async () => {
  const stdout = await runExample("04-stop-on-permeability", "10");
  const rows = numbersIn(stdout, /^permeability (\S+) +(\d+) +(\S+) +(\S+) +(\S+)$/gm);
  expect(rows).toHaveLength(6);
  for (const [wanted, iterations, , estimated, error] of rows) {
    expect(iterations).toBeGreaterThan(0);
    expect(estimated).toBeLessThanOrEqual(wanted!);
    expect(error).toBeLessThanOrEqual(10 * wanted!);
  }
});

it("05: a model trained through the solver, beside the traditional one", async () => {
  const stdout = await runExample("05-train-through-the-solver");
  expect(stdout).toContain("training on 4 networks, testing on 3");
  const losses = numbersIn(stdout, /member 1 of \d+, epoch \d+: loss ([\d.]+)/g).flat();
  expect(losses.length).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  const [[, error]] = numbersIn(stdout, /^traditional +all +(\d) +\S+ +([\d.]+) %/gm) as [[number, number]];
  // As the data set's own columns tell: another program's K of the same networks against the direct simulation's.
  const index = readFileSync(new URL("fixtures/rocks/index.csv", import.meta.url), "utf8");
  const tested = index
    .split("\n")
    .map((line) => line.split(","))
    .filter((cells) => cells[14] === "test");
  const expected = tested.reduce((sum, cells) => sum + Math.abs(Number(cells[8]) / Number(cells[7]) - 1), 0);
  expect(Math.abs(error - (100 * expected) / tested.length)).toBeLessThan(1.5);
  expect(stdout).toMatch(/^model +all +3 .* 100\.0 %$/m);
  const [[learned, simulated]] = numbersIn(stdout, /learned (\S+) m², .* direct simulation (\S+) m²/g) as [
    [number, number],
  ];
  expect(Math.abs(Math.log(learned / simulated))).toBeLessThan(Math.log(2));
});

it("06: radii that give a permeability and two pressures", async () => {
  const stdout = await runExample("06-invert-radii", "40");
  const misfits = numbersIn(stdout, /^step +\d+: misfit (\S+);/gm).flat();
  expect(misfits[0]).toBeGreaterThan(1e-2);
  expect(misfits.at(-1)).toBeLessThan(2e-12);
  expect(misfits.length).toBeLessThan(60);
  const [errors] = numbersIn(stdout, /relative error of K (\S+), errors of pressures (\S+) (\S+)/g);
  for (const error of errors!) expect(error).toBeLessThan(1e-6);
  const [[changed, hidden]] = numbersIn(stdout, /changed by ([\d.]+) .* prior by ([\d.]+)/g) as [
    [number, number],
  ];
  expect(changed).toBeGreaterThan(0);
  expect(changed).toBeLessThan(0.6 * hidden);
});

it("07: a hidden law of throats learnt from permeabilities of networks", async () => {
  const stdout = await runExample("07-hidden-law", "60", "16");
  const [[learnt]] = numbersIn(stdout, /learnt +([\d.]+)/g) as [[number]];
  const [[analytic]] = numbersIn(stdout, /Hagen–Poiseuille +([\d.]+)/g) as [[number]];
  expect(analytic).toBeLessThan(0.9);
  expect(learnt).toBeGreaterThan(0.95);
  expect(readFileSync(join(cwd, "hidden-law.svg"), "utf8")).toMatch(/^<svg/);
});

it("08: the published sand, its curve of optima, and a calibration by three methods", async () => {
  const stdout = await runExample("08-calibrate-sand", "sand", "0.06");
  const counts = numbersIn(stdout, /^\w+ +(\d+) +([\d.]+) ± ([\d.]+) +\d+ to \d+$/gm);
  expect(counts.map(([published]) => published)).toEqual([15, 31, 303, 5, 443]);
  const means = counts.map(([, mean]) => mean!);
  expect(Math.abs(means.slice(0, 4).reduce((sum, mean) => sum + mean, 0) - 354)).toBeLessThan(0.3);
  // Uniform pores in a slab of half the mean spacing: half of 354^(2/3), as a mean of six binomial numbers.
  const slab = 354 ** (2 / 3) / 2;
  for (const mean of means.slice(0, 2)) expect(Math.abs(mean - slab)).toBeLessThan(3 * Math.sqrt(slab / 6));

  const pairs = numbersIn(
    stdout,
    /^equal flow at +r = (\S+) mm, d = (\S+) mm: Q = (\S+) mm³\/s, solved anew (\S+) mm³\/s, (\S+) throats/gm,
  );
  expect(pairs.map(([, distance]) => distance)).toEqual([0.9, 0.95, 1.2]);
  for (const [, , byLaw, solved] of pairs) {
    expect(byLaw).toBe(1);
    expect(Math.abs(solved! - 1)).toBeLessThan(2e-6);
  }
  // More throats need less radius.
  expect(pairs[0]![0]).toBeGreaterThan(pairs[1]![0]!);
  expect(pairs[1]![0]).toBeGreaterThan(pairs[2]![0]!);
  expect(stdout).toContain("linear systems for the flows at r = 0.17 mm: 3, at equal flow: 0");

  const [, [radius, distance, , , coordination]] = pairs as [number[], [number, number, 1, 1, number]];
  const found = numbersIn(stdout, /^kasa-variance +yes +(\d+) .* r = (\S+) mm, d = (\S+) mm$/gm)[0]!;
  expect(found[0]).toBeLessThanOrEqual(40);
  expect(Math.abs(found[1]! / radius - 1)).toBeLessThan(0.03);
  expect(Math.abs(found[2]! - distance)).toBeLessThan(0.06);
  const others = numbersIn(stdout, /^(?:kasa|annealing) +(?:yes|no) +(\d+) /gm).flat();
  expect(others).toHaveLength(2);
  for (const runs of others) expect(runs).toBeGreaterThan(found[0]!);
  for (const name of [
    "error-surface",
    "convergence",
    "flow-by-radius",
    "flow-by-distance",
    "cost-by-distance",
  ])
    expect(readFileSync(join(cwd, `sand/${name}.svg`), "utf8")).toMatch(/^<svg/);
  expect(readFileSync(join(cwd, "sand/sizes.svg"), "utf8")).toMatch(/^<svg/);

  const network = await readNetworkFile(join(cwd, "sand/calibrated.json"));
  expect(Math.abs((2 * network.throatCount) / network.poreCount / coordination - 1)).toBeLessThan(0.01);
  const { permeability } = await computePermeability(device, network, { closure: "hagen-poiseuille" });
  // Q = K A Δp / (μ ℓ) of 6 mm, 10⁴ Pa and 1 Pa·s.
  expect(Math.abs((permeability.m2 * 6e-3 * 1e4) / 1e-9 - 1)).toBeLessThan(0.0101);
});

it("08: the same calibration from its file", async () => {
  const file = new URL("../examples/08-calibrate-sand/sand.json", import.meta.url).pathname;
  const { code, stdout, stderr } = await runCli(["calibrate", file, "-o", "sand.result.json", "--json"], {
    cwd,
  });
  expect(code, stderr).toBe(0);
  const { isReached, controls } = JSON.parse(stdout);
  expect(isReached).toBe(true);
  const main = readFileSync(new URL("../examples/08-calibrate-sand/main.ts", import.meta.url), "utf8");
  const [[hidden]] = numbersIn(main, /HIDDEN_DISTANCE = (\S+);/g) as [[number]];
  expect(Math.abs(controls.distance - hidden)).toBeLessThan(0.06e-3);
});

it("09: a representative network for Berea, and what it was not calibrated to", async () => {
  const stdout = await runExample("09-calibrate-berea", "150", "2", "8");
  expect(stdout).toMatch(/^2 clouds of 150 pores: targets reached in \d+ true runs/m);
  const rows = numbersIn(stdout, /^ {2}\D.*\] +([\d.]+) +([\d.]+) ± ([\d.]+) +(-?[\d.]+) %$/gm);
  // Of the sample, as the other examples and the network's own counts tell.
  const berea = rows.map(([value]) => value);
  expect(berea).toEqual([1492, 0.1957, 3.293, 1492, 0.1957, 3.293, 1213, 1142, 21.47, 8.637, 10.18]);
  for (const [, , , deviation] of rows.slice(0, 3)) expect(Math.abs(deviation!)).toBeLessThanOrEqual(1);
  for (const [value, mean, scatter] of rows.slice(3, 6))
    expect(Math.abs(mean! - value!)).toBeLessThan(4 * scatter! + 0.1 * value!);

  // One radius: 1/F and K are the same sum, so that K F = r² / 8, and no throat is entered below 2 γ / r.
  const [[micrometres]] = numbersIn(stdout, /^throat radius ([\d.]+) µm/gm) as [[number]];
  const [K, F, , half] = [rows[3]!, rows[8]!, rows[9]!, rows[10]!].map(([, mean]) => mean!);
  expect(Math.abs((K! * 9.869233e-16 * F!) / ((micrometres * 1e-6) ** 2 / 8) - 1)).toBeLessThan(2e-3);
  expect(half!).toBeGreaterThan((0.999e-3 * 2 * 0.0728) / (micrometres * 1e-6));
});

it("10: a suite of somebody else's, with published cases and a bundle of tubes of its own", async () => {
  const stdout = await runExample("10-benchmark-suite", "cubic20:s1", "cubic8:s2");
  const row = /^(\S.*?) +(\d+) +\d+ +[\d.]+ +[\d.]+ +(\d\.\d{9}e\S+) +(-?\d\S+|none known) +(\w+)$/gm;
  const rows = [...stdout.matchAll(row)].map(([, ...cells]) => cells);
  expect(rows.map(([label, unknowns, , , verdict]) => [label, unknowns, verdict])).toEqual([
    ["cubic20:s1", "7200", "right"],
    ["cubic8:s2", "384", "right"],
    ["bundle of tubes", "9600", "right"],
  ]);
  expect(Number(rows[0]![2])).toBeCloseTo(1.162890355, 8);
  expect(rows[1]![3]).toBe("none known");
  // The mean of r⁴ from 5 to 25 µm, as an integral and its ends' half terms, over tubes of (100 µm)².
  const mean = ((25e-6 ** 5 - 5e-6 ** 5) / 5 / 20e-6) * (399 / 400) + (25e-6 ** 4 + 5e-6 ** 4) / 800;
  expect(Number(rows[2]![2]) / ((Math.PI * mean) / 8e-8)).toBeCloseTo(1, 4);
});
