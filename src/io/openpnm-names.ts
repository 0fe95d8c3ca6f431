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
      derived.push([`${kind}.diameter`, doubled(radius)]);
    }
  }
  const conduits = network.get("throat.conduit_lengths");
  if (conduits?.length === 3 * network.throatCount && !network.has("throat.length")) {
    const lengths = new Float64Array(network.throatCount);
    for (let e = 0; e < lengths.length; e++) lengths[e] = conduits[3 * e + 1]!;
    derived.push(["throat.length", lengths]);
  }
  return derived;
}

function doubled(values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(values.length);
  for (let k = 0; k < result.length; k++) result[k] = 2 * values[k]!;
  return result;
}
