/** What figures are drawn from: plain data, whoever computed them. */
import type { Axis } from "../network/flow-domain.ts";
import type { PoreNetwork } from "../network/pore-network.ts";

/** A network and the state of flow in it. */
export interface NetworkView {
  readonly network: PoreNetwork;
  /** n pore pressures; NaN where a pore takes no part in the flow. */
  readonly pressures?: Float64Array;
  /**
   * What `pressures` are: relative (inlet 1, outlet 0) or [Pa]. When left out: relative if all of them lie
   * between 0 and 1, else [Pa].
   */
  readonly pressureUnit?: "relative" | "Pa";
  /** m throat flows [m³/s]; the sign does not matter. */
  readonly throatFlows?: Float64Array;
  /** The direction of flow, `"x"` when left out: it runs from left to right. */
  readonly axis?: Axis;
}

/** How a solve converged: arrays of one length. */
export interface ConvergenceHistory {
  readonly iteration: ArrayLike<number>;
  /** Relative residual of the linear system. */
  readonly residual: ArrayLike<number>;
  /** Estimated relative error of the permeability. */
  readonly error?: ArrayLike<number>;
  /** The relative residual that was asked for. */
  readonly tolerance?: number;
}

/** A network, its flow, and how that was found. */
export interface SolveView extends NetworkView {
  readonly history?: ConvergenceHistory;
  readonly permeability?: {
    /** [m²] */
    readonly m2: number;
    /** [millidarcy] */
    readonly mD: number;
    readonly relativeErrorEstimate?: number;
  };
  /** |Q_in − Q_out| / Q. */
  readonly balance?: number;
  readonly iterations?: number;
  /** Anything but `"converged"` is written into the figure. */
  readonly status?: string;
}

/** Size of a picture [px]; an SVG scales to any. */
export interface FigureSize {
  readonly width?: number;
  readonly height?: number;
}
