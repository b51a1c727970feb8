/**
 * Networks of one family in typed arrays.
 *
 * @module
 */

/** How many rows there is room for at first. */
const FIRST_ROOM = 16;

/** Networks of one family, a row for each: a million take some megabytes and no object each. */
export class NetworkRows {
  /** How many words of 32 bits an address has: 1 in IPv4, 4 in IPv6. */
  readonly width: 1 | 4;
  /** The addresses, the highest word of each first. */
  words: Uint32Array<ArrayBuffer>;
  /** The prefix lengths. */
  prefixes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_ROOM);
  /** The number of rows; the arrays may have room for more. */
  length = 0;

  /** Makes rows for one family. */
  constructor(width: 1 | 4) {
    this.width = width;
    this.words = new Uint32Array(FIRST_ROOM * width);
  }

  /** Makes room for more rows. */
  reserve(more = 1): void {
    const room = this.prefixes.length;
    if (this.length + more <= room) return;
    const wanted = Math.max(2 * room, this.length + more);
    this.prefixes = new Uint8Array(this.prefixes.buffer.transfer(wanted));
    this.words = new Uint32Array(this.words.buffer.transfer(4 * wanted * this.width));
  }

  /** Puts all rows of another one, of the same family, at the end. */
  append({ words, prefixes, length, width }: NetworkRows): void {
    this.reserve(length);
    this.words.set(words.subarray(0, length * width), this.length * width);
    this.prefixes.set(prefixes.subarray(0, length), this.length);
    this.length += length;
  }

  /** Whether the addresses of two rows agree in their first bits. */
  agree(row: number, other: number, bits: number): boolean {
    const { width, words } = this;
    let left = bits;
    let a = row * width;
    let b = other * width;
    for (; left >= 32; left -= 32) if (words[a++] !== words[b++]) return false;
    return left === 0 || (((words[a] ?? 0) ^ (words[b] ?? 0)) >>> (32 - left)) === 0;
  }

  /** Whether the network of one row holds all of that of another. */
  covers(row: number, other: number): boolean {
    const prefix = this.prefixes[row] ?? 0;
    return prefix <= (this.prefixes[other] ?? 0) && this.agree(row, other, prefix);
  }
}
