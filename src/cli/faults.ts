/** What goes wrong, told in one block on stderr: what, where, what to do; and the exit code that it means. */
import { FormatError, NetworkError, OptionError, PorenetError } from "../errors.ts";
import { Interruption } from "./interruption.ts";
import { UsageError } from "./options.ts";
import { paint } from "./output.ts";

/** @returns the exit code */
export function reportFault(error: unknown, command: string | undefined, debug: boolean): number {
  if (error instanceof Interruption) {
    process.stderr.write("porenet: interrupted\n");
    return error.exitCode;
  }
  const { what, remedy } = explain(error);
  const lines = [`${paint("porenet:", "red")} ${what}`];
  if (remedy) lines.push(`  ${remedy}`);
  if (error instanceof UsageError) lines.push(`  Help: porenet ${command ? `${command} ` : ""}--help`);
  if (debug && error instanceof Error) lines.push("", ...listStacks(error));
  process.stderr.write(`${lines.join("\n")}\n`);
  return isCallersFault(error) ? 2 : 1;
}

function isCallersFault(error: unknown): boolean {
  const kinds = [UsageError, FormatError, NetworkError, OptionError];
  return kinds.some((kind) => error instanceof kind);
}

function explain(error: unknown): { what: string; remedy: string } {
  if (error instanceof UsageError) return { what: error.message, remedy: error.remedy };
  if (error instanceof PorenetError) {
    const { message, remedy } = error;
    const what = message.endsWith(remedy) ? message.slice(0, message.length - remedy.length).trim() : message;
    return { what: sayFlags(what), remedy: sayFlags(remedy) };
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { what, remedy: "This is a fault of porenet: please report it with what --debug shows." };
}

/** The library's options by the flags that set them. */
export function sayFlags(text: string): string {
  return text
    .replace(/\{ device: "(\w+)" \}/g, "--device $1")
    .replaceAll("faceThickness", "--face-thickness")
    .replaceAll("maxIterations", "--max-iterations")
    .replaceAll("energyTolerance", "--permeability-tolerance")
    .replace("State length [m] and area [m²].", "State --length [m] and --area [m²].");
}

function listStacks(error: Error): string[] {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? [stack, "caused by", ...listStacks(error.cause)] : [stack];
}
