/**
 * What there is to say of the bans of an address or a network.
 *
 * @module
 */

import { FULL_PREFIX, holds, type Network } from "../ip/network.ts";
import { formatLocalDay, type TimeZone } from "../log/time_zone.ts";
import type { Offender } from "../offender/offenders.ts";
import { type Ignored, offenderOf, Tally, type TallyOptions } from "../offender/tally.ts";
import { type Choice, type Measure, measuresOf } from "../offender/threshold.ts";
import type { AddressBan } from "./asked_bans.ts";

/** The bans of a day. */
export interface BanDay {
  /** The day, `2026-11-22`. */
  readonly day: string;
  /** How many. */
  readonly bans: number;
  /** How many by jail. */
  readonly jails: ReadonlyMap<string, number>;
}

/** What is said of bans. */
export interface BanFacts {
  /** How many count. */
  readonly bans: number;
  /** As whose they count, most bans first. */
  readonly offenders: readonly Offender[];
  /** The bans that count, by day. */
  readonly days: readonly BanDay[];
  /** Those that do not. */
  readonly ignored: Ignored;
  /** What a scan lists that holds it. */
  readonly due: Network | undefined;
  /**
   * What is missing until a scan lists it. Nothing is said of a network that fail2ban never banned as
   * such: no scan lists that for itself.
   */
  readonly missing: readonly Measure[];
}

/** How bans are counted. */
export interface Counting {
  /** Which count. */
  readonly tally: TallyOptions;
  /** What makes an offender. */
  readonly choice: Choice;
  /** The zone of days. */
  readonly zone: TimeZone;
}

/** The bans that have to do with a network. */
export interface RelatedBans {
  /** Those of what counts as one with it, or of a part or all of it. */
  readonly own: readonly AddressBan[];
  /** Those of the network that a scan may list in its place, own ones among them; or only these. */
  readonly all: readonly AddressBan[];
  /** That network. */
  readonly subnet: Network | undefined;
}

/**
 * Counts bans as a scan does.
 *
 * @param network Whose.
 * @param bans The bans.
 * @param counting How.
 * @param mayList Whether a scan puts an offender on the list.
 */
export function banFacts(
  network: Network,
  bans: RelatedBans,
  { tally: options, choice, zone }: Counting,
  mayList: (offender: Network) => boolean,
): BanFacts {
  const tally = new Tally(options);
  const days = new Map<string, Map<string, number>>();
  for (const ban of bans.own) {
    const before = tally.counted;
    tally.add(ban);
    if (tally.counted === before) continue;
    const day = formatLocalDay(ban.time, zone);
    const jails = days.get(day) ?? new Map<string, number>();
    days.set(day, jails.set(ban.jail, (jails.get(ban.jail) ?? 0) + 1));
  }
  const offenders = [...tally.offenders(1)];
  const counted = offenderOf(network, options.ipv6Prefix);
  const own = offenders.find((one) => isSame(one.network, counted));
  const around = new Tally(options);
  for (const ban of bans.all) around.add(ban);
  const [due] = Array.from(around.offenders(choice), (offender) => offender.network)
    .filter((one) => holds(one, network) && mayList(one))
    .sort((a, b) => a.prefix - b.prefix);
  const measures = mayList(counted) && (own || isOne(network, counted, options))
    ? measuresOf(own ?? { ...NOTHING, network: counted }, { ...choice, subnets: undefined })
    : [];
  return {
    bans: tally.counted,
    offenders,
    days: [...days].sort(([a], [b]) => a < b ? -1 : 1).map(([day, jails]) => ({
      day,
      bans: jails.values().reduce((sum, bans) => sum + bans, 0),
      jails: new Map([...jails].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
    })),
    ignored: tally.ignored,
    due,
    missing: due ? [] : [...lacking(measures), ...neighbours(bans.subnet, around, choice)],
  };
}

const NOTHING = { bans: 0, first: 0, last: 0, jails: new Map<string, number>() };

/** Whether a network is an address, or has addresses that all count as one. */
function isOne(network: Network, counted: Network, { ipv6Prefix }: TallyOptions): boolean {
  if (network.prefix === FULL_PREFIX[network.family]) return true;
  return counted.prefix < network.prefix ||
    (network.family === 6 && network.prefix === ipv6Prefix);
}

/** What is not reached; one of all numbers of bans is enough. */
function lacking(measures: readonly Measure[]): Measure[] {
  const isReached = ({ reached, needed }: Measure) => reached >= needed;
  const hasBans = measures.some((one) => one.of !== "days" && isReached(one));
  return measures.filter((one) => !isReached(one) && (one.of === "days" || !hasBans));
}

/** How many offenders there are in a network that is listed if there are enough. */
function neighbours(subnet: Network | undefined, around: Tally, choice: Choice): Measure[] {
  const rule = subnet && ruleFor(subnet.family, choice);
  if (!subnet || !rule) return [];
  const offenders = [...around.offenders({ ...choice, subnets: undefined })];
  const reached = offenders.filter((one) => holds(subnet, one.network)).length;
  return [{ of: "offenders", reached, needed: rule.offenders }];
}

/** What makes a network of a family an offender, if anything does. */
export function ruleFor(family: 4 | 6, { subnets }: Choice) {
  return family === 4 ? subnets?.four : subnets?.six;
}

function isSame(a: Network, b: Network): boolean {
  return a.family === b.family && a.address === b.address && a.prefix === b.prefix;
}
