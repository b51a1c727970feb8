/**
 * Bans that do not count because of whom they are of: of allowlisted networks none ever, of
 * pardoned ones none up to the pardon.
 *
 * @module
 */

import { type Network, shorten } from "../ip/network.ts";

/** The networks of one prefix length, by their addresses. */
interface Level<Address> {
  readonly prefix: number;
  readonly untils: Map<Address, number>;
}

/** Until when bans of which networks do not count. */
export class Exemptions {
  /** How many networks there are. */
  size = 0;
  // A look into each length that there is: few lists have more than three.
  readonly #four: Level<number>[] = [];
  readonly #six: Level<bigint>[] = [];

  /**
   * Exempts a network and all in it.
   *
   * @param network The network.
   * @param until Bans at or before this instant (seconds since 1970) do not count; those of a later
   *   one do not either where the same network was exempted for longer.
   */
  exempt(network: Network, until: number): void {
    this.size++;
    if (network.family === 4) put(this.#four, network.address, network.prefix, until);
    else put(this.#six, network.address, network.prefix, until);
  }

  /** Until when bans of a network do not count, in seconds since 1970; `-Infinity` if all do. */
  untilOf(network: Network): number {
    return network.family === 4
      ? latest(this.#four, network, (prefix) => shorten(network, prefix).address)
      : latest(this.#six, network, (prefix) => shorten(network, prefix).address);
  }
}

function latest<Address>(
  levels: readonly Level<Address>[],
  network: Network,
  addressAt: (prefix: number) => Address,
): number {
  let latest = -Infinity;
  for (const { prefix, untils } of levels) {
    if (prefix > network.prefix) continue;
    const until = untils.get(addressAt(prefix));
    if (until !== undefined && until > latest) latest = until;
  }
  return latest;
}

function put<Address>(
  levels: Level<Address>[],
  address: Address,
  prefix: number,
  until: number,
): void {
  let level = levels.find((level) => level.prefix === prefix);
  if (!level) levels.push(level = { prefix, untils: new Map() });
  level.untils.set(address, Math.max(until, level.untils.get(address) ?? -Infinity));
}
