/**
 * Remarks on entries that are there already.
 *
 * @module
 */

import { type Blocklist, noteOf } from "../blocklist/blocklist.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import { formatNetwork } from "../ip/network.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { matchOf } from "./remove_entries.ts";

/**
 * The entries that are to have another remark.
 *
 * @param list The list.
 * @param networks Whose entries are asked for: those of exactly these that hold at the time.
 * @param remark The remark; nothing is to change without one.
 * @param now The time, in seconds since 1970.
 * @returns The remark by the indexes of those that have another one, or none.
 */
export function changedRemarks(
  list: Blocklist,
  networks: NetworkList,
  remark: string | undefined,
  now: number,
): Map<number, string> {
  const remarks = new Map<number, string>();
  if (remark === undefined) return remarks;
  const lapsed = new Set(lapsingOf(list, now).lapsed);
  for (const index of matchOf(networks, list.networks).removed) {
    const isChanged = !lapsed.has(index) && noteOf(list, index).comment !== remark;
    if (isChanged) remarks.set(index, remark);
  }
  return remarks;
}

/** The remarks on some entries, by their networks: they stay with those that take their place. */
export function remarksOf(list: Blocklist, indexes: readonly number[]): Map<string, string> {
  const remarks = new Map<string, string>();
  for (const index of indexes) {
    const { comment } = noteOf(list, index);
    if (comment !== undefined) remarks.set(formatNetwork(list.networks.at(index)), comment);
  }
  return remarks;
}
