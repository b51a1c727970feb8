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
 * one jail, so bans of the same address, jail and second are the same.
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
  if (counts.size === 0) return [...bans];
  return bans.filter((ban) => {
    const key = keyOf(ban);
    const count = counts.get(key) ?? 0;
    if (count > 0) counts.set(key, count - 1);
    return count === 0;
  });
}

function keyOf({ network, jail, time, restored }: Ban): string {
  return `${network ? formatNetwork(network) : "-"} ${time} ${restored ? 1 : 0} ${jail}`;
}
