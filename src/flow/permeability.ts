/**
 * From a network to its permeability:  K = μ Q L / (A ΔP)  [m²], and by the same machinery with electrical
 * conductances the formation factor  F = A ΔV / (I L)  of the sample filled with a brine of unit conductivity.
 */
import type { ComputeDevice } from "../gpu/device.ts";
import { FLOW_DOMAIN_OPTIONS, type FlowDomainOptions, resolveFlowDomain } from "../network/boundary.ts";
import { type Closure, electricalConductance, hydraulicConductance } from "../network/closure.ts";
import type { DomainReport } from "../network/components.ts";
import type { Axis, FlowDomain } from "../network/flow-domain.ts";
import { rejectUnknownKeys, requirePositive } from "../network/options.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { toMillidarcy } from "../network/units.ts";
import type { SolveControl, SolverOptions } from "../solve/options.ts";
import type { SystemReport } from "../solve/report.ts";
import { FlowBatch, type FlowSolution } from "./flow-batch.ts";
import type { FlowCase } from "./flow-system.ts";

/** Where conductances come from that no closure gives: a trained model, say. */
export interface ConductanceSource {
  /** What results call the closure. */
  readonly name: string;
  /**
   * @param viscosity [Pa·s] where one is stated, as for `hydraulicConductance`
   * @returns m [m³/(Pa·s)], and the viscosity that they hold for [Pa·s]
   */
  conduct(
    network: PoreNetwork,
    domain: FlowDomainOptions,
    viscosity?: number,
  ): { readonly values: Float64Array; readonly viscosity: number };
}

export interface PermeabilityOptions extends FlowDomainOptions {
  /** Default "auto": what the network has data for. A source gives conductances of its own. */
  readonly closure?: Closure | "auto" | ConductanceSource;
  /** [Pa·s]; default 1e-3, for given conductances, which must hold for it, 1. */
  readonly viscosity?: number;
  /** Between inlet and outlet [Pa], default 1. */
  readonly pressureDrop?: number;
  readonly solver?: SolverOptions;
  /** Also solve for the formation factor where the geometry is known; default true. */
  readonly formationFactor?: boolean;
  /** Also leave the pressures on the device, as the result's `pressureBuffer`; default false. */
  readonly pressureBuffer?: boolean;
}

export interface PermeabilityResult {
  readonly axis: Axis;
  readonly boundary: FlowDomain["boundary"];
  /** A `Closure`, or the name of the source. */
  readonly closure: string;
  /** [Pa·s] */
  readonly viscosity: number;
  /** [Pa] */
  readonly pressureDrop: number;
  /** [m] */
  readonly length: number;
  /** [m²] */
  readonly area: number;
  readonly extentSource: FlowDomain["extentSource"];
  readonly permeability: {
    readonly m2: number;
    readonly mD: number;
    /** Of the linear solve: within a factor of ten of the true error, as far as tested. */
    readonly relativeErrorEstimate: number;
  };
  /** [m³/s] */
  readonly flowRate: number;
  /** |Q_in − Q_out| / Q */
  readonly balance: number;
  /** `undefined` where the network has no geometry, nothing conducts, or the solve for it fell short. */
  readonly formationFactor: number | undefined;
  /** m [m³/(Pa·s)]: what was solved with. */
  readonly conductance: Float64Array;
  /** n [Pa], the outlet at 0; NaN in pores that are not solved. */
  readonly pressures: Float64Array;
  /**
   * Where it was asked for: n f32 on the device, 1 at the inlet and 0 at the outlet whatever the pressure drop, NaN in
   * pores that are not solved. A storage buffer that can be copied from; the caller destroys it.
   */
  readonly pressureBuffer?: GPUBuffer;
  /** m [m³/s], from the throat's first pore to its second. */
  readonly throatFlows: Float64Array;
  readonly domain: DomainReport;
  readonly solver: SystemReport;
  /** Of the whole call, all axes together. */
  readonly timings: SolveTimings;
}

export interface SolveTimings {
  /** Domains, conductances, patterns and what goes to the device [s]. */
  readonly setup: number;
  /** Solving, and reading the results back [s]. */
  readonly solve: number;
}

/**
 * The permeability of a network along one axis.
 *
 * A network through which nothing flows has permeability 0 and the status `not-percolating`; a solve that falls
 * short says so in `solver.status` (see `throwUnlessConverged`).
 *
 * @throws {NetworkError} when the network lacks what the closure needs, or a conductance makes no sense
 * @throws {OptionError} for options that are not understood
 * @throws {LimitError} when the network does not fit the device
 * @example
 * const { permeability } = await computePermeability(device, network, { axis: "x" });
 * console.log(`${permeability.mD} mD`);
 */
export async function computePermeability(
  device: ComputeDevice,
  network: PoreNetwork,
  options: PermeabilityOptions = {},
  control: SolveControl = {},
): Promise<PermeabilityResult> {
  const [result] = await computePermeabilities(device, network, [options.axis ?? "x"], options, control);
  return result!;
}

/**
 * The same along several axes. Systems of all axes, hydraulic and electrical, are solved in one batch; large
 * ones one after the other, so that only one is in memory.
 */
export async function computePermeabilities(
  device: ComputeDevice,
  network: PoreNetwork,
  axes: readonly Axis[] = ["x", "y", "z"],
  options: PermeabilityOptions = {},
  control: SolveControl = {},
): Promise<PermeabilityResult[]> {
  const start = performance.now();
  const problems: Problem[] = [];
  for (const axis of axes) problems.push(prepareProblem(network, { ...options, axis }, problems[0]));
  const { flows, currents, solve } = await solveProblems(device, problems, options, control);
  const timings = { setup: (performance.now() - start) / 1000 - solve, solve };
  return problems.map((problem, k) => describeResult(problem, flows[k]!, currents[k], timings));
}

