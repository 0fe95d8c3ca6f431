/**
 * When is a solve good enough? The residual of the pressures says little about the permeability, which is an energy
 * and whose error is quadratic in theirs. So the solver estimates the energy of the error as it goes, and can stop
 * when the permeability itself is known as well as asked for.
 *
 * An argument sets the pores along an edge, 40 where there is none.
 */
import { computePermeability, generateCubic, type SolverOptions } from "porenet";
import { requestDevice } from "porenet/node";

const rules: readonly [string, SolverOptions][] = [
  ["residual 1e-3", { tolerance: 1e-3, energyTolerance: null }],
  ["residual 1e-8", { tolerance: 1e-8, energyTolerance: null }],
  ["permeability 1e-2", { tolerance: null, energyTolerance: 1e-2 }],
  ["permeability 1e-4", { tolerance: null, energyTolerance: 1e-4 }],
  ["permeability 1e-6", { tolerance: null, energyTolerance: 1e-6 }],
];

const size = Number(process.argv[2] ?? 40);
using device = await requestDevice();
for (const sigma of [1, 4]) {
  const network = generateCubic({ size, sigma, seed: 23 });
  const exact = await computePermeability(device, network, {
    solver: { tolerance: 1e-10, energyTolerance: 1e-12 },
  });
  console.log(`\n${size}³ pores, sigma(ln g) ${sigma}: K = ${exact.permeability.m2.toPrecision(10)} m²`);
  console.log("stopped at            iterations   residual   estimated error of K   true error of K");
  for (const [title, solver] of rules) {
    const result = await computePermeability(device, network, { solver });
    const error = Math.abs(result.permeability.m2 / exact.permeability.m2 - 1);
    console.log(
      title.padEnd(20),
      String(result.solver.iterations).padStart(11),
      result.solver.relativeResidual.toExponential(1).padStart(10),
      result.permeability.relativeErrorEstimate.toExponential(1).padStart(22),
      error.toExponential(1).padStart(17),
    );
  }
}
