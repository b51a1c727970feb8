/**
 * Addresses and what lists of them cover, by another way than the library's.
 *
 * @module
 */

/** Addresses from one to another. */
export type Range = readonly [first: bigint, last: bigint];

/** Reads an address by another way than the library does. */
export function toBits(text: string): bigint {
  // The kernel's tools print the end of some as IPv4.
  const address = text.replace(/:(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `:${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}`;
  });
  if (!address.includes(":")) {
    return address.split(".").reduce((bits, octet) => bits * 256n + BigInt(octet), 0n);
  }
  const [head = "", tail] = address.split("::");
  const left = head.split(":").filter((group) => group !== "");
  const right = (tail ?? "").split(":").filter((group) => group !== "");
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return groups.reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n);
}

/** The addresses of networks as sorted ranges that neither touch nor overlap. */
export function toRanges(networks: readonly string[]): Range[] {
  const ranges = networks.map((network): Range => {
    const [address = "", prefix] = network.split("/");
    const width = address.includes(":") ? 128 : 32;
    const first = toBits(address);
    return [first, first + (1n << BigInt(width - Number(prefix ?? width))) - 1n];
  }).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of ranges) {
    const top = merged.at(-1);
    if (top && first <= top[1] + 1n) top[1] = last > top[1] ? last : top[1];
    else merged.push([first, last]);
  }
  return merged;
}

/** The networks of one family. */
export function ofFamily(networks: readonly string[], family: 4 | 6): string[] {
  return networks.filter((network) => network.includes(":") === (family === 6));
}

/** A public-looking address below 127.0.0.0 for each number, all different, in no order. */
export function scattered(at: number): string {
  const bits = (Math.imul(at, 0x9e3779b1) >>> 1) % 0x7e000000 + 0x01000000;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

/** What no batch drops, in order. */
const PROTECTED = {
  4: toRanges([
    "0.0.0.0",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "255.255.255.255",
  ]),
  6: toRanges(["::/127", "fe80::/10", "ff00::/8"]),
};

/** What of a range may be blocked. */
export function withoutProtected([first, last]: Range, family: 4 | 6): Range[] {
  const rest: Range[] = [];
  let from = first;
  for (const [start, end] of PROTECTED[family]) {
    if (end < from || start > last) continue;
    if (start > from) rest.push([from, start - 1n]);
    from = end + 1n;
  }
  return from <= last ? [...rest, [from, last]] : rest;
}

/** Prints an address, in IPv6 in its plainest form. */
export function printAddress(address: bigint, family: 4 | 6): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
  return Array.from(
    { length: 8 },
    (_, at) => ((address >> BigInt(112 - at * 16)) & 0xffffn).toString(16),
  )
    .join(":");
}
