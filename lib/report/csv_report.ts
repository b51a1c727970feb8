/**
 * A table of a report as CSV (RFC 4180).
 *
 * @module
 */

import { csvRow } from "../blocklist/csv_table.ts";
import { formatJail, formatJails } from "../blocklist/jail_words.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import { formatBeginning } from "./calendar.ts";
import type { CsvTable } from "./table_name.ts";
import type { Report } from "./report.ts";

/** Rows printed at a time. */
const ROWS = 1000;

/**
 * Prints a table with a line of headings; what a spreadsheet program would take for a formula gets an
 * apostrophe in front.
 *
 * @param report The report.
 * @param table Which table.
 * @returns The text, in pieces.
 */
export function* csvReport(report: Report, table: CsvTable): Generator<string> {
  let text = "";
  let count = 0;
  for (const row of TABLES[table](report)) {
    text += csvRow(row.map((cell) => cell === undefined ? "" : String(cell)));
    if (++count % ROWS > 0) continue;
    yield text;
    text = "";
  }
  yield text;
}

type Row = readonly (string | number | undefined)[];

const TABLES: Readonly<Record<CsvTable, (report: Report) => Iterable<Row>>> = {
  *offenders({ offenders, list, zone }) {
    yield ["address", "bans", "first", "last", "jails", "listed"];
    for (const { network, bans, first, last, jails, listed } of offenders.rows) {
      const row = [formatNetwork(network), bans, ...times(first, last, zone), formatJails(jails)];
      yield [...row, yesOrNo(list, listed)];
    }
  },
  *networks({ networks, list, zone }) {
    yield ["network", "addresses", "offenders", "bans", "first", "last", "listed"];
    for (const crowd of networks.rows) {
      const counts = [crowd.addresses, crowd.offenders, crowd.bans];
      const row = [
        formatNetwork(crowd.network),
        ...counts,
        ...times(crowd.first, crowd.last, zone),
      ];
      yield [...row, yesOrNo(list, crowd.listed)];
    }
  },
  *jails({ jails, zone }) {
    yield ["jail", "bans", "addresses", "offenders", "first", "last"];
    for (const { name, bans, addresses, offenders, first, last } of jails) {
      yield [formatJail(name), bans, addresses, offenders, ...times(first, last, zone)];
    }
  },
  *periods({ periods: { unit, rows }, list }) {
    yield [unit, "bans", "new_addresses", "listed"];
    for (const { beginning, bans, fresh, listed } of rows) {
      yield [formatBeginning(beginning, unit), bans, fresh, list ? listed : undefined];
    }
  },
  *hours({ hours }) {
    yield ["hour", "bans"];
    for (const [hour, bans] of hours.entries()) yield [hour, bans];
  },
};

function times(first: number, last: number, zone: TimeZone): string[] {
  return [formatLocalTime(first, zone), formatLocalTime(last, zone)];
}

function yesOrNo(list: Report["list"], listed: Network | undefined): string | undefined {
  return list && (listed ? "yes" : "no");
}
