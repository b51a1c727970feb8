/**
 * Counts by day, put together by week, month or year.
 *
 * @module
 */

import { beginningOf, nextBeginning, type Unit, unitFor } from "./calendar.ts";

/** More rows in a row than this nobody looks at: those without anything are left out then. */
const MANY = 4000;

/** One day, week, month or year. */
export interface Period {
  /** Its first day, counted from 1970-01-01. */
  readonly beginning: number;
  /** Bans in it. */
  bans: number;
  /** Addresses whose first ban in the time asked for is in it. */
  fresh: number;
  /** Entries of the blocklist that were added in it. */
  listed: number;
}

/** Days one after the other. */
export interface DaySpan {
  /** The first one, counted from 1970-01-01. */
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

/** What there is to count, by day. */
export interface DayCounts {
  /** Bans. */
  readonly bans: ReadonlyMap<number, number>;
  /** Addresses that were not banned before. */
  readonly fresh: ReadonlyMap<number, number>;
  /** New entries of the blocklist. */
  readonly listed: ReadonlyMap<number, number>;
}

/** Time, divided. */
export interface Periods {
  /** Into what. */
  readonly unit: Unit;
  /** Each of these, from the first to the last; those without anything too, unless there are many. */
  readonly rows: readonly Period[];
}

/**
 * Puts counts together.
 *
 * @param span The days to look at; `undefined` where there are none.
 * @param counts What was counted; what is outside of the span is left out.
 * @param asked The unit, or the one that fits.
 */
export function periodsOf(
  span: DaySpan | undefined,
  counts: DayCounts,
  asked: Unit | "auto",
): Periods {
  const { from, to } = span ?? { from: 0, to: -1 };
  const unit = asked === "auto" ? unitFor(to - from + 1) : asked;
  const rows = new Map<number, Period>();
  const rowOf = (beginning: number) => {
    const row = rows.get(beginning) ?? { beginning, bans: 0, fresh: 0, listed: 0 };
    rows.set(beginning, row);
    return row;
  };
  const length = { day: 1, week: 7, month: 28, year: 365 }[unit];
  if ((to - from) / length < MANY) {
    for (let at = beginningOf(from, unit); at <= to; at = nextBeginning(at, unit)) rowOf(at);
  }
  for (const name of ["bans", "fresh", "listed"] as const) {
    for (const [day, count] of counts[name]) {
      if (day >= from && day <= to) rowOf(beginningOf(day, unit))[name] += count;
    }
  }
  return { unit, rows: [...rows.values()].sort((a, b) => a.beginning - b.beginning) };
}
