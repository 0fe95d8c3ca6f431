/** `porenet/io` and the like, as the package's exports map them, but to the sources. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** For `resolve.alias` of Vite and Vitest. */
export function sourceAliases(): { find: RegExp; replacement: string }[] {
  const { exports } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
    exports: Record<string, { "porenet-source"?: string }>;
  };
  return Object.entries(exports).flatMap(([path, { "porenet-source": source }]) =>
    source
      ? [{ find: new RegExp(`^porenet${path.slice(1)}$`), replacement: fileURLToPath(new URL(source, ROOT)) }]
      : [],
  );
}
