/**
 * `permaban list`.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { chosenEntries } from "../blocklist/chosen_entries.ts";
import { CSV_COLUMNS } from "../blocklist/csv_list.ts";
import { csvRow } from "../blocklist/csv_table.ts";
import { formatJails } from "../blocklist/jail_words.ts";
import { fieldText, formatMembers, hasLapsed, NOTE_FIELDS, oneLine } from "../blocklist/note.ts";
import { printRules, type RuleFormat } from "../blocklist/print_rules.ts";
import { staleEntries } from "../blocklist/stale_entries.ts";
import { formatNetwork } from "../ip/network.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import type { LIST_OPTIONS } from "./spec/list_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
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
export const list: Run<typeof LIST_OPTIONS> = async (invocation) => {
  const { values, given, host, messages } = invocation;
  const format = formatOf(values, (given.get("long") ?? []).length > 0);
  if (format !== "plain" && format !== "json" && format !== "csv") {
    return await printDenials(format, invocation);
  }
  const path = blocklistPath(values);
  let hasProblems = false;
  const parts = function* () {
    for (const list of readList(path)) {
      if (sayProblems(path, list, messages)) hasProblems = true;
      yield askedFor(list, invocation);
    }
  };
  if (format === "json") await printJson(parts(), host);
  else if (format === "csv") await printCsv(parts(), host);
  else if (values.long) await printLong(parts(), host);
  else for (const piece of printRules(parts(), format)) await host.stdout.write(piece);
  return hasProblems ? EXIT.partly : EXIT.done;
};

/** Prints for a server what restore would load: nobody is to be kept out here who is let in there. */
async function printDenials(
  format: Exclude<RuleFormat, "plain">,
  invocation: Asked,
): Promise<ExitStatus> {
  const { values, host, messages } = invocation;
  const { networks, isPartial } = blockedNetworks([4, 6], values, host, messages, {
    choose: (list) => askedFor(list, invocation),
    purpose: { verb: "print", noun: "lines" },
  });
  for (const piece of printRules([{ networks }], format)) await host.stdout.write(piece);
  return isPartial ? EXIT.partly : EXIT.done;
}

type Asked = Invocation<typeof LIST_OPTIONS>;
type ListValues = Asked["values"];

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

/** The entries of a list that options ask for. */
function askedFor(list: Blocklist, { values: { stale, origin }, host }: Asked): Blocklist {
  const old = stale === undefined
    ? undefined
    : new Set(staleEntries(list, host.now() - stale, host.zone));
  const known = old ? chosenEntries(list, (index) => old.has(index)) : list;
  if (origin === undefined) return known;
  const notes = notesOf(known);
  return chosenEntries(known, () => notes.next().value?.origin === origin);
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
