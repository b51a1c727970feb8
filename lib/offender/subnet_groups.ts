/**
 * Networks with many offenders.
 *
 * @module
 */

import { holds, type Network, shorten } from "../ip/network.ts";
import type { BanCounts } from "./ban_counts.ts";
import { standsForIpv4 } from "./stands_for_ipv4.ts";
import type { Subnets } from "./subnets.ts";

/** A network with enough offenders. */
export interface SubnetGroup {
  /** The network. */
  readonly network: Network;
  /** The numbers of the offenders in it, by address. */
  readonly numbers: Uint32Array;
  /** The bans of them all. */
  readonly bans: number;
}

/**
 * Parts offenders of one family into networks with enough of them, and the rest.
 *
 * Addresses that stand for IPv4 ones make no network: it would be everybody's.
 *
 * @param of The bans.
 * @param numbers The offenders, in any order.
 * @param subnets What makes a network.
 * @returns Networks, most bans first, then by address, and the offenders in none, in any order.
 */
export function subnetGroups(
  of: BanCounts,
  numbers: Uint32Array,
  { four, six, mayBlock = () => true }: Subnets,
): { groups: SubnetGroup[]; rest: Uint32Array } {
  const rule = of.family === 4 ? four : six;
  if (!rule) return { groups: [], rest: numbers };
  const groups: SubnetGroup[] = [];
  const rest: number[] = [];
  const close = (network: Network | undefined, inside: readonly number[]) => {
    if (network && inside.length >= rule.offenders && mayBlock(network)) {
      const bans = inside.reduce((sum, number) => sum + of.bansOf(number), 0);
      groups.push({ network, numbers: Uint32Array.from(inside), bans });
    } else for (const number of inside) rest.push(number);
  };
  let network: Network | undefined;
  let inside: number[] = [];
  for (const number of numbers.sort((a, b) => of.compare(a, b))) {
    const offender = of.networkAt(number);
    const around = offender.prefix >= rule.prefix ? shorten(offender, rule.prefix) : undefined;
    if (!around || standsForIpv4(around)) {
      rest.push(number);
      continue;
    }
    if (!network || !holds(network, around)) {
      close(network, inside);
      network = around;
      inside = [];
    }
    inside.push(number);
  }
  close(network, inside);
  groups.sort((a, b) => b.bans - a.bans);
  return { groups, rest: Uint32Array.from(rest) };
}
