/**
 * A range of addresses as networks.
 *
 * @module
 */

import { FULL_PREFIX, type Network } from "./network.ts";

/**
 * The fewest networks that hold the addresses from one to another.
 *
 * @example
 * ```ts
 * import { rangeNetworks } from "./range_networks.ts";
 * import { formatNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const networks = rangeNetworks(4, 0xc0000201n, 0xc0000204n);
 * assertEquals(Array.from(networks, formatNetwork), ["192.0.2.1", "192.0.2.2/31", "192.0.2.4"]);
 * ```
 *
 * @param family The family.
 * @param first The first address.
 * @param last The last address; there are no networks if it is less than the first one.
 */
export function* rangeNetworks(family: 4 | 6, first: bigint, last: bigint): Generator<Network> {
  const full = FULL_PREFIX[family];
  for (let address = first; address <= last;) {
    let bits = 0;
    while (bits < full && isWhole(address, bits + 1, last)) bits++;
    const prefix = full - bits;
    if (family === 4) yield { family, address: Number(address), prefix };
    else yield { family, address, prefix };
    address += 1n << BigInt(bits);
  }
}

/** Whether a network with so many host bits begins at an address and ends by another one. */
function isWhole(address: bigint, bits: number, last: bigint): boolean {
  const size = 1n << BigInt(bits);
  return address % size === 0n && address + size - 1n <= last;
}
