/**
 * Many bans as few numbers, the form in which one thread hands them to another.
 *
 * A ban is a time, a word about it and its address: `time, about, address` in IPv4 and `time, about,
 * high, mid-high, mid-low, low` in IPv6, 32 bits each.
 *
 * @module
 */

import { ipv6OfWords, wordsOfIpv6 } from "../ip/address.ts";
import type { Network } from "../ip/network.ts";
import type { Ban } from "./ban.ts";

/** A batch; its parts can be transferred. */
export interface BanBatch {
  /** The bans. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Jails that no earlier batch of the same packer named. */
  readonly jails: readonly string[];
}

/** Numbers in a batch: some 10,000 bans. */
const CAPACITY = 32 * 1024;
const MOST_FOR_ONE = 6;

/** Kinds of networks in the word about a ban: none, or a family's with its prefix length added. */
const NO_NETWORK = 0;
const FOUR = 1;
const SIX = 64;
const KINDS = 256;

/** Packs bans into batches. */
export class BanPacker {
  readonly #onBatch: (batch: BanBatch) => void;
  readonly #jails = new Map<string, number>();
  #numbers = new Float64Array(CAPACITY);
  #length = 0;
  readonly #words = new Uint32Array(4);
  #fresh: string[] = [];

  /** Makes a packer that hands each full batch over. */
  constructor(onBatch: (batch: BanBatch) => void) {
    this.#onBatch = onBatch;
  }

  /** Packs a ban. */
  add({ network, jail, time, restored }: Ban): void {
    if (this.#length + MOST_FOR_ONE > CAPACITY) this.flush();
    const numbers = this.#numbers;
    numbers[this.#length++] = time;
    numbers[this.#length++] = (this.#numberOf(jail) * 2 + (restored ? 1 : 0)) * KINDS +
      kindOf(network);
    if (network?.family === 4) numbers[this.#length++] = network.address;
    if (network?.family !== 6) return;
    wordsOfIpv6(network.address, this.#words, 0);
    for (const word of this.#words) numbers[this.#length++] = word;
  }

  /** Hands over what is there, be it nothing. */
  flush(): void {
    const numbers = this.#numbers.subarray(0, this.#length);
    const jails = this.#fresh;
    this.#numbers = new Float64Array(CAPACITY);
    this.#length = 0;
    this.#fresh = [];
    this.#onBatch({ numbers, jails });
  }

  #numberOf(jail: string): number {
    let number = this.#jails.get(jail);
    if (number === undefined) {
      number = this.#jails.size;
      this.#jails.set(jail, number);
      this.#fresh.push(jail);
    }
    return number;
  }
}

/**
 * Unpacks the batches of one packer.
 *
 * @param onBan Called with each ban.
 * @returns What takes the batches, in their order.
 */
export function banUnpacker(onBan: (ban: Ban) => void): (batch: BanBatch) => void {
  const names: string[] = [];
  const words = new Uint32Array(4);
  return ({ numbers, jails }) => {
    names.push(...jails);
    for (let at = 0; at < numbers.length;) {
      const time = numbers[at++] ?? 0;
      const about = numbers[at++] ?? 0;
      const kind = about % KINDS;
      const flags = (about - kind) / KINDS;
      const restored = flags % 2 === 1;
      const jail = names[(flags - (restored ? 1 : 0)) / 2] ?? "";
      let network: Network | undefined;
      if (kind >= SIX) {
        for (let word = 0; word < 4; word++) words[word] = numbers[at++] ?? 0;
        network = { family: 6, address: ipv6OfWords(words, 0), prefix: kind - SIX };
      } else if (kind >= FOUR) {
        network = { family: 4, address: numbers[at++] ?? 0, prefix: kind - FOUR };
      }
      onBan({ network, jail, time, restored });
    }
  };
}

function kindOf(network: Network | undefined): number {
  if (!network) return NO_NETWORK;
  return (network.family === 4 ? FOUR : SIX) + network.prefix;
}
