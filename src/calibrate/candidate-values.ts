/** From a candidate in one cloud to the targets' values: which systems it needs, and what their answers mean. */

import { AXES } from "../network/face-labels.ts";
import type { SolveStatus } from "../solve/report.ts";
import type { CandidateCloud, FlowAnswer, ThroatChoice } from "./candidate-cloud.ts";
import { unitRadiusOf } from "./candidate-clouds.ts";
import { describeDrainage } from "./candidate-drainage.ts";
import type { FlowRequest } from "./candidate-request.ts";
import { type DrainageCurve, drainGeometry } from "./drainage.ts";
import { boxOf, type NetPfsOptions, volumeOf } from "./net-pfs-options.ts";
import { tabulateFactors } from "./radius-factor.ts";
import { flowOf, scaleFlow, type Target } from "./targets.ts";

/**
 * - a status of a solve: `converged`, or the first one of the candidate's systems that is not
 * - `not-percolating`: in no cloud and along no axis asked for does anything flow
 * - `partly-percolating`: in some clouds, or along some axes; where nothing flows the flow rate is 0
 */
export type CandidateStatus = SolveStatus | "partly-percolating";

export interface SeededCandidate {
  readonly cloud: CandidateCloud;
  readonly choice: ThroatChoice;
  /** Of throats, in the mean [m]. */
  readonly radius: number;
  readonly spread: number;
  readonly sizeFactor: number;
  readonly size: readonly [number, number, number];
  /** [m³] */
  readonly boxVolume: number;
  readonly curves: Map<string, DrainageCurve>;
}

interface AnswerSource {
  answerOf(request: FlowRequest): FlowAnswer;
}

export function describeCandidate(options: NetPfsOptions, cloud: CandidateCloud): SeededCandidate {
  const { distance, neighbours, throatRadius, throatRadiusSpread = 0, poreSizeFactor = 1 } = options;
  const box = boxOf(options.size);
  return {
    cloud,
    choice: cloud.chooseThroats(distance, neighbours),
    radius: typeof throatRadius === "number" ? throatRadius : unitRadiusOf(options),
    spread: throatRadiusSpread,
    sizeFactor: poreSizeFactor,
    size: box.size,
    boxVolume: volumeOf(box),
    curves: new Map(),
  };
}

/** The systems that the targets need of a candidate. */
export function requestsOf(candidate: SeededCandidate, targets: readonly Target[]): FlowRequest[] {
  return targets.flatMap((target) => requestOf(candidate, target) ?? []);
}

function requestOf({ cloud, choice, spread }: SeededCandidate, target: Target): FlowRequest | undefined {
  const flow = flowOf(target);
  return flow && { cloud, choice, spread, ...flow };
}

/** In one cloud; of a formation factor the inverse, NaN where a solve fell short. */
export function measureTarget(candidate: SeededCandidate, target: Target, answers: AnswerSource): number {
  switch (target.kind) {
    case "porosity":
      return porosityOf(candidate);
    case "coordination":
      return (2 * sumsOf(candidate).count) / candidate.cloud.poreCount;
    case "saturation":
      return drainCandidate(candidate, target).saturationAt(target.pressure);
    case "capillary-pressure":
      return drainCandidate(candidate, target).pressureAt(target.saturation);
    default: {
      const { value } = answers.answerOf(requestOf(candidate, target)!);
      return scaleFlow(target, value, candidate.radius, candidate.size);
    }
  }
}

function porosityOf(candidate: SeededCandidate): number {
  const { cloud, radius, sizeFactor, boxVolume } = candidate;
  const throats = Math.PI * radius ** 2 * sumsOf(candidate).freeLength;
  return (cloud.poreVolume(sizeFactor) + throats) / boxVolume;
}

function sumsOf({ cloud, choice, sizeFactor, spread }: SeededCandidate) {
  return cloud.sumThroats(choice, sizeFactor, spread, tabulateFactors(spread));
}

/** Targets of one fluid and axis share a curve. */
function drainCandidate(
  { cloud, choice, radius, sizeFactor, spread, curves }: SeededCandidate,
  target: Extract<Target, { kind: "saturation" | "capillary-pressure" }>,
): DrainageCurve {
  const { axis = AXES[0]!, surfaceTension, contactAngle, trapping } = target;
  const key = `${axis} ${surfaceTension} ${contactAngle} ${trapping}`;
  let curve = curves.get(key);
  if (!curve) {
    const geometry = describeDrainage(cloud, axis, choice, radius, sizeFactor, tabulateFactors(spread));
    curve = drainGeometry(geometry, {
      ...(surfaceTension !== undefined && { surfaceTension }),
      ...(contactAngle !== undefined && { contactAngle }),
      ...(trapping !== undefined && { trapping }),
    });
    curves.set(key, curve);
  }
  return curve;
}

/** The status of a candidate from those of its systems. */
export function joinStatuses(requests: readonly FlowRequest[], answers: AnswerSource): CandidateStatus {
  const statuses = requests.map((request) => answers.answerOf(request).status);
  const fault = statuses.find((status) => status !== "converged" && status !== "not-percolating");
  if (fault) return fault;
  if (!statuses.includes("not-percolating")) return "converged";
  return statuses.includes("converged") ? "partly-percolating" : "not-percolating";
}
