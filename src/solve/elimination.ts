/**
 * The small systems of a batch that are solved directly, each by one lane (src/sparse/elimination-plan.ts): faster on
 * software drivers, where a lane's loads come one after the other and barriers cost. On hardware a single lane would
 * wait for memory hundreds of times; there conjugate gradients by a workgroup keep the system. Plans lie on the device
 * once for systems that share a graph.
 */
import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import { type EliminationPlan, planElimination, type SystemPlace } from "../sparse/elimination-plan.ts";
import type { GroundedGraph } from "../sparse/graph.ts";
import { requireOnePage } from "../sparse/paged-slots.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { CHUNK_WORDS, ROWS_PER_SLICE, type SlicedPattern } from "../sparse/sliced-pattern.ts";

export interface Elimination {
  readonly set: BufferSet;
  /**
   * How many systems; a record for each, longest first: its chunk, where its plan begins, where its numbers; then the
   * plans.
   */
  readonly plan: GPUBuffer;
  /** The numbers that the kernel works on. */
  readonly work: GPUBuffer;
  readonly systemCount: number;
}

const RECORD_WORDS = 3;
/** Larger systems are for many lanes. */
const MOST_ROWS = { hardware: 0, software: 512 };
const MOST_CELLS_PER_ROW = 8;

interface PlannedSystem {
  readonly chunk: number;
  readonly plan: EliminationPlan;
  readonly rowCount: number;
}

/**
 * Plans for all small systems that are worth it; it may find none.
 * @param mostRows systems of more rows are left to conjugate gradients
 * @throws {LimitError} when the matrix does not fit one binding, or the plans the device
 */
export async function createElimination(
  matrix: RaggedLaplacian,
  mostRows: number = MOST_ROWS[matrix.device.kind],
): Promise<Elimination> {
  const { device } = matrix;
  requireOnePage(matrix.pattern, matrix.pageSizes);
  const planned = planSystems(matrix, mostRows);
  planned.sort((a, b) => b.plan.words.length - a.plan.words.length || a.chunk - b.chunk);
  const { words, workLength } = layOut(planned);
  const { set, buffers } = await createBufferSet(device, "the plans of elimination", (own) => ({
    plan: own.upload("plan", words),
    work: own.storage("factors", 4 * workLength),
  }));
  return { set, ...buffers, systemCount: planned.length };
}

function planSystems({ graphs, pattern }: RaggedLaplacian, mostRows: number): PlannedSystem[] {
  const plans = new Map<GroundedGraph, EliminationPlan | undefined>();
  const planned: PlannedSystem[] = [];
  for (let chunk = 0; chunk < pattern.smallChunkCount; chunk++) {
    const [system, begin, end] = pattern.batchLayout.subarray(CHUNK_WORDS * chunk) as unknown as number[];
    const rowCount = (end! - begin!) * ROWS_PER_SLICE;
    if (rowCount > mostRows) continue;
    const graph = graphs[system!]!;
    if (!plans.has(graph)) {
      const place = placeOf(pattern, system!, begin!, end!);
      plans.set(graph, planElimination(graph, place, MOST_CELLS_PER_ROW * rowCount));
    }
    const plan = plans.get(graph);
    if (plan) planned.push({ chunk, plan, rowCount });
  }
  return planned;
}

function placeOf(pattern: SlicedPattern, system: number, begin: number, end: number): SystemPlace {
  const { batchLayout, pages, unknownStart, rowOfUnknown } = pattern;
  const { sliceTable } = pages[0]!;
  const layers = batchLayout.subarray(sliceTable + begin, sliceTable + end);
  const rows = rowOfUnknown.subarray(unknownStart[system]!, unknownStart[system + 1]!);
  return {
    rowOf: rows.map((row) => row - begin * ROWS_PER_SLICE),
    layerOf: layers.map((layer) => layer - layers[0]!),
  };
}

/** Words of `plan`, each plan once, and how many numbers the systems need. */
function layOut(planned: readonly PlannedSystem[]): { words: Uint32Array; workLength: number } {
  const placed = new Map<EliminationPlan, number>();
  const records = [planned.length];
  let length = 1 + RECORD_WORDS * planned.length;
  let workLength = 0;
  for (const { chunk, plan, rowCount } of planned) {
    if (!placed.has(plan)) {
      placed.set(plan, length);
      length += plan.words.length;
    }
    records.push(chunk, placed.get(plan)!, workLength);
    workLength += plan.cellCount + 2 * rowCount;
  }
  const words = new Uint32Array(length);
  words.set(records);
  for (const [plan, at] of placed) words.set(plan.words, at);
  return { words, workLength };
}
