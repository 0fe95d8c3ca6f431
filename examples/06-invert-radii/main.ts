/**
 * Throat radii from measurements: K and two pressures inside of a sample were measured, and gradient descent changes
 * the radii of a prior network until it gives the same. One adjoint solve gives the misfit's gradient by every
 * conductance, the closure's transpose turns it into one by every radius:
 *
 *   J = ½ (ln K − ln K*)² + ½ Σ (p − p*)²,   dJ/d ln r = r (∂g/∂r)ᵀ dJ/dg
 *
 * Steps are as long as the last two gradients tell: J. Barzilai and J. M. Borwein, IMA J. Numer. Anal. 8 (1988) 141.
 * An argument sets the number of pores, 100 where there is none.
 */
import {
  computeVjp,
  FlowBatch,
  generateRandom,
  hydraulicConductance,
  linearizeConductance,
  normal,
  type PoreNetwork,
  resolveFlowDomain,
} from "porenet";
import { requestDevice } from "porenet/node";

const SEED = 31;
/** A stream of random numbers that the generator does not use. */
const HIDDEN = 701;
/** Of K, relative, and of pressures at unit drop. */
const WANTED = 1e-6;
const MOST_STEPS = 200;
const CLOSURE = { closure: "hagen-poiseuille", viscosity: 1e-3 } as const;

const count = Number(process.argv[2] ?? 100);
const prior = generateRandom({
  count,
  size: 1e-3,
  seed: SEED,
  connect: { kind: "delaunay", maxLength: 2e-3 / Math.cbrt(count) },
  poreRadius: { kind: "fixed", value: 0.15e-3 / Math.cbrt(count) },
  throatRadius: { kind: "fixed", value: 0.06e-3 / Math.cbrt(count) },
});
const domain = resolveFlowDomain(prior);
const priorRadius = prior.numbers("throat.radius");
const hidden = priorRadius.map((r, e) => r * Math.exp(0.3 * normal(SEED, HIDDEN, e)));

using device = await requestDevice();
const conductanceOf = (radius: Float64Array) => hydraulicConductance(withRadii(radius), CLOSURE).values;
using batch = await FlowBatch.create(device, [{ domain, conductance: conductanceOf(hidden) }], {
  solver: { tolerance: 1e-11, energyTolerance: null },
});
const measured = await computeFlow(hidden);
const probes = [0.3, 0.7].map((place) => choosePore(place));

console.log(
  `${prior.poreCount} pores, ${prior.throatCount} throats; probes in pores ${probes.join(" and ")}`,
);
let radius = priorRadius;
let last: { readonly radius: Float64Array; readonly gradient: Float64Array } | undefined;
for (let step = 0; ; step++) {
  const flow = await computeFlow(radius);
  const misfit = compare(flow);
  const J = 0.5 * misfit.reduce((sum, each) => sum + each * each, 0);
  console.log(
    `step ${String(step).padStart(3)}: misfit ${J.toExponential(3)}; K ${percent(Math.expm1(misfit[0]!))}, ` +
      `pressures ${percent(misfit[1]!)} and ${percent(misfit[2]!)} off`,
  );
  if (misfit.every((each) => Math.abs(each) < WANTED) || step === MOST_STEPS) break;
  const gradient = await differentiate(flow, misfit, radius);
  const length = chooseLength(gradient, J);
  last = { radius, gradient };
  radius = radius.map((r, e) => r * Math.exp(-length * gradient[e]!));
}

const final = await computeFlow(radius);
const error = Math.abs(final.permeability / measured.permeability - 1);
const errors = probes.map((pore) => Math.abs(final.pressures[pore]! - measured.pressures[pore]!));
console.log(`K ${final.permeability.toExponential(6)} m² was ${measured.permeability.toExponential(6)} m²`);
console.log(
  `relative error of K ${error.toExponential(1)}, errors of pressures ${errors.map((each) => each.toExponential(1)).join(" ")}`,
);
console.log(
  `ln r changed by ${meanChange(radius, priorRadius).toFixed(3)} (root mean square); ` +
    `what was measured differs from the prior by ${meanChange(hidden, priorRadius).toFixed(3)}`,
);

function withRadii(throatRadius: Float64Array): PoreNetwork {
  return prior.with([
    ["throat.radius", throatRadius],
    ["throat.diameter", throatRadius.map((r) => 2 * r)],
  ]);
}

async function computeFlow(radii: Float64Array) {
  await batch.setConductances([conductanceOf(radii)]);
  const [solution] = await batch.solve();
  const permeability = (CLOSURE.viscosity * solution!.flowRate * domain.length) / domain.area;
  return { solution: solution!, permeability, pressures: solution!.pressures };
}

type Flow = Awaited<ReturnType<typeof computeFlow>>;

/** The pore nearest to the middle of the plane at this part of the length, of those with a pressure. */
function choosePore(place: number): number {
  const { coords } = prior;
  const target = [place * 1e-3, 0.5e-3, 0.5e-3];
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  measured.pressures.forEach((p, pore) => {
    const distance = Math.hypot(...target.map((x, k) => coords[3 * pore + k]! - x));
    if (p > 0 && p < 1 && distance < least) [best, least] = [pore, distance];
  });
  return best;
}

/** What each measurement is missed by. */
function compare({ permeability, pressures }: Flow): number[] {
  const ofPressures = probes.map((pore) => pressures[pore]! - measured.pressures[pore]!);
  return [Math.log(permeability / measured.permeability), ...ofPressures];
}

/** dJ/d ln r of every throat. */
async function differentiate(
  flow: Flow,
  misfit: readonly number[],
  radii: Float64Array,
): Promise<Float64Array> {
  const pressures = new Float64Array(flow.pressures.length);
  probes.forEach((pore, k) => {
    pressures[pore] = misfit[k + 1]!;
  });
  const permeability = misfit[0]! / flow.permeability;
  const { viscosity } = CLOSURE;
  const [gradient] = await computeVjp(batch, [flow.solution], [{ pressures, permeability }], { viscosity });
  const { throatRadius } = linearizeConductance(withRadii(radii), CLOSURE).vjp(gradient!.conductance);
  return throatRadius.map((slope, e) => slope * radii[e]!);
}

/** sᵀs / sᵀy of the last step; before there is one, to where J would be 0 if it were linear. */
function chooseLength(gradient: Float64Array, J: number): number {
  let [ss, sy, gg] = [0, 0, 0];
  gradient.forEach((slope, e) => {
    gg += slope * slope;
    if (last === undefined) return;
    const s = Math.log(radius[e]! / last.radius[e]!);
    ss += s * s;
    sy += s * (slope - last.gradient[e]!);
  });
  return sy > 0 ? ss / sy : J / gg;
}

function meanChange(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, r, e) => sum + Math.log(r / b[e]!) ** 2 / a.length, 0));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(4)} %`;
}
