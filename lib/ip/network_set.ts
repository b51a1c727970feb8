/**
 * A set of networks: what is in it, what covers a network, and the fewest networks for the same
 * addresses.
 *
 * @module
 */

import { FULL_PREFIX, type Network, type Network4, type Network6, shorten } from "./network.ts";

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
 * const set = new NetworkSet(["192.0.2.0/25", "192.0.2.128/25", "192.0.2.7"].map(parseNetwork));
 * assertEquals(set.minimal().map(formatNetwork), ["192.0.2.0/24"]);
 * assertEquals(set.covering(parseNetwork("192.0.2.200"))?.prefix, 25);
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

  /**
   * The fewest networks that hold the same addresses.
   *
   * Sorted by address, IPv4 first, none overlapping and no two that could be one.
   */
  minimal(): Network[] {
    return [...minimal4(this.#four), ...minimal6(this.#six)];
  }
}

function addTo<Address>(byPrefix: ByPrefix<Address>, prefix: number, address: Address): void {
  const addresses = byPrefix.get(prefix);
  if (addresses) addresses.add(address);
  else byPrefix.set(prefix, new Set([address]));
}

function minimal4(byPrefix: ByPrefix<number>): Network4[] {
  // Address and prefix packed into one double (38 bits) sort natively: several times faster than
  // with a comparison function.
  const keys = new Float64Array(sizeOf(byPrefix));
  let count = 0;
  for (const [prefix, addresses] of byPrefix) {
    for (const address of addresses) keys[count++] = address * 64 + prefix;
  }
  keys.sort();
  const merged = new MergeStack<number>((address, prefix) =>
    prefix === 0 ? 0 : (address & (-1 << (32 - prefix))) >>> 0
  );
  for (const key of keys) merged.push(Math.floor(key / 64), key % 64);
  return merged.addresses.map((address, index) => ({
    family: 4,
    address,
    prefix: merged.prefixes[index] ?? FULL_PREFIX[4],
  }));
}

function minimal6(byPrefix: ByPrefix<bigint>): Network6[] {
  const keys: bigint[] = [];
  for (const [prefix, addresses] of byPrefix) {
    for (const address of addresses) keys.push(address << 8n | BigInt(prefix));
  }
  keys.sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
  const merged = new MergeStack<bigint>((address, prefix) => {
    const shift = BigInt(128 - prefix);
    return (address >> shift) << shift;
  });
  for (const key of keys) merged.push(key >> 8n, Number(key & 255n));
  return merged.addresses.map((address, index) => ({
    family: 6,
    address,
    prefix: merged.prefixes[index] ?? FULL_PREFIX[6],
  }));
}

function sizeOf(byPrefix: ByPrefix<unknown>): number {
  let size = 0;
  for (const addresses of byPrefix.values()) size += addresses.size;
  return size;
}

/**
 * Merges networks that come sorted by address, the wider first.
 *
 * The stack holds disjoint networks that cannot be merged yet. A new one is either inside the top
 * (dropped), the other half of the top's parent (both become the parent, again and again), or lies
 * behind it. Each network is pushed and popped once, so the merge is linear after the sort.
 */
class MergeStack<Address extends number | bigint> {
  readonly addresses: Address[] = [];
  readonly prefixes: number[] = [];
  readonly #mask: (address: Address, prefix: number) => Address;

  constructor(mask: (address: Address, prefix: number) => Address) {
    this.#mask = mask;
  }

  push(address: Address, prefix: number): void {
    const { addresses, prefixes } = this;
    const topPrefix = prefixes.at(-1);
    if (topPrefix !== undefined && this.#mask(address, topPrefix) === addresses.at(-1)) return;
    while (prefix > 0 && prefixes.at(-1) === prefix) {
      const parent = this.#mask(address, prefix - 1);
      // The top lies before the new one, so an equal parent makes the two its halves.
      if (addresses.at(-1) !== parent) break;
      addresses.pop();
      prefixes.pop();
      address = parent;
      prefix--;
    }
    addresses.push(address);
    prefixes.push(prefix);
  }
}
