/**
 * Packs shaders/**\/*.wgsl into one TypeScript module, src/gpu/generated/shaders.ts: a bare .wgsl import fails in
 * Node, and asset URLs break for who bundles the package. Each kernel comes with the names of its bindings and
 * overrides as types. A file is a kernel, with one compute entry point, or draws, with one vertex and one fragment
 * entry point.
 *
 *   node .ci/pack-shaders.js            writes the module
 *   node .ci/pack-shaders.js --check    fails when the module is stale
 *   --shaders DIR, --out FILE           other places
 *
 * Files in shaders/include are no kernels; a file takes one in with a line `//! include "twofloat.wgsl"`.
 * They come before the file that names them, each once. `enable`, `requires` and `diagnostic` directives, which
 * WGSL wants first, go to line 1. Comments are dropped, lines are kept, and `sources` tells on which line of the
 * packed code each file begins, so that a compile error names file and line.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const INCLUDE = /^\s*\/\/!\s*include\s+"([^"]+)"\s*$/;
const DIRECTIVE = /^\s*(enable|requires|diagnostic)\b[^;]*;\s*$/;
const RESOURCE_UNIFORM = 0;
const RESOURCE_STORAGE = 1;

class PackError extends Error {}

main();

function main() {
  const { values } = parseArgs({
    options: { check: { type: "boolean" }, shaders: { type: "string" }, out: { type: "string" } },
  });
  const folder = values.shaders ?? join(ROOT, "shaders");
  const out = values.out ?? join(ROOT, "src/gpu/generated/shaders.ts");
  try {
    const module = packFolder(folder);
    if (!values.check) {
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, module);
    } else if (readOptional(out) !== module) {
      throw new PackError(`${relative(process.cwd(), out)} is stale: run npm run shaders.`);
    }
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function packFolder(folder) {
  const packed = readdirSync(folder, { recursive: true })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(".wgsl") && !path.startsWith("include/"))
    .sort()
    .map((path) => ({ name: path.slice(0, -".wgsl".length), ...packKernel(folder, path) }));
  return writeModule(
    packed.filter(({ entryPoint }) => entryPoint !== undefined),
    packed.filter(({ entryPoint }) => entryPoint === undefined),
  );
}

function packKernel(folder, path) {
  const parts = collectParts(folder, path, []);
  const directives = new Set(parts.flatMap((part) => part.directives));
  const sources = [];
  let code = `${[...directives].join(" ")}\n`;
  let line = 2;
  for (const part of parts) {
    sources.push({ file: part.file, line });
    code += `${part.lines.join("\n")}\n`;
    line += part.lines.length;
  }
  const features = [...directives].flatMap((each) => /^enable (\w+);/.exec(each)?.[1] ?? []);
  return { code, sources, features, ...reflect(path, code) };
}

/** The file and all that it includes, what is included first. */
function collectParts(folder, file, chain, seen = new Set()) {
  if (chain.includes(file)) throw new PackError(`${[...chain, file].join(" includes ")}: a circle.`);
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readOptional(join(folder, file));
  if (text === undefined) throw new PackError(`${chain.at(-1)} includes ${file}, which does not exist.`);
  const parts = [];
  const directives = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const include = INCLUDE.exec(lines[i])?.[1];
    if (include) parts.push(...collectParts(folder, `include/${include}`, [...chain, file], seen));
  }
  const code = dropComments(lines.join("\n")).split("\n");
  for (let i = 0; i < code.length; i++) {
    if (!DIRECTIVE.test(code[i])) continue;
    directives.push(...splitDirective(code[i].trim()));
    code[i] = "";
  }
  while (code.at(-1) === "") code.pop();
  return [...parts, { file, directives, lines: code }];
}

/** WGSL has no strings, so that a comment is wherever it looks like one. */
function dropComments(code) {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ""))
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/[ \t]+$/gm, "");
}

/** `enable a, b;` as `enable a;` and `enable b;`. */
function splitDirective(text) {
  const list = /^(enable|requires)\s+(.*);$/.exec(text);
  return list ? list[2].split(",").map((name) => `${list[1]} ${name.trim()};`) : [text];
}

