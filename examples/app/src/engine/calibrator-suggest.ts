/** A calibration of a representative network for the one that is loaded: its sizes, its K, porosity and coordination. */
import { describeNetwork, MILLIDARCY, NetworkError, type PoreNetwork, radiiOf } from "porenet";
import type { CalibrationConfig } from "porenet/calibrate";

/** Steps of the table that pore radii are drawn from. */
const QUANTILES = 40;
const MOST_PORES = 400;
/** Numbers are for people to read and change. */
const DIGITS = 5;

/**
 * Pores as dense as the network's and of its radii, in a cube; throats to the nearest neighbours. What is moved is the
 * throats' radius, how many neighbours, and a factor of the pores' radii.
 *
 * @param permeability of the network along x [m²]
 * @throws {NetworkError} when it has no box or no radii, or nothing flows through it
 */
export function suggestCalibration(network: PoreNetwork, permeability: number): CalibrationConfig {
  const poreRadii = radiiOf(network, "pore")?.slice().sort();
  const { porosity, coordination, throatRadius } = describeNetwork(network);
  if (!network.box || !poreRadii || poreRadii.length === 0 || !throatRadius || !(permeability > 0)) {
    const lacking = !network.box ? "no box" : permeability > 0 ? "no radii" : "no permeability along x";
    throw new NetworkError(
      `${network.name} has ${lacking}.`,
      "Load a network with a box and radii that flows along x, or begin with the sand.",
    );
  }
  const micrometres = (metres: number) => Number((1e6 * metres).toPrecision(DIGITS));
  const volume = network.box.size.reduce((product, edge) => product * edge, 1);
  const spacing = Math.cbrt(volume / network.poreCount);
  const count = Math.min(MOST_PORES, network.poreCount);
  const shares = Array.from({ length: QUANTILES + 1 }, (_, k) => k / QUANTILES);
  const radius = micrometres(throatRadius.mean);
  return {
    name: `representative ${network.name}`,
    units: { length: "um", permeability: "mD" },
    network: {
      size: micrometres(spacing * Math.cbrt(count)),
      count,
      poreRadius: {
        kind: "table",
        values: shares.map((share) => micrometres(poreRadii[Math.round(share * (poreRadii.length - 1))]!)),
        shares,
      },
      // So far that neighbours alone decide.
      distance: micrometres(3 * spacing),
    },
    controls: [
      { name: "throatRadius", low: round(0.4 * radius), high: round(4 * radius) },
      { name: "neighbours", low: 1.8, high: 4 },
      ...(porosity === undefined ? [] : [{ name: "poreSizeFactor", low: 0.7, high: 3 } as const]),
    ],
    targets: [
      { kind: "permeability", value: round(permeability / MILLIDARCY) },
      ...(porosity === undefined ? [] : [{ kind: "porosity", value: round(porosity) } as const]),
      { kind: "coordination", value: round(coordination.mean) },
    ],
    seed: 7,
    search: { method: "kasa-variance", maxEvaluations: 100, tolerance: 0.01 },
  };
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
