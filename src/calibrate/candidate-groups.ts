/** Which systems of a batch of candidates share a pattern, and where each request has its own. */
import type { Axis } from "../network/flow-domain.ts";
import type { CandidateCloud } from "./candidate-cloud.ts";
import type { FlowRequest } from "./candidate-request.ts";

/** Throats of a launch, at most: its buffers have a largest size. */
const MOST_THROATS = 2 ** 20;

/** So many systems along one axis of one cloud, with its first throats. */
export interface Group {
  readonly cloud: CandidateCloud;
  readonly axis: Axis;
  readonly throatCount: number;
  readonly slots: number;
}

/** Parts that fit one launch; candidates of one cloud and axis stay side by side as they come. */
export function cutRequests(requests: readonly FlowRequest[], mostSystems: number): FlowRequest[][] {
  const parts: FlowRequest[][] = [];
  let throats = Infinity;
  for (const request of requests) {
    throats += request.cloud.throatCount;
    if (throats > MOST_THROATS || parts.at(-1)!.length === mostSystems) {
      parts.push([]);
      throats = request.cloud.throatCount;
    }
    parts.at(-1)!.push(request);
  }
  return parts;
}

const cloudNumbers = new WeakMap<CandidateCloud, number>();
let cloudCount = 0;

/** Of the group that a request belongs to: unique among all clouds. */
function nameGroup(
  { cloud, axis, choice }: FlowRequest,
  step: number,
): { name: string; throatCount: number } {
  if (!cloudNumbers.has(cloud)) cloudNumbers.set(cloud, cloudCount++);
  const throatCount = countPatternThroats(cloud.throatCount, choice.throatEnd, step);
  return { name: `${cloudNumbers.get(cloud)} ${axis} ${throatCount}`, throatCount };
}

/** The smallest of all / stepᵏ that holds as many as needed. */
function countPatternThroats(all: number, needed: number, step: number): number {
  const power = Math.floor(Math.log(all / needed) / Math.log(step));
  return Math.max(needed, Math.ceil(all / (step === Infinity ? 1 : step ** power)));
}

export function countGroups(requests: readonly FlowRequest[], step: number): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const request of requests) {
    const { name, throatCount } = nameGroup(request, step);
    const { cloud, axis } = request;
    const slots = (groups.get(name)?.slots ?? 0) + 1;
    groups.set(name, { cloud, axis, throatCount, slots });
  }
  return groups;
}

/** Powers of two: rounds of a search differ a little in what they leave to solve. */
export function roundUp(groups: ReadonlyMap<string, Group>): Map<string, Group> {
  return new Map(
    [...groups].map(([name, group]) => [name, { ...group, slots: 2 ** Math.ceil(Math.log2(group.slots)) }]),
  );
}

export function fitsGroups(groups: ReadonlyMap<string, Group>, wanted: ReadonlyMap<string, Group>): boolean {
  for (const [name, { slots }] of wanted) if ((groups.get(name)?.slots ?? 0) < slots) return false;
  return true;
}

/** Of each request its system. */
export function assignSlots(
  groups: ReadonlyMap<string, Group>,
  requests: readonly FlowRequest[],
  step: number,
): number[] {
  const next = new Map<string, number>();
  let first = 0;
  for (const [name, { slots }] of groups) {
    next.set(name, first);
    first += slots;
  }
  return requests.map((request) => {
    const { name } = nameGroup(request, step);
    const slot = next.get(name)!;
    next.set(name, slot + 1);
    return slot;
  });
}
