/**
 * What `permaban scan` takes and says of itself.
 *
 * @module
 */

import { type Command, STATE_FOLDER } from "../command.ts";
import { jailMinimums, jailWeights } from "../jail_option.ts";
import {
  duration,
  durationOr,
  flag,
  forOneRun,
  jails,
  type OptionTable,
  wholeNumber,
} from "../option.ts";
import { subnetRule } from "../subnet_option.ts";
import { ALLOW_WIDE, ANY } from "./shared_spec.ts";

/** Options of `scan`. */
export const SCAN_OPTIONS = {
  "min-bans": wholeNumber("N", { least: 1, most: ANY, initial: 10 }, "bans that make an offender"),
  "jail-min": jailMinimums(
    "bans in this jail that make an offender; they count toward that alone",
  ),
  "jail-weight": jailWeights("what a ban in this jail counts toward --min-bans"),
  "min-days": wholeNumber(
    "N",
    { least: 1, most: ANY, initial: 1 },
    "days on which an offender must have been banned",
  ),
  subnet4: subnetRule(
    4,
    "IPS or more offenders in one IPv4 network of prefix length LEN put it in their place: 24:5",
  ),
  subnet6: subnetRule(6, "the same in IPv6, with a LEN below that of --ipv6-prefix: 48:5"),
  within: duration("1y", "how far back bans count"),
  jail: jails("count only this jail"),
  "ignore-jail": jails(
    "do not count this jail either",
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
  update: flag("add the offenders to the blocklist and print what was added, unless --quiet"),
  "dry-run": forOneRun(
    flag("say what --update would do with each address, and why, and write nothing"),
  ),
  expire: durationOr("never", "with --update: how long entries hold"),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The names of those that choose offenders, which other commands borrow. */
export const CHOICE_NAMES = [
  "min-bans",
  "jail-min",
  "jail-weight",
  "min-days",
  "subnet4",
  "subnet6",
  "within",
  "jail",
  "ignore-jail",
  "count-restored",
  "ipv6-prefix",
] as const;

/** The options that choose offenders. */
export type ChoiceOptions = Pick<typeof SCAN_OPTIONS, typeof CHOICE_NAMES[number]>;

/** The command `scan`. */
export const scanSpec: Command<typeof SCAN_OPTIONS> = {
  name: "scan",
  summary: "count bans in fail2ban's logs and print repeat offenders",
  operands: "[LOG…]",
  arity: { least: 0, most: ANY },
  operandKind: "file",
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
  files: [
    { path: "/var/log/fail2ban.log*", holds: "the logs of fail2ban" },
    {
      path: `${STATE_FOLDER}/history`,
      holds: "the bans that --incremental remembers, and how far it has read each log",
    },
  ],
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
    {
      line: "permaban scan --subnet4 24:5 --dry-run",
      does: "whom would it list, and which networks?",
    },
    { line: "xzcat old.log.xz | permaban scan -", does: "read standard input" },
  ],
  load: async () => (await import("../scan_command.ts")).scan,
};
