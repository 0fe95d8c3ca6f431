/** The matrix of flow that stays on the device (resident-flow.ts), and what solves it forwards and for the adjoint. */
import type { ComputeDevice } from "../gpu/device.ts";
import { type CgWorkspace, createCgWorkspace } from "../solve/cg-kernels.ts";
import { createElimination, type Elimination } from "../solve/elimination.ts";
import type { PreconditionerOptions } from "../solve/options.ts";
import { canBindMultigrid, choosePreconditioner } from "../solve/preconditioner.ts";
import { ResidentPreconditioner } from "../solve/resident-preconditioner.ts";
import { ResidentSolve, type ResidentSolveOptions } from "../solve/resident-solve.ts";
import type { GroundedGraph } from "../sparse/graph.ts";
import { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";

export interface ResidentSolver {
  readonly matrix: RaggedLaplacian;
  readonly workspace: CgWorkspace;
  readonly elimination: Elimination;
  readonly flow: ResidentSolve;
  readonly adjoint: ResidentSolve;
  /** Of a batch with large systems. */
  readonly multigrid: ResidentPreconditioner | undefined;
}

/**
 * Systems of more unknowns do not fit one workgroup anywhere. Without the host in the loop, iterations with the diagonal
 * are recorded by the thousand: there a cycle pays at any size.
 */
const MOST_IN_WORKGROUP = 4096;

/** @throws {LimitError} when the batch does not fit the device */
export async function createResidentSolver(
  device: ComputeDevice,
  graphs: readonly GroundedGraph[],
  preconditioner: PreconditionerOptions,
  options: ResidentSolveOptions,
): Promise<ResidentSolver> {
  const isMultigrid = wantsMultigrid(device, graphs, preconditioner);
  // A cycle goes over all systems at once: none are left to kernels that solve one each.
  const rows = isMultigrid ? { smallRows: 0 } : {};
  const matrix = await RaggedLaplacian.create(device, graphs, { onePage: true, ...rows });
  const made: Disposable[] = [matrix];
  try {
    const workspace = await createCgWorkspace(matrix);
    made.push(workspace.set);
    const elimination = await createElimination(matrix);
    made.push(elimination.set);
    const flow = await ResidentSolve.create(matrix, workspace, elimination, false, options);
    made.push(flow);
    const adjoint = await ResidentSolve.create(matrix, workspace, elimination, true, options);
    const setup = preconditioner.kind === "multigrid" ? preconditioner.setup : undefined;
    const multigrid = isMultigrid
      ? new ResidentPreconditioner(matrix, workspace, [flow, adjoint], setup)
      : undefined;
    return { matrix, workspace, elimination, flow, adjoint, multigrid };
  } catch (error) {
    for (const each of made) each[Symbol.dispose]();
    throw error;
  }
}

/** On the device. */
export function countBytes({
  matrix,
  workspace,
  elimination,
  flow,
  adjoint,
  multigrid,
}: ResidentSolver): number {
  const sets = [matrix, workspace.set, elimination.set, flow, adjoint];
  return sets.reduce((sum, { byteLength }) => sum + byteLength, multigrid?.byteLength ?? 0);
}

export function destroySolver(solver: ResidentSolver): void {
  const { matrix, workspace, elimination, flow, adjoint, multigrid } = solver;
  multigrid?.destroy();
  for (const each of [adjoint, flow, elimination.set, workspace.set, matrix]) each.destroy();
}

function wantsMultigrid(
  device: ComputeDevice,
  graphs: readonly GroundedGraph[],
  preconditioner: PreconditionerOptions,
): boolean {
  if (graphs.length === 0) return false;
  const isLarge = graphs.some(({ unknownCount }) => unknownCount > MOST_IN_WORKGROUP);
  if (preconditioner.kind === "auto" && isLarge) return canBindMultigrid(device);
  return choosePreconditioner(device, graphs, preconditioner) === "multigrid";
}
