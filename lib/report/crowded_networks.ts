/**
 * Networks in which several addresses were banned.
 *
 * @module
 */

import { ipv6OfWords, wordsOfIpv6 } from "../ip/address.ts";
import { type Network, shorten } from "../ip/network.ts";
import { NetworkRows } from "../ip/network_rows.ts";
import { sortedRows } from "../ip/sorted_rows.ts";
import type { BanCount } from "../offender/ban_counts.ts";
import { standsForIpv4 } from "../offender/stands_for_ipv4.ts";

const FIRST_ROOM = 1024;

/** A network and what was counted in it. */
export interface CrowdedNetwork {
  /** The network. */
  readonly network: Network;
  /** Distinct addresses that were banned, or networks that count as one offender. */
  readonly addresses: number;
  /** How many of them are offenders. */
  readonly offenders: number;
  /** The bans of them all. */
  readonly bans: number;
  /** The first one, in seconds since 1970. */
  readonly first: number;
  /** The last one, in seconds since 1970. */
  readonly last: number;
}

/**
 * Takes the addresses of one family and finds the networks of a size that several of them are in.
 *
 * Sorted, those of one network stand together, so nothing needs to be looked up.
 */
export class CrowdedNetworks {
  readonly #prefix: number;
  readonly #minBans: number;
  readonly #rows: NetworkRows;
  #bans = new Float64Array(FIRST_ROOM);
  #firsts = new Float64Array(FIRST_ROOM);
  #lasts = new Float64Array(FIRST_ROOM);

  /**
   * Begins without any.
   *
   * @param family The family of the addresses.
   * @param prefix The prefix length of the networks.
   * @param minBans How many bans make an offender.
   */
  constructor(family: 4 | 6, prefix: number, minBans: number) {
    this.#prefix = prefix;
    this.#minBans = minBans;
    this.#rows = new NetworkRows(family === 4 ? 1 : 4, FIRST_ROOM);
  }

  /** Takes an address; what is as wide as the networks or wider is in none of them. */
  add({ network, bans, first, last }: BanCount): void {
    if (network.prefix <= this.#prefix) return;
    // Through a translator come all kinds of addresses, and their network is everybody's.
    const around = shorten(network, this.#prefix);
    if (standsForIpv4(around)) return;
    const rows = this.#rows;
    rows.reserve();
    const row = rows.length++;
    if (around.family === 4) rows.words[row] = around.address;
    else wordsOfIpv6(around.address, rows.words, 4 * row);
    rows.prefixes[row] = around.prefix;
    if (row === this.#bans.length) this.#grow();
    this.#bans[row] = bans;
    this.#firsts[row] = first;
    this.#lasts[row] = last;
  }

  /** The networks that hold two addresses or more, in order. */
  *[Symbol.iterator](): Generator<CrowdedNetwork> {
    const { rows, order } = sortedRows(this.#rows);
    for (let from = 0; from < rows.length;) {
      let to = from + 1;
      while (to < rows.length && rows.agree(from, to, this.#prefix)) to++;
      if (to - from > 1) yield this.#crowd(rows, from, order.subarray(from, to));
      from = to;
    }
  }

  #crowd(rows: NetworkRows, at: number, members: Uint32Array): CrowdedNetwork {
    let [offenders, bans, first, last] = [0, 0, Infinity, -Infinity];
    for (const row of members) {
      const count = this.#bans[row] ?? 0;
      if (count >= this.#minBans) offenders++;
      bans += count;
      first = Math.min(first, this.#firsts[row] ?? 0);
      last = Math.max(last, this.#lasts[row] ?? 0);
    }
    const { width, words } = rows;
    const network: Network = width === 1
      ? { family: 4, address: words[at] ?? 0, prefix: this.#prefix }
      : { family: 6, address: ipv6OfWords(words, 4 * at), prefix: this.#prefix };
    return { network, addresses: members.length, offenders, bans, first, last };
  }

  #grow(): void {
    const longer = (numbers: Float64Array<ArrayBuffer>) => {
      const more = new Float64Array(2 * numbers.length);
      more.set(numbers);
      return more;
    };
    this.#bans = longer(this.#bans);
    this.#firsts = longer(this.#firsts);
    this.#lasts = longer(this.#lasts);
  }
}
