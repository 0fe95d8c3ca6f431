/** Arguments of a command: declared as data, parsed strictly, with messages that name the flag. */
import { parseArgs } from "node:util";
import { findNearest } from "./suggest.ts";

export interface OptionSpec {
  /** What the option takes, for `--help`; without it the option is a switch. In brackets it may be left out. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** The arguments without options, as `NETWORK`; a last one that ends with `…` stands for one or more. */
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs that `--help` ends with. */
  readonly notes?: readonly string[];
}

/** Arguments that are not understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** May be empty: the help is pointed to in any case. */
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export class Arguments {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, string | true>;

  constructor(operands: readonly string[], values: ReadonlyMap<string, string | true>) {
    this.operands = operands;
    this.#values = values;
  }

  isSet(name: string): boolean {
    return this.#values.has(name);
  }

  /** `undefined` also where the option stands without a value that may be left out. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === true ? undefined : value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined || choices.includes(text as T)) return text as T | undefined;
    const nearest = findNearest(text, choices);
    throw this.#fault(
      name,
      `Choose one of: ${choices.join(", ")}.${nearest ? ` Did you mean ${nearest}?` : ""}`,
    );
  }

  /** A finite number above 0. */
  positive(name: string, unit = ""): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (value > 0 && value < Infinity) return value;
    throw this.#fault(name, `Give a number above 0${unit && ` [${unit}]`}.`);
  }

  notNegative(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (value >= 0 && value < Infinity) return value;
    throw this.#fault(name, "Give a number of 0 or more.");
  }

  integer(name: string, least: number, most = 2 ** 31 - 1): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#fault(name, `Give a whole number from ${least} to ${most}.`);
  }

  /** Numbers with commas between, as many as one of `counts`. */
  numbers(name: string, counts: readonly number[], remedy: string): number[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const values = text.split(",").map(parseNumber);
    if (counts.includes(values.length) && values.every(Number.isFinite)) return values;
    throw this.#fault(name, remedy);
  }

  /** @throws {UsageError} with what was given. */
  fail(name: string, remedy: string): never {
    throw this.#fault(name, remedy);
  }

  #fault(name: string, remedy: string): UsageError {
    return new UsageError(`--${name} is "${this.text(name)}".`, remedy);
  }
}

/** NaN for what is no number; unlike `Number`, nothing is 0 and no hexadecimal. */
export function parseNumber(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}

/** @throws {UsageError} for unknown options, missing or unwanted values, too many or too few operands. */
export function parseArguments(spec: CommandSpec, args: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), ...(short && { short }) },
    ]),
  );
  const { tokens } = parseArgs({
    args: closeOptionalValues(spec, args),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const operands: string[] = [];
  const values = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(spec.options, token.name) ? spec.options[token.name] : undefined;
    if (!option) throw unknownOption(spec, token.rawName);
    values.set(token.name, readValue(option, token.rawName, token.value, token.inlineValue));
  }
  checkOperands(spec, operands);
  return new Arguments(operands, values);
}

function mayBeAlone({ value }: OptionSpec): boolean {
  return value?.startsWith("[") === true;
}

/** `--json --quiet` as `--json= --quiet`: what may stand alone does not take the next option for its value. */
function closeOptionalValues({ options }: CommandSpec, args: readonly string[]): string[] {
  return args.map((arg, k) => {
    const option = arg.startsWith("--") ? options[arg.slice(2)] : undefined;
    const next = args[k + 1];
    return option && mayBeAlone(option) && (next === undefined || next.startsWith("-")) ? `${arg}=` : arg;
  });
}

function readValue(
  option: OptionSpec,
  rawName: string,
  value: string | undefined,
  isInline: boolean | undefined,
): string | true {
  if (option.value === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`${rawName} takes no value, "${value}" was given.`, `Write ${rawName} alone.`);
  }
  if (value === "" && isInline && mayBeAlone(option)) return true;
  const isOption = !isInline && value?.startsWith("-") && Number.isNaN(parseNumber(value.split(",")[0]!));
  if (value !== undefined && value !== "" && !isOption) return value;
  throw new UsageError(`${rawName} needs a value.`, `Write ${rawName} ${option.value}.`);
}

function unknownOption(spec: CommandSpec, rawName: string): UsageError {
  const names = Object.keys(spec.options).map((name) => `--${name}`);
  const nearest = findNearest(rawName, names);
  const remedy = nearest ? `Did you mean ${nearest}?` : "";
  return new UsageError(`porenet ${spec.name} has no option ${rawName}.`, remedy);
}

function checkOperands({ name, operands: wanted }: CommandSpec, operands: readonly string[]): void {
  if (operands.length < wanted.length) {
    throw new UsageError(
      `porenet ${name} needs ${wanted.slice(operands.length).join(" and ")}.`,
      `Write porenet ${name} ${wanted.join(" ")}.`,
    );
  }
  if (operands.length > wanted.length && !wanted.at(-1)?.endsWith("…")) {
    throw new UsageError(
      `porenet ${name} does not know what to do with "${operands[wanted.length]}".`,
      wanted.length === 0 ? "It takes options only." : `It takes ${wanted.join(" ")} and options.`,
    );
  }
}
