/**
 * The fewest networks for the same addresses.
 *
 * @module
 */

import type { Network } from "./network.ts";
import { NetworkList } from "./network_list.ts";
import type { NetworkRows } from "./network_rows.ts";
import { sortedRows } from "./sorted_rows.ts";

/**
 * Merges networks into the fewest that hold the same addresses.
 *
 * @example
 * ```ts
 * import { minimalNetworks } from "./minimal_networks.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const networks = ["192.0.2.128/25", "192.0.2.0/25", "192.0.2.7", "192.0.2.7"].map(parseNetwork);
 * assertEquals([...minimalNetworks(networks)].map(formatNetwork), ["192.0.2.0/24"]);
 * ```
 *
 * @param networks Networks of both families in any order.
 * @returns Networks sorted by address, IPv4 first, none overlapping and no two that could be one.
 */
export function minimalNetworks(networks: Iterable<Network>): NetworkList {
  const list = NetworkList.from(networks);
  const minimal = new NetworkList();
  minimal.pushRows(minimalRows(list.four));
  minimal.pushRows(minimalRows(list.six));
  minimal.four.isMinimal = minimal.six.isMinimal = true;
  return minimal;
}

function minimalRows(family: NetworkRows): NetworkRows {
  if (family.isMinimal) return family;
  const { rows } = sortedRows(family);
  merge(rows);
  return rows;
}

/**
 * Merges networks of one family that are in order, in place.
 *
 * The first rows are a stack of disjoint networks that cannot be merged yet; it is never higher than
 * the rows seen so far. A new one is either inside the top (dropped), the other half of the top's
 * parent (the top becomes the parent, again and again), or lies behind it. Each is pushed and popped
 * once.
 */
function merge(rows: NetworkRows): void {
  const { prefixes } = rows;
  let height = 0;
  for (let row = 0; row < rows.length; row++) {
    if (height > 0 && rows.covers(height - 1, row)) continue;
    let top = height;
    rows.copyRow(row, top);
    let prefix = prefixes[top] ?? 0;
    // The one below begins first: where both have the same parent, they are its halves.
    while (top > 0 && prefix > 0 && prefixes[top - 1] === prefix) {
      if (!rows.agree(top - 1, top, prefix - 1)) break;
      prefixes[--top] = --prefix;
    }
    height = top + 1;
  }
  rows.length = height;
}
