/** What `porenet solve` is asked for: its flags as the options of `computePermeabilities`. */
import type { PermeabilityOptions } from "../flow/permeability.ts";
import { AXES } from "../network/face-labels.ts";
import type { Axis } from "../network/flow-domain.ts";
import type { SolverOptions } from "../solve/options.ts";
import { type Arguments, type OptionSpec, UsageError } from "./options.ts";

const FORMULAS = ["auto", "shape-factor", "hagen-poiseuille", "given"] as const;
const PRECONDITIONERS = ["auto", "jacobi", "multigrid"] as const;
const CLOSURES = [...FORMULAS, "learned"] as const;

export const FLOW_OPTIONS = {
  axis: { value: "x|y|z|all", help: "direction of flow; default x" },
  inlet: { value: "LABEL", help: "label of the pores at the inlet's pressure, with --outlet" },
  outlet: { value: "LABEL", help: "label of the pores at the outlet's pressure" },
  length: {
    value: "M",
    help: "length of the sample along the flow [m]; default: the box, else the pores' extent",
  },
  area: { value: "M2", help: "cross-section of the sample [m²]; default as for the length" },
  "calc-box": {
    value: "A,B",
    help: "solve between two fractions of the length, as pnflow's CALC_BOX: 0.1,0.9",
  },
  "face-thickness": {
    value: "M",
    help: "hold the pores this close to the two faces [m], whatever the labels",
  },
  closure: {
    value: CLOSURES.join("|"),
    help: "from geometry to conductance; default auto: what there is data for",
  },
  model: {
    value: "DIR",
    help: "for --closure learned: a folder that porenet train has written; default: the model that comes along",
  },
  viscosity: { value: "PA_S", help: "of the fluid [Pa·s]; default 1e-3, with given conductances 1" },
  "pressure-drop": { value: "PA", help: "between inlet and outlet [Pa]; default 1" },
  "no-formation-factor": { help: "solve for flow only" },
  tolerance: {
    value: "REL",
    help: "largest relative residual, in float64; default 1e-10; none leaves it free",
  },
  "permeability-tolerance": {
    value: "REL",
    help: "largest estimated relative error of the permeability; default 1e-9. Given alone it decides alone",
  },
  "max-iterations": { value: "N", help: "of each system; default 1000000" },
  preconditioner: {
    value: "auto|jacobi|multigrid",
    help: "default auto: multigrid for large networks",
  },
  device: {
    value: "auto|hardware|software",
    help: "what to compute on; default auto: hardware where there is any",
  },
} as const satisfies Record<string, OptionSpec>;

export function readAxes(args: Arguments): readonly Axis[] {
  const axis = args.choice("axis", [...AXES, "all"]) ?? "x";
  if (args.isSet("inlet") !== args.isSet("outlet")) {
    const [given, missing] = args.isSet("inlet") ? ["inlet", "outlet"] : ["outlet", "inlet"];
    throw new UsageError(`--${given} is given without --${missing}.`, "Name the labels of both.");
  }
  if (axis === "all" && args.isSet("inlet")) {
    throw new UsageError("--axis all and --inlet are both given.", "Labels hold for one axis: name it.");
  }
  return axis === "all" ? AXES : [axis];
}

/** @throws {UsageError} for a model that would not be used */
export function readsModel(args: Arguments): boolean {
  const isLearned = args.choice("closure", CLOSURES) === "learned";
  if (isLearned || !args.isSet("model")) return isLearned;
  throw new UsageError("--model is given without --closure learned.", "Add it, or leave the model out.");
}

export function readOptions(args: Arguments): PermeabilityOptions {
  const planesRemedy = "Give two fractions of the length, 0 <= A < B <= 1, as 0.1,0.9.";
  const planes = args.numbers("calc-box", [2], planesRemedy) as [number, number] | undefined;
  if (planes && !(planes[0] >= 0 && planes[0] < planes[1] && planes[1] <= 1))
    args.fail("calc-box", planesRemedy);
  if (args.isSet("inlet") && args.isSet("face-thickness")) {
    throw new UsageError("--inlet and --face-thickness are both given.", "Leave one of them out.");
  }
  const options = {
    inlet: args.text("inlet"),
    outlet: args.text("outlet"),
    length: args.positive("length", "m"),
    area: args.positive("area", "m²"),
    calcBox: planes,
    faceThickness: args.positive("face-thickness", "m"),
    closure: readsModel(args) ? undefined : args.choice("closure", FORMULAS),
    viscosity: args.positive("viscosity", "Pa·s"),
    pressureDrop: args.positive("pressure-drop", "Pa"),
    formationFactor: !args.isSet("no-formation-factor"),
    solver: readSolver(args),
  };
  return dropUndefined(options) as PermeabilityOptions;
}

/** A gradient is as good as the single pressures, and they are worse than the permeability. */
const GRADIENT_TOLERANCE = 1e-12;

/** An error of the permeability alone decides alone: a residual says little of it. */
function readSolver(args: Arguments): SolverOptions {
  const tolerance = readTolerance(args, "tolerance");
  const energyTolerance = readTolerance(args, "permeability-tolerance");
  if (tolerance === null && energyTolerance === null) {
    throw new UsageError("--tolerance and --permeability-tolerance are both none.", "Set one of them.");
  }
  const decidesAlone = typeof energyTolerance === "number" && tolerance === undefined;
  const kind = args.choice("preconditioner", PRECONDITIONERS);
  const usual = args.isSet("gradient") ? GRADIENT_TOLERANCE : decidesAlone ? null : undefined;
  return dropUndefined({
    tolerance: tolerance === undefined ? usual : tolerance,
    energyTolerance,
    maxIterations: args.integer("max-iterations", 1),
    preconditioner: kind && { kind },
  }) as SolverOptions;
}

function readTolerance(args: Arguments, name: string): number | null | undefined {
  return args.text(name) === "none" ? null : args.positive(name);
}

function dropUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
