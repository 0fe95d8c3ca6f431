/** The sources as a graph: which file imports what, and which of the browser's globals it uses. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface SourceModule {
  /** Relative to src, with forward slashes. */
  readonly path: string;
  /** Files of src, as `path`. */
  readonly imports: readonly string[];
  /** Packages and Node's modules, by the names they are imported by. */
  readonly packages: readonly string[];
  readonly domGlobals: readonly string[];
}

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../../src");
const DOM_GLOBALS = new Set([
  "document",
  "window",
  "localStorage",
  "requestAnimationFrame",
  "DOMParser",
  "customElements",
]);

export function readSourceModules(): SourceModule[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => parseModule(path, readFileSync(join(SRC, path), "utf8")));
}

export function parseModule(path: string, text: string): SourceModule {
  const names = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  const relative = names.filter((name) => name.startsWith("."));
  return {
    path,
    imports: relative.map((name) => posix.normalize(posix.join(posix.dirname(path), name))),
    packages: names.filter((name) => !name.startsWith(".")),
    domGlobals: findDomGlobals(path, text),
  };
}

/** A cycle of imports, as the files in their order with the first at the end too; `undefined` if none. */
export function findCycle(modules: readonly SourceModule[]): string[] | undefined {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const visit = (path: string, chain: string[]): string[] | undefined => {
    if (chain.includes(path)) return [...chain.slice(chain.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of byPath.get(path)?.imports ?? []) {
      const cycle = visit(next, [...chain, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of modules) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function findDomGlobals(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (
      ts.isIdentifier(node) &&
      (DOM_GLOBALS.has(node.text) || /^(HTML|SVG)[A-Z]\w*Element$/.test(node.text))
    ) {
      const { parent } = node;
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node && !isGlobalThis(parent.expression)) ||
        ((ts.isPropertyAssignment(parent) ||
          ts.isPropertySignature(parent) ||
          ts.isPropertyDeclaration(parent)) &&
          parent.name === node);
      const isDeclared =
        (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) &&
        parent.name === node;
      if (isDeclared) declared.add(node.text);
      else if (!isMember) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...used].filter((name) => !declared.has(name));
}

function isGlobalThis(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "globalThis";
}
