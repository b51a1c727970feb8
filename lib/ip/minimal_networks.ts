/**
 * The fewest networks for the same addresses.
 *
 * @module
 */

import { type Network, type Network4, type Network6, shorten } from "./network.ts";

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
 * assertEquals(minimalNetworks(networks).map(formatNetwork), ["192.0.2.0/24"]);
 * ```
 *
 * @param networks Networks of both families in any order.
 * @returns Networks sorted by address, IPv4 first, none overlapping and no two that could be one.
 */
export function minimalNetworks(networks: readonly Network[]): Network[] {
  return [...minimal4(networks), ...minimal6(networks)];
}

/**
 * Merges the IPv4 networks.
 *
 * Sorted by address, the wider first, they go on a stack of disjoint networks that cannot be merged
 * yet. A new one is either inside the top (dropped), the other half of the top's parent (both become
 * the parent, again and again), or lies behind it. Each is pushed and popped once, so the merge is
 * linear after the sort. A network is one double, address and prefix length packed into 38 bits:
 * such an array sorts natively, several times faster than with a comparison function, and the stack
 * can be its beginning.
 */
function minimal4(networks: readonly Network[]): Network4[] {
  const keys = new Float64Array(networks.length);
  let count = 0;
  for (let at = 0; at < networks.length; at++) {
    const network = networks[at];
    if (network?.family === 4) keys[count++] = network.address * PACKED + network.prefix;
  }
  const stack = keys.subarray(0, count).sort();
  let height = 0;
  // Before the first there is a top that holds nothing and is half of nothing.
  let topAddress = -1;
  let topPrefix = 33;
  for (let at = 0; at < count; at++) {
    const key = stack[at] ?? 0;
    let address = Math.floor(key / PACKED);
    let prefix = key - address * PACKED;
    if (topPrefix <= prefix && mask4(address, topPrefix) === topAddress) continue;
    // The top lies before the new one, so an equal parent makes the two its halves.
    while (topPrefix === prefix && prefix > 0 && mask4(address, prefix - 1) === topAddress) {
      address = topAddress;
      prefix--;
      height--;
      const under = height > 0 ? stack[height - 1] ?? 0 : 33 - PACKED;
      topAddress = Math.floor(under / PACKED);
      topPrefix = under - topAddress * PACKED;
    }
    stack[height++] = address * PACKED + prefix;
    topAddress = address;
    topPrefix = prefix;
  }
  return Array.from(stack.subarray(0, height), (key) => {
    const address = Math.floor(key / PACKED);
    return { family: 4, address, prefix: key - address * PACKED };
  });
}

/** Room for a prefix length below an address. */
const PACKED = 64;

function mask4(address: number, prefix: number): number {
  return prefix === 0 ? 0 : (address & (-1 << (32 - prefix))) >>> 0;
}

/** Merges the IPv6 networks in the same way, with a comparison function: such lists are short. */
function minimal6(networks: readonly Network[]): Network6[] {
  const sorted = networks.filter((network) => network.family === 6).sort((a, b) =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : a.prefix - b.prefix
  );
  const stack: Network6[] = [];
  for (let network of sorted) {
    let top = stack.at(-1);
    if (top && shorten(network, top.prefix).address === top.address) continue;
    while (top && top.prefix === network.prefix && network.prefix > 0) {
      const parent = shorten(network, network.prefix - 1);
      if (parent.address !== top.address) break;
      stack.pop();
      network = parent;
      top = stack.at(-1);
    }
    stack.push(network);
  }
  return stack;
}
