/** A table of names and values; what is not known has no row. */
import type { ComponentChildren } from "preact";

export function Rows({
  caption,
  rows,
}: {
  /** For who cannot see where the table stands. */
  readonly caption: string;
  readonly rows: readonly (readonly [string, ComponentChildren])[];
}) {
  return (
    <table class="rows">
      <caption class="unseen">{caption}</caption>
      <tbody>
        {rows
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
