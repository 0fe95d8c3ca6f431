/** Solves a lattice of 125 000 pores while everything that can be collected is. Needs --expose-gc. */
import { computePermeability, generateBenchmarkNetwork } from "../../../src/index.ts";
import { requestDevice } from "../../../src/node.ts";

const collect = (globalThis as { gc?: () => void }).gc!;
const network = generateBenchmarkNetwork("cubic50", { sigma: 2 });
let collections = 0;

// Nothing but the promise of the result holds the device.
const solveAll = async () =>
  computePermeability(
    await requestDevice(),
    network,
    { formationFactor: false },
    {
      onProgress: () => {
        collect();
        collections++;
      },
    },
  );
const { permeability, solver } = await solveAll();
collect();
console.log(JSON.stringify({ K: permeability.m2, status: solver.status, collections }));
