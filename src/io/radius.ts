/** The radius of pores or throats, under whichever of the field's names a network has it. */
import type { PoreNetwork } from "../network/pore-network.ts";

/** `radius`, else half of `diameter`, `inscribed_diameter` or `equivalent_diameter` [m]. */
export function findRadius(network: PoreNetwork, kind: "pore" | "throat"): Float64Array | undefined {
  if (network.has(`${kind}.radius`)) return network.numbers(`${kind}.radius`);
  for (const name of ["diameter", "inscribed_diameter", "equivalent_diameter"]) {
    if (network.has(`${kind}.${name}`)) return network.numbers(`${kind}.${name}`).map((d) => d / 2);
  }
  return undefined;
}
