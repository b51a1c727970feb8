/**
 * Counts bans and picks the repeat offenders.
 *
 * @module
 */

import { type Network, shorten } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";
import { remembering, type TimeZone } from "../log/time_zone.ts";
import { type BanCount, BanCounts } from "./ban_counts.ts";
import { DayCounts } from "./day_counts.ts";
import type { Exemptions } from "./exemptions.ts";
import { Offenders } from "./offenders.ts";
import { type Counted, type Pick, pickerOf } from "./picker.ts";
import { standsForIpv4 } from "./stands_for_ipv4.ts";
import type { Choice, Threshold } from "./threshold.ts";

const DAY = 86_400;

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
  /**
   * IPv6 addresses count as the network of this prefix length, 1 to 128; those that stand for IPv4
   * addresses, each on its own.
   */
  readonly ipv6Prefix: number;
  /** Where set, it is counted on how many days of this zone bans were. */
  readonly days?: TimeZone | undefined;
  /** Whose bans do not count, for ever (`Infinity`) or up to a pardon. */
  readonly exemptions?: Exemptions | undefined;
}

/** Bans that did not count, by reason. */
export interface Ignored {
  /** Restored after a restart. */
  restored: number;
  /** Of something that is no address or network. */
  notAddresses: number;
  /** Before the time asked for. */
  old: number;
  /** Of networks that are allowed. */
  allowed: number;
  /** Up to the pardon of their network. */
  pardoned: number;
  /** Of a jail that was ignored or not asked for, by its name, in the order of the names. */
  readonly jails: ReadonlyMap<string, number>;
}

/** A jail that bans were of. */
interface Jail {
  readonly number: number;
  readonly name: string;
  readonly counts: boolean;
  ignored: number;
}

/** Counts bans by address; the order in which they come makes no difference. */
export class Tally {
  /** Bans that counted. */
  counted = 0;
  readonly #options: TallyOptions;
  readonly #ignored = { restored: 0, notAddresses: 0, old: 0, allowed: 0, pardoned: 0 };
  readonly #jails = new Map<string, Jail>();
  #last: Jail | undefined;
  /** The network of the last ban that counted. */
  #network: Network | undefined;
  /** The network that was last looked up among the exemptions, and until when it is exempt. */
  #exempt: { network: Network | undefined; until: number } = { network: undefined, until: 0 };
  readonly #counts = { 4: new BanCounts(4), 6: new BanCounts(6) };
  readonly #days: Counted["days"];
  readonly #zone: TimeZone | undefined;

  /** Makes an empty tally. */
  constructor(options: TallyOptions) {
    this.#options = options;
    if (options.days === undefined) return;
    this.#days = { 4: new DayCounts(), 6: new DayCounts() };
    this.#zone = remembering(options.days);
  }

  /** What did not count. */
  get ignored(): Ignored {
    const jails = [...this.#jails.values()]
      .filter(({ ignored }) => ignored > 0)
      .map(({ name, ignored }) => [name, ignored] as const)
      .sort(([a], [b]) => a < b ? -1 : 1);
    return { ...this.#ignored, jails: new Map(jails) };
  }

  /** Counts a ban, or the reason why it does not count. */
  add({ network, jail: name, time, restored }: Ban): void {
    // Most bans are of the jail of the one before.
    const jail = this.#last?.name === name ? this.#last : this.#jailOf(name);
    if (restored && !this.#options.countRestored) {
      this.#ignored.restored++;
    } else if (!jail.counts) {
      jail.ignored++;
    } else if (!network) {
      this.#ignored.notAddresses++;
    } else if (time < this.#options.since) {
      this.#ignored.old++;
    } else if (this.#options.exemptions && time <= this.#exemptUntil(network)) {
      this.#ignored[this.#exempt.until === Infinity ? "allowed" : "pardoned"]++;
    } else {
      this.counted++;
      const counts = this.#counts[network.family];
      if (network === this.#network) {
        // Sorted bans share the network.
        counts.addToLast(time, jail.number);
      } else {
        this.#network = network;
        counts.add(offenderOf(network, this.#options.ipv6Prefix), time, jail.number);
      }
      if (this.#zone) this.#days?.[network.family].add(counts.last, dayOf(time, this.#zone));
    }
  }

  /**
   * The addresses and networks with many bans.
   *
   * @param choice What makes an offender, or only the least number of bans.
   * @returns Most bans first, then by address.
   */
  offenders(choice: number | Choice): Offenders {
    const { subnets, ...threshold } = typeof choice === "number" ? { minBans: choice } : choice;
    const counted = this.#counted();
    return new Offenders(counted, (family) => pickerOf(counted, family, threshold), subnets);
  }

  /**
   * Those who are no offenders and have half the bans, or all but not on enough days.
   *
   * @param threshold What makes an offender.
   * @returns Most bans first, then by address.
   */
  nearly(threshold: Threshold): Offenders {
    const counted = this.#counted();
    return new Offenders(counted, (family): Pick => {
      const isOffender = pickerOf(counted, family, threshold);
      const hasHalf = pickerOf(counted, family, threshold, 2);
      return (number) => hasHalf(number) && !isOffender(number);
    });
  }

  #counted(): Counted {
    return { counts: this.#counts, days: this.#days, jails: [...this.#jails.keys()] };
  }

  /** Jails by the numbers that {@linkcode Tally.counts} gives them. */
  get jails(): string[] {
    return [...this.#jails.keys()];
  }

  /** What was counted of each address and network, in no order. */
  *counts(): Generator<BanCount> {
    for (const family of [4, 6] as const) {
      const counts = this.#counts[family];
      for (let number = 0; number < counts.size; number++) yield counts.countOf(number);
    }
  }

  #exemptUntil(network: Network): number {
    if (network !== this.#exempt.network) {
      const until = this.#options.exemptions?.untilOf(network) ?? -Infinity;
      this.#exempt = { network, until };
    }
    return this.#exempt.until;
  }

  #jailOf(name: string): Jail {
    const known = this.#jails.get(name);
    if (known) return this.#last = known;
    const { jails, ignoredJails } = this.#options;
    const counts = !ignoredJails.has(name) && (jails.size === 0 || jails.has(name));
    const jail = { number: this.#jails.size, name, counts, ignored: 0 };
    this.#jails.set(name, jail);
    return this.#last = jail;
  }
}

/**
 * As whose a ban counts.
 *
 * @param network Whom it is of.
 * @param ipv6Prefix As {@linkcode TallyOptions} has it.
 */
export function offenderOf(network: Network, ipv6Prefix: number): Network {
  // In these, single addresses are those of others: to count them as one would ban them all.
  if (network.family === 4 || standsForIpv4(network)) return network;
  return shorten(network, ipv6Prefix);
}

/** The day of an instant in a zone, counted from 1970-01-01. */
function dayOf(time: number, zone: TimeZone): number {
  return Math.floor((time + zone.offsetAt(time)) / DAY);
}
