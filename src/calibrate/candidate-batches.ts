/**
 * Candidates with large networks, and those that the resident solve did not bring to its tolerance: batches that fit
 * memory, one after the other, of one pattern a cloud and axis. Solves are refined until the flow rate's own error
 * estimate says so, can be aborted, and give their status.
 */
import { FlowBatch } from "../flow/flow-batch.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { Axis } from "../network/flow-domain.ts";
import type { CandidateCloud, FlowAnswer } from "./candidate-cloud.ts";
import type { FlowRequest, RequestControl, RequestSolver } from "./candidate-request.ts";
import { tabulateFactors } from "./radius-factor.ts";

/** Throats of a batch, at most, unless one network alone has more. */
const MOST_THROATS = 2 ** 21;
const SOLVE = { tolerance: null, energyTolerance: 1e-8 } as const;

interface Kept {
  readonly cloud: CandidateCloud;
  readonly axis: Axis;
  readonly batch: FlowBatch;
}

export class BatchedCandidates implements RequestSolver {
  readonly #device: ComputeDevice;
  #kept: Kept | undefined;

  constructor(device: ComputeDevice) {
    this.#device = device;
  }

  async solve(requests: readonly FlowRequest[], { signal, onSolved }: RequestControl): Promise<FlowAnswer[]> {
    const answers = new Array<FlowAnswer>(requests.length);
    for (const part of cutRequests(requests)) {
      signal?.throwIfAborted();
      const first = requests[part[0]!]!;
      const batch = await this.#prepare(
        first,
        part.map((k) => conductancesOf(requests[k]!)),
      );
      const solutions = await batch.solve({ signal });
      part.forEach((k, at) => {
        const { flowRate, solver } = solutions[at]!;
        answers[k] = { value: flowRate, status: solver.status };
      });
      onSolved?.(part.length);
    }
    return answers;
  }

  destroy(): void {
    this.#kept?.batch.destroy();
    this.#kept = undefined;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /**
   * The pattern of the batch before where it serves. A pattern costs the host as much as a solve costs a GPU: there it
   * has all throats of the cloud, and serves every candidate. On a CPU throats of conductance 0 cost as much as others,
   * and a pattern of those that are there is made anew when others come to conduct.
   */
  async #prepare({ cloud, axis }: FlowRequest, conductances: readonly Float64Array[]): Promise<FlowBatch> {
    const kept = this.#kept;
    if (kept?.cloud === cloud && kept.axis === axis && kept.batch.systems.length === conductances.length) {
      await kept.batch.setConductances(conductances);
      return kept.batch;
    }
    this.destroy();
    const domain = cloud.domainAlong(axis);
    const isWide = this.#device.kind === "hardware";
    const open = new Float64Array(isWide ? cloud.throatCount : 0).fill(1);
    const cases = conductances.map((conductance) => ({ domain, conductance: isWide ? open : conductance }));
    const batch = await FlowBatch.create(this.#device, cases, { solver: SOLVE });
    this.#kept = { cloud, axis, batch };
    if (isWide) await batch.setConductances(conductances);
    return batch;
  }
}

function conductancesOf({ cloud, choice, exponent, spread }: FlowRequest): Float64Array {
  return cloud.conduct(choice, exponent, tabulateFactors(spread));
}

/** Indices of requests of one cloud and axis, few enough for a batch; parts of one cloud and axis follow one another. */
function cutRequests(requests: readonly FlowRequest[]): number[][] {
  const groups = new Map<CandidateCloud, Map<Axis, number[]>>();
  requests.forEach(({ cloud, axis }, k) => {
    const ofCloud = groups.get(cloud) ?? new Map<Axis, number[]>();
    const group = ofCloud.get(axis) ?? [];
    group.push(k);
    groups.set(cloud, ofCloud.set(axis, group));
  });
  const parts: number[][] = [];
  for (const [cloud, ofCloud] of groups) {
    const most = Math.max(1, Math.floor(MOST_THROATS / Math.max(1, cloud.throatCount)));
    for (const group of ofCloud.values()) {
      for (let first = 0; first < group.length; first += most) parts.push(group.slice(first, first + most));
    }
  }
  return parts;
}
