/**
 * Candidates with small networks, solved together and without the host: one dispatch fills the conductances of all from
 * their controls, one solves every system in a workgroup of its own, and four bytes a system come back.
 *
 * A system has the pattern of the first throats of its cloud, by length, those that the candidate lacks at conductance
 * 0. Patterns, with some room for more candidates, are kept for the next batches. A GPU does best with one pattern for
 * all candidates of a cloud, which serves every batch; on a CPU throats of conductance 0 cost as much as others, so that
 * there patterns come in steps.
 */

import { dispatchItems } from "../flow/item-chunks.ts";
import { ResidentFlow } from "../flow/resident-flow.ts";
import { type BufferSet, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, createKernel, submitPass } from "../gpu/kernel.ts";
import { chooseLaunchShape } from "../gpu/launch-shape.ts";
import { readBuffer } from "../gpu/readback.ts";
import type { FlowDomain } from "../network/flow-domain.ts";
import type { CandidateCloud, FlowAnswer } from "./candidate-cloud.ts";
import {
  assignSlots,
  countGroups,
  cutRequests,
  fitsGroups,
  type Group,
  roundUp,
} from "./candidate-groups.ts";
import type { FlowRequest, RequestControl, RequestSolver } from "./candidate-request.ts";
import { FACTOR_NODES, tabulateFactors } from "./radius-factor.ts";

/** Systems of a launch, at most: a launch must end soon. */
const MOST_SYSTEMS = { hardware: 2048, software: 256 };
/** Far below what a permeability is asked for, for its error grows with the spread of conductances. */
const SOLVE = { viscosity: 1, tolerance: 1e-8, refinements: 6, maxIterations: 5000 } as const;
/** Words of a Candidate and of a throat, as in shaders/calibrate/candidate-conductance.wgsl. */
const CANDIDATE_WORDS = 6;
const THROAT_WORDS = 4;
const PART_BITS = 22;
const NO_TABLE = 0xffffffff;

/** Layouts that are kept. */
const MOST_LAYOUTS = 4;
/** A layout serves where at most so many of its systems are idle for each one in use. */
const MOST_IDLE = 4;
/** Numbers of throats of patterns come in steps of this factor. */
const PATTERN_STEP = { hardware: Infinity, software: Math.SQRT2 };

interface Layout {
  /** By `nameGroup`, in the order of their systems. */
  readonly groups: ReadonlyMap<string, Group>;
  readonly flow: ResidentFlow;
  readonly set: BufferSet;
  readonly candidates: GPUBuffer;
  readonly tables: GPUBuffer;
  readonly fill: BoundKernel;
  /** First throat of each cloud among those of all. */
  readonly firstThroat: ReadonlyMap<CandidateCloud, number>;
}

export class ResidentCandidates implements RequestSolver {
  readonly #device: ComputeDevice;
  /** The one used last comes last. */
  readonly #layouts: Layout[] = [];

  constructor(device: ComputeDevice) {
    this.#device = device;
  }