function reflect(path, code) {
  let found;
  try {
    found = new WgslReflect(code);
  } catch (error) {
    throw new PackError(`${path} does not parse: ${error.message ?? error}`);
  }
  const { compute, vertex, fragment } = found.entry;
  const draws = compute.length === 0 && vertex.length === 1 && fragment.length === 1;
  if (!draws && (compute.length !== 1 || vertex.length + fragment.length > 0)) {
    throw new PackError(
      `${path} has ${compute.length} compute entry points, not one, or one vertex and one fragment entry point.`,
    );
  }
  const entries = draws ? [vertex[0], fragment[0]] : [compute[0]];
  // Only what the entry points use, themselves or in functions: an automatic layout has no place for the rest.
  const used = new Set(entries.flatMap(({ resources }) => resources.map((each) => each.name)));
  const bindings = [...found.uniforms, ...found.storage]
    .filter((each) => used.has(each.name))
    .map((each) => describeBinding(path, each))
    .sort((a, b) => a.group - b.group || a.binding - b.binding);
  const names = draws
    ? { vertexEntry: vertex[0].name, fragmentEntry: fragment[0].name }
    : { entryPoint: compute[0].name };
  return { ...names, bindings, overrides: found.overrides.map((each) => each.name) };
}

function describeBinding(path, { group, binding, name, access, resourceType, type }) {
  if (resourceType === RESOURCE_UNIFORM) {
    const members = (type.members ?? []).map((each) => ({
      name: each.name,
      type: each.type.getTypeName(),
      offset: each.offset,
    }));
    return { group, binding, name, kind: "uniform", bytes: type.size, members };
  }
  if (resourceType !== RESOURCE_STORAGE) throw new PackError(`${path} binds ${name}, which is no buffer.`);
  return { group, binding, name, kind: access === "read_write" ? "storage" : "read-only-storage" };
}

function writeEntry(shader) {
  const names = ["entryPoint", "vertexEntry", "fragmentEntry", "features", "overrides"].filter(
    (key) => shader[key] !== undefined,
  );
  return `  ${JSON.stringify(shader.name)}: {
${names.map((key) => `    ${key}: ${JSON.stringify(shader[key])},\n`).join("")}    bindings: [${shader.bindings.map((each) => `\n      ${JSON.stringify(each)},`).join("")}
    ],
    sources: ${JSON.stringify(shader.sources)},
    code: String.raw\`${shader.code}\`,
  },
`;
}

function writeModule(kernels, drawings) {
  return `// Written by .ci/pack-shaders.js from shaders/: change those and run npm run shaders.

export interface ShaderBinding {
  readonly group: number;
  readonly binding: number;
  readonly name: string;
  readonly kind: "read-only-storage" | "storage" | "uniform";
  /** Of a uniform: its size, and where its members lie. */
  readonly bytes?: number;
  readonly members?: readonly { readonly name: string; readonly type: string; readonly offset: number }[];
}

export interface Shader {
  readonly entryPoint: string;
  /** The extensions that the code enables, as WGSL names them. */
  readonly features: readonly string[];
  readonly overrides: readonly string[];
  readonly bindings: readonly ShaderBinding[];
  /** The files that the code is made of, each with the line of the code at which it begins. */
  readonly sources: readonly { readonly file: string; readonly line: number }[];
  readonly code: string;
}

/** A shader that draws. */
export interface RenderShader extends Omit<Shader, "entryPoint"> {
  readonly vertexEntry: string;
  readonly fragmentEntry: string;
}

export const shaders = {
${kernels.map(writeEntry).join("")}} as const satisfies Record<string, Shader>;

export type ShaderName = keyof typeof shaders;

/** The names of a kernel's bindings. */
export type BindingName<Name extends ShaderName> = (typeof shaders)[Name] extends {
  readonly bindings: readonly { readonly name: infer Binding extends string }[];
}
  ? Binding
  : never;

export const renderShaders = {
${drawings.map(writeEntry).join("")}} as const satisfies Record<string, RenderShader>;

export type RenderShaderName = keyof typeof renderShaders;

/** The names of a drawing shader's bindings. */
export type RenderBindingName<Name extends RenderShaderName> = (typeof renderShaders)[Name] extends {
  readonly bindings: readonly { readonly name: infer Binding extends string }[];
}
  ? Binding
  : never;

/** The names of a kernel's override constants. */
export type OverrideName<Name extends ShaderName> = (typeof shaders)[Name] extends {
  readonly overrides: readonly (infer Override extends string)[];
}
  ? Override
  : never;
`;
}

function readOptional(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
