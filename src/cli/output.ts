/** Where things go: results to stdout, all else to stderr; colours only for people. */

/** One JSON object, for stdout. What JSON cannot hold (NaN, infinities, undefined) is `null`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, replaceUnknown, 2)}\n`);
}

export function replaceUnknown(_key: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Rows of a label and a text, aligned. */
export function alignRows(rows: readonly (readonly [string, string])[], indent = 2): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${" ".repeat(indent)}${label.padEnd(width)}  ${text}`.trimEnd());
}

export function warn(message: string): void {
  process.stderr.write(`${paint("warning:", "yellow")} ${message}\n`);
}

/** What goes on, for who debugs. */
export function note(what: string): void {
  process.stderr.write(`porenet: ${what}\n`);
}

const CODES = { red: 31, yellow: 33 } as const;

/** Coloured where stderr is a terminal that wants it (https://no-color.org). */
export function paint(text: string, color: keyof typeof CODES): string {
  return canPaint() ? `\u001b[${CODES[color]}m${text}\u001b[39m` : text;
}

function canPaint(): boolean {
  return process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
