/** `porenet devices`: what there is to compute on, and how fast its memory is. */
import { type CopyBandwidth, measureCopyBandwidth } from "../gpu/copy-bandwidth.ts";
import { type AdapterListing, listAdapters, requestDevice } from "../node/device.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import type { Arguments } from "./options.ts";
import { alignRows, printJson, printLines } from "./output.ts";

const TITLES: Record<AdapterListing["source"], string> = {
  hardware: "hardware",
  "system-software": "system software",
  "embedded-swiftshader": "embedded SwiftShader",
};

interface Device extends AdapterListing {
  readonly bandwidth: CopyBandwidth | undefined;
}

export const devices: Command = {
  name: "devices",
  summary: "What there is to compute on, and the copy bandwidth of its memory",
  operands: [],
  options: {
    seconds: { value: "S", help: "how long to measure each device [s]; default 1" },
    "no-measure": { help: "list only" },
    json: { help: "one JSON object on stdout" },
    ...COMMON_OPTIONS,
  },
  notes: [
    "porenet solve takes the first that is there, in the order of this list; --device and the environment's " +
      "PORENET_ADAPTER (hardware, system or swiftshader) choose another. The bandwidth counts bytes read and written " +
      "by the best of several copy kernels.",
  ],
  run: runDevices,
};

async function runDevices(args: Arguments): Promise<number> {
  const seconds = args.positive("seconds", "s") ?? 1;
  const listings = await listAdapters();
  const found: Device[] = [];
  await interruptible(async (signal) => {
    for (const each of listings) {
      signal.throwIfAborted();
      const isMeasured = each.name !== undefined && !args.isSet("no-measure");
      found.push(isMeasured ? await measure(each, seconds) : { ...each, bandwidth: undefined });
    }
  });
  if (args.isSet("json")) printJson({ devices: found });
  else
    printLines(
      alignRows(
        found.map((each) => [TITLES[each.source], describe(each)]),
        0,
      ),
    );
  return found.some(({ name }) => name !== undefined) ? 0 : 1;
}

/** An adapter that does not stand the measurement is told with the reason; the others are still measured. */
async function measure(listing: AdapterListing, seconds: number): Promise<Device> {
  try {
    using device = await requestDevice({ source: listing.source });
    return { ...listing, bandwidth: await measureCopyBandwidth(device, { seconds }) };
  } catch (error) {
    return { ...listing, reason: (error as Error).message, bandwidth: undefined };
  }
}

function describe({ name, reason, bandwidth }: Device): string {
  if (name === undefined) return `none: ${reason}`;
  if (bandwidth === undefined) return reason === undefined ? name : `${name}: ${reason}`;
  const { gigabytesPerSecond, shape } = bandwidth;
  return `${name}: copies ${gigabytesPerSecond.toPrecision(3)} GB/s (${shape.groups} workgroups of ${shape.lanes})`;
}
