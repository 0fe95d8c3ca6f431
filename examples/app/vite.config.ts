import { defineConfig } from "vite";

// porenet comes from this repository's sources, by the names that any user of the package imports.
export default defineConfig({
  base: "./",
  resolve: { conditions: ["porenet-source", "browser", "import", "module", "default"] },
  worker: { format: "es" },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true },
});
