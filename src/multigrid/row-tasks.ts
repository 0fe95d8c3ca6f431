/**
 * What is done to rows when levels are built on the host. A task does the same whatever the ranges and the threads that
 * its rows are cut into: no row writes what another reads.
 */

import { isShared } from "../gpu/buffers.ts";
import { type HostMatrix, type HostMeasure, type HostTransfer, measureRange } from "./host-matrix.ts";
import { type Contest, contestRange, rankRange, settleRange } from "./row-coarsening.ts";
import { type Interpolation, startChoosing, weighRange } from "./row-interpolation.ts";
import { type RowPiece, startMultiplying, startMultiplyingAgain } from "./row-product.ts";

export type RowTask =
  | { readonly kind: "measure"; readonly matrix: HostMatrix; readonly measure: HostMeasure }
  /** `rank` is of all rows; of the others the rows are those that are left. */
  | { readonly kind: "rank" | "contest" | "settle"; readonly contest: Contest }
  | { readonly kind: "choose"; readonly interpolation: Interpolation }
  | { readonly kind: "weigh"; readonly interpolation: Interpolation; readonly weights: Float32Array }
  /** Rows are those of the product. */
  | {
      readonly kind: "multiply";
      readonly matrix: HostMatrix;
      readonly transfer: HostTransfer;
      readonly counts: Int32Array;
      readonly ground: Float32Array;
    }
  | {
      readonly kind: "multiply-again";
      readonly matrix: HostMatrix;
      readonly transfer: HostTransfer;
      readonly coarse: HostMatrix;
    };

/**
 * @param keep is given what comes out beside what goes to the task's arrays
 * @returns what does the task for rows from `begin` to `end`
 */
export function startTask(
  task: RowTask,
  keep: (piece: RowPiece) => void,
): (begin: number, end: number) => void {
  switch (task.kind) {
    case "measure":
      return (begin, end) => measureRange(task.matrix, task.measure, begin, end);
    case "rank":
      return (begin, end) => rankRange(task.contest, begin, end);
    case "contest":
      return (begin, end) => contestRange(task.contest, begin, end);
    case "settle":
      return (begin, end) => settleRange(task.contest, begin, end);
    case "choose":
      return startChoosing(task.interpolation);
    case "weigh":
      return (begin, end) => weighRange(task.interpolation, task.weights, begin, end);
    case "multiply":
      return startMultiplying(task.matrix, task.transfer, task.counts, task.ground, keep);
    case "multiply-again":
      return startMultiplyingAgain(task.matrix, task.transfer, task.coarse);
  }
}

/** Whether other threads see all that the task reads and writes. */
export function isShareable(task: object): boolean {
  return Object.values(task).every((value: unknown) => {
    if (ArrayBuffer.isView(value)) return isShared(value);
    return typeof value !== "object" || value === null || isShareable(value);
  });
}
