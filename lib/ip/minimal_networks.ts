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
  mergeInto(minimal, list.four);
  mergeInto(minimal, list.six);
  return minimal;
}

/**
 * Merges the networks of one family.
 *
 * Sorted by address, the wider first, they go on a stack of disjoint networks that cannot be merged
 * yet. A new one is either inside the top (dropped), the other half of the top's parent (both become
 * the parent, again and again), or lies behind it. Each is pushed and popped once, so the merge is
 * linear after the sort. A parent begins where its first half does, so a row and a prefix length
 * name it, and since the stack is never higher than the rows seen so far, it can be the beginning of
 * their order.
 */
function mergeInto(minimal: NetworkList, rows: NetworkRows): void {
  const stack = sortedRows(rows);
  const prefixes = new Uint8Array(rows.length);
  let height = 0;
  for (let at = 0; at < rows.length; at++) {
    let row = stack[at] ?? 0;
    let prefix = rows.prefixes[row] ?? 0;
    let top = stack[height - 1] ?? 0;
    if (height > 0 && rows.agree(row, top, prefixes[height - 1] ?? 0)) continue;
    // The top lies before the new one, so an equal parent makes the two its halves.
    while (height > 0 && prefix > 0 && prefixes[height - 1] === prefix) {
      if (!rows.agree(row, top, prefix - 1)) break;
      row = top;
      prefix--;
      height--;
      top = stack[height - 1] ?? 0;
    }
    stack[height] = row;
    prefixes[height++] = prefix;
  }
  for (let at = 0; at < height; at++) minimal.pushRow(rows, stack[at] ?? 0, prefixes[at] ?? 0);
}
