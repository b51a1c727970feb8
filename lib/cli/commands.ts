/**
 * The table of commands and their options: the one place where an option is named.
 *
 * Parsing and help are made from it, so they cannot drift apart.
 *
 * @module
 */

import type { AnyCommand, Command } from "./command.ts";
import {
  choice,
  duration,
  durationOr,
  flag,
  type OptionTable,
  positionOf,
  text,
  textOr,
  texts,
  wholeNumber,
} from "./option.ts";

const ANY = Infinity;

const ALLOW_WIDE = flag("accept networks wider than /8 (IPv4) or /19 (IPv6)");

/** Options of `scan`. */
export const SCAN_OPTIONS = {
  "min-bans": wholeNumber("N", { least: 1, most: ANY, initial: 10 }, "bans that make an offender"),
  within: duration("1y", "how far back bans count: 90d, 12w, 1y6mo, or seconds"),
  jail: texts("NAME", "count only this jail (repeatable)"),
  "ignore-jail": texts(
    "NAME",
    "do not count this jail either (repeatable)",
    "permaban, repeatoffender, recidive, unless named by --jail",
  ),
  "count-restored": flag("count bans that fail2ban only restored after a restart"),
  "ipv6-prefix": wholeNumber(
    "LEN",
    { least: 1, most: 128, initial: 64 },
    "count the IPv6 addresses of one network of this length as one offender",
  ),
  jobs: wholeNumber(
    "N",
    { least: 1, most: 64, initial: 0, shownDefault: "the cores, 4 at most" },
    "logs, or parts of a large one, to read at a time",
  ),
  incremental: flag("read only what is new, and count every ban that was ever read"),
  keep: durationOr("2y, or as long as --within", "with --incremental: how long bans are kept"),
  wait: flag("with --incremental: wait for another run to end"),
  update: flag("add the offenders to the blocklist and print what was added"),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** Options of `list`. */
export const LIST_OPTIONS = {
  long: flag("print what is known of each entry"),
} satisfies OptionTable;

/** Options of `add`. */
export const ADD_OPTIONS = {
  comment: text("TEXT", "a remark to keep with the entry"),
  jail: texts("NAME", "the jail that it is for (repeatable)"),
  force: flag("add what a listed network covers already"),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** Options of `remove`. */
export const REMOVE_OPTIONS = {} satisfies OptionTable;

/** Options of `history`. */
export const HISTORY_OPTIONS = {
  before: text("DATE", "with forget: all bans before this day, or time"),
  wait: flag("with forget: wait for a scan to end"),
} satisfies OptionTable;

/** Options of `restore`. */
export const RESTORE_OPTIONS = {
  format: choice("FORMAT", ["iptables", "ip6tables"], "which loader the batch is for", {
    letter: "6",
    value: "ip6tables",
  }),
  chain: textOr("CHAIN", "permaban", "the chain that holds the rules"),
  table: choice("TABLE", ["filter", "mangle", "raw", "security"], "the table of the chain"),
  hook: texts("CHAIN", "add a jump to this chain (repeatable)"),
  "hook-position": positionOf("first or the number of the rule that the jump becomes"),
  live: text("FILE", "what iptables-save prints now, or - for standard input"),
  target: choice("TARGET", ["drop", "reject"], "what happens to a packet"),
  layout: choice("LAYOUT", ["tree", "flat"], "how the rules of a long list are arranged"),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

const scan: Command<typeof SCAN_OPTIONS> = {
  name: "scan",
  summary: "count bans in fail2ban's logs and print repeat offenders",
  operands: "[LOG…]",
  arity: { least: 0, most: ANY },
  description: [
    "Reads fail2ban's logs, counts the bans of each address and prints those with many, most bans " +
    "first: on a terminal as a table, else one a line with tabs between bans, address, first and " +
    "last ban, and bans by jail.",
    "A LOG is a file, a glob in quotes, a folder, or - for standard input; without one, " +
    "/var/log/fail2ban.log*. Logs may be plain, gzip or zstd, whatever their names say. A file is " +
    "read once, however many names it has.",
    "With --incremental, only what is new in the logs is read, and every ban that was ever read " +
    "counts, as long as it is kept: logs may be rotated, compressed and deleted. What is remembered " +
    'is in the file "history" in the folder of --state.',
  ],
  options: SCAN_OPTIONS,
  examples: [
    { line: "permaban scan", does: "who was banned ten times or more within a year" },
    {
      line: "permaban scan --incremental --update --quiet",
      does: "for cron: put them on the blocklist",
    },
    {
      line: "permaban scan --min-bans 3 --within 90d --jail sshd",
      does: "a stricter look at one jail",
    },
    { line: "xzcat old.log.xz | permaban scan -", does: "read standard input" },
  ],
  load: async () => (await import("./scan_command.ts")).scan,
};

const list: Command<typeof LIST_OPTIONS> = {
  name: "list",
  summary: "print the blocklist",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Prints the networks of the blocklist, one a line, in the order of the file.",
    "With --long also when each was added, its bans, first and last ban, jails and comment; off a " +
    "terminal with tabs between, and - for what is not known.",
  ],
  options: LIST_OPTIONS,
  examples: [
    { line: "permaban list", does: "what is blocked" },
    { line: "permaban list --long", does: "and since when and why" },
  ],
  load: async () => (await import("./list_command.ts")).list,
};

const add: Command<typeof ADD_OPTIONS> = {
  name: "add",
  summary: "put addresses or networks on the blocklist",
  operands: "ADDRESS…",
  arity: { least: 1, most: ANY },
  description: [
    "Adds entries at the end of the blocklist. What a listed network covers already is named and " +
    "not added.",
    "An ADDRESS is an IPv4 or IPv6 address or a network; - reads them from standard input, one a " +
    "line, with # or ; before comments, which are kept.",
  ],
  options: ADD_OPTIONS,
  examples: [
    { line: "permaban add 192.0.2.7 2001:db8::/48", does: "block an address and a network" },
    { line: 'permaban add 192.0.2.7 --comment "spam run"', does: "keep the reason" },
    { line: "permaban add - < addresses.txt", does: "take over a list" },
  ],
  load: async () => (await import("./add_command.ts")).add,
};

const remove: Command<typeof REMOVE_OPTIONS> = {
  name: "remove",
  summary: "take addresses or networks off the blocklist",
  operands: "ADDRESS…",
  arity: { least: 1, most: ANY },
  description: [
    "Removes the entries of exactly these addresses and networks: 192.0.2.4 never takes " +
    "192.0.2.40 or 192.0.2.0/24 along. A listed network that still covers one is named.",
    "- reads them from standard input, one a line.",
  ],
  options: REMOVE_OPTIONS,
  examples: [
    { line: "permaban remove 192.0.2.7", does: "free an address" },
    { line: "permaban remove - < mistakes.txt", does: "free many" },
  ],
  load: async () => (await import("./remove_command.ts")).remove,
};

const restore: Command<typeof RESTORE_OPTIONS> = {
  name: "restore",
  summary: "print a batch that blocks the list, for iptables-restore",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Prints a batch that fills a chain with the blocklist, merged into the fewest networks. " +
    "Loading it makes the chain or replaces its rules, all at once. Load it with --noflush, or the " +
    "loader empties the rest of the table.",
    "A long list becomes a tree of chains, so that a packet meets few rules: at most about 150 of " +
    "100,000. --layout flat puts all into one chain.",
    "--hook adds a jump to the chain each time the batch is loaded: use it once after boot, and " +
    "leave it out when the list has changed. Or tell with --live what is loaded now: then a jump " +
    "that is there stays where it is, one that is there twice is put right, and chains left from a " +
    "longer list are removed.",
  ],
  options: RESTORE_OPTIONS,
  examples: [
    {
      line: "permaban restore --hook INPUT | iptables-restore -w --noflush",
      does: "at boot, for IPv4",
    },
    {
      line: "permaban restore -6 --hook INPUT | ip6tables-restore -w --noflush",
      does: "and for IPv6",
    },
    {
      line: "permaban restore | iptables-restore -w --noflush",
      does: "after a change of the list",
    },
    {
      line: "iptables-save | permaban restore --live - --hook INPUT | iptables-restore -nw",
      does: "at any time",
    },
  ],
  load: async () => (await import("./restore_command.ts")).restore,
};

const history: Command<typeof HISTORY_OPTIONS> = {
  name: "history",
  summary: "show what scan --incremental remembers, or make it forget",
  operands: "[show|forget] [ADDRESS…]",
  arity: { least: 0, most: ANY },
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
  load: async () => (await import("./history_command.ts")).history,
};

/** All commands, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [scan, list, add, remove, restore, history];
