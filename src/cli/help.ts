/** `porenet --help` and `porenet COMMAND --help`, out of the commands' own declarations. */
import type { CommandSpec } from "./options.ts";

const WIDTH = 100;

export const EXIT_CODES =
  "Exit codes: 0 done; 1 the numbers or the machine fell short (not converged, not percolating, no device, too " +
  "little memory); 2 the arguments or a file are at fault (unknown option, missing or malformed file, a network " +
  "without what is needed, an output that cannot be written); 130 interrupted.";

/** Options that every command has. */
export const COMMON_OPTIONS = {
  debug: { help: "show what goes on, and the stack of an error" },
  help: { short: "h", help: "show this" },
} as const;

export function describeProgram(version: string, commands: readonly CommandSpec[]): string {
  const rows = commands.map(
    ({ name, operands, summary }) => [[name, ...operands].join(" "), summary] as const,
  );
  return [
    `porenet ${version}: flow through pore networks of rock and soil, on WebGPU`,
    "",
    "Usage: porenet COMMAND [options]",
    "",
    ...printRows(rows),
    "",
    "porenet COMMAND --help tells a command's options; porenet --version the version.",
    "",
    wrap(EXIT_CODES),
    "",
  ].join("\n");
}

export function describeCommand(spec: CommandSpec): string {
  const rows = Object.entries(spec.options).map(([name, { value, short, help }]) => {
    const flag = `${short ? `-${short}, ` : ""}--${name}${value === undefined ? "" : ` ${value}`}`;
    return [flag, help] as const;
  });
  const notes = [...(spec.notes ?? []), EXIT_CODES].flatMap((note) => ["", wrap(note)]);
  return [
    `Usage: porenet ${[spec.name, ...spec.operands, "[options]"].join(" ")}`,
    "",
    wrap(spec.summary),
    "",
    ...printRows(rows),
    ...notes,
    "",
  ].join("\n");
}

function printRows(rows: readonly (readonly [string, string])[]): string[] {
  const left = 2 + Math.min(34, Math.max(...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, help]) => {
    const lines = wrapLines(help, WIDTH - left - 2);
    const isLong = name.length > left - 2;
    const first = isLong ? [`  ${name}`] : [];
    return [...first, ...lines.map((line, k) => `  ${(k === 0 && !isLong ? name : "").padEnd(left)}${line}`)];
  });
}

function wrap(text: string): string {
  return wrapLines(text, WIDTH).join("\n");
}

function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
