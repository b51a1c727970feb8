/**
 * Networks: an address and a prefix length. A single address is the network of full length.
 *
 * @module
 */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";

/** A network of IPv4 addresses. */
export interface Network4 {
  /** The address family. */
  readonly family: 4;
  /** The first address, an unsigned 32-bit number. */
  readonly address: number;
  /** The prefix length, 0 to 32. */
  readonly prefix: number;
}

/** A network of IPv6 addresses. */
export interface Network6 {
  /** The address family. */
  readonly family: 6;
  /** The first address, 128 bits. */
  readonly address: bigint;
  /** The prefix length, 0 to 128. */
  readonly prefix: number;
}

/** A network of either family; its host bits are always zero. */
export type Network = Network4 | Network6;

/** The prefix length of a single address, by family. */
export const FULL_PREFIX = { 4: 32, 6: 128 } as const;

/**
 * The shortest prefix a network may have before it counts as wide, by family.
 *
 * No registry hands out more than that at once; a wider network on a list is nearly always a
 * mistake, and one that locks out a good part of the world.
 */
export const WIDE_PREFIX = { 4: 8, 6: 19 } as const;

const MAPPED = 0xffffn;

/**
 * Reads a network or says what is wrong with it, without throwing.
 *
 * @param text An address, or an address and a prefix length with `/` between, as in `10.0.0.0/8`.
 * @returns The network, or one sentence that names the text and the fault.
 */
export function readNetwork(text: string): Network | string {
  const slash = text.indexOf("/");
  if (slash < 0) return fullNetwork(text) ?? cannotParse(text, faultOfAddress(text));
  const full = fullNetwork(text.slice(0, slash), false);
  if (full === undefined) return cannotParse(text, faultOfAddress(text.slice(0, slash)));
  const digits = text.slice(slash + 1);
  const longest = FULL_PREFIX[full.family];
  const prefix = /^(?:0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) : Infinity;
  if (prefix > longest) {
    return cannotParse(text, `the prefix length must be a number from 0 to ${longest}`);
  }
  const network = shorten(full, prefix);
  if (network.address !== full.address) {
    return cannotParse(text, `host bits are set, did you mean "${formatNetwork(unmap(network))}"`);
  }
  return unmap(network);
}

/**
 * Parses a network.
 *
 * @example
 * ```ts
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNetwork("192.0.2.0/24"), { family: 4, address: 0xc0000200, prefix: 24 });
 * assertEquals(formatNetwork(parseNetwork("2001:DB8:0::1")), "2001:db8::1");
 * assertEquals(formatNetwork(parseNetwork("::ffff:192.0.2.1")), "192.0.2.1");
 * ```
 *
 * @param text An address, or an address and a prefix length with `/` between.
 * @returns The network; IPv4 addresses mapped into IPv6 become IPv4.
 * @throws {SyntaxError} If the text is no network or has bits set below its prefix.
 */
export function parseNetwork(text: string): Network {
  const network = readNetwork(text);
  if (typeof network === "string") throw new SyntaxError(network);
  return network;
}

/** Prints a network canonically: a single address bare, all else with its prefix length. */
export function formatNetwork(network: Network): string {
  const address = network.family === 4 ? formatIpv4(network.address) : formatIpv6(network.address);
  return network.prefix === FULL_PREFIX[network.family] ? address : `${address}/${network.prefix}`;
}

/**
 * The network of a given prefix length around another one.
 *
 * @param network The network to start from.
 * @param prefix The prefix length wanted; a network that is wide enough already is returned as is.
 * @returns The wider network.
 */
export function shorten<Kind extends Network>(network: Kind, prefix: number): Kind;
export function shorten(network: Network, prefix: number): Network {
  if (prefix >= network.prefix) return network;
  if (network.family === 4) {
    const address = prefix === 0 ? 0 : (network.address & (-1 << (32 - prefix))) >>> 0;
    return { family: 4, address, prefix };
  }
  const shift = BigInt(128 - prefix);
  return { family: 6, address: (network.address >> shift) << shift, prefix };
}

/** Whether a network is wider than any list should hold without being told so. */
export function isWide(network: Network): boolean {
  return network.prefix < WIDE_PREFIX[network.family];
}

/** Whether a network has all addresses of another one in it. */
export function holds(outer: Network, inner: Network): boolean {
  if (inner.family !== outer.family || inner.prefix < outer.prefix) return false;
  return shorten(inner, outer.prefix).address === outer.address;
}

/** Orders networks: IPv4 first, then by address, then the wider one first. */
export function compareNetworks(a: Network, b: Network): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.address !== b.address) return a.address < b.address ? -1 : 1;
  return a.prefix - b.prefix;
}

function fullNetwork(text: string, mapped = true): Network | undefined {
  const address4 = parseIpv4(text);
  if (address4 !== undefined) return { family: 4, address: address4, prefix: 32 };
  const address6 = parseIpv6(text);
  if (address6 === undefined) return undefined;
  const network: Network6 = { family: 6, address: address6, prefix: 128 };
  return mapped ? unmap(network) : network;
}

/**
 * The IPv4 network for one that is mapped into IPv6; any other one as it is.
 *
 * `::ffff:a.b.c.d` is how a socket for both families names an IPv4 address (RFC 4291, 2.5.5.2).
 */
export function unmap(network: Network): Network {
  if (network.family === 4 || network.prefix < 96 || network.address >> 32n !== MAPPED) {
    return network;
  }
  return {
    family: 4,
    address: Number(network.address & 0xffffffffn),
    prefix: network.prefix - 96,
  };
}

function cannotParse(text: string, fault: string): string {
  const shown = text.length > 64 ? text.slice(0, 61) + "..." : text;
  return `Cannot parse network "${shown}": ${fault}`;
}

function faultOfAddress(text: string): string {
  if (/^\d+(?:\.\d+)*$/.test(text)) {
    const octets = text.split(".");
    if (octets.length !== 4) return "an IPv4 address has four numbers with dots between";
    if (octets.some((octet) => Number(octet) > 255)) return "a number is greater than 255";
    return "a number has a leading zero";
  }
  if (text.includes("%")) return "a zone name cannot be blocked, leave it out";
  if (text.startsWith("[")) return "leave the brackets out";
  return "expected an IPv4 or IPv6 address, or one with a prefix length";
}
