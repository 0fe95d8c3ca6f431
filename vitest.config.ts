import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sourceAliases } from "./test/support/source-aliases.ts";

const onDevice = ["test/**/*.gpu.test.ts", "test/**/*.browser.test.ts"];

// Forks, not threads: the embedded driver is found through the process's environment. What computes on a
// device runs one file after the other, since a software driver takes all cores.
export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    pool: "forks",
    reporters: ["default", fileURLToPath(new URL("test/support/closing-line.ts", import.meta.url))],
    projects: [
      {
        extends: true,
        test: {
          name: "host",
          include: ["test/**/*.test.ts"],
          exclude: onDevice,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "device",
          include: onDevice,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
