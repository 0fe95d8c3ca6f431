/** The version of the package, as its manifest has it. */
import { createRequire } from "node:module";

export function readVersion(): string {
  const manifest = createRequire(import.meta.url)("porenet/package.json") as { version: string };
  return manifest.version;
}
