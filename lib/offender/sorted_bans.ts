/**
 * Bans in the order of their networks.
 *
 * @module
 */

import { ipv6OfWords, wordsOfIpv6 } from "../ip/address.ts";
import type { Network } from "../ip/network.ts";
import { NetworkRows } from "../ip/network_rows.ts";
import { sortedRows } from "../ip/sorted_rows.ts";
import type { Ban } from "../log/ban.ts";
import { NameNumbers } from "../log/name_numbers.ts";

const FIRST_ROOM = 1024;

/** Takes bans and gives them back with those of one network together, each network's as they came. */
export class SortedBans {
  readonly #jails = new NameNumbers();
  readonly #four = new BanRows(1);
  readonly #six = new BanRows(4);
  readonly #others: Ban[] = [];

  /** Takes a ban. */
  add(ban: Ban): void {
    const { network } = ban;
    if (!network) {
      this.#others.push(ban);
      return;
    }
    const rows = network.family === 4 ? this.#four : this.#six;
    rows.add(network, ban.time, 2 * this.#jails.of(ban.jail) + (ban.restored ? 1 : 0));
  }

  /** Hands all out: those of no network, then those of IPv4 and of IPv6, each in order. */
  forEach(onBan: (ban: Ban) => void): void {
    this.#others.forEach(onBan);
    const jails = this.#jails.names();
    for (const rows of [this.#four, this.#six]) {
      rows.forEach((network, time, about) => {
        const jail = jails[about >>> 1] ?? "";
        onBan({ network, jail, time, restored: about % 2 === 1 });
      });
    }
  }
}

/** Bans of one family: as objects a million would take ten times as much. */
class BanRows {
  readonly #networks: NetworkRows;
  #times = new Float64Array(FIRST_ROOM);
  #abouts = new Uint32Array(FIRST_ROOM);

  constructor(width: 1 | 4) {
    this.#networks = new NetworkRows(width, FIRST_ROOM);
  }

  add(network: Network, time: number, about: number): void {
    const rows = this.#networks;
    rows.reserve();
    const row = rows.length++;
    if (network.family === 4) rows.words[row] = network.address;
    else wordsOfIpv6(network.address, rows.words, 4 * row);
    rows.prefixes[row] = network.prefix;
    if (row === this.#times.length) {
      const [times, abouts] = [this.#times, this.#abouts];
      this.#times = new Float64Array(2 * row);
      this.#abouts = new Uint32Array(2 * row);
      this.#times.set(times);
      this.#abouts.set(abouts);
    }
    this.#times[row] = time;
    this.#abouts[row] = about;
  }

  forEach(onBan: (network: Network, time: number, about: number) => void): void {
    const { rows, order } = sortedRows(this.#networks);
    let network: Network | undefined;
    for (let at = 0; at < rows.length; at++) {
      const isSame = at > 0 && rows.covers(at - 1, at) &&
        rows.prefixes[at - 1] === rows.prefixes[at];
      if (!network || !isSame) network = networkAt(rows, at);
      const row = order[at] ?? 0;
      onBan(network, this.#times[row] ?? 0, this.#abouts[row] ?? 0);
    }
  }
}

function networkAt({ width, words, prefixes }: NetworkRows, row: number): Network {
  const prefix = prefixes[row] ?? 0;
  if (width === 1) return { family: 4, address: words[row] ?? 0, prefix };
  return { family: 6, address: ipv6OfWords(words, 4 * row), prefix };
}
