/**
 * What `permaban remove` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { flag, type OptionTable } from "../option.ts";
import { ANY } from "./shared_spec.ts";

/** Options of `remove`. */
export const REMOVE_OPTIONS = {
  "no-pardon": flag(
    "let earlier bans count again, so that it may come back; --pardon undoes it",
  ),
} satisfies OptionTable;

/** The command `remove`. */
export const removeSpec: Command<typeof REMOVE_OPTIONS> = {
  name: "remove",
  summary: "take addresses or networks off the blocklist",
  operands: "ADDRESS…",
  arity: { least: 1, most: ANY },
  description: [
    "Removes the entries of exactly these addresses and networks: 192.0.2.4 never takes " +
    "192.0.2.40 or 192.0.2.0/24 along. A listed network that still covers one is named.",
    "What is removed is pardoned, listed or not: bans up to now never count again, so that only new " +
    "ones bring it back. --no-pardon leaves that out.",
    "- reads them from standard input, one a line.",
  ],
  options: REMOVE_OPTIONS,
  examples: [
    { line: "permaban remove 192.0.2.7", does: "free an address" },
    { line: "permaban remove - < mistakes.txt", does: "free many" },
  ],
  load: async () => (await import("../remove_command.ts")).remove,
};
