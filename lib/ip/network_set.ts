/**
 * A set of networks that knows what covers a network.
 *
 * @module
 */

import { type Network, shorten } from "./network.ts";

/**
 * Networks of one family by prefix length.
 *
 * Of an IPv6 network the bits before the prefix, as text: a set of bigints puts all that agree in
 * their last 64 bits into one bucket, as every /64 does, and takes minutes for 100,000 of them.
 */
type ByPrefix<Key> = Map<number, Set<Key>>;

/**
 * A set of networks of both families.
 *
 * Looking up what covers a network costs one hash look-up for each prefix length in the set.
 *
 * @example
 * ```ts
 * import { NetworkSet } from "./network_set.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new NetworkSet(["192.0.2.0/25", "2001:db8::/32"].map(parseNetwork));
 * const by = set.covering(parseNetwork("192.0.2.7"));
 * assertEquals(by && formatNetwork(by), "192.0.2.0/25");
 * ```
 */
export class NetworkSet {
  readonly #four: ByPrefix<number> = new Map();
  readonly #six: ByPrefix<string> = new Map();

  /** Makes a set of the given networks. */
  constructor(networks: Iterable<Network> = []) {
    for (const network of networks) this.add(network);
  }

  /** Adds a network; one that is there already, or is covered, does no harm. */
  add(network: Network): void {
    if (network.family === 4) addTo(this.#four, network.prefix, network.address);
    else addTo(this.#six, network.prefix, keyOf(network.address, network.prefix));
  }

  /**
   * The widest network of the set that holds all of another one.
   *
   * @param network The network to look for; it covers itself.
   * @returns The covering network, or `undefined` when none covers it whole.
   */
  covering(network: Network): Network | undefined {
    let widest = network.prefix + 1;
    if (network.family === 4) {
      for (const [prefix, addresses] of this.#four) {
        if (prefix < widest && addresses.has(shorten(network, prefix).address)) widest = prefix;
      }
    } else {
      for (const [prefix, keys] of this.#six) {
        if (prefix < widest && keys.has(keyOf(network.address, prefix))) widest = prefix;
      }
    }
    return widest > network.prefix ? undefined : shorten(network, widest);
  }
}

function keyOf(address: bigint, prefix: number): string {
  return (address >> BigInt(128 - prefix)).toString(36);
}

function addTo<Key>(byPrefix: ByPrefix<Key>, prefix: number, key: Key): void {
  const keys = byPrefix.get(prefix);
  if (keys) keys.add(key);
  else byPrefix.set(prefix, new Set([key]));
}
