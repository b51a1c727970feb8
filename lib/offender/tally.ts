/**
 * Counts bans and picks the repeat offenders.
 *
 * @module
 */

import {
  compareNetworks,
  formatNetwork,
  FULL_PREFIX,
  type Network,
  shorten,
} from "../ip/network.ts";
import type { Ban } from "../log/scan_logs.ts";

/** Jails that ban on others' bans, permaban's own among them: counting them would count twice. */
export const ECHO_JAILS: readonly string[] = ["permaban", "repeatoffender", "recidive"];

/** Which bans count, and as whose. */
export interface TallyOptions {
  /** Bans before this instant (seconds since 1970) do not count. */
  readonly since: number;
  /** Only bans of these jails count; all when empty. */
  readonly jails: ReadonlySet<string>;
  /** Bans of these jails do not count. */
  readonly ignoredJails: ReadonlySet<string>;
  /** Whether a ban that was only restored after a restart counts too. */
  readonly countRestored: boolean;
  /** IPv6 addresses count as the network of this prefix length, 1 to 128. */
  readonly ipv6Prefix: number;
}

/** An address or network with its bans. */
export interface Offender {
  /** Whom the bans are of. */
  readonly network: Network;
  /** How many. */
  readonly bans: number;
  /** The first one, in seconds since 1970. */
  readonly first: number;
  /** The last one, in seconds since 1970. */
  readonly last: number;
  /** Bans by jail, most first, then by name. */
  readonly jails: ReadonlyMap<string, number>;
}

/** Bans that did not count, by reason. */
export interface Ignored {
  /** Restored after a restart. */
  restored: number;
  /** Of something that is no address or network. */
  notAddresses: number;
  /** Before the time asked for. */
  old: number;
  /** Of a jail that was ignored or not asked for, by its name. */
  readonly jails: Map<string, number>;
}

interface Entry {
  readonly network: Network;
  bans: number;
  first: number;
  last: number;
  readonly jails: Map<string, number>;
}

/** Counts bans by address; the order in which they come makes no difference. */
export class Tally {
  /** What did not count. */
  readonly ignored: Ignored = { restored: 0, notAddresses: 0, old: 0, jails: new Map() };
  /** Bans that counted. */
  counted = 0;
  readonly #entries = new Map<string | number, Entry>();
  readonly #options: TallyOptions;

  /** Makes an empty tally. */
  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /** Counts a ban, or the reason why it does not count. */
  add(ban: Ban): void {
    const { ignored } = this;
    const options = this.#options;
    if (ban.restored && !options.countRestored) {
      ignored.restored++;
    } else if (
      options.ignoredJails.has(ban.jail) || (options.jails.size > 0 && !options.jails.has(ban.jail))
    ) {
      increase(ignored.jails, ban.jail);
    } else if (!ban.network) {
      ignored.notAddresses++;
    } else if (ban.time < options.since) {
      ignored.old++;
    } else {
      this.#count(this.#offenderOf(ban.network), ban);
    }
  }

  /**
   * The addresses and networks with many bans.
   *
   * @param minBans The least number of bans.
   * @returns Most bans first, then by address.
   */
  offenders(minBans: number): Offender[] {
    return [...this.#entries.values()]
      .filter(({ bans }) => bans >= minBans)
      .sort((a, b) => b.bans - a.bans || compareNetworks(a.network, b.network))
      .map((entry) => ({ ...entry, jails: byCount(entry.jails) }));
  }

  #offenderOf(network: Network): Network {
    return network.family === 6 ? shorten(network, this.#options.ipv6Prefix) : network;
  }

  #count(network: Network, { time, jail }: Ban): void {
    this.counted++;
    // A number is by far the cheapest key, and nearly all offenders are single IPv4 addresses.
    const key = network.family === 4 && network.prefix === FULL_PREFIX[4]
      ? network.address
      : formatNetwork(network);
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { network, bans: 0, first: time, last: time, jails: new Map() };
      this.#entries.set(key, entry);
    }
    entry.bans++;
    entry.first = Math.min(entry.first, time);
    entry.last = Math.max(entry.last, time);
    increase(entry.jails, jail);
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The same counts, highest first, then by name. */
function byCount(counts: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
