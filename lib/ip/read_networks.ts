/**
 * Networks in the spellings of other programs: ranges and netmasks.
 *
 * @module
 */

import { parseIpv4 } from "./address.ts";
import { FULL_PREFIX, type Network, readNetwork, unmap } from "./network.ts";
import { rangeNetworks } from "./range_networks.ts";

const MASKED = /^([^/]*)\/(\d+\.\d+\.\d+\.\d+)$/;

/**
 * Reads a network, a netmask behind one, or a range, or says what is wrong, without throwing.
 *
 * @example
 * ```ts
 * import { formatNetwork } from "./network.ts";
 * import { readNetworks } from "./read_networks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const names = (text: string) => {
 *   const networks = readNetworks(text);
 *   return typeof networks === "string" ? networks : networks.map(formatNetwork);
 * };
 * assertEquals(names("192.0.2.1 - 192.0.2.4"), ["192.0.2.1", "192.0.2.2/31", "192.0.2.4"]);
 * assertEquals(names("192.0.2.0/255.255.255.0"), ["192.0.2.0/24"]);
 * assertEquals(names("2001:db8::-2001:db8::ffff"), ["2001:db8::/112"]);
 * ```
 *
 * @param text `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, or `10.0.0.0-10.255.255.255`.
 * @returns The fewest networks for it, or one sentence that names the text and the fault.
 */
export function readNetworks(text: string): Network[] | string {
  const hyphen = text.indexOf("-");
  if (hyphen >= 0) {
    return readRange(text, text.slice(0, hyphen).trimEnd(), text.slice(hyphen + 1).trimStart());
  }
  const [, address = "", mask] = MASKED.exec(text) ?? [];
  const prefix = mask === undefined ? undefined : prefixOfMask(mask);
  const network = readNetwork(prefix === undefined ? text : `${address}/${prefix}`);
  return typeof network === "string" ? network : [network];
}

function readRange(text: string, first: string, last: string): Network[] | string {
  const [from, to] = [readNetwork(first), readNetwork(last)];
  if (typeof from === "string") return from;
  if (typeof to === "string") return to;
  if (from.family !== to.family || !isAddress(from) || !isAddress(to)) {
    return `Cannot parse range "${shown(text)}": it needs two addresses of one family`;
  }
  if (from.address > to.address) {
    return `Cannot parse range "${shown(text)}": it ends before it begins`;
  }
  return Array.from(rangeNetworks(from.family, BigInt(from.address), BigInt(to.address)), unmap);
}

function isAddress({ family, prefix }: Network): boolean {
  return prefix === FULL_PREFIX[family];
}

/** The length of a netmask, or `undefined` when its ones are not all before its zeros. */
export function prefixOfMask(mask: string): number | undefined {
  const bits = parseIpv4(mask);
  if (bits === undefined) return undefined;
  const prefix = Math.clz32(~bits);
  return bits === maskOf(prefix) ? prefix : undefined;
}

/** The netmask of an IPv4 prefix length, an unsigned 32-bit number. */
export function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0;
}

function shown(text: string): string {
  return text.length > 64 ? text.slice(0, 61) + "..." : text;
}
