/**
 * What a scan saw, said at its end and told as JSON.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import type { FoundLogs } from "../log/find_logs.ts";
import type { LogReport } from "../log/scan_logs.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import type { Offender, Offenders } from "../offender/offenders.ts";
import type { Ignored, Tally } from "../offender/tally.ts";
import type { LogsSource } from "../report/report.ts";
import { jsonList } from "./json_list.ts";
import { count, type Messages } from "./messages.ts";

/** What was found and read. */
export interface Scanned {
  /** The logs and what stood in the way of others. */
  readonly found: FoundLogs;
  /** A report on each log. */
  readonly reports: readonly LogReport[];
  /** The counts. */
  readonly tally: Tally;
}

/**
 * Says what was read, what did not count and what went wrong.
 *
 * @returns Whether part of the input could not be read.
 */
export function sayScanned(
  { found, reports, tally }: Omit<Scanned, "tally"> & { readonly tally?: Tally },
  messages: Messages,
): boolean {
  for (const { path, message } of found.problems) {
    messages.error(`Cannot read log "${path}": ${message}`);
  }
  for (const { path, because } of found.skipped) messages.detail(`Skipped "${path}": ${because}`);
  let isPartial = found.problems.length > 0;
  for (const { path, error, hint, lines } of reports) {
    if (error === undefined) continue;
    isPartial = true;
    const rest = lines > 0 ? `, what came before counts (${count(lines, "line")})` : "";
    messages.error(`${path === "-" ? "stdin" : path}: ${error}${rest}`, hint);
  }
  warnOfForeignLogs(reports, messages);
  const files = count(reports.length, "file");
  const lines = count(sum(reports, "lines"), "line");
  messages.note(
    reports.length === 0 && found.files.length > 0
      ? `Nothing is new in ${count(found.files.length, "log")}`
      : `Read ${files} with ${lines} and ${count(sum(reports, "bans"), "ban")}`,
  );
  sayIgnored(tally?.ignored, reports, messages);
  return isPartial;
}

/** Says which bans did not count, if any. */
export function sayIgnored(
  ignored: Ignored | undefined,
  reports: readonly LogReport[],
  messages: Messages,
): void {
  const reasons = reasonsOf(ignored, reports);
  if (reasons.length > 0) messages.note(`Ignored ${reasons.join(", ")}`);
}

/** How many bans a history holds, and when the first and the last were, in seconds since 1970. */
export interface Extent {
  /** How many. */
  readonly bans: number;
  /** When the first was. */
  readonly oldest: number;
  /** When the last was. */
  readonly newest: number;
}

function extentToJson({ bans, oldest, newest }: Extent, zone: TimeZone): object {
  const time = (instant: number) => bans > 0 ? formatLocalTime(instant, zone) : null;
  return { bans, oldest: time(oldest), newest: time(newest) };
}

/** What was read of each log, or why it was not. */
export function filesOf({ found, reports }: Omit<Scanned, "tally">): LogsSource["files"] {
  const read = reports.map(({ path, bytes, lines, bans, error }) => ({
    path,
    bytes,
    lines,
    bans,
    error: error ?? null,
  }));
  const unread = found.problems.map(({ path, message }) => ({
    path,
    bytes: 0,
    lines: 0,
    bans: 0,
    error: message,
  }));
  return [...read, ...unread];
}

/** Offenders printed at a time. */
const BATCH = 1000;

/** What is told of a scan besides a list. */
interface Told extends Scanned {
  /** All offenders. */
  readonly offenders: Offenders;
  /** What is remembered, where that is so. */
  readonly extent?: Extent | undefined;
}

/** A scan as JSON, in pieces: some of the offenders, files and totals. */
export function scanToJson(
  shown: Iterable<Offender>,
  told: Told,
  zone: TimeZone,
): Generator<string> {
  return scannedToJson("offenders", offenderBatches(shown, zone), told, zone);
}

/** A scan as JSON, in pieces: a list by its name, some items at a time, files and totals. */
export function* scannedToJson(
  name: string,
  batches: Iterable<readonly object[]>,
  { offenders, found, reports, tally, extent }: Told,
  zone: TimeZone,
): Generator<string> {
  const { jails, ...ignored } = tally.ignored;
  yield* jsonList(name, batches);
  const rest = {
    files: filesOf({ found, reports }),
    totals: {
      files: reports.length,
      bytes: sum(reports, "bytes"),
      lines: sum(reports, "lines"),
      bans: sum(reports, "bans"),
      counted: tally.counted,
      offenders: offenders.length,
      ignored: {
        ...ignored,
        jails: Object.fromEntries(jails),
        mentions: sum(reports, "mentions"),
      },
    },
    ...extent && { history: extentToJson(extent, zone) },
  };
  yield `,${JSON.stringify(rest, null, 2).slice("{".length)}\n`;
}

function* offenderBatches(offenders: Iterable<Offender>, zone: TimeZone): Generator<object[]> {
  let batch: object[] = [];
  for (const { network, bans, first, last, jails, members } of offenders) {
    batch.push({
      address: formatNetwork(network),
      bans,
      first: formatLocalTime(first, zone),
      last: formatLocalTime(last, zone),
      jails: Object.fromEntries(jails),
      ...members && { members: members.map(({ network }) => formatNetwork(network)) },
    });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function reasonsOf(ignored: Ignored | undefined, reports: readonly LogReport[]): string[] {
  const { restored = 0, notAddresses = 0, old = 0, allowed = 0, pardoned = 0, jails = [] } =
    ignored ?? {};
  const mentions = sum(reports, "mentions");
  return [
    ...(restored > 0 ? [`${count(restored, "restored ban")} (--count-restored counts them)`] : []),
    ...[...jails].map(([jail, bans]) => `${count(bans, "ban")} in jail "${jail}"`),
    ...(old > 0 ? [`${count(old, "ban")} before the time asked for`] : []),
    ...(allowed > 0 ? [`${count(allowed, "ban")} of what is on the allowlist`] : []),
    ...(pardoned > 0 ? [`${count(pardoned, "ban")} before a pardon`] : []),
    ...(notAddresses > 0 ? [`${count(notAddresses, "ban")} of what is no address`] : []),
    ...(mentions > 0
      ? [`${count(mentions, "line")} that only ${mentions === 1 ? "mentions" : "mention"} a ban`]
      : []),
  ];
}

/** A log level that hides bans is one thing, a log of another program quite another. */
function warnOfForeignLogs(reports: readonly LogReport[], messages: Messages): void {
  // What was known before is not foreign.
  const fresh = reports.filter(({ reach, bytes }) => !reach || reach.length === bytes);
  const withText = fresh.filter(({ lines }) => lines > 0);
  if (withText.length === 0 || withText.some(({ familiar }) => familiar)) return;
  const [first] = withText.filter(({ firstLine }) => firstLine !== "");
  const seen = first ? `, "${first.path}" begins with "${first.firstLine}"` : "";
  messages.warning(
    `No line looks like one of fail2ban's${seen}`,
    "name fail2ban's own logs; logtarget in its configuration says where they are",
  );
}

function sum(
  reports: readonly LogReport[],
  field: "bytes" | "lines" | "bans" | "mentions",
): number {
  return reports.reduce((total, report) => total + report[field], 0);
}
