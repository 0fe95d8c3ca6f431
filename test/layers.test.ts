/** Who may import whom, as src/README.md draws it: never upward, never sideways. */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { describe, expect, it } from "vitest";
import { findCycle, parseModule, readSourceModules, type SourceModule } from "./support/source-modules.ts";

/** Each layer with those below that it may import; itself and errors.ts go without saying. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  network: [],
  io: ["network"],
  gpu: [],
  sparse: ["gpu"],
  multigrid: ["gpu", "sparse"],
  solve: ["gpu", "sparse", "multigrid"],
  flow: ["network", "gpu", "sparse", "multigrid", "solve"],
  learn: ["network", "gpu", "sparse", "solve", "flow"],
  calibrate: ["network", "gpu", "sparse", "solve", "flow"],
  view: ["network", "gpu", "solve", "flow"],
  index: ["network", "io", "gpu", "sparse", "multigrid", "solve", "flow", "calibrate", "view"],
  node: [
    "network",
    "io",
    "gpu",
    "sparse",
    "multigrid",
    "solve",
    "flow",
    "learn",
    "calibrate",
    "view",
    "index",
  ],
  cli: ["network", "io", "gpu", "sparse", "solve", "flow", "learn", "calibrate", "view", "index", "node"],
};
const ON_NODE = new Set(["node", "cli"]);
const NODE_ONLY_PACKAGES = ["webgpu", "@sparticuz/chromium"];

const modules = readSourceModules();
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** `flow/pressures.ts` is of flow; `node.ts` and `node/device.ts` are of node. */
function layerOf(path: string): string {
  return path.split("/")[0]!.replace(/\.ts$/, "");
}

function isBuiltin(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}

/** The package of `@scope/name/deeper` or `name/deeper`. */
function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

function findUpward(module: SourceModule): string[] {
  const layer = layerOf(module.path);
  return module.imports
    .filter((path) => {
      const other = layerOf(path);
      return other !== layer && other !== "errors" && !MAY_IMPORT[layer]?.includes(other);
    })
    .map((path) => `${module.path} imports ${path}`);
}

function findMisplaced(module: SourceModule): string[] {
  const layer = layerOf(module.path);
  const allowed = (name: string) => {
    if (name.startsWith("@tensorflow/")) return layer === "learn";
    if (isBuiltin(name) || NODE_ONLY_PACKAGES.includes(packageOf(name))) return ON_NODE.has(layer);
    return true;
  };
  return [
    ...module.packages.filter((name) => !allowed(name)).map((name) => `${module.path} imports ${name}`),
    ...(layer === "view" ? [] : module.domGlobals.map((name) => `${module.path} uses ${name}`)),
  ];
}

describe("the layers of src", () => {
  it("are all named here", () => {
    expect(modules.length).toBeGreaterThan(5);
    const unknown = modules.filter(({ path }) => !(layerOf(path) in MAY_IMPORT));
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it("import only what lies below them", () => {
    expect(modules.flatMap(findUpward)).toEqual([]);
  });

  it("import files that exist, by their full names", () => {
    const paths = new Set(modules.map(({ path }) => path));
    const lost = modules.flatMap(({ path, imports }) =>
      imports.filter((each) => !paths.has(each)).map((each) => `${path} imports ${each}`),
    );
    expect(lost).toEqual([]);
  });

  it("have no circles", () => {
    expect(findCycle(modules)).toBeUndefined();
  });

  it("keep Node, tfjs and the page's globals in their places", () => {
    expect(modules.flatMap(findMisplaced)).toEqual([]);
  });

  it("import only packages that who installs porenet gets or is asked for", () => {
    // WebGPU's types are taken in by name in tsconfig.json and in the built declarations.
    const used = new Set(["@webgpu/types"]);
    for (const name of modules.flatMap(({ packages }) => packages))
      if (!isBuiltin(name)) used.add(packageOf(name));
    const known = { ...manifest.dependencies, ...manifest.peerDependencies };
    expect([...used].filter((name) => !(name in known))).toEqual([]);
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe("the test of the layers", () => {
  it("finds imports upward and sideways", () => {
    const upward = parseModule(
      "gpu/a.ts",
      'import type { B } from "../flow/b.ts"; export * from "../errors.ts";',
    );
    expect(findUpward(upward)).toEqual(["gpu/a.ts imports flow/b.ts"]);
    const sideways = parseModule("io/a.ts", 'const b = await import("../gpu/b.ts");');
    expect(findUpward(sideways)).toEqual(["io/a.ts imports gpu/b.ts"]);
    expect(findUpward(parseModule("network/a.ts", 'import { b } from "../node/b.ts";'))).toHaveLength(1);
  });

  it("finds what is out of its place", () => {
    const text =
      'import fs from "node:fs"; import p from "path/posix"; import * as tf from "@tensorflow/tfjs";';
    expect(findMisplaced(parseModule("solve/a.ts", text))).toHaveLength(3);
    expect(
      findMisplaced(parseModule("node/a.ts", 'import fs from "node:fs"; await import("webgpu");')),
    ).toEqual([]);
    expect(findMisplaced(parseModule("index.ts", 'import { create } from "webgpu";'))).toHaveLength(1);
    const page = "const a = document.title; globalThis.window.b; let c: HTMLCanvasElement;";
    expect(findMisplaced(parseModule("flow/a.ts", page))).toHaveLength(3);
    expect(findMisplaced(parseModule("view/a.ts", page))).toEqual([]);
    const own = "const window = 3; solver.document = { window }; // document";
    expect(findMisplaced(parseModule("flow/a.ts", own))).toEqual([]);
  });

  it("finds circles, through types too", () => {
    const circle = [
      parseModule("flow/a.ts", 'import { b } from "./b.ts";'),
      parseModule("flow/b.ts", 'import type { C } from "./deep/c.ts";'),
      parseModule("flow/deep/c.ts", 'import "../b.ts";'),
    ];
    expect(findCycle(circle)).toEqual(["flow/b.ts", "flow/deep/c.ts", "flow/b.ts"]);
    expect(findCycle(circle.slice(0, 2))).toBeUndefined();
  });
});
