/**
 * Builds dist after `npm ci` or `npm install` in a clone. Where only the production dependencies are installed
 * there is nothing to build with, and nothing is built.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function isInstalled(name) {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

if (["tsdown", "typescript"].every(isInstalled)) {
  process.exitCode = spawnSync("tsdown", { stdio: "inherit", shell: true }).status ?? 1;
} else {
  console.error("porenet: the development dependencies are not installed, dist is not built.");
}
