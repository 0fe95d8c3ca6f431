/** Is the network fit to be solved, and what is odd about it? */
import type { HealthReport, Quantiles } from "porenet";
import { formatCount, formatLength, formatNumber, formatPercent } from "./format.ts";
import { description } from "./network.ts";
import { Rows } from "./rows.tsx";

export function HealthPanel() {
  const health = description.value?.health;
  return (
    <section aria-labelledby="health-title">
      <h2 id="health-title">Health</h2>
      {health ? <Report health={health} /> : <p class="hint">No network is open yet.</p>}
    </section>
  );
}

function Report({ health }: { readonly health: HealthReport }) {
  const { flow, components, statistics } = health;
  return (
    <>
      <Findings health={health} />
      <h3>Flow along {flow.axis}</h3>
      <Rows
        caption={`Flow along ${flow.axis}`}
        rows={[
          ["Pressure held by", flow.boundary],
          ["Joins inlet and outlet", flow.spans ? "yes" : "no"],
          ["Pores that take part", formatCount(flow.solvedPores)],
          ["Pores left out", formatCount(flow.droppedPores)],
        ]}
      />
      <h3>Connections</h3>
      <Rows
        caption="Connections"
        rows={[
          ["Connected parts", formatCount(components.count)],
          [
            "Pores of the largest",
            components.largest[0] === undefined ? undefined : formatCount(components.largest[0]),
          ],
          ["Isolated pores", formatCount(health.isolatedPores)],
          ["Pores at dead ends", formatCount(health.deadEndPores)],
          ["Throats into reservoirs", formatCount(health.reservoirThroats)],
          ["Coordination, mean", formatNumber(statistics.coordination.mean, 4)],
          ["Coordination, largest", formatCount(statistics.coordination.max)],
          ["Porosity", statistics.porosity === undefined ? undefined : formatPercent(statistics.porosity, 4)],
          [
            "Clay",
            statistics.clayFraction === undefined ? undefined : formatPercent(statistics.clayFraction, 4),
          ],
        ]}
      />
      <Sizes
        sizes={[
          ["Pore radius", statistics.poreRadius],
          ["Throat radius", statistics.throatRadius],
          ["Pore to pore", statistics.throatLength],
        ]}
      />
      <details>
        <summary>Properties</summary>
        <p class="properties">{health.properties.join(", ")}</p>
      </details>
    </>
  );
}

function Findings({ health: { findings } }: { readonly health: HealthReport }) {
  if (findings.length === 0) return <p class="good">Nothing is wrong with this network.</p>;
  return (
    <ul class="findings">
      {findings.map(({ severity, message, remedy, indices, count }) => (
        <li key={message} data-severity={severity}>
          <strong>{severity}</strong> {message} {remedy}
          {indices.length > 0 && (
            <details>
              <summary>Which</summary>
              <p class="properties">
                {indices.join(", ")}
                {count > indices.length && `, and ${formatCount(count - indices.length)} more`}
              </p>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function Sizes({ sizes }: { readonly sizes: readonly (readonly [string, Quantiles | undefined])[] }) {
  const known = sizes.filter(([, quantiles]) => quantiles !== undefined);
  if (known.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <caption>Sizes</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">10{"\u202f"}%</th>
            <th scope="col">Median</th>
            <th scope="col">90{"\u202f"}%</th>
          </tr>
        </thead>
        <tbody>
          {known.map(([name, quantiles]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatLength(quantiles!.q10, 3)}</td>
              <td>{formatLength(quantiles!.median, 3)}</td>
              <td>{formatLength(quantiles!.q90, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
