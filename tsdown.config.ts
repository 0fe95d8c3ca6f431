import { defineConfig } from "tsdown";

// One file of output for each of the package's entries, and what they share in chunks.
export default defineConfig({
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
  format: "esm",
  // One build for Node and browsers: the entries share their errors' classes.
  platform: "neutral",
  external: [/^node:/],
  target: "es2022",
  dts: true,
  banner: { dts: '/// <reference types="@webgpu/types" />' },
  sourcemap: true,
  fixedExtension: false,
  logLevel: "warn",
  inputOptions: { checks: { pluginTimings: false } },
});
