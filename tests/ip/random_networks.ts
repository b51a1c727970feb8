import type { Network } from "../../lib/ip/network.ts";

/** Random networks in a small corner of each family, nested and adjacent more often than not. */
export function randomNetworks(next: () => number, count: number): Network[] {
  return Array.from({ length: count }, () => {
    const bits = Math.floor(next() * 11);
    const low = Math.floor(next() * 1024) >>> bits << bits;
    return next() < 0.5
      ? { family: 4, address: (0xfffffc00 | low) >>> 0, prefix: 32 - bits }
      : { family: 6, address: (1n << 128n) - 1024n + BigInt(low), prefix: 128 - bits };
  });
}

/** Up to so many of these, moved to where nothing is protected. */
export function freeNetworks(next: () => number, most: number): Network[] {
  return randomNetworks(next, Math.floor(next() * most)).map((network) =>
    network.family === 4
      ? { ...network, address: (network.address & 0x3ff | 0x08000000) >>> 0 }
      : { ...network, address: network.address & 0x3ffn | 0x2a00n << 112n }
  );
}

/** The addresses of networks by listing them one by one: slow and plain. */
export function addressesOf(networks: readonly Network[]): Set<string> {
  const addresses = new Set<string>();
  for (const { family, address, prefix } of networks) {
    const size = 2 ** ((family === 4 ? 32 : 128) - prefix);
    for (let at = 0; at < size; at++) addresses.add(`${family} ${BigInt(address) + BigInt(at)}`);
  }
  return addresses;
}
