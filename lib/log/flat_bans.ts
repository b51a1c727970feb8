/**
 * Bans of single addresses in flat memory, as nearly all are: to make objects of them takes longer than
 * to find and to count them.
 *
 * Each is a row of eight words: the address, of IPv4 in the first word, of IPv6 in four, the highest
 * first; what it is about, that is the number of its jail times 4, plus 2 if the address is of IPv6,
 * plus 1 if it was restored; a word of nothing; and the time, a double.
 *
 * @module
 */

import { ipv6OfWords } from "../ip/address.ts";
import { FULL_PREFIX, type Network } from "../ip/network.ts";
import type { Ban } from "./ban.ts";
import { NameNumbers } from "./name_numbers.ts";

/** Bans of single addresses. */
export interface FlatBans {
  /** How many. */
  readonly count: number;
  /** Their rows. */
  readonly words: Uint32Array;
  /** The same memory as doubles. */
  readonly times: Float64Array;
  /** Jails by their numbers. */
  readonly jails: readonly string[];
}

/** Words in a row, and which of them says what it is about. */
export const ROW = { words: 8, about: 4 } as const;
/** Doubles in a row, and which of them is the time. */
export const ROW_TIME = { doubles: 4, time: 3 } as const;
/** What the lowest bits of the word mean, and how many they are: the others are the jail's number. */
export const ABOUT = { restored: 1, isIpv6: 2, bits: 2 } as const;

/** The address in a row. */
export function networkIn(words: Uint32Array, row: number): Network {
  const at = row * ROW.words;
  return ((words[at + ROW.about] ?? 0) & ABOUT.isIpv6) === 0
    ? { family: 4, address: words[at] ?? 0, prefix: FULL_PREFIX[4] }
    : { family: 6, address: ipv6OfWords(words, at), prefix: FULL_PREFIX[6] };
}

/** Makes objects of bans, one after the other. */
export function eachFlatBan(
  { count, words, times, jails }: FlatBans,
  onBan: (ban: Ban) => void,
): void {
  for (let row = 0; row < count; row++) {
    const about = words[row * ROW.words + ROW.about] ?? 0;
    onBan({
      network: networkIn(words, row),
      jail: jails[about >>> ABOUT.bits] ?? "",
      time: times[row * ROW_TIME.doubles + ROW_TIME.time] ?? 0,
      restored: (about & ABOUT.restored) !== 0,
    });
  }
}

/** Bans kept at a time; at least as many as there are in a window of text. */
const CAPACITY = 4096;

/** Gathers bans of several logs, so that many can be handed on at once. */
export class FlatBanRows {
  readonly #onFull: () => void;
  #count = 0;
  #words = new Uint32Array(CAPACITY * ROW.words);
  #jails = new NameNumbers();

  /** Makes empty rows that say when they are to be taken. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  /** Adds bans. */
  add({ count, words, jails }: FlatBans): void {
    if (this.#count + count > CAPACITY) this.#onFull();
    const numbers = jails.map((name) => this.#jails.of(name));
    const rows = this.#words;
    const first = this.#count * ROW.words;
    const end = first + count * ROW.words;
    rows.set(words.subarray(0, count * ROW.words), first);
    for (let at = first + ROW.about; at < end; at += ROW.words) {
      const about = rows[at] ?? 0;
      const number = numbers[about >>> ABOUT.bits] ?? 0;
      rows[at] = number << ABOUT.bits | about & (ABOUT.restored | ABOUT.isIpv6);
    }
    this.#count += count;
  }

  /** Takes the bans out; their memory is theirs. */
  take(): FlatBans & { readonly words: Uint32Array<ArrayBuffer> } {
    const words = this.#words;
    const times = new Float64Array(words.buffer);
    const bans = { count: this.#count, words, times, jails: this.#jails.names() };
    this.#count = 0;
    this.#words = new Uint32Array(CAPACITY * ROW.words);
    this.#jails = new NameNumbers();
    return bans;
  }
}
