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
