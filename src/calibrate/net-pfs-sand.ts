/** The published example of NET-PFS: a sand (M.-C. Hu et al., Stoch. Environ. Res. Risk Assess. 33 (2019) 395). */
import type { NetPfsOptions } from "./net-pfs-options.ts";

/**
 * A cube of 6 mm with 354 pores, throats of one radius, 10⁴ Pa to 0, and a fluid of 1 Pa·s.
 *
 * As published: box, number of pores, radius and connecting distance, pressures, viscosity and the counts. Two
 * neighbours a pore, the slabs' thickness, and isolated pores being those without a path to inlet or outlet are ours:
 * the text gives no numbers, all pairs within 1.2 mm would be some 1650 throats, and a system of the inner pores alone
 * can only be solved without pores that nothing holds. So are the pores' volumes, gamma distributed with shape 2 and a
 * porosity of 0.35 in the mean: no flow depends on them.
 */
export const SAND_CASE = {
  network: {
    size: 6e-3,
    count: 354,
    poreVolume: { kind: "gamma", shape: 2, scale: (0.35 * 6e-3 ** 3) / 354 / 2 },
    distance: 1.2e-3,
    neighbours: 2,
    throatRadius: 0.17e-3,
  },
  /** [Pa] */
  pressureDrop: 1e4,
  /** [Pa·s] */
  viscosity: 1,
  published: { pores: 354, inlet: 15, outlet: 31, inner: 303, isolated: 5, joinedThroats: 443 },
} as const satisfies {
  network: Omit<NetPfsOptions, "seed">;
  pressureDrop: number;
  viscosity: number;
  published: object;
};
