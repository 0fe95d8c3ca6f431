/** How much the closure matters: one rock, one solver, four ways from geometry to conductance and boundary. */
import { computePermeability, type PermeabilityOptions } from "porenet";
import { readNetworkFile, requestDevice } from "porenet/node";

const cases: readonly [string, PermeabilityOptions][] = [
  ["sections by shape factor", { closure: "shape-factor" }],
  ["every section a circle", { closure: "hagen-poiseuille" }],
  ["shape factor, ends cut off", { closure: "shape-factor", calcBox: [0.1, 0.9] }],
  ["shape factor, pores at faces", { closure: "shape-factor", faceThickness: 20e-6 }],
];

const network = await readNetworkFile(new URL("../data/berea", import.meta.url));
using device = await requestDevice();
console.log(`${network.name} along x; direct simulation of the same image gives 1360 mD`);
for (const [title, options] of cases) {
  const { permeability, formationFactor, solver } = await computePermeability(device, network, options);
  const F = formationFactor?.toFixed(2) ?? "unknown";
  console.log(
    `${title.padEnd(30)} ${permeability.mD.toFixed(1).padStart(7)} mD   F = ${F}   ${solver.status}`,
  );
}
