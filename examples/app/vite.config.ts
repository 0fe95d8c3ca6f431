import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const ROOT = new URL("../../", import.meta.url);

/** What the page loads when it is asked for, folder on the page → folder of this repository. */
const SHIPPED: Readonly<Record<string, string>> = {
  samples: "examples/data",
  model: "src/learn/default-model",
};

// porenet comes from this repository's sources, by the names that any user of the package imports.
export default defineConfig({
  base: "./",
  plugins: [shipFolders()],
  resolve: { conditions: ["porenet-source", "browser", "import", "module", "default"] },
  worker: { format: "es" },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true },
});

/** Files that lie elsewhere in the repository, served and built as if they lay in `public`. */
function shipFolders(): Plugin {
  return {
    name: "ship-folders",
    configureServer({ middlewares }) {
      for (const [folder, source] of Object.entries(SHIPPED)) {
        middlewares.use(`/${folder}`, (request, response, next) => {
          const name = decodeURIComponent((request.url ?? "").split("?")[0]!.slice(1));
          if (!/^[\w.-]+$/.test(name)) return next();
          createReadStream(fileURLToPath(new URL(`${source}/${name}`, ROOT)))
            .on("error", () => next())
            .pipe(response);
        });
      }
    },
    async generateBundle() {
      for (const [folder, source] of Object.entries(SHIPPED)) {
        const place = new URL(`${source}/`, ROOT);
        for (const name of await readdir(place)) {
          const content = await readFile(new URL(name, place));
          this.emitFile({ type: "asset", fileName: `${folder}/${name}`, source: content });
        }
      }
    },
  };
}
