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

/** The bytes before a jail, four to a word, the first the lowest. */
export interface LineLayout {
  /** How many bytes there are. */
  readonly length: number;
  /** Ones for the bytes that are always the same, and those bytes. */
  readonly fixed: Int32Array;
  readonly text: Int32Array;
  /** Ones in the upper half of each byte that is a digit. */
  readonly digits: Int32Array;
  /** Where the time is that counts; absent where there is none. */
  readonly time: readonly [from: number, to: number] | undefined;
  /** Whether that time is a full date and time without a zone. */
  readonly isLocal: boolean;
}

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
  const length = places.jail;
  const words = Math.ceil(length / 4);
  const fixed = new Int32Array(words);
  const text = new Int32Array(words);
  const digits = new Int32Array(words);
  for (let at = 0; at < length; at++) {
    const code = line.charCodeAt(at);
    if (code > 0x7f) return undefined;
    const [word, shift] = [at >> 2, 8 * (at & 3)];
    if (isDigit(code) && places.times.some(([from, to]) => from <= at && at < to)) {
      digits[word]! |= 0xf0 << shift;
    } else {
      fixed[word]! |= 0xff << shift;
      text[word]! |= code << shift;
    }
  }
  const { time } = places;
  const isLocal = time !== undefined && LOCAL.test(line.slice(...time));
  return { length, fixed, text, digits, time, isLocal };
}

/**
 * Whether a line has a layout.
 *
 * @param layout The layout.
 * @param bytes The text around the line.
 * @param from Where the line begins, and four bytes at least before the end of the text.
 * @param to Where it ends.
 */
export function hasLayout(
  { length, fixed, text, digits }: LineLayout,
  bytes: DataView,
  from: number,
  to: number,
): boolean {
  if (from + length + 4 > to) return false;
  for (let word = 0; word < fixed.length; word++) {
    const found = bytes.getInt32(from + 4 * word, true);
    const digit = digits[word] ?? 0;
    const three = digit & 0x30303030;
    // A digit's upper half is 3, and still is with 6 added.
    const wrong = ((found & (fixed[word] ?? 0)) ^ (text[word] ?? 0)) | ((found & digit) ^ three) |
      (((found + ((digit >>> 4) & 0x06060606)) & digit) ^ three);
    if (wrong !== 0) return false;
  }
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
