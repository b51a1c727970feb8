/**
 * Which networks of a list hold another one, and which lie in it.
 *
 * @module
 */

import { wordsOfIpv6 } from "./address.ts";
import type { Network } from "./network.ts";
import type { NetworkList } from "./network_list.ts";
import type { NetworkRows } from "./network_rows.ts";
import { compareRows, sortedRows } from "./sorted_rows.ts";

const NONE = -1;

/**
 * Networks that can be asked, quickly and often, what they have to do with another one.
 *
 * @example
 * ```ts
 * import { NetworkIndex } from "./network_index.ts";
 * import { parseNetwork } from "./network.ts";
 * import { NetworkList } from "./network_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = ["192.0.2.7", "192.0.2.0/24", "192.0.0.0/16", "192.0.2.128/25"];
 * const index = new NetworkIndex(NetworkList.from(texts.map(parseNetwork)));
 * assertEquals(index.holding(parseNetwork("192.0.2.7")), [2, 1, 0]);
 * assertEquals(index.within(parseNetwork("192.0.2.0/24")), [0, 3]);
 * ```
 */
export class NetworkIndex {
  readonly #families: { readonly 4: Family; readonly 6: Family };

  /** Takes networks of both families in any order. */
  constructor(list: NetworkList) {
    this.#families = { 4: new Family(list, list.four), 6: new Family(list, list.six) };
  }

  /** The indexes of the networks that hold all of one, the widest first, equal ones as they stand. */
  holding(network: Network): number[] {
    return this.#families[network.family].holding(network);
  }

  /** The indexes of those that are a part of one, in the order of their addresses. */
  within(network: Network): number[] {
    return this.#families[network.family].within(network);
  }

  /** Whether one of them has an address in common with a network. */
  meets(network: Network): boolean {
    return this.#families[network.family].meets(network);
  }
}

/** The networks of one family in order, so that what holds one stands before it. */
class Family {
  /** The networks; behind them there is room for the one that is asked for. */
  readonly #rows: NetworkRows;
  readonly #length: number;
  /** Where each stands in the list of all. */
  readonly #indexes: Uint32Array;
  /** For each the last one before it that holds it. */
  readonly #holders: Int32Array;

  constructor(list: NetworkList, family: NetworkRows) {
    const { rows, order } = sortedRows(family);
    const indexes = list.indexesOf(family);
    this.#rows = rows;
    this.#length = rows.length;
    this.#indexes = order.map((row) => indexes[row] ?? 0);
    this.#holders = new Int32Array(rows.length);
    for (let row = 0; row < rows.length; row++) {
      let holder = row - 1;
      while (holder !== NONE && !rows.covers(holder, row)) holder = this.#holders[holder] ?? NONE;
      this.#holders[row] = holder;
    }
    rows.reserve();
  }

  holding(network: Network): number[] {
    const found: number[] = [];
    for (let row = this.#holderOf(network); row !== NONE; row = this.#holders[row] ?? NONE) {
      found.push(this.#indexes[row] ?? 0);
    }
    return found.reverse();
  }

  within(network: Network): number[] {
    const found: number[] = [];
    for (let row = this.#firstBehind(network); this.#isWithin(row); row++) {
      found.push(this.#indexes[row] ?? 0);
    }
    return found;
  }

  meets(network: Network): boolean {
    return this.#holderOf(network) !== NONE || this.#isWithin(this.#firstBehind(network));
  }

  /** Whether a row behind the network that was asked for last is a part of that. */
  #isWithin(row: number): boolean {
    return row < this.#length && this.#rows.covers(this.#length, row);
  }

  /** The last row that holds a network: the last that is not behind it, or one that holds that. */
  #holderOf(network: Network): number {
    let row = this.#firstBehind(network) - 1;
    while (row !== NONE && !this.#rows.covers(row, this.#length)) row = this.#holders[row] ?? NONE;
    return row;
  }

  /** The first row behind a network, which is put behind all rows, to be compared with them. */
  #firstBehind(network: Network): number {
    const [rows, asked] = [this.#rows, this.#length];
    if (network.family === 4) rows.words[asked] = network.address;
    else wordsOfIpv6(network.address, rows.words, 4 * asked);
    rows.prefixes[asked] = network.prefix;
    let [low, high] = [0, asked];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRows(rows, middle, asked) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
