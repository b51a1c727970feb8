/**
 * What stands before the jail in the ban lines of one log, learned from one of them.
 *
 * Line by line only the digits of the times change there, so a line whose bytes are those of the one
 * before, digits of times aside, is a ban for the same reason as that one. It is the grammar of
 * `ban_line.ts` that says so, once for each layout; here nothing is known of forms.
 *
 * @module
 */

import { placesOf } from "./ban_line.ts";

/** The bytes before a jail. */
export interface LineLayout {
  /** The least byte that may stand in each place. */
  readonly least: Uint8Array;
  /** How many more may, as far as their codes follow: none, or all digits. */
  readonly more: Uint8Array;
  /** Where the time is that counts; absent where there is none. */
  readonly time: readonly [from: number, to: number] | undefined;
  /** Whether that time is a full date and time without a zone. */
  readonly isLocal: boolean;
}

const ZERO = 0x30;
const OTHER_DIGITS = 9;
const LOCAL = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?$/;

/**
 * Learns the layout of a line.
 *
 * @param line A ban line, without its end.
 * @returns The layout, or `undefined` where the text before the jail is not all ASCII.
 */
export function learnLayout(line: string): LineLayout | undefined {
  const places = placesOf(line);
  if (!places) return undefined;
  const least = new Uint8Array(places.jail);
  const more = new Uint8Array(places.jail);
  for (let at = 0; at < least.length; at++) {
    const code = line.charCodeAt(at);
    if (code > 0x7f) return undefined;
    const changes = isDigit(code) && places.times.some(([from, to]) => from <= at && at < to);
    least[at] = changes ? ZERO : code;
    more[at] = changes ? OTHER_DIGITS : 0;
  }
  const { time } = places;
  const isLocal = time !== undefined && LOCAL.test(line.slice(...time));
  return { least, more, time, isLocal };
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + OTHER_DIGITS;
}
