/**
 * A scan as JSON.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import type { Offender, Offenders } from "../offender/offenders.ts";
import type { LogsSource } from "../report/report.ts";
import { jsonList } from "./json_list.ts";
import { type Scanned, sum } from "./scan_summary.ts";

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
