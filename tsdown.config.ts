/** What `npm run build` writes to dist: the package's entries, and in one file all that runs in a page, where there is no bundler. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig, type Rolldown, type UserConfig } from "tsdown";

const SHARED_INPUT = { checks: { pluginTimings: false } };
const SHARED: UserConfig = {
  format: "esm",
  // One build for Node and browsers: the entries share their errors' classes.
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  logLevel: "warn",
  inputOptions: SHARED_INPUT,
};

/** One file of output for each of the package's entries, and what they share in chunks. */
const entries: UserConfig = {
  ...SHARED,
  entry: {
    index: "src/index.ts",
    node: "src/node.ts",
    "calibrate/index": "src/calibrate/index.ts",
    "io/index": "src/io/index.ts",
    "learn/index": "src/learn/index.ts",
    "view/index": "src/view/index.ts",
    "cli/main": "src/cli/main.ts",
    // Threads are started from this file.
    "row-worker": "src/node/row-worker.ts",
  },
  external: [/^node:/],
  dts: true,
  // What a project's own settings may lack: WebGPU's types, and `Disposable` from ES2026.
  banner: { dts: '/// <reference types="@webgpu/types" />\n/// <reference lib="esnext.disposable" />' },
  sourcemap: true,
};

const PAGE_FILE = "porenet.browser.min";

/** The entries that run in a page; all but the first become namespaces, since some of their names are alike. */
const PAGE_PARTS = ["io", "view", "calibrate", "learn"];

/**
 * One file for `<script type="module">`, dependencies inside. Only tfjs stays outside, which is larger than the rest
 * and which training alone asks for.
 */
const page: UserConfig = {
  ...SHARED,
  entry: { [PAGE_FILE]: PAGE_FILE },
  external: [/^@tensorflow\//],
  noExternal: [/./],
  inlineOnly: false,
  outputOptions: { codeSplitting: false },
  // Packages without an `exports` map say by these where their modules are.
  inputOptions: { ...SHARED_INPUT, resolve: { mainFields: ["module", "main"] } },
  minify: true,
  banner: `/*! porenet, MIT; what else it includes: ${PAGE_FILE}.LICENSE.txt */`,
  dts: false,
  plugins: [writePageEntry(), writeNotices()],
};

export default defineConfig([entries, page]);

/** The page's entry, as a module from the sources and as declarations from those of the package's entries. */
function writePageEntry(): Rolldown.Plugin {
  const list = (folder: string, extension: string) =>
    [
      `export * from "${folder}/index.${extension}";`,
      ...PAGE_PARTS.map((part) => `export * as ${part} from "${folder}/${part}/index.${extension}";`),
    ].join("\n");
  return {
    name: "page-entry",
    resolveId: (id) => (id === PAGE_FILE ? `\0${id}` : undefined),
    load: (id) => (id === `\0${PAGE_FILE}` ? list(join(import.meta.dirname, "src"), "ts") : undefined),
    generateBundle() {
      this.emitFile({ type: "asset", fileName: `${PAGE_FILE}.d.ts`, source: `${list(".", "js")}\n` });
    },
  };
}

/** The licences of what the file includes, beside it, as they ask to be kept; fails where one has none. */
function writeNotices(): Rolldown.Plugin {
  return {
    name: "notices",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
      const folders = new Set(chunks.flatMap((chunk) => chunk.moduleIds.flatMap(findPackage)));
      const notices = ["porenet", readLicense(import.meta.dirname)];
      notices.push("Roboto", readLicense(join(import.meta.dirname, "src/view/generated")));
      for (const folder of [...folders].sort()) notices.push(basename(folder), readLicense(folder));
      this.emitFile({ type: "asset", fileName: `${PAGE_FILE}.LICENSE.txt`, source: notices.join("\n\n") });
    },
  };
}

/** The folder of the package that a module is of; none for porenet's own. */
function findPackage(id: string): string[] {
  const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
  return folder === undefined ? [] : [folder];
}

function readLicense(folder: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence to include.`);
  return readFileSync(join(folder, file), "utf8").trim();
}
