/** What is to be solved, and what came out: the permeability large, the rest in a table. */
import type { SolveReport } from "../engine/solve-report.ts";
import { solve } from "./actions.ts";
import { chooseClosures } from "./closure-names.ts";
import { device, engine } from "./connect.ts";
import { Choices, Form, NumberField, SelectField } from "./fields.tsx";
import {
  formatCount,
  formatLength,
  formatMillidarcy,
  formatNumber,
  formatPercent,
  formatSeconds,
  THIN,
} from "./format.ts";
import { description, hasDevice, reports, reportVersion, shown } from "./network.ts";
import { Rows } from "./rows.tsx";
import { change, type Settings, settings } from "./settings.ts";

const TOLERANCES = [1e-6, 1e-8, 1e-10, 1e-12];

export function SolvePanel() {
  const { axis, closure } = settings.value;
  const isReady = hasDevice() && description.value !== undefined;
  return (
    <section aria-labelledby="solve-title">
      <h2 id="solve-title">Solve</h2>
      <Form label="Solve" onSubmit={solve}>
        <Choices
          label="Flow along"
          name="axis"
          value={axis}
          choices={["x", "y", "z", "all"].map((value) => ({ value, label: value }))}
          onChange={(value) => change({ axis: value as Settings["axis"] })}
        />
        <SelectField
          label="Conductances by"
          value={closure}
          choices={chooseClosures(closure)}
          onChange={(value) => change({ closure: value })}
        />
        <SolverFields />
        <button type="submit" class="primary" disabled={!isReady} aria-describedby="solve-hint">
          Solve
        </button>
        <p id="solve-hint" class="hint">
          {!description.value
            ? "Open a network first."
            : device.value?.state === "unavailable"
              ? "Solving needs WebGPU: see the notice above."
              : ""}
        </p>
      </Form>
      <Results />
    </section>
  );
}

function SolverFields() {
  const { preconditioner, tolerance, viscosity, pressureDrop } = settings.value;
  const tolerances = TOLERANCES.includes(tolerance) ? TOLERANCES : [...TOLERANCES, tolerance];
  return (
    <details>
      <summary>Fluid and solver</summary>
      <div class="fields">
        <NumberField
          label="Viscosity"
          unit="Pa·s"
          isOptional
          min={1e-12}
          hint="of the closure"
          value={viscosity}
          onChange={(value) => change({ viscosity: value })}
        />
        <NumberField
          label="Pressure drop"
          unit="Pa"
          min={1e-12}
          value={pressureDrop}
          onChange={(value = pressureDrop) => change({ pressureDrop: value })}
        />
        <SelectField
          label="Preconditioner"
          value={preconditioner}
          choices={[
            { value: "auto", label: "by size" },
            { value: "jacobi", label: "Jacobi" },
            { value: "multigrid", label: "multigrid" },
          ]}
          onChange={(value) => change({ preconditioner: value as Settings["preconditioner"] })}
        />
        <SelectField
          label="Relative residual"
          value={String(tolerance)}
          choices={tolerances.map((value) => ({ value: String(value), label: formatNumber(value, 1) }))}
          onChange={(value) => change({ tolerance: Number(value) })}
        />
      </div>
    </details>
  );
}

function Results() {
  const found = reports.value;
  if (found.length === 0) return null;
  const report = found[shown.value] ?? found[0]!;
  return (
    <div class="results">
      {found.length > 1 && (
        <Choices
          label="Shown"
          name="shown"
          value={report.axis}
          choices={found.map(({ axis, permeability }) => ({
            value: axis,
            label: `${axis}: ${formatMillidarcy(permeability.mD, 4).value}${THIN}${formatMillidarcy(permeability.mD, 4).unit}`,
          }))}
          onChange={(axis) => engine.solver.show(found.findIndex((each) => each.axis === axis))}
        />
      )}
      <Result report={report} />
    </div>
  );
}

function Result({ report }: { readonly report: SolveReport }) {
  const { permeability, axis, status, remedy } = report;
  const { value, unit } = formatMillidarcy(permeability.mD, 7);
  return (
    <>
      <p class="permeability" data-m2={permeability.m2} data-axis={axis} data-version={reportVersion.value}>
        <span class="name">Permeability along {axis}</span>
        <output>
          {value}
          <span class="unit">
            {THIN}
            {unit}
          </span>
        </output>
        <span class="also">
          {formatNumber(permeability.m2, 7)}
          {THIN}m²
        </span>
      </p>
      {status !== "converged" && (
        <p class="notice fault" role="alert">
          <strong>{status}</strong> {remedy}
        </p>
      )}
      <Rows caption={`The solve along ${axis}`} rows={listRows(report)} />
    </>
  );
}

function listRows(report: SolveReport): (readonly [string, string | undefined])[] {
  const { permeability, timings, extentSource, length, area } = report;
  const from = { box: "of the box", options: "as stated", pores: "of the pores' extent" }[extentSource];
  return [
    [
      "Flow rate",
      `${formatNumber(report.flowRate, 6)}${THIN}m³/s at ${formatNumber(report.pressureDrop)}${THIN}Pa`,
    ],
    ["Balance of in- and outflow", formatNumber(report.balance, 2)],
    ["Error of K by the solve", formatNumber(permeability.relativeErrorEstimate, 1)],
    [
      "Formation factor",
      report.formationFactor === undefined ? undefined : formatNumber(report.formationFactor, 6),
    ],
    ["Closure", `${report.closure}, ${formatNumber(report.viscosity)}${THIN}Pa·s`],
    ["Pressure held by", report.boundary],
    ["Length and area", `${formatLength(length, 5)}, ${formatNumber(area * 1e6, 5)}${THIN}mm², ${from}`],
    ["Pores solved", describePores(report)],
    ["Solver", `${report.status}, ${formatCount(report.iterations)} iterations`],
    ["Relative residual", formatNumber(report.relativeResidual, 2)],
    ["Preconditioner", report.preconditioner],
    ["Time", `${formatSeconds(timings.solve)}, and ${formatSeconds(timings.setup)} before`],
    ["Adapter", report.adapter],
  ];
}

function describePores({ solvedPores, droppedPores }: SolveReport): string {
  const all = solvedPores + droppedPores;
  const part = all > 0 ? ` (${formatPercent(solvedPores / all, 3)})` : "";
  return `${formatCount(solvedPores)}${part}`;
}
