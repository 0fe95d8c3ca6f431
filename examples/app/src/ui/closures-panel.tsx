/** Closures beside each other, learned ones among them, and the throats on which the permeability hangs. */
import { useSignal } from "@preact/signals";
import type { ClosureRow } from "../engine/closure-rows.ts";
import type { ThroatRanking } from "../engine/throat-ranking.ts";
import { openFiles } from "./actions.ts";
import { listClosures, nameClosure } from "./closure-names.ts";
import { attempt, engine, networkVersion, solutionVersion } from "./connect.ts";
import { Choices } from "./fields.tsx";
import {
  formatCount,
  formatLength,
  formatMillidarcy,
  formatNumber,
  formatPercent,
  formatSeconds,
  THIN,
} from "./format.ts";
import { description, hasDevice, models, reports } from "./network.ts";
import { solveSettings } from "./settings.ts";

export function ClosuresPanel() {
  return (
    <section aria-labelledby="closures-title">
      <h2 id="closures-title">Closures</h2>
      <p>
        The closure, which makes conductances of geometry, decides more than anything else. Here each is
        solved after the other, trained models among them.
      </p>
      <Comparison />
      <Models />
      <Sensitivity />
    </section>
  );
}

function Comparison() {
  const rows = useSignal<{ readonly version: number; readonly axis: string; readonly rows: ClosureRow[] }>({
    version: -1,
    axis: "x",
    rows: [],
  });
  const compare = async () => {
    const asked = { ...solveSettings(), viscosity: undefined };
    const axis = asked.axis === "all" ? "x" : asked.axis;
    const version = networkVersion.peek();
    const found = await attempt(() => engine.solver.compareClosures({ ...asked, axis }, listClosures()));
    if (found) rows.value = { version, axis, rows: found };
  };
  const isCurrent = rows.value.version === networkVersion.value && rows.value.rows.length > 0;
  return (
    <>
      <button type="button" class="primary" disabled={!description.value || !hasDevice()} onClick={compare}>
        Compare
      </button>
      {isCurrent && <ClosureTable axis={rows.value.axis} rows={rows.value.rows} />}
    </>
  );
}

function ClosureTable({ axis, rows }: { readonly axis: string; readonly rows: readonly ClosureRow[] }) {
  return (
    <div class="scroll">
      <table class="closures">
        <caption>Permeability along {axis}</caption>
        <thead>
          <tr>
            <th scope="col">Closure</th>
            <th scope="col">K</th>
            <th scope="col">of the first</th>
            <th scope="col">F</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.closure} data-closure={row.closure}>
              <th scope="row">{nameClosure(row.closure)}</th>
              {row.fault === undefined ? <Values row={row} /> : <td colSpan={4}>{row.fault}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Values({ row }: { readonly row: Extract<ClosureRow, { readonly m2: number }> }) {
  const { value, unit } = formatMillidarcy(row.mD, 5);
  return (
    <>
      <td data-m2={row.m2}>
        {value}
        {THIN}
        {unit}
        {row.status !== "converged" && ` (${row.status})`}
      </td>
      <td>{formatPercent(row.ratio, 4)}</td>
      <td>{formatNumber(row.formationFactor, 4)}</td>
      <td>{formatSeconds(row.seconds)}</td>
    </>
  );
}

function Models() {
  return (
    <>
      <h3>Trained models</h3>
      <ul>
        {models.value.map(({ name, note }) => (
          <li key={name}>
            <strong>{name}</strong> <span class="hint">{note}</span>
          </li>
        ))}
      </ul>
      {description.value && description.value.health.voxelSize === undefined && (
        <p class="hint">
          The voxel size of this network is not known: a model that looks at it takes the mean of its
          training. It can be given under Network, with the files.
        </p>
      )}
      <label class="field">
        <span>Open another: manifest.json and its weights</span>
        <input
          type="file"
          multiple
          accept=".json,.bin"
          onChange={async ({ currentTarget }) => {
            const files = Array.from(currentTarget.files ?? []);
            currentTarget.value = "";
            await openFiles(files);
          }}
        />
      </label>
    </>
  );
}

const PARTS = ["0", "0.25", "0.5", "0.9"];

function Sensitivity() {
  const part = useSignal("0");
  const found = useSignal<{ readonly version: number; readonly ranking: ThroatRanking } | undefined>(
    undefined,
  );
  const rank = async (value: string) => {
    part.value = value;
    const version = solutionVersion.peek();
    const ranking = await attempt(() => engine.solver.rankThroats(Number(value)));
    found.value = ranking && { version, ranking };
  };
  const isCurrent = found.value !== undefined && found.value.version === solutionVersion.value;
  return (
    <>
      <h3>Throats that matter most</h3>
      <p>
        A throat's share in the dissipation is ∂lnK/∂ln<i>g</i>: by how many percent the permeability changes
        with one percent of its conductance.
      </p>
      {reports.value.length === 0 ? (
        <p class="hint">Solve first.</p>
      ) : (
        <Choices
          label="Highlight the fewest throats that make this part of it"
          name="part"
          value={isCurrent ? part.value : "0"}
          choices={PARTS.map((value) => ({
            value,
            label: value === "0" ? "none" : formatPercent(Number(value), 2),
          }))}
          onChange={rank}
        />
      )}
      {isCurrent && <Ranking ranking={found.value!.ranking} part={Number(part.value)} />}
    </>
  );
}

function Ranking({ ranking, part }: { readonly ranking: ThroatRanking; readonly part: number }) {
  const { count, throats, top } = ranking;
  return (
    <>
      <p role="status">
        {formatCount(count)} of {formatCount(throats)} throats ({formatPercent(count / throats, 2)}) make{" "}
        {formatPercent(part, 2)} of the dissipation.
      </p>
      <div class="scroll">
        <table>
          <caption>The first of them</caption>
          <thead>
            <tr>
              <th scope="col">Throat</th>
              <th scope="col">Joins</th>
              <th scope="col">Radius</th>
              <th scope="col">
                ∂lnK/∂ln<i>g</i>
              </th>
            </tr>
          </thead>
          <tbody>
            {top.map(({ throat, pores, share, radius }) => (
              <tr key={throat}>
                <th scope="row">{throat}</th>
                <td>{pores.map(nameEnd).join(", ")}</td>
                <td>{formatLength(radius, 3)}</td>
                <td>{formatNumber(share, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function nameEnd(pore: number): string {
  if (pore >= 0) return String(pore);
  return pore === -1 ? "inlet" : "outlet";
}
