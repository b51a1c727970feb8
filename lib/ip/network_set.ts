/**
 * A set of networks that knows what covers a network.
 *
 * @module
 */

import { type Network, shorten } from "./network.ts";

/** Networks of one family by prefix length, the addresses of each length in a set. */
type ByPrefix<Address> = Map<number, Set<Address>>;

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
  readonly #six: ByPrefix<bigint> = new Map();

  /** Makes a set of the given networks. */
  constructor(networks: Iterable<Network> = []) {
    for (const network of networks) this.add(network);
  }

  /** Adds a network; one that is there already, or is covered, does no harm. */
  add(network: Network): void {
    if (network.family === 4) addTo(this.#four, network.prefix, network.address);
    else addTo(this.#six, network.prefix, network.address);
  }

  /**
   * The widest network of the set that holds all of another one.
   *
   * @param network The network to look for; it covers itself.
   * @returns The covering network, or `undefined` when none covers it whole.
   */
  covering(network: Network): Network | undefined {
    const byPrefix: ByPrefix<number | bigint> = network.family === 4 ? this.#four : this.#six;
    let widest: Network | undefined;
    for (const [prefix, addresses] of byPrefix) {
      if (prefix > (widest ?? network).prefix) continue;
      const candidate = shorten(network, prefix);
      if (addresses.has(candidate.address)) widest = candidate;
    }
    return widest;
  }
}

function addTo<Address>(byPrefix: ByPrefix<Address>, prefix: number, address: Address): void {
  const addresses = byPrefix.get(prefix);
  if (addresses) addresses.add(address);
  else byPrefix.set(prefix, new Set([address]));
}
