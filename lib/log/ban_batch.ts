/**
 * Many bans as few bytes: the form in which one thread hands them to another, and in which they are
 * kept.
 *
 * A ban is three things one after the other. Its time: the seconds since the ban before it, positive
 * numbers doubled and negative ones doubled and turned around, so that small ones stay small. A word
 * about it: the number of its jail times 16, the kind of its network times 2, and 1 if it was
 * restored. And its network: the bytes of the address, with the prefix length before them if it is no
 * single address; nothing, if it is that of the ban before. Times and words are written 7 bits a byte,
 * the lowest first, the highest bit set in all but the last (LEB128). An address of IPv4 takes 4 bytes, and a ban 6 or 7.
 *
 * @module
 */

import { ipv6OfWords, wordsOfIpv6 } from "../ip/address.ts";
import { FULL_PREFIX, type Network } from "../ip/network.ts";
import type { Ban } from "./ban.ts";
import { NameNumbers } from "./name_numbers.ts";

/** A batch; it stands for itself, and its bytes can be transferred. */
export interface BanBatch {
  /** How many bans. */
  readonly count: number;
  /** The bans. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Jails by their numbers. */
  readonly jails: readonly string[];
}

/** Bytes in a batch: some 10,000 bans. */
const CAPACITY = 64 * 1024;
/** A ban takes no more: two numbers of up to 8 bytes, a prefix length and an address. */
const MOST_FOR_ONE = 33;

/** Kinds of networks in the word about a ban. */
const KIND = { none: 0, four: 1, six: 2, fourPrefix: 3, sixPrefix: 4, same: 5 } as const;
const KINDS = 8;

/** Packs bans into batches. */
export class BanPacker {
  readonly #onBatch: (batch: BanBatch) => void;
  #jails = new NameNumbers();
  #bytes = new Uint8Array(CAPACITY);
  #length = 0;
  #count = 0;
  #last = 0;
  #network: Network | undefined;
  readonly #words = new Uint32Array(4);

  /** Makes a packer that hands each full batch over. */
  constructor(onBatch: (batch: BanBatch) => void) {
    this.#onBatch = onBatch;
  }

  /** Packs a ban. */
  add({ network, jail, time, restored }: Ban): void {
    if (this.#length + MOST_FOR_ONE > CAPACITY) this.flush();
    const since = time - this.#last;
    this.#last = time;
    this.#count++;
    this.#number(since < 0 ? -2 * since - 1 : 2 * since);
    const kind = isSame(network, this.#network) ? KIND.same : kindOf(network);
    this.#network = network;
    this.#number((this.#jails.of(jail) * KINDS + kind) * 2 + (restored ? 1 : 0));
    if (!network || kind === KIND.same) return;
    if (kind >= KIND.fourPrefix) this.#bytes[this.#length++] = network.prefix;
    if (network.family === 4) return this.#word(network.address);
    wordsOfIpv6(network.address, this.#words, 0);
    for (const word of this.#words) this.#word(word);
  }

  /** Hands over what is there, be it nothing. */
  flush(): void {
    const batch = {
      count: this.#count,
      bytes: this.#bytes.subarray(0, this.#length),
      jails: this.#jails.names(),
    };
    this.#bytes = new Uint8Array(CAPACITY);
    this.#length = this.#count = this.#last = 0;
    this.#jails = new NameNumbers();
    this.#network = undefined;
    this.#onBatch(batch);
  }

  #number(number: number): void {
    let rest = number;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#bytes[this.#length++] = rest % 0x80 + 0x80;
    }
    this.#bytes[this.#length++] = rest;
  }

  #word(word: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) this.#bytes[this.#length++] = word >>> shift;
  }
}

/**
 * Unpacks a batch.
 *
 * @param batch The batch.
 * @param onBan Called with each ban, in the order in which they were packed.
 */
export function unpackBans({ count, bytes, jails }: BanBatch, onBan: (ban: Ban) => void): void {
  const reader = new BatchReader(bytes);
  let time = 0;
  let network: Network | undefined;
  for (let left = count; left > 0; left--) {
    const since = reader.number();
    time += since % 2 === 0 ? since / 2 : -(since + 1) / 2;
    const about = reader.number();
    const restored = about % 2 === 1;
    const kind = Math.floor(about / 2) % KINDS;
    const jail = jails[Math.floor(about / (2 * KINDS))] ?? "";
    if (kind !== KIND.same) network = reader.network(kind);
    onBan({ network, jail, time, restored });
  }
}

/** Reads the bytes of a batch one thing after the other. */
class BatchReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  readonly #words = new Uint32Array(4);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads a number of 7 bits a byte. */
  number(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? 0;
    if (byte < 0x80) return byte;
    let sum = byte - 0x80;
    for (let scale = 0x80;; scale *= 0x80) {
      byte = bytes[this.#at++] ?? 0;
      sum += (byte & 0x7f) * scale;
      if (byte < 0x80) return sum;
    }
  }

  /** Reads what there is of a network of a kind, which is not that of the ban before. */
  network(kind: number): Network | undefined {
    if (kind === KIND.none) return undefined;
    const isFour = kind === KIND.four || kind === KIND.fourPrefix;
    const full = FULL_PREFIX[isFour ? 4 : 6];
    const prefix = kind >= KIND.fourPrefix ? this.#bytes[this.#at++] ?? full : full;
    if (isFour) return { family: 4, address: this.#word(), prefix };
    for (let index = 0; index < 4; index++) this.#words[index] = this.#word();
    return { family: 6, address: ipv6OfWords(this.#words, 0), prefix };
  }

  #word(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    this.#at = at + 4;
    const high = (bytes[at] ?? 0) << 24 | (bytes[at + 1] ?? 0) << 16;
    return (high | (bytes[at + 2] ?? 0) << 8 | (bytes[at + 3] ?? 0)) >>> 0;
  }
}

function isSame(a: Network | undefined, b: Network | undefined): boolean {
  return a !== undefined && b !== undefined && a.address === b.address && a.prefix === b.prefix;
}

function kindOf(network: Network | undefined): number {
  if (!network) return KIND.none;
  const isWhole = network.prefix === FULL_PREFIX[network.family];
  if (network.family === 4) return isWhole ? KIND.four : KIND.fourPrefix;
  return isWhole ? KIND.six : KIND.sixPrefix;
}
