/**
 * Bans of each network of a family, in flat memory.
 *
 * A hash table of records in a few blocks of memory: as objects of a Map they would take ten times as
 * much, and the time to collect them. All that a ban changes stands side by side, since the time goes
 * into waiting for memory. Blocks never grow: for as long as it takes to copy millions of records, they
 * would be there twice.
 *
 * @module
 */

import { ipv6OfWords, wordsOfIpv6 } from "../ip/address.ts";
import { FULL_PREFIX, type Network } from "../ip/network.ts";

/** What is known of a network. */
export interface BanCount {
  /** The network. */
  readonly network: Network;
  /** How many bans. */
  readonly bans: number;
  /** The first one, in seconds since 1970. */
  readonly first: number;
  /** The last one, in seconds since 1970. */
  readonly last: number;
  /** Bans by the number of their jail, in no order. */
  readonly jails: readonly (readonly [jail: number, bans: number])[];
}

/** Words of 32 bits in the key that a record begins with: the address, then the prefix length. */
const KEY = { 4: 2, 6: 5 } as const;
// Then follow, a word each:
const BANS = 0;
const JAIL = 1;
const BANS_IN_JAIL = 2;
/** The number plus one of an entry for a further jail. */
const LINK = 3;
const WORDS = 4;
// And then, as doubles, the first and the last time.

/** Words in an entry for a further jail: jail, bans, link. */
const ENTRY = 3;

const FIRST_SLOTS = 1024;
/** Slots that are in use at most, as a part of all. */
const LOAD = 0.7;
/** Records in a block, as a power of 2. */
const BLOCK_BITS = 14;
/** What of a number tells the record in its block. */
const IN_BLOCK = (1 << BLOCK_BITS) - 1;
/** Above this length entries grow by a quarter instead of doubling: what is not used is waste. */
const LONG = 1 << 24;

/** Counts the bans of the networks of one family, each of which gets a number from 0. */
export class BanCounts {
  /** How many networks there are. */
  size = 0;
  /** The family. */
  readonly family: 4 | 6;
  /** The record of the last ban. */
  #last = 0;
  /** The key that is looked for. */
  readonly #key: Uint32Array;
  /** Words in a record, and where in it the words and the doubles begin behind the key. */
  readonly #stride: number;
  readonly #fields: number;
  readonly #times: number;
  /** The blocks of records, as words and as doubles. */
  readonly #words: Uint32Array[] = [];
  readonly #doubles: Float64Array[] = [];
  /** The number of a record plus one, or 0, where its hash leads or in the next free slot behind. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** From which all hashes are made: who chooses addresses must not know which ones collide. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32);
  #entries = new Uint32Array(ENTRY * FIRST_SLOTS);
  #entryCount = 0;

  /** Makes empty counts. */
  constructor(family: 4 | 6) {
    this.family = family;
    this.#fields = KEY[family];
    this.#key = new Uint32Array(KEY[family]);
    this.#times = Math.ceil((this.#fields + WORDS) / 2);
    this.#stride = 2 * this.#times + 4;
  }

  /**
   * Counts a ban.
   *
   * @param network Of the family.
   * @param time When, in seconds since 1970.
   * @param jail The number of the jail.
   */
  add(network: Network, time: number, jail: number): void {
    if (network.family === 4) return this.addIpv4(network.address, time, jail, network.prefix);
    wordsOfIpv6(network.address, this.#key, 0);
    this.#key[this.#fields - 1] = network.prefix;
    this.#add(time, jail);
  }

  /** Counts a ban of a network of IPv4; see {@linkcode BanCounts.add}. */
  addIpv4(address: number, time: number, jail: number, prefix: number = FULL_PREFIX[4]): void {
    this.#key[0] = address;
    this.#key[1] = prefix;
    this.#add(time, jail);
  }

  /**
   * Counts a ban of an IPv6 address as one of the network that it is in.
   *
   * @param words The address as four words, the highest first.
   * @param row Where in the words.
   * @param mask The network's bits in such words.
   * @param prefix And how many there are.
   * @param time When, in seconds since 1970.
   * @param jail The number of the jail.
   */
  addIpv6(
    words: Uint32Array,
    row: number,
    mask: Uint32Array,
    prefix: number,
    time: number,
    jail: number,
  ): void {
    for (let word = 0; word < 4; word++) {
      this.#key[word] = (words[row + word] ?? 0) & (mask[word] ?? 0);
    }
    this.#key[4] = prefix;
    this.#add(time, jail);
  }

  #add(time: number, jail: number): void {
    const slot = this.#find(this.#key, 0);
    const known = this.#slots[slot] ?? 0;
    if (known === 0) return this.#insert(slot, time, jail);
    this.#last = known - 1;
    this.addToLast(time, jail);
  }

