/** Every example runs, at small size, and says what it ought to. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runScript, useFolder } from "./cli/run-cli.ts";
import { useDevice } from "./support/device.ts";

await useDevice();
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
