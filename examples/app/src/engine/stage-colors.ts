/** What the picture can be coloured by: from a network and its solution to fields of the scene, and their legend. */
import { type PoreNetwork, radiiOf } from "porenet";
import { describeLegend, type NetworkScene, type SceneField, type SceneLegend } from "porenet/view";
import type { Solution } from "./session.ts";

export const COLOR_KINDS = ["pressure", "flow", "sensitivity", "radius", "none"] as const;
export type ColorKind = (typeof COLOR_KINDS)[number];

/** The legend of what is shown. */
export interface StageLegend extends SceneLegend {
  readonly title: string;
  readonly unit: string;
  /** Whether something is grey, for which there is no value. */
  readonly hasUnsolved: boolean;
}

interface Coloring {
  readonly pores: SceneField | undefined;
  readonly throats: SceneField | "pores" | undefined;
  readonly legend: StageLegend | undefined;
}

/** Of a legend's bar, for the number of its labels [px]. */
const BAR = 240;
/** Of flows and sensitivities: weaker ones have the lowest colour. */
const DECADES = 4;
const LENGTHS = [
  [1, "m"],
  [1e-3, "mm"],
  [1e-6, "µm"],
  [1e-9, "nm"],
] as const;

/** The kinds that there are values for. */
export function listKinds(network: PoreNetwork, solution: Solution | undefined): ColorKind[] {
  const has: Record<ColorKind, boolean> = {
    pressure: solution !== undefined,
    flow: solution !== undefined,
    sensitivity: solution?.sensitivity !== undefined,
    radius: radiiOf(network, "throat") !== undefined,
    none: true,
  };
  return COLOR_KINDS.filter((kind) => has[kind]);
}

/** Colours the scene, and returns the legend. */
export function colorScene(
  scene: NetworkScene,
  network: PoreNetwork,
  solution: Solution | undefined,
  kind: ColorKind,
): StageLegend | undefined {
  const { pores, throats, legend } = chooseColoring(network, solution, kind);
  scene.colorPores(pores);
  scene.colorThroats(throats);
  // Where only throats have values, pores must not look as if they had one.
  scene.setColors({ pores: kind === "none" ? "#0072b2" : "#a8a8a8" });
  return legend;
}

function chooseColoring(network: PoreNetwork, solution: Solution | undefined, kind: ColorKind): Coloring {
  if (kind === "pressure" && solution) return colorByPressure(solution);
  if (kind === "flow" && solution) {
    return colorThroats(solution.result.throatFlows, "flow rate", "m³/s");
  }
  if (kind === "sensitivity" && solution?.sensitivity) {
    return colorThroats(solution.sensitivity, "sensitivity ∂ln K/∂ln g", "");
  }
  if (kind === "radius") return colorByRadius(network);
  return { pores: undefined, throats: undefined, legend: undefined };
}

/** Straight from the solver's buffer where it is there; what was read back serves after a loss of the device. */
function colorByPressure({ result, pressureBuffer }: Solution): Coloring {
  const { pressures, pressureDrop } = result;
  const pores: SceneField = pressureBuffer
    ? { values: pressureBuffer, range: [0, 1] }
    : { values: pressures, range: [0, pressureDrop] };
  const hasUnsolved = pressures.some(Number.isNaN);
  // 1 Pa is nobody's pressure but the default.
  const [title, unit] =
    pressureDrop === 1 ? ["pressure, inlet 1, outlet 0", ""] : ["pressure above the outlet's", "Pa"];
  const legend = { ...describeLegend({ range: [0, pressureDrop] }, BAR), title, unit, hasUnsolved };
  return { pores, throats: "pores", legend };
}

/** By their strength, on a logarithmic scale. */
function colorThroats(signed: Float64Array, title: string, unit: string): Coloring {
  const values = new Float32Array(signed.length);
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let e = 0; e < signed.length; e++) {
    const value = Math.abs(signed[e]!);
    values[e] = value;
    if (value > largest && value < Number.POSITIVE_INFINITY) largest = value;
    if (value > 0 && value < smallest) smallest = value;
  }
  if (largest === 0) return { pores: undefined, throats: undefined, legend: undefined };
  const range = [Math.max(smallest, largest / 10 ** DECADES), largest] as const;
  const legend = describeLegend({ range, scale: "log" }, BAR);
  return {
    pores: undefined,
    throats: { values, range, scale: "log" },
    legend: { ...legend, title, unit, hasUnsolved: !(smallest > 0) || values.some((value) => !(value > 0)) },
  };
}

function colorByRadius(network: PoreNetwork): Coloring {
  const throats = radiiOf(network, "throat");
  const pores = radiiOf(network, "pore");
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const radii of [pores, throats]) {
    for (const radius of radii ?? []) {
      if (radius < low) low = radius;
      if (radius > high && radius < Number.POSITIVE_INFINITY) high = radius;
    }
  }
  if (!throats || !(low <= high)) return { pores: undefined, throats: undefined, legend: undefined };
  const [size, unit] = LENGTHS.find(([each]) => high >= each) ?? LENGTHS.at(-1)!;
  const legend = describeLegend({ range: [low / size, high / size] }, BAR);
  const range = [low, high] as const;
  return {
    pores: pores && { values: pores, range },
    throats: { values: throats, range },
    legend: { ...legend, title: "radius", unit, hasUnsolved: false },
  };
}
