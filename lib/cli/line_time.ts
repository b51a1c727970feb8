/**
 * When a line of a log was written.
 *
 * @module
 */

import type { LogFile } from "../log/log_file.ts";
import { LogOpenError, openLog } from "../log/open_log.ts";
import { instantOf, parseIsoTime, type TimeZone } from "../log/time_zone.ts";

/** As much of a line holds its time, in bytes. */
const HEAD = 64;

/**
 * Makes what tells when the line at a place in a log was written, in seconds since 1970: nothing
 * where the log is no plain text, the line has no date, or the log is gone.
 *
 * @param zone The zone of times that name none.
 */
export function firstLineAfter(
  zone: TimeZone,
): (file: LogFile, position: number) => number | undefined {
  return (file, position) => {
    const line = new TextDecoder().decode(headAt(file, position));
    const time = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.exec(line)?.[0];
    const parsed = time === undefined ? undefined : parseIsoTime(time);
    return parsed && instantOf(parsed, zone);
  };
}

function headAt(file: LogFile, position: number): Uint8Array {
  const head = new Uint8Array(HEAD);
  try {
    using open = openLog(file);
    open.seekSync(position, 0);
    return head.subarray(0, open.readSync(head) ?? 0);
  } catch (error) {
    if (error instanceof LogOpenError) return new Uint8Array(0);
    throw error;
  }
}
