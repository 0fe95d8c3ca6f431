/** The README of `src/learn` lists every feature with its formula, in the table's order. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PORE_FEATURES, THROAT_FEATURES } from "../../src/learn/feature-table.ts";

const text = readFileSync(new URL("../../src/learn/README.md", import.meta.url), "utf8");

it.each([
  ["throat", THROAT_FEATURES],
  ["pore", PORE_FEATURES],
] as const)("lists the %s features as they are", (element, features) => {
  const section = text.split(`<!-- ${element} features -->`)[1]!.split("<!-- end -->")[0]!;
  const listed = [...section.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, formula]) => [
    name,
    formula!.replaceAll("\\|", "|"),
  ]);
  expect(listed).toEqual(features.map(({ name, formula }) => [name, formula]));
});
