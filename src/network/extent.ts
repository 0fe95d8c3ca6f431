/** The sample's extent: the network's box, or what the pores span. */
import { NetworkError } from "../errors.ts";
import { boundsOf } from "./cell-grid.ts";
import type { FlowDomain } from "./flow-domain.ts";
import { requirePositive } from "./options.ts";
import type { Box, PoreNetwork } from "./pore-network.ts";

/** The network's box, else the extent of its pores' centres. */
export function sampleOf(network: PoreNetwork): Box {
  return network.box ?? boundsOf(network.coords);
}

export interface ExtentOptions {
  readonly length?: number | undefined;
  readonly area?: number | undefined;
}

/**
 * Length along axis `k` and cross-section. What the caller states wins, for the caller knows why; then the
 * box; then the pores' extent. `extentSource` is "options" when either was stated.
 * @param share the part of the sample's length between the planes of a calc box, else 1.
 * @throws {NetworkError} when the pores span no length or no area and nothing else tells.
 */
export function resolveExtent(
  network: PoreNetwork,
  k: number,
  options: ExtentOptions,
  share = 1,
): Pick<FlowDomain, "length" | "area" | "extentSource"> {
  const { size } = sampleOf(network);
  const isStated = options.length !== undefined || options.area !== undefined;
  const length = options.length !== undefined ? requirePositive("length", options.length) : share * size[k]!;
  const area =
    options.area !== undefined
      ? requirePositive("area", options.area)
      : size[(k + 1) % 3]! * size[(k + 2) % 3]!;
  if (!(length > 0 && area > 0)) {
    const source = network.box === undefined ? "its pores span" : "its box has";
    throw new NetworkError(
      `The network "${network.name}" has no ${length > 0 ? "cross-section" : "length"}: ${source} ${size.join(" x ")} m.`,
      "State length [m] and area [m²].",
    );
  }
  return { length, area, extentSource: isStated ? "options" : network.box !== undefined ? "box" : "pores" };
}
