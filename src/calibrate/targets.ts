/**
 * What a calibrated network is to reproduce. With f = Σ s⁴ (p_i − p_j)² / L and f₂ = Σ s² (p_i − p_j)² / L over its
 * throats of radius r s, solved at unit pressure drop,
 *   Q = π r⁴ f ΔP / (8 μ),   K = π r⁴ f ℓ / (8 A),   1/F = π r² f₂ ℓ / A,
 * ℓ and A being the box's length along the axis and its cross-section.
 */
import { OptionError } from "../errors.ts";
import { AXES } from "../network/face-labels.ts";
import type { Axis } from "../network/flow-domain.ts";
import { rejectUnknownKeys, requireChoice, requirePositive } from "../network/options.ts";
import type { RadiusExponent } from "./candidate-request.ts";
import type { CapillaryOptions } from "./drainage.ts";
import { checkContactAngle } from "./young-laplace.ts";

interface TargetCommon {
  /** What is to be reached, in the unit of the kind. */
  readonly value: number;
  /** Factor of its square in the misfit. Default 1. */
  readonly weight?: number;
}

interface AlongAxis {
  /** Default x. */
  readonly axis?: Axis;
}

export type Target = TargetCommon &
  (
    | ({ readonly kind: "permeability" /* [m²] */ } & AlongAxis)
    | ({
        readonly kind: "flow-rate" /* [m³/s] */;
        /** [Pa·s], default 1e-3. */
        readonly viscosity?: number;
        /** [Pa], default 1. */
        readonly pressureDrop?: number;
      } & AlongAxis)
    /** Resistivity of the sample over that of the brine in it [-]; pores resist nothing. */
    | ({ readonly kind: "formation-factor" } & AlongAxis)
    /** Volume of pores, and of throats outside of them, over the box's [-]. */
    | { readonly kind: "porosity" }
    /** Mean number of throats a pore [-]. */
    | { readonly kind: "coordination" }
    /** Of the wetting fluid in primary drainage, at a capillary pressure [Pa] [-]. */
    | ({ readonly kind: "saturation"; readonly pressure: number } & AlongAxis & CapillaryOptions)
    /** Lowest capillary pressure that leaves this saturation of the wetting fluid [Pa]. */
    | ({ readonly kind: "capillary-pressure"; readonly saturation: number } & AlongAxis & CapillaryOptions)
  );

const COMMON = ["kind", "value", "weight"] as const;
const CAPILLARY = ["surfaceTension", "contactAngle", "trapping"] as const;
const KEYS: Record<Target["kind"], readonly string[]> = {
  permeability: [...COMMON, "axis"],
  "flow-rate": [...COMMON, "axis", "viscosity", "pressureDrop"],
  "formation-factor": [...COMMON, "axis"],
  porosity: COMMON,
  coordination: COMMON,
  saturation: [...COMMON, ...CAPILLARY, "axis", "pressure"],
  "capillary-pressure": [...COMMON, ...CAPILLARY, "axis", "saturation"],
};

/** @throws {OptionError} when there is none, or one is not understood or out of range */
export function checkTargets(targets: readonly Target[]): void {
  if (!Array.isArray(targets) || targets.length === 0) {
    const kinds = Object.keys(KEYS).join(", ");
    throw new OptionError("targets", "There are no targets.", `Give one or more of ${kinds}.`);
  }
  for (const target of targets) {
    const kind: Target["kind"] = requireChoice("kind", target.kind, Object.keys(KEYS));
    rejectUnknownKeys(`A target of kind ${kind}`, target, KEYS[kind]);
    requirePositive(`${kind}.value`, target.value);
    if (target.weight !== undefined) requirePositive(`${kind}.weight`, target.weight);
    if ("axis" in target && target.axis !== undefined) requireChoice("axis", target.axis, AXES);
    checkOwn(target);
  }
}

function checkOwn(target: Target): void {
  if (target.kind === "flow-rate") {
    requirePositive("viscosity", target.viscosity ?? 1);
    requirePositive("pressureDrop", target.pressureDrop ?? 1);
  }
  if (target.kind === "porosity" || target.kind === "saturation")
    requireShare(`${target.kind}.value`, target.value);
  if (target.kind === "saturation") requirePositive("pressure", target.pressure);
  if (target.kind === "capillary-pressure") requireShare("saturation", target.saturation);
  if (target.kind === "saturation" || target.kind === "capillary-pressure") {
    requirePositive("surfaceTension", target.surfaceTension ?? 1);
    checkContactAngle(target.contactAngle ?? 0);
  }
}

function requireShare(option: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new OptionError(option, `${option} is ${value}.`, "Give a number between 0 and 1.");
  }
}

/** Of a target that needs a solve: its axis and the exponent of its conductances. */
export function flowOf(target: Target): { axis: Axis; exponent: RadiusExponent } | undefined {
  switch (target.kind) {
    case "permeability":
    case "flow-rate":
      return { axis: target.axis ?? "x", exponent: 4 };
    case "formation-factor":
      return { axis: target.axis ?? "x", exponent: 2 };
    default:
      return undefined;
  }
}

/**
 * What is averaged over clouds: a formation factor by its inverse, a conductivity, so that a cloud without any way
 * through counts as one that does not conduct.
 * @param f at unit pressure drop [1/m]
 */
export function scaleFlow(target: Target, f: number, radius: number, size: readonly number[]): number {
  const k = AXES.indexOf(flowOf(target)!.axis);
  const length = size[k]!;
  const area = size[(k + 1) % 3]! * size[(k + 2) % 3]!;
  switch (target.kind) {
    case "flow-rate":
      return (Math.PI * radius ** 4 * f * (target.pressureDrop ?? 1)) / (8 * (target.viscosity ?? 1e-3));
    case "permeability":
      return (Math.PI * radius ** 4 * f * length) / (8 * area);
    default:
      return (Math.PI * radius ** 2 * f * length) / area;
  }
}

/** Mean and its standard error (NaN for one number) of a target over clouds. */
export function averageTarget(
  target: Target,
  values: readonly number[],
): { value: number; standardError: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (values.length * (values.length - 1)));
  if (target.kind !== "formation-factor") return { value: mean, standardError };
  return { value: 1 / mean, standardError: standardError / mean ** 2 };
}
