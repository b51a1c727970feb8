/**
 * What `permaban log` takes and says of itself.
 *
 * @module
 */

import { type Command, STATE_FOLDER } from "../command.ts";
import { forOneRun, type OptionTable, text } from "../option.ts";
import { ANY } from "./shared_spec.ts";

/** Options of `log`. */
export const LOG_OPTIONS = {
  since: forOneRun(text("WHEN", "only changes from this day or time on, or as far back as 7d")),
} satisfies OptionTable;

/** The command `log`. */
export const logSpec: Command<typeof LOG_OPTIONS> = {
  name: "log",
  summary: "show who changed the lists, when and how",
  operands: "[ADDRESS…]",
  arity: { least: 0, most: ANY },
  description: [
    "Prints the changes of blocklist, allowlist and pardons, the latest last: time, number of the " +
    "run, who it was, the command, the list, and what went (-) and came (+). Off a terminal there " +
    "are tabs between. --json has the lines in full.",
    "With ADDRESS, only changes of it, of networks that hold it and of what lies in it.",
    "Who it was is what sudo or the environment say (SUDO_USER, USER); cron is what says nothing " +
    'and has no terminal. "permaban undo" takes a run back.',
  ],
  options: LOG_OPTIONS,
  files: [
    { path: `${STATE_FOLDER}/journal`, holds: "the changes of the lists, a line for each" },
    { path: `${STATE_FOLDER}/journal.1`, holds: "those before them" },
  ],
  examples: [
    { line: "permaban log", does: "who changed what" },
    { line: "permaban log 192.0.2.7", does: "what became of an address" },
    { line: "permaban log --since 7d", does: "what happened in a week" },
  ],
  load: async () => (await import("../log_command.ts")).log,
};
