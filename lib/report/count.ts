/**
 * Numbers in words.
 *
 * @module
 */

/** A number with commas between the thousands, and its noun in the right form. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${withCommas(number)} ${number === 1 ? noun : nouns}`;
}

/** A number with commas between the thousands. */
export function withCommas(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
