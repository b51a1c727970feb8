/**
 * Which bans of a log are not in the history yet.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";

/**
 * The bans that are not among others, each as often as it is missing there.
 *
 * For logs of which it is not known how far they were read: nobody is banned twice in one second by
 * one jail, so bans of the same address, jail and second are the same. Some versions log each ban once
 * for each action, so one that comes again at once is another one; one that comes again behind bans of
 * other times is in text that stands in the log twice.
 *
 * @param bans The bans of the logs.
 * @param known Hands out those that are known.
 * @returns Those that are missing, in their order.
 */
export function missingBans(
  bans: readonly Ban[],
  known: (onBan: (ban: Ban) => void) => void,
): Ban[] {
  if (bans.length === 0) return [];
  // Few of a million known ones are of the same seconds: all others cost no more than a look.
  const times = new Set(bans.map(({ time }) => time));
  const counts = new Map<string, number>();
  known((ban) => {
    if (!times.has(ban.time)) return;
    const key = keyOf(ban);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const seen = new Map<string, Seen>();
  let stretch = 0;
  let last = NaN;
  return bans.filter((ban) => {
    if (ban.time !== last) stretch++;
    last = ban.time;
    const key = keyOf(ban);
    const one = seen.get(key) ?? { stretch, count: 0, most: counts.get(key) ?? 0 };
    if (one.stretch !== stretch) one.count = 0;
    one.stretch = stretch;
    one.count++;
    seen.set(key, one);
    if (one.count <= one.most) return false;
    one.most = one.count;
    return true;
  });
}

/** How often a ban was seen in a stretch of bans of one time, and at most in any, or among the others. */
interface Seen {
  stretch: number;
  count: number;
  most: number;
}

function keyOf({ network, jail, time, restored }: Ban): string {
  return `${network ? formatNetwork(network) : "-"} ${time} ${restored ? 1 : 0} ${jail}`;
}
