/** A linear system of a candidate, named so that candidates which share it solve it once. */
import type { Axis } from "../network/flow-domain.ts";
import {
  type CandidateCloud,
  type FlowAnswer,
  MOST_REMEMBERED,
  type ThroatChoice,
} from "./candidate-cloud.ts";

/** Of the throats' radii in their conductances: flow (π r⁴ / 8 μ L) or current (π r² / L). */
export type RadiusExponent = 2 | 4;

export interface FlowRequest {
  readonly cloud: CandidateCloud;
  readonly axis: Axis;
  readonly choice: ThroatChoice;
  /** Coefficient of variation of the throats' radii; 0 where they are the cloud's own. */
  readonly spread: number;
  readonly exponent: RadiusExponent;
}

/** What solves requests: their answers, in their order. */
export interface RequestSolver extends Disposable {
  solve(requests: readonly FlowRequest[], control: RequestControl): Promise<FlowAnswer[]>;
}

export interface RequestControl {
  readonly signal?: AbortSignal | undefined;
  /** Told of every part of the batch that is done. */
  readonly onSolved?: ((systems: number) => void) | undefined;
}

/** The answer that the cloud remembers, or knows without a solve because nothing flows. */
export function recallAnswer({ cloud, axis, choice, ...request }: FlowRequest): FlowAnswer | undefined {
  if (!cloud.percolates(axis, choice)) return { value: 0, status: "not-percolating" };
  return cloud.flows.get(nameRequest({ cloud, axis, choice, ...request }));
}

/** Answers that a solver did not reach are not kept: another try may. */
export function rememberAnswer(request: FlowRequest, answer: FlowAnswer): void {
  if (answer.status !== "converged") return;
  const { flows } = request.cloud;
  if (flows.size >= MOST_REMEMBERED) flows.clear();
  flows.set(nameRequest(request), answer);
}

/** Unique within a cloud. Where all radii are equal, flow and current are the same system. */
export function nameRequest({ cloud, axis, choice, spread, exponent }: FlowRequest): string {
  const isUniform = spread === 0 && typeof cloud.options.throatRadius === "number";
  return `${axis} ${choice.throatEnd} ${choice.levelEnd} ${spread} ${isUniform ? "" : exponent}`;
}
