/** What a command is. */
import type { Arguments, CommandSpec } from "./options.ts";

export interface Command extends CommandSpec {
  /** @returns the exit code */
  run(args: Arguments): Promise<number>;
}
