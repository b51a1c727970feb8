/**
 * `permaban list`.
 *
 * @module
 */

import { type Blocklist, type Entry, noteOf, parseBlocklist } from "../blocklist/blocklist.ts";
import { formatJails } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Run } from "./command.ts";
import type { LIST_OPTIONS } from "./commands.ts";
import { EXIT } from "./exit_status.ts";
import { readList, sayProblems } from "./list_file.ts";

const COLUMNS = [
  { heading: "ADDRESS" },
  { heading: "SINCE" },
  { heading: "BANS", isNumber: true },
  { heading: "FIRST" },
  { heading: "LAST" },
  { heading: "JAILS" },
  { heading: "COMMENT" },
];

/** Prints the blocklist. */
export const list: Run<typeof LIST_OPTIONS> = async ({ values, host, messages }) => {
  const path = blocklistPath(values);
  const list = parseBlocklist(await readList(path));
  const hasProblems = sayProblems(path, list, messages);
  if (values.json) {
    const entries = list.entries.map((entry) => toObject(list, entry));
    await host.stdout.write(JSON.stringify({ entries }, null, 2) + "\n");
  } else if (values.long) {
    const rows = list.entries.map((entry) => toRow(list, entry));
    await host.stdout.write(host.stdout.isTerminal() ? aligned(COLUMNS, rows) : tabbed(rows));
  } else {
    const lines = list.entries.map(({ network }) => formatNetwork(network) + "\n");
    await host.stdout.write(lines.join(""));
  }
  return hasProblems ? EXIT.partly : EXIT.done;
};

function toObject(list: Blocklist, entry: Entry) {
  const { jails, ...note } = noteOf(list, entry);
  return {
    address: formatNetwork(entry.network),
    line: entry.line,
    ...note,
    ...(jails ? { jails: Object.fromEntries(jails) } : {}),
  };
}

function toRow(list: Blocklist, entry: Entry): string[] {
  const { since, bans, first, last, jails, comment } = noteOf(list, entry);
  return [
    formatNetwork(entry.network),
    since ?? "-",
    bans === undefined ? "-" : String(bans),
    first ?? "-",
    last ?? "-",
    jails ? formatJails(jails) : "-",
    comment ?? "-",
  ];
}
