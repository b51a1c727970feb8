/**
 * What `permaban undo` takes and says of itself.
 *
 * @module
 */

import { type Command, STATE_FOLDER } from "../command.ts";
import { flag, forOneRun, type OptionTable } from "../option.ts";

/** Options of `undo`. */
export const UNDO_OPTIONS = {
  "dry-run": forOneRun(
    flag("change nothing and print what would be put back (+) and taken out (-)"),
  ),
} satisfies OptionTable;

/** The command `undo`. */
export const undoSpec: Command<typeof UNDO_OPTIONS> = {
  name: "undo",
  summary: "take the last change of the lists back",
  operands: "[RUN]",
  arity: { least: 0, most: 1 },
  description: [
    "Takes back what the last run that changed a list did to blocklist, allowlist and pardons, or " +
    'what the run of this number did, as "permaban log" shows it. Lines that went are put back where ' +
    "they stood, lines that came are taken out; what others changed since stays. Where nothing else " +
    "changed, the files are byte for byte what they were.",
    "What came and is not there any more, or not as it came, is named, and the exit status is 4; it " +
    "is 3 if nothing could be taken back. An undo is a change like others: undone itself, it is " +
    "done again.",
  ],
  options: UNDO_OPTIONS,
  files: [
    { path: `${STATE_FOLDER}/undo-*`, holds: "the lines of changes that have very many" },
  ],
  examples: [
    { line: "permaban undo", does: "take the last change back" },
    { line: "permaban undo --dry-run", does: "see what that would do" },
    { line: "permaban undo 17", does: "take back an earlier run" },
  ],
  load: async () => (await import("../undo_command.ts")).undo,
};
