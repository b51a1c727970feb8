/**
 * Instants as people type them.
 *
 * @module
 */

import { instantOf, parseIsoTime, type TimeZone } from "../log/time_zone.ts";
import { parseDuration } from "../offender/duration.ts";
import { usageError } from "./failure.ts";

/**
 * The instant of a date or a date and time, in seconds since 1970.
 *
 * @param text What was typed.
 * @param name The option.
 * @param zone The zone of times that name none.
 * @throws {Failure} If it is neither.
 */
export function dateOf(text: string, name: string, zone: TimeZone): number {
  const instant = instantOfDate(text, zone);
  if (instant !== undefined) return instant;
  throw usageError(
    `Option --${name} takes a date, not "${text}"`,
    "such as 2026-01-31 or 2026-01-31T12:00:00",
  );
}

/**
 * The same, or the instant that is so long ago.
 *
 * @param text What was typed: a date, or a length of time with a unit.
 * @param name The option.
 * @param now The time, in seconds since 1970.
 * @param zone The zone of times that name none.
 * @throws {Failure} If it is neither.
 */
export function whenOf(text: string, name: string, now: number, zone: TimeZone): number {
  const instant = instantOfDate(text, zone) ?? instantBefore(text, now);
  if (instant !== undefined) return instant;
  throw usageError(
    `Option --${name} takes a date or a length of time, not "${text}"`,
    "such as 2026-01-31, 2026-01-31T12:00:00 or 90d",
  );
}

function instantOfDate(text: string, zone: TimeZone): number | undefined {
  const time = parseIsoTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
  return time && instantOf(time, zone);
}

/** A bare number could be meant for a year, or a day, as well as for seconds. */
function instantBefore(text: string, now: number): number | undefined {
  if (/^\d+$/.test(text)) return undefined;
  try {
    return now - parseDuration(text);
  } catch {
    return undefined;
  }
}
