/**
 * Can a law of single throats be learnt from permeabilities of whole networks? Here the law is known (hidden-law.ts)
 * and the model is shown one number per network; then its conductances are compared with the law's, throat by throat,
 * on networks that it has not seen. Throats count by their share of the dissipation: those without flow leave no trace
 * in any permeability.
 *
 * Arguments: networks to train on (200), epochs (80).
 */
import { computeDissipationShares, FlowBatch, resolveFlowDomain } from "porenet";
import { type DatasetRow, predictConductance, prepareFor, train } from "porenet/learn";
import { requestDevice, writeFileAtomically } from "porenet/node";
import { renderScatter } from "porenet/view";
import { applyHiddenLaw, drawNetwork } from "./hidden-law.ts";

const FIRST_SEED = 2003;
const VISCOSITY = 1e-3;
const UNSEEN = 40;

interface Throats {
  /** Share of dissipation, by the law. */
  readonly weight: number[];
  readonly hidden: number[];
  readonly predicted: number[];
  readonly analytic: number[];
}

const count = Number(process.argv[2] ?? 200);
const epochs = Number(process.argv[3] ?? 80);
using device = await requestDevice();
const samples = await solveByLaw(count + UNSEEN);

console.log(`training on the permeabilities of ${count} networks, nothing else`);
const model = await train(
  device,
  samples.slice(0, count).map(({ row }) => row),
  {
    model: { width: 24, depth: 2, rounds: 0 },
    closure: "hagen-poiseuille",
    members: 1,
    epochs,
    batchSize: 20,
    learningRate: 6e-3,
    weightDecay: 1e-3,
    weighting: "equal",
    validationShare: 0.05,
    patience: epochs,
  },
  {
    onProgress({ epoch, validation, secondsLeft }) {
      if (epoch % 10 !== 0) return;
      const held = (100 * validation).toFixed(2);
      console.log(`epoch ${epoch}: K of held-out networks ${held} % off, ${secondsLeft.toFixed(0)} s left`);
    },
  },
);

const throats = collectThroats();
console.log(`\n${UNSEEN} networks that were not trained on, ${throats.hidden.length} throats with flow`);
console.log("correlation of ln g with the hidden law's, by share of dissipation:");
console.log(`  learnt             ${correlate(throats, throats.predicted).toFixed(4)}`);
console.log(`  Hagen–Poiseuille   ${correlate(throats, throats.analytic).toFixed(4)}`);
const figure = drawFigure(throats);
await writeFileAtomically("hidden-law.svg", figure);
console.log("The figure is in hidden-law.svg.");

/** Networks that percolate, with the law's conductances, and permeability and shares of dissipation by them. */
async function solveByLaw(wanted: number) {
  const networks = Array.from({ length: wanted }, (_, k) => drawNetwork(FIRST_SEED + k));
  const cases = networks.map((network) => ({
    domain: resolveFlowDomain(network),
    conductance: applyHiddenLaw(network),
  }));
  using batch = await FlowBatch.create(device, cases);
  const solutions = await batch.solve();
  return networks.map((network, k) => {
    const { domain, conductance } = cases[k]!;
    const { flowRate, throatFlows, solver } = solutions[k]!;
    if (solver.status !== "converged") throw new Error(`${network.name}: ${solver.status}`);
    const permeability = (VISCOSITY * flowRate * domain.length) / domain.area;
    const row: DatasetRow = { name: `network ${k}`, network, permeability };
    return { row, conductance, shares: computeDissipationShares({ conductance, throatFlows }) };
  });
}

/** All that carry flow in the networks that were not trained on. */
function collectThroats(): Throats {
  const found: Throats = { weight: [], hidden: [], predicted: [], analytic: [] };
  for (const { row, conductance, shares } of samples.slice(count)) {
    const graph = prepareFor(model, row.network);
    const { values } = predictConductance(model, graph);
    shares.forEach((share, e) => {
      if (share === 0) return;
      found.weight.push(share);
      found.hidden.push(conductance[e]!);
      found.predicted.push(values[e]!);
      found.analytic.push(graph.base[e]!);
    });
  }
  return found;
}

/** Of logarithms, weighted. */
function correlate({ weight, hidden }: Throats, values: readonly number[]): number {
  const total = weight.reduce((sum, w) => sum + w, 0);
  const mean = (of: (k: number) => number) => weight.reduce((sum, w, k) => sum + (w * of(k)) / total, 0);
  const [x, y] = [values.map(Math.log), hidden.map(Math.log)];
  const [mx, my] = [mean((k) => x[k]!), mean((k) => y[k]!)];
  const covariance = mean((k) => (x[k]! - mx) * (y[k]! - my));
  return covariance / Math.sqrt(mean((k) => (x[k]! - mx) ** 2) * mean((k) => (y[k]! - my) ** 2));
}

/** Throats with at least a hundredth of their network's dissipation. */
function drawFigure({ weight, hidden, predicted, analytic }: Throats): string {
  const pick = (values: readonly number[]) => values.filter((_, k) => weight[k]! >= 0.01);
  return renderScatter(
    [
      { label: "Hagen–Poiseuille", x: pick(hidden), y: pick(analytic) },
      { label: "learnt from permeabilities", x: pick(hidden), y: pick(predicted) },
    ],
    {
      title: "Conductances of throats in networks not trained on",
      xLabel: "hidden law [m³/(Pa·s)]",
      yLabel: "predicted [m³/(Pa·s)]",
      xScale: "log",
      yScale: "log",
      parity: true,
    },
  );
}
