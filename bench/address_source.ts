import type { Random } from "./random.ts";

/**
 * Where addresses come from: `documentation` draws only from the blocks reserved for examples (for
 * everything that is checked in), `public` from all that is routed on the Internet (for large
 * benchmarks; no such address is meant).
 */
export type AddressSpace = "documentation" | "public";

/** Draws addresses and networks that no two calls return twice. */
export interface AddressSource {
  /** Returns a new IPv4 address as a number. */
  ipv4(): number;
  /** Returns the four upper words of a new IPv6 /64. */
  ipv6Prefix(): number[];
  /** Returns a new IPv4 network that holds none of the single addresses. */
  ipv4Network(): string;
  /** Returns a new IPv6 network that holds none of the single addresses. */
  ipv6Network(): string;
}

/**
 * Makes the source of addresses for one run.
 *
 * @param random The numbers to draw from.
 * @param space Which addresses may appear.
 * @returns The source.
 */
export function addressSource(random: Random, space: AddressSpace): AddressSource {
  const draw = space === "documentation" ? DOCUMENTATION : PUBLIC;
  const distinct = <T>(next: (random: Random) => T) => {
    const seen = new Set<string>();
    return (): T => {
      for (let tries = 0; tries < 100_000; tries++) {
        const value = next(random);
        const key = String(value);
        if (seen.has(key)) continue;
        seen.add(key);
        return value;
      }
      throw new RangeError(`Cannot find another ${space} address, ask for fewer`);
    };
  };
  return {
    ipv4: distinct(draw.ipv4),
    ipv6Prefix: distinct(draw.ipv6Prefix),
    ipv4Network: distinct(draw.ipv4Network),
    ipv6Network: distinct(draw.ipv6Network),
  };
}

/**
 * Prints an IPv4 address.
 *
 * @param address The address as a number.
 * @returns Four decimal parts.
 */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/**
 * Prints an IPv6 address the way RFC 5952 asks for: lower case, no leading zeros, the longest run of
 * two or more zero words shortened, the first of equals.
 *
 * @param words Eight numbers below 65,536.
 * @returns The shortened text.
 */
export function formatIpv6(words: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let i = 0; i < words.length; i++) {
    let end = i;
    while (end < words.length && words[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const hex = words.map((word) => word.toString(16));
  if (start < 0) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

const OCTETS = 256;
const WORDS = 65_536;

/** 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24. */
const EXAMPLE_BLOCKS = [0xc0000200, 0xc6336400, 0xcb007100] as const;

const DOCUMENTATION = {
  ipv4: (random: Random) => (random.pick(EXAMPLE_BLOCKS) | (1 + random.below(190))) >>> 0,
  ipv6Prefix: (random: Random) => [0x2001, 0xdb8, random.below(0xf000), random.below(4)],
  ipv4Network: (random: Random) =>
    `${formatIpv4((random.pick(EXAMPLE_BLOCKS) | (192 + 16 * random.below(4))) >>> 0)}/28`,
  ipv6Network: (random: Random) =>
    `${formatIpv6([0x2001, 0xdb8, 0xf000 + random.below(0x1000), 0, 0, 0, 0, 0])}/48`,
};

const PUBLIC = {
  ipv4: publicIpv4,
  ipv6Prefix: (random: Random) => [
    random.pick([0x2400, 0x2600, 0x2800, 0x2a01, 0x2a02, 0x2a03]),
    random.below(WORDS),
    random.below(WORDS),
    random.below(WORDS),
  ],
  ipv4Network: (random: Random) => `${formatIpv4((publicIpv4(random) & 0xffffff00) >>> 0)}/24`,
  ipv6Network: (random: Random) =>
    `${formatIpv6([0x2c0f, random.below(WORDS), random.below(WORDS), 0, 0, 0, 0, 0])}/48`,
};

function publicIpv4(random: Random): number {
  for (;;) {
    const address = random.uint32();
    if (isPublicIpv4(address)) return address;
  }
}

/**
 * Says whether an address may be drawn as a public one.
 *
 * Where only a part of a /8 is special the whole is left out: nobody misses the rest.
 *
 * @param address The address as a number.
 * @returns Whether it may appear.
 */
export function isPublicIpv4(address: number): boolean {
  const first = address >>> 24;
  const second = (address >>> 16) & (OCTETS - 1);
  // 8.0.0.0/8 is left out for the fake bans that the logs carry, all of 8.8.8.8.
  if (first === 0 || first === 8 || first === 10 || first === 127 || first >= 224) return false;
  if (first === 100 || first === 169 || first === 172 || first === 192) return false;
  if (first === 198 && (second === 18 || second === 19 || second === 51)) return false;
  return !(first === 203 && second === 0);
}
