/** The network that a command works on, its options, and what is told of one that was written. */
import type { NetworkFacts } from "../io/network-columns.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { Arguments, OptionSpec } from "./options.ts";
import { printJson, printLines, warn } from "./output.ts";

export const NETWORK_NOTE =
  "NETWORK is a Statoil/ICL prefix (berea for berea_link1.dat and the other three) or any of the four files, an " +
  "OpenPNM or PoreSpy .json, or an OpenPNM .csv. Lengths are in metres.";

export const NETWORK_OPTIONS = {
  name: { value: "TEXT", help: "name of the network, where the file's own will not do" },
  box: {
    value: "LX,LY,LZ",
    help: "the sample's edges [m], or OX,OY,OZ,LX,LY,LZ with its lower corner; a .csv has no place for them",
  },
  "voxel-size": { value: "M", help: "edge of a voxel of the image behind the network [m]; scales nothing" },
} as const satisfies Record<string, OptionSpec>;

/** What the options say of the network. */
export function readFacts(args: Arguments): NetworkFacts {
  const remedy = "Give three lengths above 0 [m], or six numbers: lower corner and lengths [m].";
  const box = args.numbers("box", [3, 6], remedy);
  const [origin, size] = box?.length === 6 ? [box.slice(0, 3), box.slice(3)] : [[0, 0, 0], box];
  if (size?.some((length) => !(length > 0))) args.fail("box", remedy);
  return {
    name: args.text("name"),
    voxelSize: args.positive("voxel-size", "m"),
    box: size && { origin: toTriple(origin), size: toTriple(size) },
  };
}

/** @param notes what the format cannot hold, or what had to be assumed */
export function tellWritten(
  args: Arguments,
  { name, poreCount: pores, throatCount: throats }: PoreNetwork,
  files: readonly string[],
  notes: readonly string[],
): void {
  if (args.isSet("json")) printJson({ network: { name, pores, throats }, files, notes });
  else printLines([`${name}: ${pores} pores, ${throats} throats`, ...files.map((file) => `wrote ${file}`)]);
  if (!args.isSet("quiet")) for (const note of notes) warn(note);
}

function toTriple([a, b, c]: readonly number[]): [number, number, number] {
  return [a!, b!, c!];
}
