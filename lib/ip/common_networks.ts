/**
 * What networks have in common with others.
 *
 * @module
 */

import { minimalNetworks } from "./minimal_networks.ts";
import type { Network } from "./network.ts";
import { NetworkList } from "./network_list.ts";
import { NetworkRows } from "./network_rows.ts";
import { compareRows } from "./sorted_rows.ts";

/**
 * Finds the addresses that two lists share.
 *
 * @example
 * ```ts
 * import { commonNetworks } from "./common_networks.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const networks = ["192.0.2.0/24", "198.51.100.7"].map(parseNetwork);
 * const others = ["192.0.2.4/30", "198.51.100.0/24", "::/0"].map(parseNetwork);
 * assertEquals(
 *   Array.from(commonNetworks(networks, others), formatNetwork),
 *   ["192.0.2.4/30", "198.51.100.7"],
 * );
 * ```
 *
 * @param networks Networks of both families in any order.
 * @param others Others, likewise.
 * @returns The fewest networks for the addresses that are in both, as `minimalNetworks` orders them.
 */
export function commonNetworks(
  networks: Iterable<Network>,
  others: Iterable<Network>,
): NetworkList {
  const [one, other] = [minimalNetworks(networks), minimalNetworks(others)];
  const shared = new NetworkList();
  shared.pushRows(commonRows(one.four, other.four));
  shared.pushRows(commonRows(one.six, other.six));
  shared.four.isMinimal = shared.six.isMinimal = true;
  return shared;
}

/**
 * Finds what minimal networks of one family, in order, share with others.
 *
 * Of two that meet, one holds the other, and that is shared. No two of the result could be one: halves
 * of the same network would have to be in one of the two lists both.
 */
function commonRows(rows: NetworkRows, others: NetworkRows): NetworkRows {
  const [few, many] = rows.length <= others.length ? [rows, others] : [others, rows];
  const shared = new NetworkRows(few.width);
  let at = 0;
  for (let row = 0; row < few.length; row++) {
    at = firstBehind(many, at, few, row);
    if (at > 0 && many.covers(at - 1, row, few)) shared.appendRow(few, row);
    else {
      for (; at < many.length && few.covers(row, at, many); at++) shared.appendRow(many, at);
    }
  }
  return shared;
}

/** The first of many rows, from one on, that does not stand before a row of another list. */
function firstBehind(many: NetworkRows, from: number, few: NetworkRows, row: number): number {
  // In growing steps: where one list is far longer, most of it is never looked at.
  let [low, high] = [from, from];
  for (let step = 1; high < many.length && compareRows(many, high, row, few) < 0; step *= 2) {
    low = high + 1;
    high += step;
  }
  high = Math.min(high, many.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRows(many, middle, row, few) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
