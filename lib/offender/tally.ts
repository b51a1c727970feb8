/**
 * Counts bans and picks the repeat offenders.
 *
 * @module
 */

import { type Network, shorten } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";
import { type BanCount, BanCounts } from "./ban_counts.ts";
import type { Exemptions } from "./exemptions.ts";
import { standsForIpv4 } from "./stands_for_ipv4.ts";

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
  /**
   * IPv6 addresses count as the network of this prefix length, 1 to 128; those that stand for IPv4
   * addresses, each on its own.
   */
  readonly ipv6Prefix: number;
  /** Whose bans do not count, for ever (`Infinity`) or up to a pardon. */
  readonly exemptions?: Exemptions | undefined;
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

  /** Makes an empty tally. */
  constructor(options: TallyOptions) {
    this.#options = options;
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
      // Sorted bans share the network.
      if (network === this.#network) return counts.addToLast(time, jail.number);
      this.#network = network;
      counts.add(this.#offenderOf(network), time, jail.number);
    }
  }

  /**
   * The addresses and networks with many bans.
   *
   * @param minBans The least number of bans.
   * @returns Most bans first, then by address.
   */
  offenders(minBans: number): Offenders {
    return new Offenders(this.#counts, [...this.#jails.keys()], minBans);
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

  #offenderOf(network: Network): Network {
    if (network.family === 4) return network;
    // In these, single addresses are those of others: to count them as one would ban them all.
    if (standsForIpv4(network)) return network;
    return shorten(network, this.#options.ipv6Prefix);
  }
}

/**
 * Offenders, most bans first, then by address.
 *
 * There may be millions, so each one is made only when it is asked for.
 */
export class Offenders implements Iterable<Offender> {
  /** How many there are. */
  readonly length: number;
  readonly #jails: readonly string[];
  /** By family, those with enough bans, in order. */
  readonly #picked: readonly { readonly of: BanCounts; readonly numbers: Uint32Array }[];

  /** Picks those with enough bans; the jails are named in the order of their numbers. */
  constructor(
    counts: { readonly 4: BanCounts; readonly 6: BanCounts },
    jails: readonly string[],
    minBans: number,
  ) {
    this.#jails = jails;
    const order = [4, 6] as const;
    this.#picked = order.flatMap((family) => {
      const of = counts[family];
      const numbers = new Uint32Array(of.size);
      let length = 0;
      for (let number = 0; number < of.size; number++) {
        if (of.bansOf(number) >= minBans) numbers[length++] = number;
      }
      const sorted = numbers.subarray(0, length)
        .sort((a, b) => of.bansOf(b) - of.bansOf(a) || of.compare(a, b));
      return [{ of, numbers: sorted }];
    });
    this.length = this.#picked.reduce((sum, { numbers }) => sum + numbers.length, 0);
  }

  /** Makes them, one after the other. */
  *[Symbol.iterator](): Iterator<Offender> {
    const [four, six] = this.#picked.map(({ of, numbers }) => this.#offendersIn(of, numbers));
    if (!four || !six) return;
    // Of those with as many bans, IPv4 comes first.
    for (let [a, b] = [four.next(), six.next()]; !a.done || !b.done;) {
      if (b.done || (!a.done && a.value.bans >= b.value.bans)) {
        if (!a.done) yield a.value;
        a = four.next();
      } else {
        yield b.value;
        b = six.next();
      }
    }
  }

  *#offendersIn(of: BanCounts, numbers: Uint32Array): Generator<Offender, undefined> {
    for (const number of numbers) {
      const { jails, ...count } = of.countOf(number);
      const byName = jails.map(([jail, bans]) => [this.#jails[jail] ?? "", bans] as const);
      yield { ...count, jails: byCount(byName) };
    }
  }
}

/** Counts by name, highest first, then by name. */
function byCount(counts: readonly (readonly [string, number])[]): Map<string, number> {
  return new Map(counts.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
