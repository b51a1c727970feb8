/**
 * What `permaban completions` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import type { OptionTable } from "../option.ts";

/** Options of `completions`. */
export const COMPLETIONS_OPTIONS = {} satisfies OptionTable;

/** The command `completions`. */
export const completionsSpec: Command<typeof COMPLETIONS_OPTIONS> = {
  name: "completions",
  summary: "print what completes command lines in bash, zsh or fish",
  operands: "bash|zsh|fish",
  arity: { least: 1, most: 1 },
  verbs: {
    bash: "for bash 4.3 or later",
    zsh: "for zsh",
    fish: "for fish",
  },
  description: [
    "Prints a script with which the shell completes commands, options and their values: words where " +
    "there are a few, names of files where a file is meant, and of fail2ban's jails, as far as they " +
    "stand in jail.local or jail.d. Packages bring it along.",
  ],
  options: COMPLETIONS_OPTIONS,
  examples: [
    { line: 'eval "$(permaban completions bash)"', does: "in ~/.bashrc" },
    { line: 'eval "$(permaban completions zsh)"', does: "in ~/.zshrc, behind compinit" },
    {
      line: "permaban completions fish > ~/.config/fish/completions/permaban.fish",
      does: "for fish",
    },
  ],
  needsNoConfiguration: true,
  load: async () => (await import("../completions_command.ts")).completions,
};
