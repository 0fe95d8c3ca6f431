/**
 * porenet in a benchmark suite of somebody else's, called as a library: two cases that are specified for everybody,
 * and a network of the suite's own whose permeability is known by hand. The suite prints what it wants and ends with
 * 1 where a value is wrong.
 *
 * A bundle of straight tubes, each of many throats in a row, over a cross-section A (Hagen–Poiseuille):
 *   K = Σ π r⁴ / (8 A)
 *
 * Arguments are labels of cases, cubic20:s2 and knn10k:p where there are none.
 */
import { type BenchmarkCase, type BenchmarkResult, PoreNetwork, runBenchmarkCase } from "porenet";
import { requestDevice } from "porenet/node";

const TUBES = 400;
const THROATS_A_TUBE = 25;
/** Of a throat, and between tubes [m]. */
const SPACING = 1e-4;
const AREA = TUBES * SPACING ** 2;
/** From 5 to 25 µm, tube by tube [m]. */
const radiusOf = (tube: number) => 5e-6 + (2e-5 * tube) / (TUBES - 1);

const bundle: BenchmarkCase = {
  label: "bundle of tubes",
  published: sumOverTubes((tube) => (Math.PI * radiusOf(tube) ** 4) / (8 * AREA)),
  generate: generateBundle,
};

const labels = process.argv.length > 2 ? process.argv.slice(2) : ["cubic20:s2", "knn10k:p"];
using device = await requestDevice();
const results: BenchmarkResult[] = [];
for (const each of [...labels, bundle]) results.push(await runBenchmarkCase(device, each));

console.log(`on ${device.name}\n`);
console.log("case             unknowns  iterations  setup s  solve s              K m²  difference  ");
for (const result of results) {
  const { timings, relativeDifference } = result;
  console.log(
    result.label.padEnd(15),
    String(result.unknowns).padStart(9),
    String(result.iterations).padStart(11),
    (timings.matrix + timings.preconditioner).toFixed(3).padStart(8),
    timings.solve.toFixed(3).padStart(8),
    result.permeability.toExponential(9).padStart(17),
    (relativeDifference?.toExponential(1) ?? "none known").padStart(11),
    result.passed ? " right" : ` WRONG (${result.status})`,
  );
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

function generateBundle(): PoreNetwork {
  const pores = THROATS_A_TUBE + 1;
  const coords = new Float64Array(3 * TUBES * pores);
  const conns = new Int32Array(2 * TUBES * THROATS_A_TUBE);
  const radius = new Float64Array(TUBES * THROATS_A_TUBE);
  const inlet = new Uint8Array(TUBES * pores);
  const outlet = new Uint8Array(TUBES * pores);
  for (let tube = 0, e = 0; tube < TUBES; tube++) {
    const first = tube * pores;
    for (let k = 0; k < pores; k++) {
      coords.set([k * SPACING, tube * SPACING, 0], 3 * (first + k));
      if (k === THROATS_A_TUBE) continue;
      conns.set([first + k, first + k + 1], 2 * e);
      radius[e++] = radiusOf(tube);
    }
    inlet[first] = 1;
    outlet[first + THROATS_A_TUBE] = 1;
  }
  return new PoreNetwork({
    name: "bundle",
    coords,
    conns,
    box: { origin: [0, 0, 0], size: [THROATS_A_TUBE * SPACING, TUBES * SPACING, SPACING] },
    properties: [
      ["throat.radius", radius],
      ["throat.total_length", radius.map(() => SPACING)],
      ["pore.inlet", inlet],
      ["pore.outlet", outlet],
    ],
  });
}

function sumOverTubes(term: (tube: number) => number): number {
  let sum = 0;
  for (let tube = 0; tube < TUBES; tube++) sum += term(tube);
  return sum;
}