/** More unknowns than this, and systems are solved one by one. */
const BATCH_UNKNOWNS = 500_000;
const OPTIONS = [
  ...FLOW_DOMAIN_OPTIONS,
  "closure",
  "viscosity",
  "pressureDrop",
  "solver",
  "formationFactor",
  "pressureBuffer",
] as const satisfies readonly (keyof PermeabilityOptions)[];

interface Problem {
  readonly domain: FlowDomain;
  readonly closure: string;
  readonly viscosity: number;
  readonly pressureDrop: number;
  readonly hydraulic: FlowCase;
  readonly electrical: FlowCase | undefined;
}

/** What a result keeps of a hydraulic solution: not the system, which is as large as the network. */
interface Flow extends Omit<FlowSolution, "system"> {
  readonly report: DomainReport;
}

/** What a formation factor takes of an electrical one. */
type Current = Pick<FlowSolution, "flowRate" | "solver">;

/** @param other a problem of the same network and options, of another axis */
function prepareProblem(network: PoreNetwork, options: PermeabilityOptions, other?: Problem): Problem {
  rejectUnknownKeys("computePermeability", options, OPTIONS);
  const {
    closure: wanted = "auto",
    viscosity: wantedViscosity,
    pressureDrop = 1,
    solver: _,
    formationFactor = true,
    pressureBuffer: _ignored,
    ...domainOptions
  } = options;
  requirePositive("pressureDrop", pressureDrop);
  const domain = resolveFlowDomain(network, domainOptions);
  const isSource = typeof wanted === "object";
  // All axes have the same conductances, but where a source looks at the axis or a calc box cuts throats.
  if (other && !isSource && !domain.conduitLengths && !other.domain.conduitLengths) {
    const { hydraulic, electrical, ...common } = other;
    return {
      ...common,
      domain,
      hydraulic: { ...hydraulic, domain },
      electrical: electrical && { ...electrical, domain },
    };
  }
  const closureOptions = {
    closure: isSource ? "auto" : wanted,
    conduitLengths: domain.conduitLengths,
    ...(wantedViscosity !== undefined && { viscosity: wantedViscosity }),
  };
  const { closure, values, viscosity } = isSource
    ? { closure: wanted.name, ...wanted.conduct(network, domainOptions, wantedViscosity) }
    : hydraulicConductance(network, closureOptions);
  const electrical = formationFactor ? electricalConductance(network, closureOptions) : undefined;
  return {
    domain,
    closure,
    viscosity,
    pressureDrop,
    hydraulic: { domain, conductance: values },
    electrical: electrical && { domain, conductance: electrical },
  };
}

async function solveProblems(
  device: ComputeDevice,
  problems: readonly Problem[],
  { solver, pressureBuffer = false }: PermeabilityOptions,
  control: SolveControl,
): Promise<{ flows: Flow[]; currents: (Current | undefined)[]; solve: number }> {
  const cases = problems.flatMap(({ hydraulic, electrical }) =>
    electrical ? [hydraulic, electrical] : [hydraulic],
  );
  const unknowns = cases.reduce((sum, { domain }) => sum + domain.poreState.length, 0);
  const batches = unknowns <= BATCH_UNKNOWNS ? [cases] : cases.map((each) => [each]);
  const flows: Flow[] = [];
  const currents: (Current | undefined)[] = problems.map(() => undefined);
  let solve = 0;
  try {
    for (const batch of batches) {
      using flow = await FlowBatch.create(device, batch, solver === undefined ? {} : { solver });
      for (const { fault } of flow.systems) if (fault) throw fault;
      const problemOf = batch.map((each) => problems.findIndex(({ electrical }) => electrical === each));
      const pressureBuffersOf = pressureBuffer ? [...problemOf.keys()].filter((k) => problemOf[k]! < 0) : [];
      const start = performance.now();
      const found = await flow.solve({ ...control, pressureBuffersOf });
      solve += (performance.now() - start) / 1000;
      for (const [k, { system, ...solution }] of found.entries()) {
        const problem = problemOf[k]!;
        if (problem < 0) flows.push({ ...solution, report: system.report });
        else currents[problem] = { flowRate: solution.flowRate, solver: solution.solver };
      }
    }
  } catch (error) {
    for (const flow of flows) flow.pressureBuffer?.destroy();
    throw error;
  }
  return { flows, currents, solve };
}

function describeResult(
  { domain, closure, viscosity, pressureDrop, hydraulic }: Problem,
  flow: Flow,
  current: Current | undefined,
  timings: SolveTimings,
): PermeabilityResult {
  const { axis, boundary, length, area, extentSource } = domain;
  const m2 = (viscosity * flow.flowRate * length) / area;
  const conducts = current?.solver.status === "converged" && current.flowRate > 0;
  return {
    axis,
    boundary,
    closure,
    viscosity,
    pressureDrop,
    length,
    area,
    extentSource,
    permeability: { m2, mD: toMillidarcy(m2), relativeErrorEstimate: flow.relativeErrorEstimate },
    flowRate: flow.flowRate * pressureDrop,
    balance: flow.balance,
    formationFactor: conducts ? area / (current.flowRate * length) : undefined,
    conductance: hydraulic.conductance,
    pressures: scaleInPlace(flow.pressures, pressureDrop),
    ...(flow.pressureBuffer && { pressureBuffer: flow.pressureBuffer }),
    throatFlows: scaleInPlace(flow.throatFlows, pressureDrop),
    domain: flow.report,
    solver: flow.solver,
    timings,
  };
}

function scaleInPlace(values: Float64Array, factor: number): Float64Array {
  if (factor !== 1) for (let k = 0; k < values.length; k++) values[k] = values[k]! * factor;
  return values;
}
