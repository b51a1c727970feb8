/**
 * What `permaban add` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { flag, forOneRun, jails, type OptionTable, text } from "../option.ts";
import { ALLOW_WIDE, ANY } from "./shared_spec.ts";

/** Options of `add`. */
export const ADD_OPTIONS = {
  comment: forOneRun(
    text("TEXT", "a remark to keep with each entry, also with one that is there already"),
  ),
  jail: forOneRun(jails("the jail that it is for")),
  force: forOneRun(flag("add what a listed network covers already")),
  "unless-pardoned": forOneRun(
    flag("refuse who was pardoned, whose new bans a scan counts; for fail2ban's action"),
  ),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The command `add`. */
export const addSpec: Command<typeof ADD_OPTIONS> = {
  name: "add",
  summary: "put addresses or networks on the blocklist",
  operands: "ADDRESS…",
  arity: { least: 1, most: ANY },
  description: [
    "Adds entries at the end of the blocklist. What a listed network covers already is named and " +
    "not added. What is on the allowlist and what must never be blocked is refused.",
    "An ADDRESS is an IPv4 or IPv6 address or a network; - reads them from standard input, one a " +
    "line, with # or ; before comments, which are kept.",
  ],
  options: ADD_OPTIONS,
  examples: [
    { line: "permaban add 192.0.2.7 2001:db8::/48", does: "block an address and a network" },
    { line: 'permaban add 192.0.2.7 --comment "spam run"', does: "keep the reason" },
    { line: "permaban add - < addresses.txt", does: "take over a list" },
  ],
  load: async () => (await import("../add_command.ts")).add,
};
