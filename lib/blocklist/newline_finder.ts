/**
 * Where lines end.
 *
 * @module
 */

const NEWLINE = 0x0a;
/** The same byte four times. */
const NEWLINES = 0x0a0a0a0a;

/**
 * Finds the ends of lines by four bytes at a time: comments are most of a blocklist, and nothing in
 * them but their end matters. (`indexOf` is slower on short lines: its call costs more than its work.)
 */
export class NewlineFinder {
  readonly #bytes: Uint8Array;
  /** The bytes as whole words of memory. */
  readonly #words: Uint32Array;
  /** How far into the first word they begin. */
  readonly #skew: number;

  /** Makes a finder for some bytes. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#skew = bytes.byteOffset & 3;
    const words = Math.floor((this.#skew + bytes.length) / 4);
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset - this.#skew, words);
  }

  /** Where the first newline stands from a place on; the length of the bytes where there is none. */
  find(from: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const skew = this.#skew;
    let at = from;
    for (; ((at + skew) & 3) !== 0; at++) {
      if (at >= bytes.length || bytes[at] === NEWLINE) return at;
    }
    let word = (at + skew) / 4;
    for (; word < words.length; word++) {
      // Not zero if a byte of it is: the well-known trick of strlen().
      const difference = (words[word] ?? 0) ^ NEWLINES;
      if (((difference - 0x01010101) & ~difference & 0x80808080) !== 0) break;
    }
    at = 4 * word - skew;
    while (at < bytes.length && bytes[at] !== NEWLINE) at++;
    return at;
  }
}
