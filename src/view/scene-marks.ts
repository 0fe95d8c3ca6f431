/** Which elements are highlighted, a bit each: throats, and the pores at their ends. */
import { OptionError } from "../errors.ts";
import type { PoreNetwork } from "../network/pore-network.ts";

export interface HighlightMarks {
  readonly pores: Uint32Array;
  readonly throats: Uint32Array;
}

/** @throws {OptionError} when there is no such throat */
export function markThroats(network: PoreNetwork, indices: ArrayLike<number>): HighlightMarks {
  const { poreCount, throatCount, conns } = network;
  const pores = new Uint32Array(Math.ceil(poreCount / 32));
  const throats = new Uint32Array(Math.ceil(throatCount / 32));
  for (let k = 0; k < indices.length; k++) {
    const throat = indices[k]!;
    if (!(Number.isInteger(throat) && throat >= 0 && throat < throatCount)) {
      throw new OptionError(
        "throats",
        `There is no throat ${throat} among ${throatCount}.`,
        "Name throats by their indices, from 0.",
      );
    }
    throats[throat >>> 5]! |= 1 << (throat & 31);
    for (const pore of [conns[2 * throat]!, conns[2 * throat + 1]!]) {
      if (pore >= 0) pores[pore >>> 5]! |= 1 << (pore & 31);
    }
  }
  return { pores, throats };
}
