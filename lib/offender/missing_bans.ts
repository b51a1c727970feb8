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
  const counts = new Map<string, number>();
  for (const ban of bans) counts.set(keyOf(ban), 0);
  known((ban) => {
    const key = keyOf(ban);
    const count = counts.get(key);
    if (count !== undefined) counts.set(key, count + 1);
  });
  return bans.filter((ban) => {
    const key = keyOf(ban);
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return count <= 0;
  });
}

function keyOf({ network, jail, time, restored }: Ban): string {
  return `${network ? formatNetwork(network) : "-"} ${time} ${restored ? 1 : 0} ${jail}`;
}
