/** Labels of the pores at the six faces of a box, and the pair that flow along one axis enters and leaves by. */
import type { Axis } from "./flow-domain.ts";
import type { Box, PropertyArray } from "./pore-network.ts";

export const AXES: readonly Axis[] = ["x", "y", "z"];

/**
 * `pore.xmin` … `pore.zmax`: pores less than `thickness` [m] from a face, and `pore.inlet`, `pore.outlet` for
 * the two faces of `flowAxis`.
 */
export function labelFaces(
  coords: Float64Array,
  box: Box,
  thickness: number,
  flowAxis: Axis,
): [string, PropertyArray][] {
  const count = coords.length / 3;
  const labels: [string, PropertyArray][] = [];
  for (const [k, axis] of AXES.entries()) {
    const low = box.origin[k]! + thickness;
    const high = box.origin[k]! + (box.size[k]! - thickness);
    const atLow = new Uint8Array(count);
    const atHigh = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      atLow[i] = coords[3 * i + k]! < low ? 1 : 0;
      atHigh[i] = coords[3 * i + k]! > high ? 1 : 0;
    }
    labels.push([`pore.${axis}min`, atLow], [`pore.${axis}max`, atHigh]);
    if (axis === flowAxis) labels.push(["pore.inlet", atLow], ["pore.outlet", atHigh]);
  }
  return labels;
}
