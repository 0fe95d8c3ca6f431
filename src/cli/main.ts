#!/usr/bin/env node
/** The command `porenet`. */
import { runProgram } from "./program.ts";

// Whoever reads stdout may have seen enough, as head has; a disk may be full.
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`porenet: The results cannot be written to stdout (${message}).\n`);
  process.exit(1);
});
// Nobody reads what is said beside the results.
process.stderr.on("error", () => {});
process.exitCode = await runProgram(process.argv.slice(2));
