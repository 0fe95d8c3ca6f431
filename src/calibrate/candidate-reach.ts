/** Whether any network within the bounds of a calibration carries flow where its targets ask for it. */
import { NetworkError } from "../errors.ts";
import type { CandidateClouds } from "./candidate-clouds.ts";
import type { Control } from "./candidate-controls.ts";
import type { NetPfsOptions } from "./net-pfs-options.ts";
import { flowOf, type Target } from "./targets.ts";

/** Controls of the number of pores: more of them are nearer to one another, but have other neighbours. */
const OF_COUNT = new Set<string>(["count", "totalVolume", "poreSizeFactor"]);

/** Candidates with all throats that the bounds allow, with most pores and with fewest. */
export function findWidestCorners(controls: readonly Control[]): number[][] {
  const corner = (sizes: "low" | "high") =>
    controls.map((control) => (OF_COUNT.has(control.name) ? control[sizes] : control.high));
  return [corner("high"), corner("low")];
}

/**
 * @param corners options of the widest networks, one a cloud
 * @throws {NetworkError} when, along an axis of a target, none of them carries flow
 */
export function checkReach(
  targets: readonly Target[],
  corners: readonly (readonly NetPfsOptions[])[],
  clouds: CandidateClouds,
): void {
  for (const axis of new Set(targets.flatMap((target) => flowOf(target)?.axis ?? []))) {
    const carriesFlow = (options: NetPfsOptions) => {
      const cloud = clouds.get(options);
      return cloud.percolates(axis, cloud.chooseThroats(options.distance, options.neighbours));
    };
    if (corners.some((corner) => corner.some(carriesFlow))) continue;
    const { distance, neighbours } = corners[0]![0]!;
    const joined = neighbours === undefined ? "" : ` and ${neighbours} neighbours`;
    throw new NetworkError(
      `Nothing flows along ${axis} in any of ${corners[0]!.length} clouds, with throats of up to ${distance} m${joined}.`,
      "No candidate can reach the targets: raise the upper bound of distance, of neighbours, or the number of pores.",
    );
  }
}
