/**
 * What networks have in common with others.
 *
 * @module
 */

import type { Network } from "./network.ts";
import type { NetworkList } from "./network_list.ts";
import { subtractNetworks } from "./subtract_networks.ts";

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
  return subtractNetworks(networks, subtractNetworks(networks, others));
}
