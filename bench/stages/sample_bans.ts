import type { Network } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { addressSource } from "../address_source.ts";
import { JAILS } from "../attacker.ts";
import { Random } from "../random.ts";
import { NEWEST } from "./sample_log.ts";

/**
 * Makes bans, each of an address, and in IPv6 a /64, of its own.
 *
 * @param family The family of the addresses.
 * @param count How many bans.
 * @returns The bans, the oldest first.
 */
export function sampleBans(family: 4 | 6, count: number): Ban[] {
  const random = new Random(1);
  const source = addressSource(random, "public");
  const network = (): Network =>
    family === 4
      ? { family, address: source.ipv4(), prefix: 32 }
      : { family, address: ipv6In(source.ipv6Prefix()), prefix: 128 };
  return Array.from({ length: count }, (_, index) => ({
    network: network(),
    jail: random.pick(JAILS),
    time: NEWEST - count + index,
    restored: false,
  }));
}

function ipv6In(prefix: readonly number[]): bigint {
  return prefix.reduce((high, word) => (high << 16n) | BigInt(word), 0n) << 64n | 1n;
}
