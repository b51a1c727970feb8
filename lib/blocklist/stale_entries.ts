/**
 * Entries that nobody has been seen of for long.
 *
 * @module
 */

import { formatLocalDay, type TimeZone } from "../log/time_zone.ts";
import { type Blocklist, notesOf } from "./blocklist.ts";
import { parseSince } from "./note.ts";

/**
 * Finds the entries whose last ban, or else whose listing, was before an instant.
 *
 * A last ban is known by its local day, so it is days that are compared. Of an entry that tells
 * neither nobody knows how old it is.
 *
 * @param list The list, or some lines of one.
 * @param before The instant, in seconds since 1970.
 * @param zone The zone of the days.
 * @returns The indexes of those entries, in their order.
 */
export function staleEntries(list: Blocklist, before: number, zone: TimeZone): number[] {
  const day = formatLocalDay(before, zone);
  const stale: number[] = [];
  let index = 0;
  for (const { last, since } of notesOf(list)) {
    const isDay = last !== undefined && /^\d{4}-\d\d-\d\d$/.test(last);
    const listed = since === undefined ? Infinity : parseSince(since) ?? Infinity;
    if (isDay ? last < day : listed < before) stale.push(index);
    index++;
  }
  return stale;
}
