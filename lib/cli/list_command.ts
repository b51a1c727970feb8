/**
 * `permaban list`.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { formatJails, formatMembers, hasLapsed } from "../blocklist/note.ts";
import { entriesAt, staleEntries } from "../blocklist/stale_entries.ts";
import { formatNetwork } from "../ip/network.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Run } from "./command.ts";
import type { LIST_OPTIONS } from "./spec/list_spec.ts";
import { EXIT } from "./exit_status.ts";
import type { Host } from "./host.ts";
import { jsonList } from "./json_list.ts";
import { readList, sayProblems } from "./list_file.ts";

const COLUMNS = [
  { heading: "ADDRESS" },
  { heading: "SINCE" },
  { heading: "BANS", isNumber: true },
  { heading: "FIRST" },
  { heading: "LAST" },
  { heading: "JAILS" },
  { heading: "COMMENT" },
  { heading: "UNTIL" },
  { heading: "MEMBERS" },
];

/** Prints the blocklist. */
export const list: Run<typeof LIST_OPTIONS> = async ({ values, host, messages }) => {
  const path = blocklistPath(values);
  const before = values.stale === undefined ? undefined : host.now() - values.stale;
  let hasProblems = false;
  const parts = function* () {
    for (const list of readList(path)) {
      if (sayProblems(path, list, messages)) hasProblems = true;
      if (before === undefined) yield list;
      else yield entriesAt(list, staleEntries(list, before, host.zone));
    }
  };
  if (values.json) await printJson(parts(), host);
  else if (values.long) await printLong(parts(), host);
  else await printAddresses(parts(), host);
  return hasProblems ? EXIT.partly : EXIT.done;
};

async function printAddresses(parts: Iterable<Blocklist>, host: Host): Promise<void> {
  const printer = new NetworkPrinter();
  const newline = new TextEncoder().encode("\n");
  for (const { networks } of parts) {
    for (let index = 0; index < networks.length; index++) {
      if (printer.isFull) await host.stdout.write(printer.take());
      printer.network(networks, index);
      printer.text(newline);
    }
  }
  await host.stdout.write(printer.take());
}

async function printLong(parts: Iterable<Blocklist>, host: Host): Promise<void> {
  if (host.stdout.isTerminal()) {
    const rows: string[][] = [];
    for (const list of parts) for (const row of toRows(list, host.now())) rows.push(row);
    return await host.stdout.write(aligned(COLUMNS, rows));
  }
  for (const list of parts) await host.stdout.write(tabbed(toRows(list, host.now())));
}

async function printJson(parts: Iterable<Blocklist>, host: Host): Promise<void> {
  const batches = function* () {
    for (const list of parts) yield toObjects(list, host.now());
  };
  for (const piece of jsonList("entries", batches())) await host.stdout.write(piece);
  await host.stdout.write("\n}\n");
}

/** The entries as JSON shows them; what is not known of one is left out there. */
function toObjects(list: Blocklist, now: number): object[] {
  return Array.from(notesOf(list), (note, index) => ({
    address: formatNetwork(list.networks.at(index)),
    line: list.lines[index],
    since: note.since,
    first: note.first,
    last: note.last,
    bans: note.bans,
    comment: note.comment,
    jails: note.jails && Object.fromEntries(note.jails),
    until: note.until,
    lapsed: hasLapsed(note, now) || undefined,
    members: note.members,
  }));
}

function toRows(list: Blocklist, now: number): string[][] {
  return Array.from(notesOf(list), (note, index) => {
    const { since, bans, first, last, jails, comment, until, members } = note;
    return [
      formatNetwork(list.networks.at(index)),
      since ?? "-",
      bans === undefined ? "-" : String(bans),
      first ?? "-",
      last ?? "-",
      jails ? formatJails(jails) : "-",
      comment ?? "-",
      until === undefined ? "-" : hasLapsed(note, now) ? `${until} (lapsed)` : until,
      members ? formatMembers(members) : "-",
    ];
  });
}
