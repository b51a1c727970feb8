/**
 * Prints text with many networks in it.
 *
 * @module
 */

import { LONGEST_NETWORK, type NetworkList } from "./network_list.ts";

/** How much is worth a piece of its own, in bytes. */
const PIECE = 65_536;
/** Room behind that for what is printed before somebody looks whether it is full. */
const SPARE = 4096;

/** Prints text and networks into pieces of bytes: strings for a million lines cost many times more. */
export class NetworkPrinter {
  #bytes = new Uint8Array(PIECE + SPARE);
  #length = 0;

  /** Whether there is enough for a piece. */
  get isFull(): boolean {
    return this.#length >= PIECE;
  }

  /** Prints encoded text. */
  text(text: Uint8Array): void {
    this.#reserve(text.length);
    // Faster than set() for the few bytes that stand around a network.
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length + at] = text[at] ?? 0;
    this.#length += text.length;
  }

  /** Prints a network of a list as {@linkcode NetworkList.write} does. */
  network(list: NetworkList, index: number, isAlwaysPrefixed = false): void {
    this.#reserve(LONGEST_NETWORK);
    this.#length = list.write(index, this.#bytes, this.#length, isAlwaysPrefixed);
  }

  /**
   * Prints networks of a list, each between two texts, until there is enough for a piece.
   *
   * @param list The list.
   * @param from The first of them.
   * @param to The one behind the last.
   * @param before What stands before each, encoded.
   * @param after What stands behind each, likewise.
   * @param isAlwaysPrefixed As {@linkcode NetworkList.write} takes it.
   * @returns Which comes next: `to` when all are printed.
   */
  networks(
    list: NetworkList,
    from: number,
    to: number,
    before: Uint8Array,
    after: Uint8Array,
    isAlwaysPrefixed = false,
  ): number {
    const longest = before.length + LONGEST_NETWORK + after.length;
    this.#reserve(longest);
    const bytes = this.#bytes;
    const end = bytes.length - longest;
    let length = this.#length;
    let index = from;
    for (; index < to && length <= end; index++) {
      for (let at = 0; at < before.length; at++) bytes[length++] = before[at] ?? 0;
      length = list.write(index, bytes, length, isAlwaysPrefixed);
      for (let at = 0; at < after.length; at++) bytes[length++] = after[at] ?? 0;
    }
    this.#length = length;
    return index;
  }

  /** Takes what was printed since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const printed = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(PIECE + SPARE);
    this.#length = 0;
    return printed;
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(2 * needed));
  }
}
