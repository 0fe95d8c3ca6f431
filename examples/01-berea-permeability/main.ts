/**
 * The permeability of a real sandstone: read its pore network, solve, compare, draw.
 *
 * An argument names the folder for the pictures, the current one where there is none.
 */
import { join } from "node:path";
import { computePermeabilities } from "porenet";
import { readNetworkFile, requestDevice, writeFileAtomically } from "porenet/node";
import { renderSolveFigure, svgToPng, viewResult } from "porenet/view";

/** Direct simulation of flow in the same image, as published [mD]. */
const simulated = { x: 1360, y: 1304, z: 1193 };

const network = await readNetworkFile(new URL("../data/berea", import.meta.url));
using device = await requestDevice();
const results = await computePermeabilities(device, network, ["x", "y", "z"]);

console.log(`${network.name}: ${network.poreCount} pores, ${network.throatCount} throats, on ${device.name}`);
for (const { axis, permeability, solver } of results) {
  const K = `${permeability.mD.toFixed(1)} mD = ${permeability.m2.toExponential(4)} m²`;
  console.log(`K along ${axis}: ${K}; direct simulation ${simulated[axis]} mD; ${solver.status}`);
}

const svg = renderSolveFigure(viewResult(network, results[0]!));
const name = join(process.argv[2] ?? ".", "berea");
await writeFileAtomically(`${name}.svg`, svg);
console.log(`The network by pressure is drawn in ${name}.svg`);
try {
  await writeFileAtomically(`${name}.png`, await svgToPng(svg));
  console.log(`and in ${name}.png`);
} catch (error) {
  console.warn(String(error)); // the package that draws PNG is optional
}
