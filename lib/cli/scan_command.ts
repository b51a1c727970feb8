/**
 * `permaban scan`.
 *
 * @module
 */

import { formatJails, formatSince, type Note } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { DEFAULT_LOGS, findLogs, type FoundLogs } from "../log/find_logs.ts";
import { type LogFile, STDIN } from "../log/log_file.ts";
import { type LogReport, scanLogs } from "../log/scan_logs.ts";
import { formatLocalDay, formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import { ECHO_JAILS, type Offender, Tally } from "../offender/tally.ts";
import { type Additions, addToList, sayRefused } from "./add_command.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import type { SCAN_OPTIONS } from "./commands.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { Progress } from "./progress.ts";
import { sayScanned, scanToJson } from "./scan_summary.ts";
import { writeResult } from "./write_result.ts";

/** Each reader takes some 20 MB: more of them at a time are only for who asks for them. */
const MOST_JOBS = 4;
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

/** Counts bans and prints or lists repeat offenders. */
export const scan: Run<typeof SCAN_OPTIONS> = async ({ values, operands, host, messages }) => {
  const now = host.now();
  const tally = new Tally(tallyOptions(values, now));
  const found = await findLogs(operands.length > 0 ? operands : [DEFAULT_LOGS]);
  const reports = await read(found, tally, { values, operands, host, messages });
  const offenders = tally.offenders(values["min-bans"]);
  const isPartial = sayScanned({ found, reports, tally }, messages);
  const since = formatLocalTime(now - values.within, host.zone);
  const needed = count(values["min-bans"], "ban");
  messages.note(`${count(offenders.length, "offender")} with ${needed} or more since ${since}`);
  const update = values.update ? await addOffenders(offenders, values, host, messages) : undefined;
  const shown = update?.added ?? offenders;
  const result = values.json
    ? scanToJson({ shown, found, reports, tally, offenders }, host.zone)
    : values.update && values.quiet
    ? []
    : toText(shown, host);
  for (const piece of result) {
    if (values.update) await writeResult(host, piece);
    else await host.stdout.write(piece);
  }
  return isPartial || update?.isPartial ? EXIT.partly : EXIT.done;
};

function tallyOptions(values: ScanValues, now: number) {
  const jails = new Set(values.jail);
  const ignored = values["ignore-jail"];
  const both = ignored.find((jail) => jails.has(jail));
  if (both !== undefined) {
    throw usageError(`Options --jail and --ignore-jail both name "${both}"`);
  }
  return {
    since: now - values.within,
    jails,
    ignoredJails: new Set([...ignored, ...ECHO_JAILS.filter((jail) => !jails.has(jail))]),
    countRestored: values["count-restored"],
    ipv6Prefix: values["ipv6-prefix"],
  };
}

async function read(
  found: FoundLogs,
  tally: Tally,
  { values, host, messages }: Invocation<typeof SCAN_OPTIONS>,
): Promise<LogReport[]> {
  const progress = new Progress(host, !values.quiet);
  messages.onMessage(() => progress.clear());
  if (found.files.some(({ path }) => path === STDIN) && host.stdin.isTerminal()) {
    messages.hint("reading standard input, Ctrl-D ends it");
  }
  const all = { allFiles: found.files.length, allBytes: bytesOf(found.files) };
  let [files, bytes] = [0, 0];
  try {
    return await scanLogs(found.files, {
      zone: host.zone,
      now: host.now(),
      stdin: host.stdin,
      jobs: values.jobs || Math.min(host.cores, MOST_JOBS),
      onBan: (ban) => tally.add(ban),
      onCopy: ({ path }, of) =>
        found.skipped.push({ path, because: `it holds nothing that is not in "${of.path}"` }),
      onRead: (count) => progress.show({ ...all, files, bytes: bytes += count }),
      onEnd: () => files++,
    });
  } finally {
    progress.clear();
  }
}

function bytesOf(files: readonly LogFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
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
    note: noteOn(offender, since, host.zone),
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

function noteOn({ bans, first, last, jails }: Offender, since: string, zone: TimeZone): Note {
  return {
    since,
    bans,
    first: formatLocalDay(first, zone),
    last: formatLocalDay(last, zone),
    jails,
  };
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
