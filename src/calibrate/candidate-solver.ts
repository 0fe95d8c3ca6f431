/** Who solves what: each system once, small networks without the host, the rest in batches. */
import type { ComputeDevice } from "../gpu/device.ts";
import { hasTwoFloat } from "../sparse/two-float-probe.ts";
import { BatchedCandidates } from "./candidate-batches.ts";
import type { CandidateCloud, FlowAnswer } from "./candidate-cloud.ts";
import { type FlowRequest, nameRequest, recallAnswer, rememberAnswer } from "./candidate-request.ts";
import { ResidentCandidates } from "./candidate-resident.ts";

/** Pores of a network that one workgroup solves on any device (16 KiB of workgroup memory). */
const MOST_RESIDENT_PORES = 3500;

export interface AnswerControl {
  readonly signal?: AbortSignal | undefined;
  readonly onSolved?: ((systems: number, all: number) => void) | undefined;
}

export class CandidateSolver implements Disposable {
  readonly #device: ComputeDevice;
  readonly #resident: ResidentCandidates;
  readonly #batched: BatchedCandidates;
  /** Of the last call: answers that are not kept, because a solve fell short. */
  readonly #unreached = new Map<CandidateCloud, Map<string, FlowAnswer>>();

  constructor(device: ComputeDevice) {
    this.#device = device;
    this.#resident = new ResidentCandidates(device);
    this.#batched = new BatchedCandidates(device);
  }

  /** Solves what is not known yet; returns how many systems that were. */
  async answer(requests: readonly FlowRequest[], { signal, onSolved }: AnswerControl): Promise<number> {
    this.#unreached.clear();
    const open = listOpen(requests);
    const report = (systems: number) => onSolved?.(systems, open.length);
    const isResident = await hasTwoFloat(this.#device);
    const small = open.filter(({ cloud }) => isResident && cloud.poreCount <= MOST_RESIDENT_PORES);
    const large = open.filter(({ cloud }) => !isResident || cloud.poreCount > MOST_RESIDENT_PORES);
    if (small.length > 0) {
      const answers = await this.#resident.solve(small, { signal, onSolved: report });
      large.push(...this.#keep(small, answers));
    }
    if (large.length > 0) {
      this.#keep(large, await this.#batched.solve(large, { signal, onSolved: report }));
    }
    return open.length;
  }

  /** The answer to a request of the last call. */
  answerOf(request: FlowRequest): FlowAnswer {
    return recallAnswer(request) ?? this.#unreached.get(request.cloud)!.get(nameRequest(request))!;
  }

  destroy(): void {
    this.#resident.destroy();
    this.#batched.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** Keeps the answers; returns the requests that were not answered well. */
  #keep(requests: readonly FlowRequest[], answers: readonly FlowAnswer[]): FlowRequest[] {
    return requests.filter((request, k) => {
      const answer = answers[k]!;
      rememberAnswer(request, answer);
      const isReached = answer.status === "converged" && Number.isFinite(answer.value);
      const ofCloud = this.#unreached.get(request.cloud) ?? new Map<string, FlowAnswer>();
      this.#unreached.set(request.cloud, ofCloud);
      if (!isReached) ofCloud.set(nameRequest(request), { ...answer, value: Number.NaN });
      return !isReached;
    });
  }
}

/** Each system once. */
function listOpen(requests: readonly FlowRequest[]): FlowRequest[] {
  const seen = new Map<CandidateCloud, Set<string>>();
  return requests.filter((request) => {
    if (recallAnswer(request)) return false;
    const names = seen.get(request.cloud) ?? new Set<string>();
    seen.set(request.cloud, names);
    const name = nameRequest(request);
    if (names.has(name)) return false;
    names.add(name);
    return true;
  });
}
