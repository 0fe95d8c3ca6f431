#!/usr/bin/env node
/** The command `porenet`. */
import { parseArgs } from "node:util";
import { PorenetError } from "../errors.ts";
import { listAdapters } from "../node/device.ts";

const { positionals } = parseArgs({ allowPositionals: true, strict: false });
try {
  if (positionals[0] === "devices") {
    for (const { source, name, reason } of await listAdapters())
      console.log(`${source}: ${name ?? `none, ${reason}`}`);
  } else {
    console.error("porenet: the commands are: devices");
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof PorenetError ? error.message : error);
  process.exitCode = 1;
}
