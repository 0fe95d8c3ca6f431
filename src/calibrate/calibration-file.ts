/** What the file of a calibration holds, as plain data: a search under way that can be gone on with, or the result. */
import type { Calibration } from "./calibration.ts";
import type { CompleteCalibration } from "./calibration-config.ts";
import type { SearchState } from "./minimize.ts";

/** What tells such a file from others. */
export const CALIBRATION_FILE = { format: "porenet calibration", version: 1 } as const;

/** Of a search under way. */
export function describeCalibrationSearch(config: CompleteCalibration, state: SearchState | undefined) {
  return { ...CALIBRATION_FILE, status: "running", config, state } as const;
}

/**
 * What is told of a result.
 * @param seconds that it took
 * @param files that the network was written to, where it was
 */
export function summarizeCalibration(calibration: Calibration, seconds: number, files?: readonly string[]) {
  const { config, isReached, controls, targets, misfit, status, evaluations, solves, network } = calibration;
  return {
    name: config.name,
    isReached,
    flow: status,
    controls,
    targets: targets.map(({ target, ...reached }) => ({ ...target, target: target.value, ...reached })),
    misfit,
    evaluations,
    solves,
    seconds,
    seed: config.seed,
    network: {
      name: network.name,
      pores: network.poreCount,
      throats: network.throatCount,
      seed: calibration.networkSeed,
      ...(files && { files }),
    },
  };
}

/**
 * The result with its history.
 * @param summary of `summarizeCalibration`, or more
 * @param state what the search would go on from, so that more evaluations can be added
 */
export function describeCalibrationResult(
  { config, history }: Calibration,
  summary: object,
  state: SearchState | undefined,
) {
  return { ...CALIBRATION_FILE, status: "finished", ...summary, config, history, state } as const;
}
