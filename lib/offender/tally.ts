/**
 * Counts bans and picks the repeat offenders.
 *
 * @module
 */

import { type Network, shorten } from "../ip/network.ts";
import type { Ban, BanListener } from "../log/ban.ts";
import { ABOUT, type FlatBans, networkIn, ROW, ROW_TIME } from "../log/flat_bans.ts";
import { remembering, type TimeZone } from "../log/time_zone.ts";
import { type BanCount, BanCounts } from "./ban_counts.ts";
import { DayCounts } from "./day_counts.ts";
import type { Exemptions } from "./exemptions.ts";
import { Offenders } from "./offenders.ts";
import { type Counted, type Pick, pickerOf } from "./picker.ts";
import { standsForIpv4, standsForIpv4Words } from "./stands_for_ipv4.ts";
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
  readonly #since: number;
  readonly #countRestored: boolean;
  readonly #ipv6Prefix: number;
  /** The bits of the prefix, as words. */
  readonly #mask: Uint32Array;
  readonly #exemptions: Exemptions | undefined;
  readonly #ignored = { restored: 0, notAddresses: 0, old: 0, allowed: 0, pardoned: 0 };
  readonly #jails = new Map<string, Jail>();
  #last: Jail | undefined;
  /** The network of the last ban that counted, unless that had no object. */
  #network: Network | undefined;
  /** The network that was last looked up among the exemptions, and until when it is exempt. */
  readonly #exempt: { address: number | bigint; prefix: number; until: number } = {
    address: -1,
    prefix: 0,
    until: 0,
  };
  readonly #counts = { 4: new BanCounts(4), 6: new BanCounts(6) };
  readonly #days: Counted["days"];
  readonly #zone: TimeZone | undefined;

  /** Makes an empty tally. */
  constructor(options: TallyOptions) {
    this.#options = options;
    this.#since = options.since;
    this.#countRestored = options.countRestored;
    this.#ipv6Prefix = options.ipv6Prefix;
    this.#mask = ipv6Mask(options.ipv6Prefix);
    this.#exemptions = options.exemptions;
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

  /** What counts the bans that it is called with. */
  get listener(): BanListener {
    return { onBan: this.add.bind(this), onFlatBans: this.addFlat.bind(this) };
  }

  /** Counts a ban, or the reason why it does not count. */
  add({ network, jail: name, time, restored }: Ban): void {
    const jail = this.#jailOf(name);
    if (!this.#mayCount(jail, network !== undefined, time, restored) || !network) return;
    if (this.#exemptions && this.#isExempt(network, time)) return;
    const counts = this.#counts[network.family];
    if (network === this.#network) {
      // Sorted bans share the network.
      counts.addToLast(time, jail.number);
    } else {
      this.#network = network;
      counts.add(offenderOf(network, this.#ipv6Prefix), time, jail.number);
    }
    this.#noteCounted(counts, time);
  }

  /** Counts bans of single addresses; see {@linkcode Tally.add}. */
  addFlat({ count, words, times, jails: names }: FlatBans): void {
    const jails = names.map((name) => this.#jailOf(name));
    this.#network = undefined;
    for (let row = 0; row < count; row++) {
      const about = words[row * ROW.words + ROW.about] ?? 0;
      const time = times[row * ROW_TIME.doubles + ROW_TIME.time] ?? 0;
      const jail = jails[about >>> ABOUT.bits];
      if (!jail || !this.#mayCount(jail, true, time, (about & ABOUT.restored) !== 0)) continue;
      if (this.#exemptions && this.#isExempt(networkIn(words, row), time)) continue;
      const family = (about & ABOUT.isIpv6) === 0 ? 4 : 6;
      const counts = this.#counts[family];
      if (family === 4) counts.addIpv4(words[row * ROW.words] ?? 0, time, jail.number);
      else this.#addIpv6(words, row, time, jail);
      this.#noteCounted(counts, time);
    }
  }

  #addIpv6(words: Uint32Array, row: number, time: number, jail: Jail): void {
    const at = row * ROW.words;
    // As {@linkcode offenderOf} has it.
    if (standsForIpv4Words(words, at)) {
      this.#counts[6].add(networkIn(words, row), time, jail.number);
    } else this.#counts[6].addIpv6(words, at, this.#mask, this.#ipv6Prefix, time, jail.number);
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

  /** Whether a ban counts unless its network is exempt; if not, the reason is counted. */
  #mayCount(jail: Jail, hasNetwork: boolean, time: number, restored: boolean): boolean {
    if (restored && !this.#countRestored) this.#ignored.restored++;
    else if (!jail.counts) jail.ignored++;
    else if (!hasNetwork) this.#ignored.notAddresses++;
    else if (time < this.#since) this.#ignored.old++;
    else return true;
    return false;
  }

  /** Whether a ban does not count because of whom it is of; if so, that is counted. */
  #isExempt(network: Network, time: number): boolean {
    const exempt = this.#exempt;
    if (network.address !== exempt.address || network.prefix !== exempt.prefix) {
      exempt.address = network.address;
      exempt.prefix = network.prefix;
      exempt.until = this.#exemptions?.untilOf(network) ?? -Infinity;
    }
    if (time > exempt.until) return false;
    this.#ignored[exempt.until === Infinity ? "allowed" : "pardoned"]++;
    return true;
  }

  /** Notes that the last ban was counted, and on which day. */
  #noteCounted(counts: BanCounts, time: number): void {
    this.counted++;
    if (this.#zone) this.#days?.[counts.family].add(counts.last, dayOf(time, this.#zone));
  }

  #jailOf(name: string): Jail {
    // Most bans are of the jail of the one before.
    if (this.#last?.name === name) return this.#last;
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

/** The bits of a prefix of IPv6, as four words. */
function ipv6Mask(prefix: number): Uint32Array {
  return Uint32Array.from([0, 32, 64, 96], (before) => {
    const bits = Math.max(0, Math.min(32, prefix - before));
    return bits === 0 ? 0 : -1 << (32 - bits);
  });
}

/** The day of an instant in a zone, counted from 1970-01-01. */
function dayOf(time: number, zone: TimeZone): number {
  return Math.floor((time + zone.offsetAt(time)) / DAY);
}
