/**
 * What `permaban history` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { flag, forOneRun, type OptionTable, text } from "../option.ts";
import { ANY } from "./shared_spec.ts";

/** Options of `history`. */
export const HISTORY_OPTIONS = {
  before: forOneRun(text("DATE", "with forget: all bans before this day, or time")),
  wait: flag("with forget: wait for a scan to end"),
} satisfies OptionTable;

/** The command `history`. */
export const historySpec: Command<typeof HISTORY_OPTIONS> = {
  name: "history",
  summary: "show what scan --incremental remembers, or make it forget",
  operands: "[show|forget] [ADDRESS…]",
  arity: { least: 0, most: ANY },
  verbs: {
    show: "print every ban of an address or a network",
    forget: "drop bans for good",
  },
  description: [
    "Prints what the history holds: how many bans from when to when, and how far each log was read. " +
    '"history show ADDRESS" prints every ban of an address or of those in a network: time, ' +
    'address, jail, and whether fail2ban only restored it. "history forget ADDRESS" and ' +
    '"history forget --before DATE" drop bans for good; what the logs said of them is not read ' +
    "again.",
  ],
  options: HISTORY_OPTIONS,
  examples: [
    { line: "permaban history", does: "what is remembered" },
    { line: "permaban history show 192.0.2.7", does: "every ban of an address" },
    { line: "permaban history forget 192.0.2.7", does: "let it begin anew" },
    { line: "permaban history forget --before 2026-01-01", does: "drop what is old" },
  ],
  load: async () => (await import("../history_command.ts")).history,
};