  async solve(requests: readonly FlowRequest[], { signal, onSolved }: RequestControl): Promise<FlowAnswer[]> {
    const answers: FlowAnswer[] = [];
    for (const part of cutRequests(requests, MOST_SYSTEMS[this.#device.kind])) {
      signal?.throwIfAborted();
      const layout = await this.#layOut(part);
      answers.push(...(await this.#solvePart(layout, part)));
      onSolved?.(part.length);
    }
    return answers;
  }

  destroy(): void {
    while (this.#layouts.length > 0) destroyLayout(this.#layouts.pop()!);
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #layOut(requests: readonly FlowRequest[]): Promise<Layout> {
    const wanted = countGroups(requests, PATTERN_STEP[this.#device.kind]);
    const found = this.#layouts.findIndex(
      ({ groups, flow }) =>
        flow.systems.length <= (1 + MOST_IDLE) * requests.length && fitsGroups(groups, wanted),
    );
    const layout =
      found >= 0 ? this.#layouts.splice(found, 1)[0]! : await createLayout(this.#device, roundUp(wanted));
    this.#layouts.push(layout);
    if (this.#layouts.length > MOST_LAYOUTS) destroyLayout(this.#layouts.shift()!);
    return layout;
  }

  async #solvePart(layout: Layout, requests: readonly FlowRequest[]): Promise<FlowAnswer[]> {
    const { flow, candidates, tables, fill } = layout;
    const slots = assignSlots(layout.groups, requests, PATTERN_STEP[this.#device.kind]);
    const { words, roots } = describeCandidates(layout, requests, slots);
    writeBuffer(this.#device, candidates, words);
    if (roots.length > 0) writeBuffer(this.#device, tables, roots);
    submitPass(this.#device, (pass) => dispatchItems(pass, fill, flow.buffers.throats));
    flow.submit();
    const permeability = new Float32Array(await readBuffer(this.#device, flow.buffers.permeability));
    const reports = await flow.readReports();
    return slots.map((slot) => ({
      value: permeability[slot]! / flow.factors[slot]!,
      status: reports[slot]!.status,
    }));
  }
}

/** Systems that no request takes have no throats. */
function describeCandidates(
  { flow, firstThroat }: Layout,
  requests: readonly FlowRequest[],
  slots: readonly number[],
): { words: Uint32Array; roots: Float32Array } {
  const words = new Uint32Array(CANDIDATE_WORDS * flow.systems.length);
  for (let s = 0; s < flow.systems.length; s++) words[CANDIDATE_WORDS * s] = flow.throatStart[s]!;
  const tableOf = new Map<number, number>();
  const tables: Float64Array[] = [];
  requests.forEach(({ cloud, choice, spread, exponent }, k) => {
    if (!tableOf.has(spread)) {
      const table = tabulateFactors(spread);
      tableOf.set(spread, table ? FACTOR_NODES * tables.length : NO_TABLE);
      if (table) tables.push(table);
    }
    const { throatEnd, levelEnd } = choice;
    const own = [firstThroat.get(cloud)!, throatEnd, levelEnd, tableOf.get(spread)!, exponent];
    words.set(own, CANDIDATE_WORDS * slots[k]! + 1);
  });
  const roots = new Float32Array(FACTOR_NODES * tables.length);
  tables.forEach((table, k) => {
    roots.set(table, FACTOR_NODES * k);
  });
  return { words, roots };
}

async function createLayout(device: ComputeDevice, groups: ReadonlyMap<string, Group>): Promise<Layout> {
  const domains = [...groups.values()].flatMap(({ cloud, axis, throatCount, slots }) =>
    new Array<FlowDomain>(slots).fill(cloud.domainAlong(axis, throatCount)),
  );
  const kernel = await createKernel(device, "calibrate/candidate-conductance", {
    lanes: chooseLaunchShape(device).lanes,
  });
  const flow = await ResidentFlow.create(device, domains, SOLVE);
  try {
    const clouds = [...new Set([...groups.values()].map(({ cloud }) => cloud))];
    const { set, buffers } = await createBufferSet(device, "the candidates", (own) => ({
      throats: own.upload("throats of clouds", packThroats(clouds)),
      candidates: own.storage("candidates", 4 * CANDIDATE_WORDS * domains.length),
      tables: own.storage("tables of radii", 4 * FACTOR_NODES * domains.length),
    }));
    const fill = kernel.bind({
      launch: flow.buffers.throats.launch,
      chunks: flow.buffers.throats.chunks,
      throats: buffers.throats,
      candidates: buffers.candidates,
      factorTable: buffers.tables,
      conductance: flow.buffers.conductance,
    });
    let first = 0;
    const firstThroat = new Map<CandidateCloud, number>();
    for (const cloud of clouds) {
      firstThroat.set(cloud, first);
      first += cloud.throatCount;
    }
    return { groups, flow, set, candidates: buffers.candidates, tables: buffers.tables, fill, firstThroat };
  } catch (error) {
    flow.destroy();
    throw error;
  }
}

function destroyLayout({ set, flow }: Layout): void {
  set.destroy();
  flow.destroy();
}

function packThroats(clouds: readonly CandidateCloud[]): Uint32Array {
  const count = clouds.reduce((sum, cloud) => sum + cloud.throatCount, 0);
  const words = new Uint32Array(THROAT_WORDS * count);
  const floats = new Float32Array(words.buffer);
  let at = 0;
  for (const { length, factor, place, levelRank } of clouds) {
    for (let e = 0; e < length.length; e++, at += THROAT_WORDS) {
      floats[at] = 1 / length[e]!;
      floats[at + 1] = factor[e]!;
      words[at + 2] = Math.round(place[e]! * 2 ** PART_BITS);
      words[at + 3] = levelRank[e]!;
    }
  }
  return words;
}
