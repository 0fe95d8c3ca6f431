/** An objective of everything that a flow gives, evaluated in float64 by the direct solver, with its derivatives. */
import type { FlowCotangent } from "../../src/flow/adjoint.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import type { FlowTangent } from "../../src/flow/tangent.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { type DirectSolution, solveDirectly } from "./direct-solver.ts";

export interface Held {
  readonly inletPressure: number;
  readonly outletPressure: number;
}

export const VISCOSITY = 2e-3;

/**
 * J = ½ Σ a_i p_i² + Σ b_e sin(q_e / s) + ln Q + (K/K_0)²/3, with weights of both signs drawn once for a case;
 * s and K_0 are sizes of its flow.
 */
export class Objective {
  readonly #own: FlowCase;
  readonly #byPressure: Float64Array;
  readonly #byFlow: Float64Array;
  readonly #flowSize: number;
  readonly #permeability: number;

  constructor(own: FlowCase, seed: number) {
    const random = makeRandom(seed);
    const { flowRate, throatFlows } = solveDirectly(own.domain, own.conductance);
    this.#own = own;
    this.#byPressure = Float64Array.from(own.domain.poreState, () => random() - 0.5);
    this.#byFlow = Float64Array.from(own.conductance, () => random() - 0.5);
    this.#flowSize = throatFlows.reduce((most, q) => Math.max(most, Math.abs(q)), 0);
    this.#permeability = this.#permeabilityOf(flowRate);
  }

  /** J at other conductances and pressures held. */
  evaluate(conductance: Float64Array, { inletPressure, outletPressure }: Held): number {
    const drop = inletPressure - outletPressure;
    const { pressures, throatFlows, flowRate } = solveDirectly(this.#own.domain, conductance);
    let sum = Math.log(drop * flowRate) + (this.#permeabilityOf(flowRate) / this.#permeability) ** 2 / 3;
    pressures.forEach((p, i) => {
      if (!Number.isNaN(p)) sum += 0.5 * this.#byPressure[i]! * (outletPressure + drop * p) ** 2;
    });
    throatFlows.forEach((q, e) => {
      sum += this.#byFlow[e]! * Math.sin((drop * q) / this.#flowSize);
    });
    return sum;
  }

  /** ∂J of what the flow gives. */
  differentiate(flow: DirectSolution, { inletPressure, outletPressure }: Held): FlowCotangent {
    const drop = inletPressure - outletPressure;
    return {
      pressures: flow.pressures.map((p, i) => this.#byPressure[i]! * (outletPressure + drop * p)),
      throatFlows: flow.throatFlows.map(
        (q, e) => (this.#byFlow[e]! * Math.cos((drop * q) / this.#flowSize)) / this.#flowSize,
      ),
      flowRate: 1 / (drop * flow.flowRate),
      permeability: (2 / 3) * (this.#permeabilityOf(flow.flowRate) / this.#permeability ** 2),
    };
  }

  #permeabilityOf(flowRate: number): number {
    const { length, area } = this.#own.domain;
    return (VISCOSITY * flowRate * length) / area;
  }
}

/** A direction in which all conductances change by some percent, and both pressures. */
export function drawTangent({ conductance }: FlowCase, seed: number): Required<FlowTangent> {
  const random = makeRandom(seed);
  return {
    conductance: conductance.map((g) => g * (random() - 0.5)),
    inletPressure: random() - 0.5,
    outletPressure: random() - 0.5,
  };
}

/** (f(h) − f(−h)) / 2h, with the error of h² taken off by f(2h). */
export function centralDifference(f: (step: number) => number, step: number): number {
  const at = (h: number) => (f(h) - f(-h)) / (2 * h);
  return (4 * at(step) - at(2 * step)) / 3;
}

/** Σ v ∂ over all that a flow comes from. */
export function pairInputs(v: Required<FlowTangent>, gradient: Required<FlowTangent>): number {
  return (
    dot(v.conductance, gradient.conductance) +
    v.inletPressure * gradient.inletPressure +
    v.outletPressure * gradient.outletPressure
  );
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
