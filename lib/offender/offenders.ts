/**
 * Those who were banned again and again.
 *
 * @module
 */

import { compareNetworks, type Network } from "../ip/network.ts";
import type { Counted, Pick } from "./picker.ts";
import { type SubnetGroup, subnetGroups } from "./subnet_groups.ts";
import type { Subnets } from "./subnets.ts";

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
  /** On how many days, where days were counted. */
  readonly days?: number | undefined;
  /** Of a network that was picked for the offenders in it: those, by address. */
  readonly members?: readonly Offender[] | undefined;
}

/** Picked networks of one family, and those that were picked for the offenders in them. */
interface Picked {
  readonly family: 4 | 6;
  readonly numbers: Uint32Array;
  readonly groups: readonly SubnetGroup[];
}

/**
 * Offenders, most bans first, then by address.
 *
 * There may be millions, so each one is made only when it is asked for.
 */
export class Offenders implements Iterable<Offender> {
  /** How many there are. */
  readonly length: number;
  readonly #counted: Counted;
  readonly #picked: readonly Picked[];

  /**
   * Picks offenders.
   *
   * @param counted The bans.
   * @param pick Picks those of one family.
   * @param subnets Which networks to pick for the offenders in them, who are then part of those.
   */
  constructor(counted: Counted, pick: (family: 4 | 6) => Pick, subnets: Subnets = {}) {
    this.#counted = counted;
    this.#picked = ([4, 6] as const).map((family) => {
      const of = counted.counts[family];
      const isPicked = pick(family);
      const picked = new Uint32Array(of.size);
      let length = 0;
      for (let number = 0; number < of.size; number++) {
        if (isPicked(number)) picked[length++] = number;
      }
      const { groups, rest } = subnetGroups(of, picked.subarray(0, length), subnets);
      const numbers = rest.sort((a, b) => of.bansOf(b) - of.bansOf(a) || of.compare(a, b));
      return { family, numbers, groups };
    });
    this.length = this.#picked.reduce(
      (sum, { numbers, groups }) => sum + numbers.length + groups.length,
      0,
    );
  }

  /** Makes them, one after the other. */
  *[Symbol.iterator](): Iterator<Offender> {
    const streams = this.#picked.flatMap((picked) => [
      this.#groupsIn(picked),
      this.#offendersIn(picked.family, picked.numbers),
    ]);
    const heads = streams.flatMap((stream) => {
      const first = stream.next();
      return first.done ? [] : [{ stream, offender: first.value }];
    });
    while (heads.length > 0) {
      let least = 0;
      for (let at = 1; at < heads.length; at++) {
        if (isBefore(heads[at]?.offender, heads[least]?.offender)) least = at;
      }
      const head = heads[least];
      if (!head) return;
      yield head.offender;
      const next = head.stream.next();
      if (next.done) heads.splice(least, 1);
      else head.offender = next.value;
    }
  }

  *#offendersIn(family: 4 | 6, numbers: Uint32Array): Generator<Offender, undefined> {
    for (const number of numbers) yield this.#offender(family, number);
  }

  *#groupsIn({ family, groups }: Picked): Generator<Offender, undefined> {
    for (const { network, numbers } of groups) {
      const members = Array.from(numbers, (number) => this.#offender(family, number));
      yield { network, ...together(members), members };
    }
  }

  #offender(family: 4 | 6, number: number): Offender {
    const { counts, days, jails: names } = this.#counted;
    const { network, bans, first, last, jails: numbered } = counts[family].countOf(number);
    const jails = byCount(numbered.map(([jail, bans]) => [names[jail] ?? "", bans]));
    if (!days) return { network, bans, first, last, jails };
    return { network, bans, first, last, jails, days: days[family].of(number) };
  }
}

function isBefore(one: Offender | undefined, other: Offender | undefined): boolean {
  if (!one || !other) return false;
  if (one.bans !== other.bans) return one.bans > other.bans;
  return compareNetworks(one.network, other.network) < 0;
}

/** The bans of all. */
function together(members: readonly Offender[]): Omit<Offender, "network"> {
  const jails = new Map<string, number>();
  let [bans, first, last] = [0, Infinity, -Infinity];
  for (const member of members) {
    bans += member.bans;
    first = Math.min(first, member.first);
    last = Math.max(last, member.last);
    for (const [jail, count] of member.jails) jails.set(jail, (jails.get(jail) ?? 0) + count);
  }
  return { bans, first, last, jails: byCount([...jails]) };
}

/** Counts by name, highest first, then by name. */
function byCount(counts: [string, number][]): Map<string, number> {
  if (counts.length > 1) counts.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return new Map(counts);
}
