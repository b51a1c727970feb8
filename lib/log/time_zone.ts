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

/** Clocks are set at quarters of an hour, nearly always, so that an offset holds for one. Seconds. */
const QUARTER = 900;
const DAY = 86_400;
/** More quarters than any log has in a row. */
const REMEMBERED = 100_000;

/**
 * A zone that remembers its offsets, since asking the system for each line of a log is slow.
 *
 * @param zone The zone to ask.
 * @returns The same zone.
 */
export function remembering(zone: TimeZone): TimeZone {
  const offsets = new Map<number, number>();
  return {
    offsetAt(instant) {
      const quarter = Math.floor(instant / QUARTER);
      let offset = offsets.get(quarter);
      if (offset === undefined) {
        if (offsets.size > REMEMBERED) offsets.clear();
        offset = zone.offsetAt(quarter * QUARTER);
        if (zone.offsetAt((quarter + 1) * QUARTER - 1) !== offset) return zone.offsetAt(instant);
        offsets.set(quarter, offset);
      }
      return offset;
    },
  };
}

/** Coordinated universal time. */
export const UTC: TimeZone = { offsetAt: () => 0 };

/** The zone that the process runs in; whoever wants it must say so. */
export const LOCAL: TimeZone = {
  offsetAt: (instant) => -60 * new Date(instant * 1000).getTimezoneOffset(),
};

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

const BSD = /^([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A yearless time is taken for the past unless it lies this many seconds ahead or less. */
const CLOCK_SLACK = 3 * 3600;

/**
 * Parses a full date and time: `2026-11-22 14:16:31,085`, ISO 8601 with or without a zone.
 *
 * @param text The text of the time alone.
 * @returns The time, or `undefined` when the text is none or names a day that never was.
 */
export function parseIsoTime(text: string): LogTime | undefined {
  // By place, not by pattern: every ban passes here, and a regular expression costs twice as much.
  const day = dayNumber(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const seconds = secondOfDay(digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  const separator = text[10];
  if (
    day === undefined || seconds === undefined || text[4] !== "-" || text[7] !== "-" ||
    (separator !== " " && separator !== "T") || text[13] !== ":" || text[16] !== ":"
  ) return undefined;
  const wall = day * 86_400 + seconds;
  const zone = withoutFraction(text);
  if (zone === "") return { wall };
  if (zone === "Z") return { wall, offset: 0 };
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return undefined;
  const offset = secondOfDay(Number(match[2]), Number(match[3]), 0);
  if (offset === undefined) return undefined;
  return { wall, offset: match[1] === "-" ? -offset : offset };
}

/** What stands behind the seconds and their fraction; something that is no zone if that is bad. */
function withoutFraction(text: string): string {
  if (text[19] !== "," && text[19] !== ".") return text.slice(19);
  let end = 20;
  while (isDigit(text.charCodeAt(end))) end++;
  return end === 20 ? text.slice(19) : text.slice(end);
}

/**
 * Parses the yearless time of RFC 3164 (`Jan 16 17:11:25`), the year taken from what follows it.
 *
 * @param text The text of the time alone.
 * @param notAfter The instant (seconds since 1970) that the time cannot be after, such as when the
 *   file was last written. The latest year that fits is taken; three hours ahead are let
 *   pass, since the clock may have been set back.
 * @param zone The zone of the time.
 * @returns The time, or `undefined` when the text is none.
 */
export function parseBsdTime(text: string, notAfter: number, zone: TimeZone): LogTime | undefined {
  const match = BSD.exec(text);
  if (!match) return undefined;
  const [, name = "", day, hour, minute, second] = match;
  const month = MONTHS.indexOf(name) + 1;
  const seconds = secondOfDay(Number(hour), Number(minute), Number(second));
  if (month === 0 || seconds === undefined) return undefined;
  const latest = yearOf(notAfter + zone.offsetAt(notAfter)) + 1;
  // A 29 February may lie up to eight years back.
  for (let year = latest; year > latest - 10; year--) {
    const number = dayNumber(year, month, Number(day));
    if (number === undefined) continue;
    const wall = number * 86_400 + seconds;
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
  const wall = Math.floor(instant + zone.offsetAt(instant));
  const day = Math.floor(wall / DAY);
  const second = wall - day * DAY;
  const minute = Math.floor(second / 60);
  return `${formatDay(day)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:${
    two(second % 60)
  }`;
}

/** Days that were printed: to make their text takes several times as long as the rest. */
const days = new Map<number, string>();

function formatDay(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    if (days.size > REMEMBERED) days.clear();
    text = new Date(day * DAY * 1000).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** Prints the local day of an instant: `2026-11-22`. */
export function formatLocalDay(instant: number, zone: TimeZone): string {
  return formatLocalTime(instant, zone).slice(0, 10);
}

/** The number that stands in a text at a place, or NaN. */
function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (const end = at + count; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return NaN;
    number = number * 10 + code - 0x30;
  }
  return number;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function secondOfDay(hour: number, minute: number, second: number): number | undefined {
  // Second 60 is a leap second. Nothing compares with NaN.
  return hour < 24 && minute < 60 && second <= 60 ? hour * 3600 + minute * 60 + second : undefined;
}

/**
 * Days from 1970-01-01 to a date of the Gregorian calendar, or `undefined` for a day that never was.
 *
 * Counted in eras of 400 years that begin in March, so that the leap day is a year's last
 * (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
 */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) {
    return undefined;
  }
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function yearOf(wall: number): number {
  return new Date(wall * 1000).getUTCFullYear();
}
