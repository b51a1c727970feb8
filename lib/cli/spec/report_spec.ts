/**
 * What `permaban report` takes and says of itself.
 *
 * @module
 */

import { CSV_TABLES } from "../../report/table_name.ts";
import type { Command } from "../command.ts";
import { choice, durationOr, forOneRun, type OptionTable, text, wholeNumber } from "../option.ts";
import { SCAN_OPTIONS } from "./scan_spec.ts";
import { ANY } from "./shared_spec.ts";

/** Options of `report`. */
export const REPORT_OPTIONS = {
  format: forOneRun(
    choice("FORMAT", ["text", "json", "csv", "html", "prometheus"], "how it is printed"),
  ),
  table: forOneRun(choice("TABLE", CSV_TABLES, "with --format csv, which table")),
  within: durationOr("1y", "how far back bans count"),
  since: forOneRun(
    text("WHEN", "count no ban before this day or time (2026-01-31), or so long ago (90d)"),
  ),
  until: forOneRun(text("WHEN", "count only bans before this day or time, or so long ago")),
  by: choice("UNIT", ["auto", "day", "week", "month", "year"], "into what time is divided"),
  top: wholeNumber(
    "N",
    { least: 1, most: ANY, initial: 0, shownDefault: "10, with --format csv all" },
    "how many offenders and networks are shown",
  ),
  "min-bans": SCAN_OPTIONS["min-bans"],
  jail: SCAN_OPTIONS.jail,
  "ignore-jail": SCAN_OPTIONS["ignore-jail"],
  "count-restored": SCAN_OPTIONS["count-restored"],
  network4: wholeNumber(
    "LEN",
    { least: 1, most: 31, initial: 24 },
    "the prefix length of networks in which addresses are counted, in IPv4",
  ),
  network6: wholeNumber("LEN", { least: 1, most: 127, initial: 48 }, "and in IPv6"),
  "ipv6-prefix": SCAN_OPTIONS["ipv6-prefix"],
  jobs: SCAN_OPTIONS.jobs,
} satisfies OptionTable;

/** The command `report`. */
export const reportSpec: Command<typeof REPORT_OPTIONS> = {
  name: "report",
  summary: "show who was banned, when, by which jails, from where",
  operands: "[LOG…]",
  arity: { least: 0, most: ANY },
  operandKind: "file",
  description: [
    "Prints how many bans there were, by time, by hour and by jail, who was banned most and whether " +
    "the blocklist has them, networks in which several addresses were banned, and how the blocklist " +
    "grew.",
    "The bans are those of the history that scan --incremental keeps. Where there is none, or a LOG " +
    "is named, logs are read as scan reads them. Nothing is changed.",
    "--format html makes one page without scripts that needs no other file; --format prometheus is " +
    "for the textfile collector of node_exporter; --format csv prints one table.",
  ],
  options: REPORT_OPTIONS,
  examples: [
    { line: "permaban report", does: "the last year" },
    { line: "permaban report --within 7d --format html > report.html", does: "a week as a page" },
    {
      line: "permaban report --since 2026-03-01 --until 2026-04-01 --jail sshd",
      does: "a month of one jail",
    },
    { line: "permaban report --format csv --table networks", does: "for a spreadsheet" },
  ],
  load: async () => (await import("../report_command.ts")).report,
};
