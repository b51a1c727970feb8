/**
 * What comes of a scan: offenders printed, or put on the blocklist.
 *
 * @module
 */

import { formatJails, formatSince, type Members, type Note } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalDay, formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import type { Offender, Offenders } from "../offender/offenders.ts";
import { type Additions, addToList, sayRefused } from "./add_command.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import type { Host } from "./host.ts";
import { sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { sayOffenders } from "./offender_note.ts";
import { type Extent, type Scanned, scanToJson } from "./scan_summary.ts";
import { writeResult } from "./write_result.ts";

/** Of the offenders in a network, an entry names no more. */
const MOST_NAMED = 16;
/** Offenders printed at a time. */
const ROWS = 1000;

type ScanValues = Invocation<typeof SCAN_OPTIONS>["values"];

const COLUMNS = [
  { heading: "BANS", isNumber: true },
  { heading: "ADDRESS" },
  { heading: "FIRST" },
  { heading: "LAST" },
  { heading: "JAILS" },
];

/** What a scan was for: it prints offenders, or puts them on the blocklist and prints those added. */
export interface ScanResult extends Scanned {
  /** The offenders. */
  readonly offenders: Offenders;
  /** Whether part of the input could not be read. */
  readonly isPartial: boolean;
  /** What is remembered, where that is so. */
  readonly extent?: Extent;
}

/** What became of it. */
export interface ScanOutcome {
  /** How the run ends. */
  readonly status: ExitStatus;
  /** Whether nothing that concerns the blocklist went wrong. */
  readonly isListed: boolean;
}

/**
 * Does what a scan is for.
 *
 * @param result What was scanned.
 * @param invocation Options and host.
 * @param write Writes a piece of the result; to standard output unless told otherwise.
 */
export async function giveResult(
  result: ScanResult,
  invocation: Invocation<typeof SCAN_OPTIONS>,
  write?: (text: string) => Promise<void>,
): Promise<ScanOutcome> {
  const { values, host, messages } = invocation;
  const { offenders } = result;
  sayOffenders(offenders.length, invocation);
  const update = values.update ? await addOffenders(offenders, values, host, messages) : undefined;
  const shown = update?.added ?? offenders;
  const pieces = values.json
    ? scanToJson({ ...result, shown }, host.zone)
    : values.update && values.quiet
    ? []
    : toText(shown, host);
  for (const piece of pieces) {
    if (write) await write(piece);
    else if (values.update) await writeResult(host, piece);
    else await host.stdout.write(piece);
  }
  const isListed = update?.isPartial === false;
  const isPartial = result.isPartial || update?.isPartial;
  return { status: isPartial ? EXIT.partly : EXIT.done, isListed };
}

async function addOffenders(
  offenders: Iterable<Offender>,
  values: ScanValues,
  host: Host,
  messages: Messages,
): Promise<{ added: Offender[]; isPartial: boolean }> {
  const path = blocklistPath(values);
  const since = formatSince(host.now());
  const all = [...offenders];
  const asked = all.map((offender) => ({
    network: offender.network,
    note: () => noteOn(offender, since, host.zone),
  }));
  // An empty list is made too: from the first scan on, a missing file means that something is wrong.
  const how = { force: false, allowWide: values["allow-wide"], create: true };
  const { additions, list } = await addToList(path, asked, how);
  const hasProblems = sayProblems(path, list, messages);
  const isRefused = sayRefused(additions.refused, messages);
  sayAdded(additions, path, messages);
  const added = new Set(additions.added.map(({ network }) => network));
  return {
    added: all.filter(({ network }) => added.has(network)),
    isPartial: hasProblems || isRefused,
  };
}

function sayAdded({ added, covered }: Additions, path: string, messages: Messages): void {
  const known = covered.length > 0 ? `, ${count(covered.length, "offender")} listed already` : "";
  messages.note(`Added ${count(added.length, "entry", "entries")} to "${path}"${known}`);
}

function noteOn(offender: Offender, since: string, zone: TimeZone): Note {
  const { bans, first, last, jails, members } = offender;
  return {
    since,
    bans,
    first: formatLocalDay(first, zone),
    last: formatLocalDay(last, zone),
    jails,
    members: members && membersOf(members),
  };
}

function membersOf(members: readonly Offender[]): Members {
  const named = members.slice(0, MOST_NAMED).map(({ network }) => formatNetwork(network));
  return { count: members.length, named };
}

function* toText(offenders: Iterable<Offender>, host: Host): Generator<string> {
  const print = host.stdout.isTerminal() ? (rows: string[][]) => aligned(COLUMNS, rows) : tabbed;
  const rows: string[][] = [];
  for (const { network, bans, first, last, jails } of offenders) {
    rows.push([
      String(bans),
      formatNetwork(network),
      formatLocalTime(first, host.zone),
      formatLocalTime(last, host.zone),
      formatJails(jails),
    ]);
    // Columns are as wide as the widest row of all.
    if (print === tabbed && rows.length === ROWS) yield print(rows.splice(0));
  }
  if (rows.length > 0) yield print(rows);
}
