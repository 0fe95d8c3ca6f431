/** Changes of a calibration's configuration by a form: each gives a new one, and what the form knows nothing of stays. */
import type { CalibrationConfig, Control, ControlName, Target } from "porenet/calibrate";

export type TargetKind = "permeability" | "porosity" | "coordination" | "formation-factor";

/** Of the published sand; its K and coordination are those of a candidate within the bounds. */
export const SAND: CalibrationConfig = {
  name: "sand",
  units: { length: "mm", permeability: "D" },
  network: { preset: "sand" },
  controls: [
    { name: "throatRadius", low: 0.08, high: 0.3 },
    { name: "distance", low: 0.8, high: 1.2 },
  ],
  targets: [
    { kind: "permeability", value: 40 },
    { kind: "coordination", value: 2.5 },
  ],
  clouds: 1,
  seed: 7,
  search: { method: "kasa-variance", maxEvaluations: 100, tolerance: 0.01 },
};

export interface ControlField {
  readonly label: string;
  readonly unit: "length" | "volume" | "";
  /** Where the network says nothing: for the sand, in millimetres. */
  readonly low: number;
  readonly high: number;
}

export const CONTROL_FIELDS: Readonly<Record<ControlName, ControlField>> = {
  throatRadius: { label: "Throat radius", unit: "length", low: 0.08, high: 0.3 },
  throatRadiusSpread: { label: "Spread of throat radii", unit: "", low: 0.05, high: 0.5 },
  distance: { label: "Connecting distance", unit: "length", low: 0.8, high: 1.2 },
  neighbours: { label: "Neighbours a pore", unit: "", low: 1.5, high: 4 },
  count: { label: "Pores", unit: "", low: 200, high: 500 },
  totalVolume: { label: "Pore volume", unit: "volume", low: 40, high: 120 },
  poreSizeFactor: { label: "Factor of pore radii", unit: "", low: 0.7, high: 1.5 },
};

export const TARGET_FIELDS: Readonly<Record<TargetKind, { readonly label: string; readonly value: number }>> =
  {
    permeability: { label: "Permeability", value: 40 },
    porosity: { label: "Porosity", value: 0.35 },
    coordination: { label: "Mean coordination", value: 2.5 },
    "formation-factor": { label: "Formation factor", value: 20 },
  };

const UNITS = { m: "m", cm: "cm", mm: "mm", um: "µm", m2: "m²", D: "D", mD: "mD" } as const;

/** What numbers of a quantity are in, as people write it. */
export function unitOf(config: CalibrationConfig, quantity: ControlField["unit"] | Target["kind"]): string {
  if (quantity === "permeability") return UNITS[config.units?.permeability ?? "m2"] ?? "";
  if (quantity !== "length" && quantity !== "volume") return "";
  const length = UNITS[config.units?.length ?? "m"] ?? "";
  return quantity === "volume" ? `${length}³` : length;
}

/** @returns `undefined` for a text that a form cannot show */
export function readConfig(text: string): CalibrationConfig | undefined {
  try {
    const found = JSON.parse(text) as CalibrationConfig;
    const isList = (list: unknown) => Array.isArray(list) && list.every((each) => isObject(each));
    return isObject(found) && isList(found.controls) && isList(found.targets) ? found : undefined;
  } catch {
    return undefined;
  }
}

export function writeConfig(config: CalibrationConfig): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Takes a control in, between half and twice of what the network has, or out again. */
export function toggleControl(config: CalibrationConfig, name: ControlName): CalibrationConfig {
  const { controls } = config;
  if (controls.some((control) => control.name === name)) {
    return { ...config, controls: controls.filter((control) => control.name !== name) };
  }
  const own = config.network?.[name];
  const { low, high } = CONTROL_FIELDS[name];
  const bounds = typeof own === "number" ? { low: own / 2, high: own * 2 } : { low, high };
  return { ...config, controls: [...controls, { name, ...bounds }] };
}

export function moveBound(
  config: CalibrationConfig,
  name: ControlName,
  end: "low" | "high",
  value: number,
): CalibrationConfig {
  const move = (control: Control) => (control.name === name ? { ...control, [end]: value } : control);
  return { ...config, controls: config.controls.map(move) };
}

export function addTarget(config: CalibrationConfig, kind: TargetKind): CalibrationConfig {
  const target = { kind, value: TARGET_FIELDS[kind].value } as Target;
  return { ...config, targets: [...config.targets, target] };
}

/** @param index of the configuration's targets */
export function removeTarget(config: CalibrationConfig, index: number): CalibrationConfig {
  return { ...config, targets: config.targets.filter((_, t) => t !== index) };
}

export function changeTarget(config: CalibrationConfig, index: number, value: number): CalibrationConfig {
  return { ...config, targets: config.targets.map((each, t) => (t === index ? { ...each, value } : each)) };
}

export function changeSearch(
  config: CalibrationConfig,
  search: NonNullable<CalibrationConfig["search"]>,
): CalibrationConfig {
  return { ...config, search: { ...config.search, ...search } };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
