/**
 * What `permaban check` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { borrowed, files, forOneRun, type OptionTable } from "../option.ts";
import { RESTORE_OPTIONS } from "./restore_spec.ts";
import { CHOICE_NAMES, SCAN_OPTIONS } from "./scan_spec.ts";
import { ANY } from "./shared_spec.ts";

/** Options of `check`. */
export const CHECK_OPTIONS = {
  log: forOneRun(
    files("LOG", "count the bans in this log, folder or glob, not the history"),
  ),
  ...borrowed("scan", SCAN_OPTIONS, [...CHOICE_NAMES, "jobs"]),
  ...borrowed("restore", RESTORE_OPTIONS, ["allow-wide"]),
} satisfies OptionTable;

/** The command `check`. */
export const checkSpec: Command<typeof CHECK_OPTIONS> = {
  name: "check",
  summary: "say whether an address is blocked, and why or why not",
  operands: "ADDRESS…",
  arity: { least: 1, most: ANY },
  description: [
    "Says of each address or network whether all of it is blocked, that is, in what restore would " +
    "load: by which entries, since when and why, or what is missing; what the allowlist and the " +
    "pardons have of it; its bans by jail and day; and what would free or block it. The exit status " +
    "is 0 if all are blocked, and 1 if one is not, or not all of it.",
    "Bans are those of the history that scan --incremental keeps, or with --log those in logs; " +
    "without either, only what the blocklist says of an entry is told. What counts is what a scan " +
    "would count: the options are those of scan, and [scan] in a configuration holds for them.",
    "- reads addresses from standard input, one a line. Off a terminal each fact is one line with " +
    "tabs between.",
  ],
  options: CHECK_OPTIONS,
  examples: [
    { line: "permaban check 192.0.2.7", does: "is it blocked, and why" },
    {
      line: "permaban check 192.0.2.7 --log '/var/log/fail2ban.log*'",
      does: "with its bans in the logs, where there is no history",
    },
    { line: "permaban check --quiet 192.0.2.7 > /dev/null && echo blocked", does: "in a script" },
    { line: "permaban check - --json < addresses.txt", does: "many, for a program" },
  ],
  load: async () => (await import("../check_command.ts")).check,
};
