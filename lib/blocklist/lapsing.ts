/**
 * Entries that hold only until some time.
 *
 * @module
 */

import type { NetworkList } from "../ip/network_list.ts";
import { type Blocklist, noteOf } from "./blocklist.ts";
import { formatSince, parseUntil } from "./note.ts";

/** What of a list has lapsed, and when more does. */
export interface Lapsing {
  /** The indexes of the entries that no longer hold, in their order. */
  readonly lapsed: readonly number[];
  /** When the next one lapses, in seconds since 1970; `Infinity` if none ever does. */
  readonly next: number;
}

/** `until=` in bytes: its first letter is rare in a list, so it is looked for. */
const UNTIL = new TextEncoder().encode("until=");
const [FIRST_LETTER = 0] = UNTIL;

/**
 * Finds the entries whose `until` is over.
 *
 * Most lists have none, and where all have one, nearly all lie far ahead: so the bytes are searched
 * for it, and only what is not plainly later than the next one found so far is parsed.
 *
 * @param list The list, or some lines of one.
 * @param now The time, in seconds since 1970.
 */
export function lapsingOf(list: Blocklist, now: number): Lapsing {
  const { bytes, starts } = list;
  const lapsed: number[] = [];
  let next = Infinity;
  let earliest: Uint8Array | undefined;
  let index = 0;
  let at = starts.length > 0 ? bytes.indexOf(FIRST_LETTER) : -1;
  for (; at >= 0; at = bytes.indexOf(FIRST_LETTER, at + 1)) {
    if (!isUntil(bytes, at)) continue;
    if (earliest && !isBefore(bytes, at + UNTIL.length, earliest)) continue;
    while (index + 1 < starts.length && (starts[index + 1] ?? 0) <= at) index++;
    const { until } = noteOf(list, index);
    const instant = until === undefined ? undefined : parseUntil(until);
    if (instant === undefined) continue;
    if (instant > now) {
      if (instant >= next) continue;
      next = instant;
      earliest = new TextEncoder().encode(formatSince(next));
    } else if (lapsed.at(-1) !== index) lapsed.push(index);
  }
  return { lapsed, next };
}

function isUntil(bytes: Uint8Array, from: number): boolean {
  for (let at = 0; at < UNTIL.length; at++) if (bytes[from + at] !== UNTIL[at]) return false;
  return true;
}

/** Whether the text at a place is before a time: as text it sorts like what it stands for. */
function isBefore(bytes: Uint8Array, from: number, time: Uint8Array): boolean {
  for (let at = 0; at < time.length; at++) {
    const [byte = 0, other = 0] = [bytes[from + at], time[at]];
    if (byte !== other) return byte < other;
  }
  return false;
}

/**
 * The networks of a list that still hold.
 *
 * @param list The list.
 * @param lapsed The indexes of the entries that do not.
 */
export function standingNetworks(list: Blocklist, lapsed: readonly number[]): NetworkList {
  return lapsed.length === 0 ? list.networks : list.networks.without(lapsed);
}
