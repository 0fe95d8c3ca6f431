/** `porenet convert`: a network from one format to another. */
import { readNetworkFile, requireWritableNetwork, writeNetworkFile } from "../node/files.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import { NETWORK_NOTE, NETWORK_OPTIONS, readFacts, tellWritten } from "./network-file.ts";
import type { Arguments } from "./options.ts";

export const convert: Command = {
  name: "convert",
  summary: "Write a network in another format",
  operands: ["NETWORK", "FILE"],
  options: {
    ...NETWORK_OPTIONS,
    json: { help: "one JSON object on stdout: what was written, and what had to be assumed" },
    quiet: { help: "do not say what had to be assumed" },
    ...COMMON_OPTIONS,
  },
  notes: [
    NETWORK_NOTE,
    "The name of FILE tells the format: .json and .csv for OpenPNM, .vtp for ParaView (which cannot be read back), " +
      "and a name without an extension, or one of the four names, for Statoil.",
  ],
  run: runConvert,
};

async function runConvert(args: Arguments): Promise<number> {
  const [from, to] = args.operands as [string, string];
  // What cannot be written is told before a large network is read.
  await requireWritableNetwork(to);
  const facts = readFacts(args);
  const notes: string[] = [];
  const { network, files } = await interruptible(async (signal) => {
    const read = await readNetworkFile(from, facts, { signal });
    const onNote = (note: string) => notes.push(note);
    return { network: read, files: await writeNetworkFile(read, to, { signal, onNote }) };
  });
  tellWritten(args, network, files, notes);
  return 0;
}
