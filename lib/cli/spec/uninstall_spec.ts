/**
 * What `permaban uninstall` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { flag, forOneRun, type OptionTable } from "../option.ts";
import { ROOT } from "./shared_spec.ts";

/** Options of `uninstall`. */
export const UNINSTALL_OPTIONS = {
  purge: forOneRun(flag("remove blocklist, allowlist, history and configuration, too")),
  force: forOneRun(
    flag("remove files that were edited by hand, too, instead of keeping them aside"),
  ),
  "dry-run": forOneRun(flag("print what would be removed as a diff, and change nothing")),
  root: ROOT,
} satisfies OptionTable;

/** The command `uninstall`. */
export const uninstallSpec: Command<typeof UNINSTALL_OPTIONS> = {
  name: "uninstall",
  summary: "take back the files that install wrote",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Removes the files that install wrote, the links that enabled its units, and the folders it made " +
    "if nothing else is in them. " +
    "Blocklist, history and configuration stay, unless --purge is given. A file that was edited by " +
    "hand is kept beside its place with ~ at the end of its name. Where the record of what was written " +
    "is gone, the files that say themselves that install wrote them are taken back.",
    "It stops nothing, and says which commands remain to be run, first those that take the rules out " +
    "of the firewall: till then all who are blocked stay so.",
  ],
  options: UNINSTALL_OPTIONS,
  examples: [
    { line: "permaban uninstall --dry-run", does: "see what would be removed" },
    { line: "permaban uninstall", does: "remove it" },
    { line: "permaban uninstall --purge", does: "and all data" },
  ],
  // What is wrong in it must not keep anybody from taking things back.
  needsNoConfiguration: true,
  load: async () => (await import("../uninstall_command.ts")).uninstall,
};
