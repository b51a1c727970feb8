/**
 * Lengths of time as people type them.
 *
 * @module
 */

const DAY = 86_400;

/** Seconds of each unit; a month counts 30 days and a year 365. */
const UNITS: readonly { readonly names: readonly string[]; readonly seconds: number }[] = [
  { names: ["s", "sec", "secs", "second", "seconds"], seconds: 1 },
  { names: ["m", "min", "mins", "minute", "minutes"], seconds: 60 },
  { names: ["h", "hour", "hours"], seconds: 3600 },
  { names: ["d", "day", "days"], seconds: DAY },
  { names: ["w", "week", "weeks"], seconds: 7 * DAY },
  { names: ["mo", "mon", "month", "months"], seconds: 30 * DAY },
  { names: ["y", "year", "years"], seconds: 365 * DAY },
];

/** Longer than any log; beyond it dates lose their meaning. Seconds. */
const LONGEST = 1000 * 365 * DAY;

/**
 * Parses a length of time.
 *
 * @example
 * ```ts
 * import { parseDuration } from "./duration.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("90d"), 90 * 86_400);
 * assertEquals(parseDuration("1y6mo"), (365 + 6 * 30) * 86_400);
 * assertEquals(parseDuration("3600"), 3600);
 * ```
 *
 * @param text Numbers with units from `s`, `m`, `h`, `d`, `w`, `mo`, `y`, as in `1y6mo`, or seconds
 *   without one.
 * @returns Whole seconds, at least 1.
 * @throws {SyntaxError} If the text is no length of time.
 * @throws {RangeError} If it is zero or longer than 1,000 years.
 */
export function parseDuration(text: string): number {
  const parts = /^\d+$/.test(text) ? [["", text, "s"]] : [...text.matchAll(/(\d+) ?([a-z]+) ?/gy)];
  const used = parts.reduce((length, [whole]) => length + (whole?.length ?? 0), 0);
  if (parts.length === 0 || (used !== text.length && used !== 0)) throw notADuration(text);
  let seconds = 0;
  for (const [, count, name = ""] of parts) {
    const unit = UNITS.find(({ names }) => names.includes(name));
    if (!unit) throw notADuration(text);
    seconds += Number(count) * unit.seconds;
  }
  if (seconds < 1 || seconds > LONGEST) {
    throw new RangeError(`A duration must be between 1 second and 1000 years, not "${text}"`);
  }
  return seconds;
}

function notADuration(text: string): SyntaxError {
  return new SyntaxError(
    `Cannot parse duration "${text}": expected numbers with units, such as 90d, 12w, 1y6mo`,
  );
}
