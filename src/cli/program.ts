/** Finds the command, runs it, tells what went wrong. */
import { bench } from "./bench.ts";
import { calibrate } from "./calibrate.ts";
import type { Command } from "./command.ts";
import { convert } from "./convert.ts";
import { devices } from "./devices.ts";
import { evaluate } from "./evaluate.ts";
import { reportFault } from "./faults.ts";
import { generate } from "./generate.ts";
import { describeCommand, describeProgram } from "./help.ts";
import { info } from "./info.ts";
import { type CommandSpec, parseArguments, UsageError } from "./options.ts";
import { predict } from "./predict.ts";
import { solve } from "./solve.ts";
import { findNearest } from "./suggest.ts";
import { train } from "./train.ts";
import { readVersion } from "./version.ts";

const COMMANDS: readonly Command[] = [
  solve,
  devices,
  info,
  convert,
  train,
  predict,
  evaluate,
  calibrate,
  bench,
];
const SPECS: readonly CommandSpec[] = [...COMMANDS, generate];

/**
 * Runs `porenet` with these arguments.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    return reportFault(error, nameCommand(args), args.includes("--debug"));
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) throw new UsageError("A command is missing.", `Choose one of: ${listNames()}.`);
  if (name === "help" && rest.length > 0) return dispatch([...rest, "--help"]);
  if (name === "--help" || name === "-h" || name === "help")
    return print(describeProgram(readVersion(), SPECS));
  if (name === "--version" || name === "-V") return print(`${readVersion()}\n`);
  const wantsHelp = rest.some((each) => each === "--help" || each === "-h");
  if (name === generate.name) {
    if (wantsHelp && rest[0]?.startsWith("-")) return print(describeCommand(generate));
    const kind = generate.choose(rest);
    return wantsHelp ? print(describeCommand(kind)) : kind.run(parseArguments(kind, rest.slice(1)));
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) throw unknownCommand(name);
  return wantsHelp ? print(describeCommand(command)) : command.run(parseArguments(command, rest));
}

/** The command whose help is of use: `solve`, `generate cubic`. */
function nameCommand([first, second]: readonly string[]): string | undefined {
  const names = [...SPECS, ...generate.kinds].map(({ name }) => name);
  return [`${first} ${second}`, first].find((name) => name !== undefined && names.includes(name));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function unknownCommand(name: string): UsageError {
  const nearest = findNearest(
    name,
    SPECS.map((each) => each.name),
  );
  return new UsageError(
    name.startsWith("-") ? `There is no option ${name} before a command.` : `There is no command "${name}".`,
    nearest ? `Did you mean ${nearest}?` : `Choose one of: ${listNames()}.`,
  );
}

function listNames(): string {
  return SPECS.map(({ name }) => name).join(", ");
}
