/** Solves a lattice of 125 000 pores while everything that can be collected is. Needs --expose-gc. */
import { computePermeability, generateBenchmarkNetwork } from "../../../src/index.ts";
import { requestDevice } from "../../../src/node.ts";

const collect = (globalThis as { gc?: () => void }).gc!;
const network = generateBenchmarkNetwork("cubic50", { sigma: 2 });
let collections = 0;

// Nothing but the promise of the result holds the device.
const solveAll = async (kind: "jacobi" | "multigrid") =>
  computePermeability(
    await requestDevice(),
    network,
    { formationFactor: false, solver: { preconditioner: { kind } } },
    {
      onProgress: () => {
        collect();
        collections++;
      },
    },
  );
const results = [await solveAll("multigrid"), await solveAll("jacobi")];
collect();
const solved = results.map(({ permeability, solver }) => ({ K: permeability.m2, status: solver.status }));
console.log(JSON.stringify({ solved, collections }));
