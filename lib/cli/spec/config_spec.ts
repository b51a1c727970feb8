/**
 * What `permaban config` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import type { OptionTable } from "../option.ts";

/** Options of `config`. */
export const CONFIG_OPTIONS = {} satisfies OptionTable;

/** The command `config`. */
export const configSpec: Command<typeof CONFIG_OPTIONS> = {
  name: "config",
  summary: "show what the configuration says, and whether it is right",
  operands: "[COMMAND]",
  arity: { least: 0, most: 1 },
  operandKind: "command",
  description: [
    "Prints every option that may stand in a configuration, of all commands or of one, with its " +
    "value and where that comes from. What it prints can itself be used as a configuration.",
    "Names everything that is wrong in the configuration; the exit status is 4 then.",
    "A configuration is a TOML file. Options that every command has stand at its top, those of a " +
    "command below its name in brackets, each by its long name without the dashes: true or false, " +
    "a number, a text in quotes, or a list of texts. The command line wins; --no-NAME, as in " +
    "--no-quiet or --no-hook, takes an option back.",
  ],
  options: CONFIG_OPTIONS,
  examples: [
    { line: "permaban config", does: "what holds" },
    { line: "permaban config scan", does: "what holds for one command" },
    {
      line: "permaban config --config new.toml --quiet > /dev/null",
      does: "is this file right?",
    },
  ],
  checksConfiguration: true,
  load: async () => (await import("../config_command.ts")).config,
};
