/**
 * Permeability against contrast: cubic lattices whose conductances are lognormal, beside effective-medium theory,
 * in which a uniform lattice of conductance g_m stands for the random one (coordination 6):
 *   < (g - g_m) / (g + 2 g_m) > = 0        S. Kirkpatrick, Rev. Mod. Phys. 45 (1973) 574
 *
 * An argument sets the pores along an edge, 30 where there is none.
 */
import { computePermeability, generateCubic } from "porenet";
import { requestDevice, writeFileAtomically } from "porenet/node";
import { renderScatter } from "porenet/view";

const size = Number(process.argv[2] ?? 30);
const sigmas = [0, 0.5, 1, 1.5, 2, 3, 4];
const seeds = [11, 12, 13];

using device = await requestDevice();
const computed: number[] = [];
const contrasts: number[] = [];
console.log(`lattices of ${size}³ pores, ${seeds.length} each; K of the uniform lattice is 1 m²`);
for (const sigma of sigmas) {
  const sample: number[] = [];
  for (const seed of seeds) {
    const network = generateCubic({ size, sigma, seed });
    const { permeability, solver } = await computePermeability(device, network);
    if (solver.status !== "converged") throw new Error(`sigma ${sigma}, seed ${seed}: ${solver.status}`);
    sample.push(permeability.m2);
    contrasts.push(sigma);
  }
  computed.push(...sample);
  const mean = sample.reduce((sum, K) => sum + K, 0) / sample.length;
  const spread = (Math.max(...sample) - Math.min(...sample)) / mean;
  const theory = solveEffectiveMedium(sigma);
  console.log(
    `sigma(ln g) ${sigma.toFixed(1)}: K = ${mean.toFixed(4)}, spread ${(100 * spread).toFixed(1)} %; ` +
      `effective medium ${theory.toFixed(4)}`,
  );
}

const x = Array.from({ length: 41 }, (_, k) => k / 10);
const figure = renderScatter(
  [
    { label: "computed", x: contrasts, y: computed },
    { label: "effective medium", x, y: x.map(solveEffectiveMedium) },
  ],
  { title: "Permeability of lognormal lattices", xLabel: "σ(ln g)", yLabel: "K / K of the uniform lattice" },
);
await writeFileAtomically("contrast.svg", figure);
console.log("The figure is in contrast.svg.");

/** g_m for a median of 1, by bisection; the mean over the normal distribution by the rectangle rule. */
function solveEffectiveMedium(sigma: number): number {
  const imbalance = (gm: number) => {
    let sum = 0;
    for (let z = -8; z <= 8; z += 1 / 64) {
      const g = Math.exp(sigma * z);
      sum += (Math.exp((-z * z) / 2) * (g - gm)) / (g + 2 * gm);
    }
    return sum;
  };
  let low = Math.exp(-8 * sigma - 1);
  let high = Math.exp(8 * sigma + 1);
  for (let k = 0; k < 80; k++) {
    const middle = Math.sqrt(low * high);
    if (imbalance(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
