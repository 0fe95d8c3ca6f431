/** Drainage of a candidate: its throats with their sizes, taken out of its cloud. */
import type { Axis } from "../network/flow-domain.ts";
import { INLET, OUTLET } from "../network/flow-domain.ts";
import type { CandidateCloud, ThroatChoice } from "./candidate-cloud.ts";
import type { DrainageGeometry } from "./drainage.ts";
import { sphereVolume } from "./net-pfs-pores.ts";

/**
 * @param radius of the throats, in the mean [m]
 * @param table of the throats' spread, where there is one
 */
export function describeDrainage(
  cloud: CandidateCloud,
  axis: Axis,
  choice: ThroatChoice,
  radius: number,
  sizeFactor: number,
  table: Float64Array | undefined,
): DrainageGeometry {
  const { poreState } = cloud.domainAlong(axis);
  const poreRadius = cloud.pores.radius.map((r) => sizeFactor * r);
  const throats: number[] = [];
  for (let e = 0; e < choice.throatEnd; e++) if (cloud.levelRank[e]! < choice.levelEnd) throats.push(e);
  const conns = new Int32Array(2 * throats.length);
  const throatRadius = new Float64Array(throats.length);
  const throatVolume = new Float64Array(throats.length);
  throats.forEach((e, k) => {
    const [a, b] = [cloud.conns[2 * e]!, cloud.conns[2 * e + 1]!];
    conns[2 * k] = a;
    conns[2 * k + 1] = b;
    throatRadius[k] = radius * cloud.factorOf(e, table);
    const free = Math.max(0, cloud.length[e]! - poreRadius[a]! - poreRadius[b]!);
    throatVolume[k] = Math.PI * throatRadius[k]! ** 2 * free;
  });
  return {
    conns,
    poreRadius,
    throatRadius,
    poreVolume: poreRadius.map(sphereVolume),
    throatVolume,
    inletRadius: poreRadius.map((r, i) => (poreState[i] === INLET ? r : 0)),
    isOutlet: poreState.map((state) => (state === OUTLET ? 1 : 0)),
  };
}