  /**
   * Counts another ban of the network of the last one, which need not be looked for.
   *
   * @param time When, in seconds since 1970.
   * @param jail The number of the jail.
   */
  addToLast(time: number, jail: number): void {
    const words = this.#wordsOf(this.#last);
    const doubles = this.#doublesOf(this.#last);
    const record = this.#placeOf(this.#last);
    const times = record / 2 + this.#times;
    if (time < (doubles[times] ?? 0)) doubles[times] = time;
    if (time > (doubles[times + 1] ?? 0)) doubles[times + 1] = time;
    const fields = record + this.#fields;
    words[fields + BANS]!++;
    if (words[fields + JAIL] === jail) words[fields + BANS_IN_JAIL]!++;
    else this.#addToEntry(words, fields, jail);
  }

  /** The number of the network of the last ban. */
  get last(): number {
    return this.#last;
  }

  /** How many bans a network has. */
  bansOf(number: number): number {
    return this.#wordsOf(number)[this.#placeOf(number) + this.#fields + BANS] ?? 0;
  }

  /** The network of a number. */
  networkAt(number: number): Network {
    const at = this.#placeOf(number);
    const words = this.#wordsOf(number);
    const prefix = words[at + this.#fields - 1] ?? 0;
    if (this.family === 4) return { family: 4, address: words[at] ?? 0, prefix };
    return { family: 6, address: ipv6OfWords(words, at), prefix };
  }

  /** Orders two networks by address, then the wider one first. */
  compare(a: number, b: number): number {
    const [one, other] = [this.#wordsOf(a), this.#wordsOf(b)];
    const [from, to] = [this.#placeOf(a), this.#placeOf(b)];
    for (let word = 0; word < this.#fields; word++) {
      const difference = (one[from + word] ?? 0) - (other[to + word] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Tells of each jail that a network has bans of, in no order. */
  forEachJail(number: number, onJail: (jail: number, bans: number) => void): void {
    const fields = this.#placeOf(number) + this.#fields;
    const words = this.#wordsOf(number);
    const entries = this.#entries;
    onJail(words[fields + JAIL] ?? 0, words[fields + BANS_IN_JAIL] ?? 0);
    for (let link = words[fields + LINK] ?? 0; link > 0;) {
      const at = (link - 1) * ENTRY;
      onJail(entries[at] ?? 0, entries[at + 1] ?? 0);
      link = entries[at + 2] ?? 0;
    }
  }

  /** What is known of a network. */
  countOf(number: number): BanCount {
    const doubles = this.#doublesOf(number);
    const times = this.#placeOf(number) / 2 + this.#times;
    const jails: [number, number][] = [];
    this.forEachJail(number, (jail, bans) => jails.push([jail, bans]));
    return {
      network: this.networkAt(number),
      bans: this.bansOf(number),
      first: doubles[times] ?? 0,
      last: doubles[times + 1] ?? 0,
      jails,
    };
  }

  /** Makes a record for the key that is looked for, with its first ban. */
  #insert(freeSlot: number, time: number, jail: number): void {
    const key = this.#key;
    let slot = freeSlot;
    if (this.size >= this.#slots.length * LOAD) {
      this.#makeSlots(this.#slots.length * 2);
      slot = this.#find(key, 0);
    }
    this.#last = this.size++;
    this.#slots[slot] = this.size;
    const record = this.#placeOf(this.#last);
    if (record === 0) this.#addBlock();
    const words = this.#wordsOf(this.#last);
    const doubles = this.#doublesOf(this.#last);
    const fields = record + this.#fields;
    for (let word = 0; word < this.#fields; word++) {
      words[record + word] = key[word] ?? 0;
    }
    words[fields + BANS] = 1;
    words[fields + JAIL] = jail;
    words[fields + BANS_IN_JAIL] = 1;
    const times = record / 2 + this.#times;
    doubles[times] = doubles[times + 1] = time;
  }

  /** Counts a ban of a jail that is not the record's first one. */
  #addToEntry(words: Uint32Array, fields: number, jail: number): void {
    const first = words[fields + LINK] ?? 0;
    for (let link = first; link > 0;) {
      const at = (link - 1) * ENTRY;
      if (this.#entries[at] === jail) {
        this.#entries[at + 1]!++;
        return;
      }
      link = this.#entries[at + 2] ?? 0;
    }
    const at = this.#entryCount++ * ENTRY;
    if (at === this.#entries.length) this.#entries = longer(this.#entries, ENTRY);
    // Faster than set() of an array that is made for it.
    this.#entries[at] = jail;
    this.#entries[at + 1] = 1;
    this.#entries[at + 2] = first;
    words[fields + LINK] = this.#entryCount;
  }

  /** The slot of the key that stands at a place of some words, or the free one where it belongs. */
  #find(key: Uint32Array, at: number): number {
    const slots = this.#slots;
    const width = this.#fields;
    const mask = slots.length - 1;
    for (let slot = this.#hash(key, at) & mask;; slot = (slot + 1) & mask) {
      const number = slots[slot] ?? 0;
      if (number === 0) return slot;
      const words = this.#wordsOf(number - 1);
      const record = this.#placeOf(number - 1);
      let word = 0;
      while (word < width && words[record + word] === key[at + word]) word++;
      if (word === width) return slot;
    }
  }

  /** Each word mixed in, then the finish of MurmurHash3, which lets every bit tell on every other. */
  #hash(key: Uint32Array, at: number): number {
    let hash = this.#seed;
    for (let word = 0; word < this.#fields; word++) {
      hash = Math.imul(hash ^ (key[at + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  #makeSlots(count: number): void {
    // Let go of before there are new ones: nothing is in them that the records do not tell.
    this.#slots = new Uint32Array(0);
    this.#slots = new Uint32Array(count);
    for (let number = 0; number < this.size; number++) {
      const slot = this.#find(this.#wordsOf(number), this.#placeOf(number));
      this.#slots[slot] = number + 1;
    }
  }

  /** The block that the record of a number is in, which must be there. */
  #wordsOf(number: number): Uint32Array {
    return this.#words[number >>> BLOCK_BITS]!;
  }

  #doublesOf(number: number): Float64Array {
    return this.#doubles[number >>> BLOCK_BITS]!;
  }

  /** Where in its block the record of a number begins, in words. */
  #placeOf(number: number): number {
    return (number & IN_BLOCK) * this.#stride;
  }

  #addBlock(): void {
    const words = new Uint32Array((IN_BLOCK + 1) * this.#stride);
    this.#words.push(words);
    this.#doubles.push(new Float64Array(words.buffer));
  }
}

/** The same words with room for more; entries stay whole. */
function longer(words: Uint32Array, stride: number): Uint32Array<ArrayBuffer> {
  const factor = words.length < LONG ? 2 : 1.25;
  const more = new Uint32Array(Math.ceil(words.length / stride * factor) * stride);
  more.set(words);
  return more;
}
