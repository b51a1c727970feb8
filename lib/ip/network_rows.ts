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
  words: Uint32Array;
  /** The prefix lengths. */
  prefixes: Uint8Array;
  /** The number of rows; the arrays may have room for more. */
  length = 0;
  /** Whether they are known to be in order and the fewest for their addresses. */
  isMinimal = false;

  /** Makes rows for one family, with room for so many at first. */
  constructor(width: 1 | 4, room = FIRST_ROOM) {
    this.width = width;
    this.words = new Uint32Array(room * width);
    this.prefixes = new Uint8Array(room);
  }

  /** Makes room for more rows, which may be any. */
  reserve(more = 1): void {
    this.isMinimal = false;
    const room = this.prefixes.length;
    if (this.length + more <= room) return;
    const wanted = Math.max(2 * room, this.length + more);
    const { words, prefixes } = this;
    this.words = new Uint32Array(wanted * this.width);
    this.prefixes = new Uint8Array(wanted);
    this.words.set(words);
    this.prefixes.set(prefixes);
  }

  /** Puts all rows of another one, of the same family, at the end. */
  append({ words, prefixes, length, width }: NetworkRows): void {
    this.reserve(length);
    this.words.set(words.subarray(0, length * width), this.length * width);
    this.prefixes.set(prefixes.subarray(0, length), this.length);
    this.length += length;
  }

  /** Puts one row of another one, of the same family, at the end. */
  appendRow({ words, prefixes, width }: NetworkRows, row: number): void {
    this.reserve();
    const to = this.length * width;
    for (let word = 0; word < width; word++) this.words[to + word] = words[row * width + word] ?? 0;
    this.prefixes[this.length++] = prefixes[row] ?? 0;
  }

  /** Puts rows of another one, of the same family, at the end in a given order. */
  appendRows({ words, prefixes, width }: NetworkRows, order: Uint32Array): void {
    this.reserve(order.length);
    const { words: toWords, prefixes: toPrefixes } = this;
    let to = this.length * width;
    for (let at = 0; at < order.length; at++) {
      const row = order[at] ?? 0;
      toPrefixes[this.length + at] = prefixes[row] ?? 0;
      const end = (row + 1) * width;
      for (let word = row * width; word < end; word++) toWords[to++] = words[word] ?? 0;
    }
    this.length += order.length;
  }

  /** Copies a row over another one. */
  copyRow(from: number, to: number): void {
    const { width, words, prefixes } = this;
    for (let word = 0; word < width; word++) {
      words[to * width + word] = words[from * width + word] ?? 0;
    }
    prefixes[to] = prefixes[from] ?? 0;
  }

  /** Whether the addresses of two rows, one of them perhaps elsewhere, agree in their first bits. */
  agree(row: number, other: number, bits: number, elsewhere: NetworkRows = this): boolean {
    const { width, words } = this;
    const otherWords = elsewhere.words;
    let left = bits;
    let a = row * width;
    let b = other * width;
    for (; left >= 32; left -= 32) if (words[a++] !== otherWords[b++]) return false;
    return left === 0 || (((words[a] ?? 0) ^ (otherWords[b] ?? 0)) >>> (32 - left)) === 0;
  }

  /** How many first bits the addresses of two rows have in common. */
  commonBits(row: number, other: number): number {
    const { width, words } = this;
    for (let word = 0; word < width; word++) {
      const difference = (words[row * width + word] ?? 0) ^ (words[other * width + word] ?? 0);
      if (difference !== 0) return 32 * word + Math.clz32(difference);
    }
    return 32 * width;
  }

  /** Whether the network of one row holds all of that of another, perhaps elsewhere. */
  covers(row: number, other: number, elsewhere: NetworkRows = this): boolean {
    const prefix = this.prefixes[row] ?? 0;
    if (prefix > (elsewhere.prefixes[other] ?? 0)) return false;
    return this.agree(row, other, prefix, elsewhere);
  }
}
