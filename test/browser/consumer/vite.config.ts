import { defineConfig } from "vite";

export default defineConfig({
  build: {
    rolldownOptions: { input: ["index.html", "threaded.html", "learning.html"] },
    // Else Vite warns of chunks beyond 500 kB, uncompressed.
    chunkSizeWarningLimit: 1000,
  },
});
