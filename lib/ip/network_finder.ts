/**
 * Finds which of some networks have to do with another one.
 *
 * @module
 */

import { minimalNetworks } from "./minimal_networks.ts";
import type { Network } from "./network.ts";
import { NetworkList } from "./network_list.ts";
import { compareRows } from "./sorted_rows.ts";

/**
 * Networks that can be asked, one network after the other and quickly, whether they overlap with it.
 *
 * @example
 * ```ts
 * import { NetworkFinder } from "./network_finder.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { NetworkList } from "./network_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const finder = new NetworkFinder(["192.0.2.0/25", "192.0.2.128/25"].map(parseNetwork));
 * const asked = NetworkList.from(["192.0.2.7", "192.0.0.0/16", "192.0.3.0"].map(parseNetwork));
 * const found = [0, 1, 2].map((index) => finder.find(asked, index));
 * assertEquals(found.map((network) => network && formatNetwork(network)), [
 *   "192.0.2.0/24",
 *   "192.0.2.0/24",
 *   undefined,
 * ]);
 * ```
 */
export class NetworkFinder {
  readonly #four: NetworkList;
  readonly #six: NetworkList;

  /** Takes the networks; what can be merged is. */
  constructor(networks: Iterable<Network>) {
    const { four, six } = minimalNetworks(networks);
    this.#four = new NetworkList();
    this.#four.pushRows(four);
    this.#six = new NetworkList();
    this.#six.pushRows(six);
  }

  /**
   * Finds an overlap.
   *
   * @param asked A list.
   * @param index Which network of it.
   * @returns The merged network that holds all of it, or else the first one that lies in it;
   *   `undefined` where there is neither.
   */
  find(asked: NetworkList, index: number): Network | undefined {
    const isFour = asked.familyAt(index) === 4;
    const list = isFour ? this.#four : this.#six;
    const rows = isFour ? list.four : list.six;
    const { length } = rows;
    if (length === 0) return undefined;
    // Behind the last row, where it can be compared with the others.
    rows.reserve();
    asked.copyTo(index, rows, length);
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRows(rows, middle, length) <= 0) low = middle + 1;
      else high = middle;
    }
    // The last one that does not begin behind it, and the first that does.
    if (low > 0 && rows.covers(low - 1, length)) return list.at(low - 1);
    return low < length && rows.covers(length, low) ? list.at(low) : undefined;
  }
}
