/**
 * Days of the local calendar, counted, and the weeks, months and years that they are in.
 *
 * @module
 */

import type { TimeZone } from "../log/time_zone.ts";

/** What time is divided into. */
export type Unit = "day" | "week" | "month" | "year";

const DAY = 86_400;
/** 1970-01-01 was a Thursday, and weeks begin on Monday (ISO 8601). */
const FIRST_MONDAY = 4;

/** As many days, at most, are shown one by one, and so on; a year has the one that fits above. */
const MOST_DAYS = 35;
const MOST_WEEKS = 27;
const MOST_MONTHS = 60;

/** The day of an instant, counted from 1970-01-01, by the clock on the wall. */
export function dayOf(instant: number, zone: TimeZone): number {
  return Math.floor((instant + zone.offsetAt(instant)) / DAY);
}

/** The hour of the day of an instant, 0 to 23, by the clock on the wall. */
export function hourOf(instant: number, zone: TimeZone): number {
  const wall = instant + zone.offsetAt(instant);
  return Math.floor((wall - Math.floor(wall / DAY) * DAY) / 3600);
}

/** The unit in which some days in a row are best looked at. */
export function unitFor(days: number): Unit {
  if (days <= MOST_DAYS) return "day";
  if (days <= 7 * MOST_WEEKS) return "week";
  return days <= 31 * MOST_MONTHS ? "month" : "year";
}

/** The first day of the week, month or year that a day is in. */
export function beginningOf(day: number, unit: Unit): number {
  if (unit === "day") return day;
  if (unit === "week") return Math.floor((day - FIRST_MONDAY) / 7) * 7 + FIRST_MONDAY;
  const date = new Date(day * DAY * 1000);
  return dayNumber(date.getUTCFullYear(), unit === "month" ? date.getUTCMonth() : 0);
}

/** The first day of the unit that follows the one that begins on a day. */
export function nextBeginning(beginning: number, unit: Unit): number {
  if (unit === "day") return beginning + 1;
  if (unit === "week") return beginning + 7;
  const date = new Date(beginning * DAY * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return unit === "month" ? dayNumber(year, month + 1) : dayNumber(year + 1, 0);
}

/** Prints a day: `2026-11-22`. */
export function formatDay(day: number): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}

/** Prints a day, week (by its Monday), month or year: `2026-11-22`, `2026-11` or `2026`. */
export function formatBeginning(beginning: number, unit: Unit): string {
  const length = { day: 10, week: 10, month: 7, year: 4 }[unit];
  return formatDay(beginning).slice(0, length);
}

/** The number of the first day of a month, which may be 12 for the January of the next year. */
function dayNumber(year: number, month: number): number {
  // Date.UTC takes years below 100 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return Math.floor(date.getTime() / 1000 / DAY);
}
