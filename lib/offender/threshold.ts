/**
 * What makes an offender.
 *
 * @module
 */

import type { Offender } from "./offenders.ts";
import type { Subnets } from "./subnets.ts";

/** What one ban counts, in thousandths. */
export const WHOLE_BAN = 1000;

/**
 * What makes an offender: enough bans, on enough days.
 *
 * Enough are `minBans`, each counted by the weight of its jail, or those of one of `jailMins`. More
 * bans never make less of an offender.
 */
export interface Threshold {
  /** The bans that it takes. */
  readonly minBans: number;
  /** The bans that it takes in one of these jails, whose bans count toward that alone. */
  readonly jailMins?: ReadonlyMap<string, number> | undefined;
  /** What a ban in one of these jails counts toward `minBans`, in thousandths; in others, 1,000. */
  readonly jailWeights?: ReadonlyMap<string, number> | undefined;
  /** The distinct days on which bans must have been; none are counted unless it is above 1. */
  readonly minDays?: number | undefined;
}

/** Whom to pick. */
export interface Choice extends Threshold {
  /** Which networks to pick for the offenders in them. */
  readonly subnets?: Subnets | undefined;
}

/** How much of what makes an offender there is. */
export interface Measure {
  /** Of what: bans by weight, bans in one jail, days, or offenders in a network. */
  readonly of: "bans" | "jail" | "days" | "offenders";
  /** The jail, where it is about one. */
  readonly jail?: string;
  /** How much there is; of bans by weight, thousandths. */
  readonly reached: number;
  /** How much it takes, in the same unit. */
  readonly needed: number;
}

/**
 * Measures an address by each part of a threshold that it has anything of, and a network that was
 * picked for the offenders in it by those.
 *
 * @returns Bans by weight, then jails with a minimum of their own, then days where they matter.
 */
export function measuresOf(offender: Offender, choice: Choice): Measure[] {
  const { minBans, jailMins, jailWeights, minDays = 1, subnets } = choice;
  if (offender.members) {
    const rule = offender.network.family === 4 ? subnets?.four : subnets?.six;
    return [{ of: "offenders", reached: offender.members.length, needed: rule?.offenders ?? 0 }];
  }
  let weighed = 0;
  const measures: Measure[] = [];
  for (const [jail, bans] of offender.jails) {
    const needed = jailMins?.get(jail);
    if (needed === undefined) weighed += bans * (jailWeights?.get(jail) ?? WHOLE_BAN);
    else measures.push({ of: "jail", jail, reached: bans, needed });
  }
  if (weighed > 0 || measures.length === 0) {
    measures.unshift({ of: "bans", reached: weighed, needed: minBans * WHOLE_BAN });
  }
  if (minDays > 1) measures.push({ of: "days", reached: offender.days ?? 0, needed: minDays });
  return measures;
}
