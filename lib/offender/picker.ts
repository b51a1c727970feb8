/**
 * Picks offenders among those whose bans were counted.
 *
 * @module
 */

import type { BanCounts } from "./ban_counts.ts";
import type { DayCounts } from "./day_counts.ts";
import { type Threshold, WHOLE_BAN } from "./threshold.ts";

/** Bans that were counted. */
export interface Counted {
  /** By network, for each family. */
  readonly counts: { readonly 4: BanCounts; readonly 6: BanCounts };
  /** The days of the same networks, where they were counted. */
  readonly days: { readonly 4: DayCounts; readonly 6: DayCounts } | undefined;
  /** The names of the jails, by their numbers. */
  readonly jails: readonly string[];
}

/** Whether a network of one family is picked, by its number. */
export type Pick = (number: number) => boolean;

/**
 * Makes out of a threshold what picks the networks of one family.
 *
 * @param counted The bans.
 * @param family The family.
 * @param threshold What makes an offender.
 * @param parts Of the bans it takes, one in so many is enough: 2 picks from half of them on.
 */
export function pickerOf(
  counted: Counted,
  family: 4 | 6,
  threshold: Threshold,
  parts = 1,
): Pick {
  const { minBans, minDays = 1 } = threshold;
  const counts = counted.counts[family];
  const hasEnough = threshold.jailMins?.size || threshold.jailWeights?.size
    ? pickerByJail(counts, counted.jails, threshold, parts)
    : (number: number) => counts.bansOf(number) * parts >= minBans;
  const days = counted.days?.[family];
  if (minDays <= 1 || parts > 1) return hasEnough;
  return (number) => hasEnough(number) && (days?.of(number) ?? 0) >= minDays;
}

/** In whole numbers throughout: ten times a tenth is one. */
function pickerByJail(
  counts: BanCounts,
  jails: readonly string[],
  { minBans, jailMins, jailWeights }: Threshold,
  parts: number,
): Pick {
  const minimums = jails.map((jail) => jailMins?.get(jail));
  const weights = jails.map((jail) => jailWeights?.get(jail) ?? WHOLE_BAN);
  let weighed = 0;
  let hasOne = false;
  const take = (jail: number, bans: number) => {
    const minimum = minimums[jail];
    if (minimum === undefined) weighed += bans * (weights[jail] ?? WHOLE_BAN);
    else if (bans * parts >= minimum) hasOne = true;
  };
  return (number) => {
    weighed = 0;
    hasOne = false;
    counts.forEachJail(number, take);
    return hasOne || weighed * parts >= minBans * WHOLE_BAN;
  };
}
