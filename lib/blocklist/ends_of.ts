/**
 * Until when networks hold that are on a list.
 *
 * @module
 */

import { compareNetworks, type Network } from "../ip/network.ts";
import { type Blocklist, noteOf } from "./blocklist.ts";
import { lapsingOf } from "./lapsing.ts";
import { formatSince, parseUntil } from "./note.ts";

/**
 * Until when networks hold, as `2027-01-31T00:00:00Z`.
 *
 * @param list The list.
 * @param networks The networks, some few: each entry is compared with all of them.
 * @param now The time, in seconds since 1970.
 * @returns For each the end of the entry that holds longest; `undefined` where one never ends, or none
 *   is there.
 */
export function endsOf(
  list: Blocklist,
  networks: readonly Network[],
  now: number,
): (string | undefined)[] {
  const ends = networks.map(() => -Infinity);
  // As a rule nothing ends.
  const isWanted = networks.length > 0 && lapsingOf(list, now).next < Infinity;
  for (let index = 0; isWanted && index < list.networks.length; index++) {
    const network = list.networks.at(index);
    networks.forEach((other, at) => {
      if (compareNetworks(network, other) !== 0) return;
      const { until } = noteOf(list, index);
      const end = until === undefined ? undefined : parseUntil(until);
      ends[at] = Math.max(ends[at] ?? 0, end ?? Infinity);
    });
  }
  return ends.map((end) => end > now && end < Infinity ? formatSince(end) : undefined);
}
