/**
 * The order of networks.
 *
 * @module
 */

import { NetworkRows } from "./network_rows.ts";

/** Networks in order. */
export interface SortedRows {
  /** The networks. */
  readonly rows: NetworkRows;
  /** The row in which each of them stood before. */
  readonly order: Uint32Array;
}

/** Sixteen bits of each row: those of a word above a shift. */
interface Digit {
  readonly column: Uint32Array | Uint8Array;
  readonly width: number;
  readonly word: number;
  readonly shift: 0 | 16;
}

const DIGITS = 65_536;
/** Below so many rows, going through all digits would take longer than comparing the rows. */
const FEW = 1024;

/**
 * Sorts networks of one family: by address, of one address the wider first, equal ones as they
 * stand. What holds a network so comes before it.
 *
 * Of many it is a radix sort from the last digit to the first, which no list can make slow; a digit
 * that all have in common, as /64 networks have their lower half, costs one look.
 *
 * @param rows The networks; they stay as they are.
 * @returns A sorted copy: what goes through it reads memory in order, which is what takes the time.
 */
export function sortedRows(rows: NetworkRows): SortedRows {
  const sorted = new NetworkRows(rows.width, rows.length);
  let order = new Uint32Array(rows.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  if (isSorted(rows)) {
    sorted.append(rows);
    return { rows: sorted, order };
  }
  if (rows.length < FEW) {
    order.sort((a, b) => compareRows(rows, a, b) || a - b);
    sorted.appendRows(rows, order);
    return { rows: sorted, order };
  }
  let spare = new Uint32Array(rows.length);
  const starts = new Uint32Array(DIGITS);
  for (const digit of digitsOf(rows)) {
    if (sortByDigit(order, spare, starts, digit)) [order, spare] = [spare, order];
  }
  sorted.appendRows(rows, order);
  return { rows: sorted, order };
}

function isSorted(rows: NetworkRows): boolean {
  for (let row = 1; row < rows.length; row++) {
    if (compareRows(rows, row - 1, row) > 0) return false;
  }
  return true;
}

/** Orders two rows, one of them perhaps elsewhere: by address, then the wider one first. */
export function compareRows(rows: NetworkRows, a: number, b: number, elsewhere = rows): number {
  const { words, prefixes, width } = rows;
  for (let word = 0; word < width; word++) {
    const difference = (words[a * width + word] ?? 0) - (elsewhere.words[b * width + word] ?? 0);
    if (difference !== 0) return difference;
  }
  return (prefixes[a] ?? 0) - (elsewhere.prefixes[b] ?? 0);
}

/** The digits of the rows, the last first: that of the prefix length, then two of each word. */
function digitsOf({ words, prefixes, width }: NetworkRows): Digit[] {
  const digits: Digit[] = [{ column: prefixes, width: 1, word: 0, shift: 0 }];
  for (let word = width - 1; word >= 0; word--) {
    digits.push({ column: words, width, word, shift: 0 });
    digits.push({ column: words, width, word, shift: 16 });
  }
  return digits;
}

/**
 * Sorts by one digit, keeping the order of equal ones.
 *
 * @param order The rows in the order that there is.
 * @param sorted Takes them in the new one.
 * @param starts Room to count in.
 * @param digit What to sort by.
 * @returns Whether there was anything to sort; nothing is taken otherwise.
 */
function sortByDigit(
  order: Uint32Array,
  sorted: Uint32Array,
  starts: Uint32Array,
  { column, width, word, shift }: Digit,
): boolean {
  starts.fill(0);
  const { length } = order;
  for (let at = word; at < length * width; at += width) {
    const digit = ((column[at] ?? 0) >>> shift) & 0xffff;
    starts[digit] = (starts[digit] ?? 0) + 1;
  }
  let before = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = starts[digit] ?? 0;
    if (count === length) return false;
    starts[digit] = before;
    before += count;
  }
  for (let at = 0; at < length; at++) {
    const row = order[at] ?? 0;
    const digit = ((column[row * width + word] ?? 0) >>> shift) & 0xffff;
    const to = starts[digit] ?? 0;
    sorted[to] = row;
    starts[digit] = to + 1;
  }
  return true;
}
