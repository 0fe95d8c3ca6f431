import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Shader } from "../../src/gpu/generated/shaders.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "porenet-shaders-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeShaders(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The packer's exit code and what it said. */
async function pack(...args: string[]): Promise<{ code: number; stderr: string }> {
  const places = ["--shaders", folder, "--out", join(folder, "out", "shaders.ts")];
  return run(
    process.execPath,
    [
      ".ci/pack-shaders.js",
      ...(args.includes("--here") ? [] : places),
      ...args.filter((each) => each !== "--here"),
    ],
    { cwd: ROOT },
  ).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => error,
  );
}

async function readPacked(): Promise<Record<string, Shader>> {
  const module = await import(/* @vite-ignore */ pathToFileURL(join(folder, "out", "shaders.ts")).href);
  return module.shaders;
}

const KERNEL = `// What it does.
//! include "scale.wgsl"
enable subgroups, f16;
struct Params { count: u32, step: vec2f } /* of
two lines */
override workgroupSize: u32 = 64;
@group(0) @binding(2) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> positions: array<f32>;
@group(0) @binding(0) var<storage, read_write> results: array<f32>;

@compute @workgroup_size(workgroupSize)
fn run(@builtin(global_invocation_id) id: vec3u) {
  results[id.x] = scale(positions[id.x]) * params.step.x; // a comment
}
`;
const SCALE = `//! include "factor.wgsl"\nfn scale(x: f32) -> f32 { return x * factor(); }\n`;
const FACTOR = "enable subgroups;\n\nfn factor() -> f32 { return 3.0; }\n";

describe("the packed shaders", () => {
  it("are current", async () => {
    expect(await pack("--here", "--check")).toMatchObject({ code: 0 });
  });
});

describe("the packer", () => {
  it("describes a kernel", async () => {
    await writeShaders({
      "solve/step.wgsl": KERNEL,
      "include/scale.wgsl": SCALE,
      "include/factor.wgsl": FACTOR,
    });
    expect(await pack()).toMatchObject({ code: 0 });
    const shaders = await readPacked();
    expect(Object.keys(shaders)).toEqual(["solve/step"]);
    expect(shaders["solve/step"]).toMatchObject({
      entryPoint: "run",
      features: ["subgroups", "f16"],
      overrides: ["workgroupSize"],
      bindings: [
        { group: 0, binding: 0, name: "results", kind: "storage" },
        { group: 0, binding: 1, name: "positions", kind: "read-only-storage" },
        {
          group: 0,
          binding: 2,
          name: "params",
          kind: "uniform",
          bytes: 16,
          members: [
            { name: "count", type: "u32", offset: 0 },
            { name: "step", type: "vec2f", offset: 8 },
          ],
        },
      ],
    });
  });

  it("puts directives first, includes before who names them, and keeps lines", async () => {
    await writeShaders({
      "solve/step.wgsl": KERNEL,
      "include/scale.wgsl": SCALE,
      "include/factor.wgsl": FACTOR,
    });
    await pack();
    const { code, sources } = (await readPacked())["solve/step"]!;
    const lines = code.split("\n");
    expect(lines[0]).toBe("enable subgroups; enable f16;");
    expect(code).not.toMatch(/\/\/|\/\*|comment/);
    expect(sources.map(({ file }) => file)).toEqual([
      "include/factor.wgsl",
      "include/scale.wgsl",
      "solve/step.wgsl",
    ]);
    const texts: Record<string, string> = {
      "include/factor.wgsl": FACTOR,
      "include/scale.wgsl": SCALE,
      "solve/step.wgsl": KERNEL,
    };
    for (const { file, line } of sources) {
      const original = texts[file]!.split("\n");
      const at = original.findIndex((text) => text.startsWith("fn "));
      expect(lines[line - 1 + at]).toBe(original[at]);
    }
  });

  it("leaves out bindings that the kernel does not use, not those that its functions use", async () => {
    const shared = `@group(0) @binding(5) var<storage, read> unused: array<f32>;
@group(0) @binding(6) var<storage, read> deep: array<f32>;
@group(0) @binding(7) var<storage, read_write> pointed: array<f32>;
fn inner(i: u32) -> f32 { return deep[i]; }
fn outer(i: u32) -> f32 { let p = &pointed; (*p)[i] = 2.0; return inner(i) + 1.0; }
fn idle() -> f32 { return unused[0]; }
`;
    const kernel = `//! include "shared.wgsl"
@compute @workgroup_size(1) fn main() { _ = outer(3u); }
`;
    await writeShaders({ "a/k.wgsl": kernel, "include/shared.wgsl": shared });
    expect(await pack()).toMatchObject({ code: 0 });
    expect((await readPacked())["a/k"]!.bindings.map(({ name }) => name)).toEqual(["deep", "pointed"]);
  });

  it("includes each file once", async () => {
    const twice = KERNEL.replace("enable", '//! include "factor.wgsl"\nenable');
    await writeShaders({ "a/k.wgsl": twice, "include/scale.wgsl": SCALE, "include/factor.wgsl": FACTOR });
    await pack();
    expect((await readPacked())["a/k"]!.code.match(/fn factor/g)).toHaveLength(1);
  });

  it("tells a stale module from a current one", async () => {
    await writeShaders({
      "solve/step.wgsl": FACTOR + KERNEL.replace(/.*include.*\n/, "").replace("scale(", "(factor() * "),
    });
    expect(await pack("--check")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("npm run shaders"),
    });
    await pack();
    expect(await pack("--check")).toMatchObject({ code: 0 });
    await writeShaders({ "include/factor.wgsl": FACTOR });
    expect(await pack("--check")).toMatchObject({ code: 0 });
    const path = join(folder, "solve/step.wgsl");
    await writeFile(path, (await readFile(path, "utf8")).replace("3.0", "3.5"));
    expect(await pack("--check")).toMatchObject({ code: 1 });
  });

  it.each([
    [
      "a missing include",
      { "a/k.wgsl": KERNEL },
      /a\/k\.wgsl includes include\/scale\.wgsl, which does not exist/,
    ],
    [
      "a circle of includes",
      {
        "a/k.wgsl": KERNEL,
        "include/scale.wgsl": SCALE,
        "include/factor.wgsl": '//! include "scale.wgsl"\n',
      },
      /scale\.wgsl includes include\/factor\.wgsl includes include\/scale\.wgsl: a circle/,
    ],
    ["code that does not parse", { "a/k.wgsl": "fn run( {" }, /a\/k\.wgsl does not parse/],
    ["a file without a kernel", { "a/k.wgsl": FACTOR }, /a\/k\.wgsl has 0 compute entry points/],
  ])("refuses %s", async (_, files, message) => {
    await writeShaders(files as unknown as Record<string, string>);
    const result = await pack();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(message);
  });
});
