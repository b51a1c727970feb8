/**
 * What is left of networks when others are taken out of them.
 *
 * @module
 */

import { minimalNetworks } from "./minimal_networks.ts";
import type { Network } from "./network.ts";
import { NetworkList } from "./network_list.ts";
import { NetworkRows } from "./network_rows.ts";
import { compareRows } from "./sorted_rows.ts";

/**
 * Takes networks out of others.
 *
 * @example
 * ```ts
 * import { subtractNetworks } from "./subtract_networks.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const networks = ["192.0.2.0/29", "198.51.100.7"].map(parseNetwork);
 * const taken = ["192.0.2.5", "198.51.100.0/24"].map(parseNetwork);
 * assertEquals(
 *   Array.from(subtractNetworks(networks, taken), formatNetwork),
 *   ["192.0.2.0/30", "192.0.2.4", "192.0.2.6/31"],
 * );
 * ```
 *
 * @param networks Networks of both families in any order.
 * @param taken What to take out of them, likewise.
 * @returns The fewest networks for the addresses that are left, as `minimalNetworks` orders them.
 */
export function subtractNetworks(
  networks: Iterable<Network>,
  taken: Iterable<Network>,
): NetworkList {
  const from = minimalNetworks(networks);
  const holes = minimalNetworks(taken);
  const rest = new NetworkList();
  rest.pushRows(subtractRows(from.four, holes.four));
  rest.pushRows(subtractRows(from.six, holes.six));
  rest.four.isMinimal = rest.six.isMinimal = true;
  return rest;
}

/**
 * Takes networks of one family out of others in one sweep.
 *
 * What is left of a network are the largest parts of it without a hole, and no two of them could be
 * one. So the result is minimal because the networks are.
 *
 * @param networks The networks, minimal and in order.
 * @param holes What to take out, likewise.
 */
function subtractRows(networks: NetworkRows, holes: NetworkRows): NetworkRows {
  const { width } = networks;
  const rest = new NetworkRows(width);
  const part = new NetworkRows(width, 1);
  const { words, prefixes } = part;
  let hole = 0;
  for (let row = 0; row < networks.length; row++) {
    while (hole < holes.length && isBefore(hole, row)) hole++;
    if (hole < holes.length && holes.covers(hole, row, networks)) continue;
    part.length = 0;
    part.appendRow(networks, row);
    carve(prefixes[0] ?? 0);
  }
  return rest;

  /** Whether a hole ends before a network begins. */
  function isBefore(hole: number, row: number): boolean {
    return compareRows(holes, hole, row, networks) < 0 && !holes.covers(hole, row, networks);
  }

  /** Takes what is left of a part; its address is as it was in the end. */
  function carve(prefix: number): void {
    prefixes[0] = prefix;
    if (hole === holes.length || !part.covers(0, hole, holes)) {
      rest.appendRow(part, 0);
      return;
    }
    if (holes.prefixes[hole] === prefix) {
      hole++;
      return;
    }
    const word = prefix >>> 5;
    const bit = 0x80000000 >>> (prefix & 31);
    carve(prefix + 1);
    words[word] = (words[word] ?? 0) | bit;
    carve(prefix + 1);
    words[word] = (words[word] ?? 0) & ~bit;
  }
}
