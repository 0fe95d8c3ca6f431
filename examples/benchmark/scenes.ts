/** `npm run bench -- --scene`: pictures of networks in 3D, from 10⁴ to 10⁶ throats. */
import { tellProgress, writeJson } from "./command.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import { formatNumber, formatTable } from "./markdown.ts";
import { type ProcessOptions, runWorker } from "./run-worker.ts";

/** 9450, 104 544 and 1 014 300 throats. */
const SIZES = [15, 33, 70];
const QUICK_SIZES = [8];

export async function runScenes(
  { quick, json }: { quick?: boolean; json?: string },
  process: ProcessOptions,
): Promise<number> {
  const provenance = describeProvenance();
  tellProgress("pictures in 3D");
  const task = quick ? { sizes: QUICK_SIZES, repeats: 2 } : { sizes: SIZES, repeats: 8 };
  const { device, width, height, scenes } = await runWorker({ kind: "scene", ...task }, process);
  const rows = scenes.map(({ pores, throats, deviceBytes, bestSeconds }) => [
    String(pores),
    String(throats),
    formatNumber(deviceBytes / 1e6),
    formatNumber(1e3 * bestSeconds),
  ]);
  console.log(
    [
      ...formatProvenance(provenance),
      `adapter   ${device.name} (${device.kind}, ${device.source})`,
      `\nA picture of ${width} × ${height} pixels of a lattice, spheres and cylinders\n`,
      formatTable(["pores", "throats", "on device MB", "ms, best"], rows),
    ].join("\n"),
  );
  writeJson(json, { ...provenance, device, width, height, scenes });
  return 0;
}
