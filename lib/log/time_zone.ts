/**
 * Wall-clock times of a log and the instants they stand for.
 *
 * The library never asks the machine for its clock or zone; both come in through {@link TimeZone}.
 *
 * @module
 */

/** How local time relates to UTC. */
export interface TimeZone {
  /** The seconds that local time is ahead of UTC at an instant given in seconds since 1970. */
  offsetAt(instant: number): number;
}

/** Coordinated universal time. */
export const UTC: TimeZone = { offsetAt: () => 0 };

/**
 * A time as a log line shows it.
 *
 * `wall` counts seconds since 1970 as if the clock on the wall were UTC.
 */
export interface LogTime {
  /** Seconds since 1970-01-01T00:00:00 on the wall. */
  readonly wall: number;
  /** Seconds ahead of UTC where the line names its zone; absent for local time. */
  readonly offset?: number;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))?$/;
const BSD = /^([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A yearless time is taken for the past unless it lies this many seconds ahead or less. */
const CLOCK_SLACK = 60;

/**
 * Parses a full date and time: `2026-11-22 14:16:31,085`, ISO 8601 with or without a zone.
 *
 * @param text The text of the time alone.
 * @returns The time, or `undefined` when the text is none or names a day that never was.
 */
export function parseIsoTime(text: string): LogTime | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, utc, sign, zoneHours, zoneMinutes] = match;
  const wall = wallTime(
    Number(year),
    Number(month),
    Number(day),
    Number(hour) * 3600 + Number(minute) * 60 + Number(second),
  );
  if (wall === undefined || !isTimeOfDay(hour, minute, second)) return undefined;
  if (utc) return { wall, offset: 0 };
  if (!sign) return { wall };
  const offset = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60;
  return { wall, offset: sign === "-" ? -offset : offset };
}

/**
 * Parses the yearless time of RFC 3164 (`Jan 16 17:11:25`), the year taken from what follows it.
 *
 * @param text The text of the time alone.
 * @param notAfter The instant (seconds since 1970) that the time cannot be after, such as when the
 *   file was last written. The latest year that fits is taken; a minute ahead is let pass, since
 *   the clock of a file system runs a little behind.
 * @param zone The zone of the time.
 * @returns The time, or `undefined` when the text is none.
 */
export function parseBsdTime(text: string, notAfter: number, zone: TimeZone): LogTime | undefined {
  const match = BSD.exec(text);
  if (!match) return undefined;
  const [, name = "", day, hour, minute, second] = match;
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0 || !isTimeOfDay(hour, minute, second)) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const latest = yearOf(notAfter + zone.offsetAt(notAfter)) + 1;
  // A 29 February may lie up to eight years back.
  for (let year = latest; year > latest - 10; year--) {
    const wall = wallTime(year, month, Number(day), seconds);
    if (wall === undefined) continue;
    if (instantOf({ wall }, zone) <= notAfter + CLOCK_SLACK) return { wall };
  }
  return undefined;
}

/**
 * The instant of a time, in seconds since 1970.
 *
 * A local time that the clock showed twice, when it was set back, counts as the first one; one that
 * it never showed is moved by the gap.
 */
export function instantOf(time: LogTime, zone: TimeZone): number {
  const { wall, offset } = time;
  if (offset !== undefined) return wall - offset;
  const before = wall - zone.offsetAt(wall - 86_400);
  if (before + zone.offsetAt(before) === wall) return before;
  const after = wall - zone.offsetAt(wall + 86_400);
  return after + zone.offsetAt(after) === wall ? after : before;
}

/** Prints an instant as local time: `2026-11-22T14:16:31`. */
export function formatLocalTime(instant: number, zone: TimeZone): string {
  return new Date((instant + zone.offsetAt(instant)) * 1000).toISOString().slice(0, 19);
}

/** Prints the local day of an instant: `2026-11-22`. */
export function formatLocalDay(instant: number, zone: TimeZone): string {
  return formatLocalTime(instant, zone).slice(0, 10);
}

function isTimeOfDay(hour = "", minute = "", second = ""): boolean {
  // Second 60 is a leap second.
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
}

function wallTime(year: number, month: number, day: number, seconds: number): number | undefined {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; no log is that old.
  if (year < 100) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return midnight / 1000 + seconds;
}

function yearOf(wall: number): number {
  return new Date(wall * 1000).getUTCFullYear();
}
