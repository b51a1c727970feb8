/**
 * `permaban list`.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { CSV_COLUMNS } from "../blocklist/csv_list.ts";
import { csvRow } from "../blocklist/csv_table.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import {
  fieldText,
  formatJails,
  formatMembers,
  hasLapsed,
  NOTE_FIELDS,
  oneLine,
} from "../blocklist/note.ts";
import { printRules } from "../blocklist/print_rules.ts";
import { entriesAt, staleEntries } from "../blocklist/stale_entries.ts";
import { formatNetwork } from "../ip/network.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import type { LIST_OPTIONS } from "./spec/list_spec.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { jsonList } from "./json_list.ts";
import { readList, sayProblems } from "./list_file.ts";
import type { Messages } from "./messages.ts";

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
export const list: Run<typeof LIST_OPTIONS> = async ({ values, given, host, messages }) => {
  const { long: isLong, origin } = values;
  const format = formatOf(values, (given.get("long") ?? []).length > 0);
  // What a server does with it must be as well meant as what a firewall does.
  const isBlocking = format !== "plain" && format !== "json" && format !== "csv";
  const path = blocklistPath(values);
  const before = values.stale === undefined ? undefined : host.now() - values.stale;
  let hasProblems = false;
  const parts = function* () {
    for (const list of readList(path)) {
      if (sayProblems(path, list, messages)) hasProblems = true;
      const known = before === undefined
        ? list
        : entriesAt(list, staleEntries(list, before, host.zone));
      const chosen = origin === undefined ? known : ofOrigin(known, origin);
      const standing = isBlocking ? withoutLapsed(chosen, host.now()) : chosen;
      const narrow = isBlocking && !values["allow-wide"] ? withoutWide(standing) : standing;
      if (sayWide(path, standing, narrow, messages)) hasProblems = true;
      yield narrow;
    }
  };
  if (format === "json") await printJson(parts(), host);
  else if (format === "csv") await printCsv(parts(), host);
  else if (isLong) await printLong(parts(), host);
  else for (const piece of printRules(parts(), format)) await host.stdout.write(piece);
  return hasProblems ? EXIT.partly : EXIT.done;
};

type ListValues = Invocation<typeof LIST_OPTIONS>["values"];

function formatOf({ format, json: isJson }: ListValues, isLong: boolean): ListValues["format"] {
  if (isJson && format !== "plain" && format !== "json") {
    throw usageError(`Option --json does not go with --format ${format}`);
  }
  // JSON has all that --long adds.
  if (isLong && format !== "plain" && format !== "json") {
    throw usageError(`Option --long does not go with --format ${format}`);
  }
  return isJson ? "json" : format;
}

/** The entries of a list that were imported from somewhere. */
function ofOrigin(list: Blocklist, origin: string): Blocklist {
  const notes = notesOf(list);
  return chosenOf(list, () => notes.next().value?.origin === origin);
}

function withoutLapsed(list: Blocklist, now: number): Blocklist {
  const lapsed = new Set(lapsingOf(list, now).lapsed);
  return lapsed.size === 0 ? list : chosenOf(list, (index) => !lapsed.has(index));
}

function withoutWide(list: Blocklist): Blocklist {
  const { networks } = list;
  let isNarrow = true;
  for (let index = 0; index < networks.length; index++) {
    if (networks.isWideAt(index)) isNarrow = false;
  }
  return isNarrow ? list : chosenOf(list, (index) => !networks.isWideAt(index));
}

/** Some entries of a list; each is asked about once, in their order. */
function chosenOf(list: Blocklist, isChosen: (index: number) => boolean): Blocklist {
  const chosen = Array.from(list.lines, (_, index) => isChosen(index) ? index : -1)
    .filter((index) => index >= 0);
  return entriesAt(list, chosen);
}

/** Names the wide networks that were left out; whether there are any. */
function sayWide(path: string, list: Blocklist, narrow: Blocklist, messages: Messages): boolean {
  if (list === narrow) return false;
  list.lines.forEach((line, index) => {
    if (!list.networks.isWideAt(index)) return;
    const name = formatNetwork(list.networks.at(index));
    messages.error(
      `${path}:${line}: ${name} is wider than /8 (IPv4) or /19 (IPv6) and was left out`,
      "print it with --allow-wide if you mean it",
    );
  });
  return true;
}

async function printCsv(parts: Iterable<Blocklist>, host: Host): Promise<void> {
  await host.stdout.write(csvRow(CSV_COLUMNS));
  for (const list of parts) {
    let text = "";
    let index = 0;
    for (const note of notesOf(list)) {
      text += csvRow([
        formatNetwork(list.networks.at(index++)),
        ...NOTE_FIELDS.map((name) => oneLine(fieldText(note, name) ?? "")),
        oneLine(note.comment ?? ""),
      ]);
    }
    await host.stdout.write(text);
  }
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
    origin: note.origin,
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
