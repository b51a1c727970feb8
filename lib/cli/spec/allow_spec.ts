/**
 * What `permaban allow` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { durationOr, flag, forOneRun, type OptionTable, text } from "../option.ts";
import { ALLOW_WIDE, ANY } from "./shared_spec.ts";

/** Options of `allow`. */
export const ALLOW_OPTIONS = {
  comment: forOneRun(
    text("TEXT", "with add: a remark to keep with each entry, also with one that is there already"),
  ),
  for: forOneRun(durationOr("for good", "with add: how long it holds")),
  long: forOneRun(flag("with list: until when each holds, and its comment")),
  fail2ban: forOneRun(flag("with import: take over whom fail2ban ignores")),
  "dry-run": forOneRun(
    flag("with add or import: change nothing and print what would be added (+)"),
  ),
  "allow-wide": forOneRun(ALLOW_WIDE),
} satisfies OptionTable;

/** The command `allow`. */
export const allowSpec: Command<typeof ALLOW_OPTIONS> = {
  name: "allow",
  summary: "edit the allowlist: who is never blocked",
  operands: "[list|add|remove|import] [ADDRESS…|DIR]",
  arity: { least: 0, most: ANY },
  verbs: {
    list: "print the allowlist",
    add: "put addresses or networks on it",
    remove: "take exactly these off again",
    import: "allow whom fail2ban ignores",
  },
  description: [
    "Who is on the allowlist is never blocked: bans of an address there do not count, it cannot be " +
    "added to the blocklist, and where a listed network holds it, each batch leaves it out.",
    '"allow add ADDRESS" puts addresses or networks on it, "allow remove ADDRESS" takes exactly these ' +
    'off again, "allow list" prints it. - reads addresses from standard input, one a line.',
    '"allow import --fail2ban [DIR]" adds whom fail2ban ignores: option ignoreip of all its jails, ' +
    "enabled or not, as jail.conf, jail.local and jail.d in DIR (/etc/fail2ban) have it, with what " +
    "they include. Host names in it are named and left out. The machine's own addresses, which " +
    "ignoreself speaks of, are protected anyway.",
  ],
  options: ALLOW_OPTIONS,
  examples: [
    { line: 'permaban allow add 192.0.2.7 --comment "the office"', does: "never block an address" },
    { line: "permaban allow add 198.51.100.0/24 --for 30d", does: "a network, for a month" },
    { line: "permaban allow list --long", does: "who is allowed, until when and why" },
    { line: "permaban allow remove 192.0.2.7", does: "let it be blocked again" },
    { line: "permaban allow import --fail2ban", does: "allow whom fail2ban ignores" },
  ],
  load: async () => (await import("../allow_command.ts")).allow,
};
