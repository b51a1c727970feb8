/**
 * IPv6 addresses that stand for IPv4 ones.
 *
 * @module
 */

import { holds, type Network } from "../ip/network.ts";

/** The upper half of loopback and IPv4-compatible addresses (RFC 4291, 2.5.5.1). */
const COMPATIBLE = 0n;
/** The upper half of IPv4 addresses translated into IPv6 (`64:ff9b::/96`, RFC 6052). */
const TRANSLATED = 0x64_ff9b_0000_0000n;
/** The first word of these; the second one is 0. */
const TRANSLATED_WORD = Number(TRANSLATED >> 32n);

/**
 * Whether a network is one of addresses that stand for IPv4 ones, or holds such: single addresses in
 * it are everybody's, and to count one of them as all would ban them all.
 */
export function standsForIpv4(network: Network): boolean {
  if (network.family === 4) return false;
  const half = network.address >> 64n;
  if (half === COMPATIBLE || half === TRANSLATED) return true;
  // What is narrower than a half holds none.
  return network.prefix < 64 && holds(network, TRANSLATED_NETWORK);
}

/** Whether a single address does, given as four words, the highest first, at a place in some words. */
export function standsForIpv4Words(words: Uint32Array, at: number): boolean {
  return words[at + 1] === 0 && (words[at] === 0 || words[at] === TRANSLATED_WORD);
}

const TRANSLATED_NETWORK: Network = { family: 6, address: TRANSLATED << 64n, prefix: 64 };
