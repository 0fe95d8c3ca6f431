/** The colours of the picture and what they mean; and what a pore or throat holds. */
import type { StageLegend } from "../engine/stage-colors.ts";
import type { ElementReading } from "../engine/stage-reading.ts";
import { formatLength, formatNumber, THIN } from "./format.ts";

const UNIT_OF_FLOW = "m³/s";

export function Legend({ legend }: { readonly legend: StageLegend }) {
  const { colors, ticks, title, unit, exponent, hasUnsolved } = legend;
  const power = exponent === 0 ? "" : formatNumber(10 ** exponent, 1).replace(/^1 ×/, "×");
  return (
    <figure class="viewer-legend">
      <figcaption>
        {title}
        {(unit || power) && <span class="unit"> [{[power, unit].filter(Boolean).join(" ")}]</span>}
      </figcaption>
      <div class="bar" style={{ background: `linear-gradient(to right, ${colors.join(", ")})` }} />
      <ol aria-label={`Marks from dark to light: ${title}`}>
        {ticks.map(({ place, label }) => (
          <li key={place} style={{ insetInlineStart: `${100 * place}%` }}>
            {label}
          </li>
        ))}
      </ol>
      {hasUnsolved && (
        <p>
          <span class="unsolved" aria-hidden="true" /> grey: no value
        </p>
      )}
    </figure>
  );
}

/** Name, then what there is to say, line by line. */
export function readLines(reading: ElementReading): [string, string][] {
  const { ends, position, coordination, radius, length, pressure, flow, sensitivity } = reading;
  const lines: [string, string | undefined][] = [
    ["between", ends?.map((end) => (/\d/.test(end) ? `pore ${end}` : end)).join(" and ")],
    ["at", position?.map((place) => formatLength(place, 3)).join(", ")],
    ["throats", coordination === undefined ? undefined : String(coordination)],
    ["radius", format(radius, formatLength)],
    ["length", format(length, formatLength)],
    ["pressure", format(pressure, (value) => `${formatNumber(value)}${THIN}Pa`)],
    ["flow rate", format(flow, (value) => `${formatNumber(value)}${THIN}${UNIT_OF_FLOW}`)],
    ["∂ln K/∂ln g", format(sensitivity, (value) => formatNumber(value))],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}

function format(value: number | undefined, write: (value: number) => string): string | undefined {
  if (value === undefined) return undefined;
  return Number.isNaN(value) ? "none" : write(value);
}

interface ReadingProps {
  readonly reading: ElementReading;
  /** Where it was pointed at, and the picture's size [px]. */
  readonly at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export function Reading({ reading, at }: ReadingProps) {
  // Beside the pointer, on the side where there is more room.
  const across = at.x < at.width / 2 ? { left: `${at.x + 16}px` } : { right: `${at.width - at.x + 16}px` };
  const down = at.y < at.height / 2 ? { top: `${at.y + 8}px` } : { bottom: `${at.height - at.y + 8}px` };
  return (
    <div class="viewer-reading" style={{ ...across, ...down }} aria-hidden="true">
      <strong>{nameOf(reading)}</strong>
      <dl>
        {readLines(reading).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function nameOf({ kind, index }: ElementReading): string {
  return `${kind === "pore" ? "Pore" : "Throat"} ${index}`;
}
