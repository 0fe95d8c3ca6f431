/** What a thread runs: tasks on rows, block by block, with the other threads of the same task. */
import { parentPort } from "node:worker_threads";
import type { RowPiece } from "../multigrid/row-product.ts";
import { type RowTask, startTask } from "../multigrid/row-tasks.ts";

export interface RowOrder {
  readonly id: number;
  readonly task: RowTask;
  readonly rowCount: number;
  /** Rows that a thread takes at a time. */
  readonly blockRows: number;
  /** In shared memory: the first row that nobody has taken, and whether to stop. */
  readonly control: Int32Array;
}

export interface RowReply {
  readonly id: number;
  readonly pieces: readonly RowPiece[];
}

function fillOrder({ id, task, rowCount, blockRows, control }: RowOrder): void {
  const pieces: RowPiece[] = [];
  const work = startTask(task, (piece) => pieces.push(piece));
  while (Atomics.load(control, 1) === 0) {
    const begin = Atomics.add(control, 0, blockRows);
    if (begin >= rowCount) break;
    work(begin, Math.min(rowCount, begin + blockRows));
  }
  const reply: RowReply = { id, pieces };
  const owned = pieces.flatMap(({ column, weight }) => [column.buffer, weight.buffer] as ArrayBuffer[]);
  parentPort!.postMessage(reply, owned);
}

parentPort?.on("message", fillOrder);
