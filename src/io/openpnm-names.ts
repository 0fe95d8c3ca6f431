/** OpenPNM's own names for what porenet calls otherwise, so that files work there at once. */
import type { PoreNetwork, PropertyArray } from "../network/pore-network.ts";

/**
 * Properties under OpenPNM's names that follow from those at hand and are not there: `pore.diameter`,
 * `throat.diameter` [m], and `throat.length` [m], the throat's own part of the conduit.
 */
export function deriveOpenpnmNames(network: PoreNetwork): [string, PropertyArray][] {
  const derived: [string, PropertyArray][] = [];
  for (const kind of ["pore", "throat"]) {
    const radius = network.get(`${kind}.radius`);
    if (radius && !network.has(`${kind}.diameter`)) {
      derived.push([`${kind}.diameter`, Float64Array.from(radius, (r) => 2 * r)]);
    }
  }
  const conduits = network.get("throat.conduit_lengths");
  if (conduits?.length === 3 * network.throatCount && !network.has("throat.length")) {
    derived.push([
      "throat.length",
      Float64Array.from({ length: network.throatCount }, (_, k) => conduits[3 * k + 1]!),
    ]);
  }
  return derived;
}
