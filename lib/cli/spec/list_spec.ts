/**
 * What `permaban list` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { choice, durationOr, flag, forOneRun, type OptionTable, text } from "../option.ts";
import { ALLOW_WIDE } from "./shared_spec.ts";

/** Options of `list`. */
export const LIST_OPTIONS = {
  long: flag("print what is known of each entry"),
  stale: forOneRun(
    durationOr("all", "only entries whose last ban, or else listing, was so long ago"),
  ),
  format: forOneRun(
    choice(
      "FORMAT",
      ["plain", "json", "csv", "hosts.deny", "nginx", "apache"],
      "how to print them",
    ),
  ),
  origin: forOneRun(text("NAME", "only entries that were imported from there")),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The command `list`. */
export const listSpec: Command<typeof LIST_OPTIONS> = {
  name: "list",
  summary: "print the blocklist",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Prints the networks of the blocklist, one a line, in the order of the file.",
    "With --long also when each was added, its bans, first and last ban, jails, " +
    "comment, until when it holds and the offenders for which a network was listed; off a terminal " +
    "with tabs between, and - for what is not known. An entry that lapsed is on the list, and marked " +
    "so, until the next scan --update removes it; no batch has it. JSON and CSV have the origin, too.",
    "--format csv prints a table with a header; hosts.deny, nginx and apache print lines for the " +
    "configuration of a server that block what restore would: merged into the fewest networks, " +
    "without what is on the allowlist or must never be blocked.",
  ],
  options: LIST_OPTIONS,
  examples: [
    { line: "permaban list", does: "what is blocked" },
    { line: "permaban list --long", does: "and since when and why" },
    { line: "permaban list --stale 1y", does: "who has not been seen for a year" },
    { line: "permaban list --format nginx > blocked.conf", does: "for nginx to include" },
  ],
  load: async () => (await import("../list_command.ts")).list,
};
