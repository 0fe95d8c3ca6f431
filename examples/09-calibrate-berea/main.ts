/**
 * A representative network for a real rock: NET-PFS with the Berea's number density and its distribution of pore radii,
 * calibrated to the permeability, porosity and coordination of the network extracted from its image. Then what it was
 * not calibrated to, on clouds of pores that it has not seen.
 *
 * Arguments: pores (400), clouds to calibrate on (3), clouds that are not seen (30).
 */
import { computePermeabilities, describeNetwork, MILLIDARCY, type PoreNetwork, radiiOf } from "porenet";
import {
  type Calibration,
  type CalibrationConfig,
  calibrate,
  createForwardModel,
  drainNetwork,
  type Target,
} from "porenet/calibrate";
import { readNetworkFile, requestDevice } from "porenet/node";

/** Steps of the table that the pore radii are drawn from. */
const QUANTILES = 100;
/** Saturations of the wetting fluid whose capillary pressures are compared. */
const SATURATIONS = [0.9, 0.5] as const;
/** Of the clouds that are not seen. */
const FIRST_SEED = 5000;
const HEADING = `${"".padEnd(38)}Berea  representative   deviation`;
const AXES = ["x", "y", "z"] as const;

const [count = 400, clouds = 3, unseen = 30] = process.argv.slice(2).map(Number);
const berea = await readNetworkFile(new URL("../data/berea", import.meta.url));
using device = await requestDevice();
const measured = await measureRock(berea);
const rock = describeRock(berea);
console.log(
  `${berea.name}: ${berea.poreCount} pores, ${berea.throatCount} throats of ${(1e6 * rock.throatRadius).toFixed(2)} µm ` +
    `in the mean, on ${device.name}`,
);
const controls = [
  { name: "throatRadius", low: 0.4 * rock.throatRadius, high: 4 * rock.throatRadius },
  { name: "neighbours", low: 1.8, high: 4 },
  { name: "poreSizeFactor", low: 0.7, high: 3 },
] as const satisfies CalibrationConfig["controls"];

const calibration = await calibrate(device, {
  name: "representative Berea",
  network: rock.network,
  controls,
  targets: measured.slice(0, 3),
  clouds,
  search: { tolerance: 0.01 },
});
tellCalibration(calibration);
await tellUnseen(calibration);

/** What is calibrated to, then what is compared. */
async function measureRock(network: PoreNetwork): Promise<Target[]> {
  const [x, y, z] = await computePermeabilities(device, network, AXES);
  const { porosity, coordination } = describeNetwork(network);
  const drainage = drainNetwork(network, { axis: "x" });
  return [
    { kind: "permeability", value: x!.permeability.m2 },
    { kind: "porosity", value: porosity! },
    { kind: "coordination", value: coordination.mean },
    { kind: "permeability", axis: "y", value: y!.permeability.m2 },
    { kind: "permeability", axis: "z", value: z!.permeability.m2 },
    { kind: "formation-factor", value: x!.formationFactor! },
    ...SATURATIONS.map((saturation): Target => {
      return { kind: "capillary-pressure", saturation, value: drainage.pressureAt(saturation) };
    }),
  ];
}

/** The network's options that are taken from the rock as they are. */
function describeRock(network: PoreNetwork) {
  const poreRadii = radiiOf(network, "pore")!.slice().sort();
  const throatRadii = radiiOf(network, "throat")!;
  const volume = network.box!.size.reduce((product, edge) => product * edge, 1);
  const spacing = Math.cbrt(volume / network.poreCount);
  const shares = Array.from({ length: QUANTILES + 1 }, (_, k) => k / QUANTILES);
  const values = shares.map((share) => poreRadii[Math.round(share * (poreRadii.length - 1))]!);
  return {
    throatRadius: throatRadii.reduce((sum, r) => sum + r / throatRadii.length, 0),
    network: {
      size: spacing * Math.cbrt(count),
      count,
      poreRadius: { kind: "table", values, shares },
      // So far that neighbours alone decide.
      distance: 3 * spacing,
    } as const,
  };
}

function tellCalibration({ isReached, evaluations, solves, controls: found, targets }: Calibration): void {
  console.log(
    `\n${clouds} clouds of ${count} pores: targets ${isReached ? "reached" : "not reached"} ` +
      `in ${evaluations} true runs, ${solves} linear systems`,
  );
  console.log(
    `throat radius ${(1e6 * found.throatRadius!).toFixed(2)} µm, ${found.neighbours!.toFixed(2)} neighbours, ` +
      `pore radii × ${found.poreSizeFactor!.toFixed(3)}`,
  );
  console.log(HEADING);
  for (const { target, value, standardError } of targets) tellTarget(target, value, standardError);
}

/** The calibrated controls on other clouds. */
async function tellUnseen({ controls: found }: Calibration): Promise<void> {
  using model = createForwardModel(device, {
    network: rock.network,
    controls,
    targets: measured,
    seeds: Array.from({ length: unseen }, (_, k) => FIRST_SEED + k),
  });
  const { values, standardErrors } = await model.evaluate([controls.map(({ name }) => found[name]!)]);
  console.log(`\nThe same on ${unseen} clouds that were not seen`);
  console.log(HEADING);
  measured.slice(0, 3).forEach((target, t) => {
    tellTarget(target, values[t]!, standardErrors[t]!);
  });
  console.log("and what was not calibrated");
  measured.slice(3).forEach((target, t) => {
    tellTarget(target, values[t + 3]!, standardErrors[t + 3]!);
  });
}

function tellTarget(target: Target, value: number, standardError: number): void {
  const [label, unit, scale] = nameTarget(target);
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(target.value * scale)));
  const tell = (number: number) => (number * scale).toFixed(decimals);
  const scatter = Number.isNaN(standardError) ? "" : ` ± ${tell(standardError)}`;
  const deviation = `${(100 * (value / target.value - 1)).toFixed(1)} %`;
  console.log(
    `  ${`${label}${unit}`.padEnd(34)} ${tell(target.value).padStart(7)}  ${(tell(value) + scatter).padEnd(16)} ${deviation.padStart(8)}`,
  );
}

/** Label, unit, and how many of these an SI unit is. */
function nameTarget(target: Target): [label: string, unit: string, scale: number] {
  switch (target.kind) {
    case "permeability":
      return [`permeability along ${target.axis ?? "x"}`, " [mD]", 1 / MILLIDARCY];
    case "capillary-pressure":
      return [`capillary pressure at S = ${target.saturation}`, " [kPa]", 1e-3];
    default:
      return [target.kind, " [-]", 1];
  }
}
