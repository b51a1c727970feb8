/**
 * Pardons: networks whose earlier bans do not count any more.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { type Blocklist, notesOf, type Problem } from "./blocklist.ts";
import { parseSince } from "./note.ts";

/** The pardons in a file, or a part of one. */
export interface Pardons {
  /** The networks. */
  readonly networks: NetworkList;
  /** Since when each is pardoned, in seconds since 1970: bans at or before that do not count. */
  readonly sinces: readonly number[];
  /** Lines that are no pardons. */
  readonly problems: readonly Problem[];
}

/**
 * The pardons in a list.
 *
 * @param list The list, in the form of the blocklist; each entry has `since=2026-11-22T14:00:00Z`.
 */
export function pardonsIn(list: Blocklist): Pardons {
  const networks = new NetworkList();
  const sinces: number[] = [];
  const problems = [...list.problems];
  let index = 0;
  for (const { since } of notesOf(list)) {
    const instant = since === undefined ? undefined : parseSince(since);
    if (instant === undefined) {
      const line = list.lines[index] ?? 0;
      problems.push({ line, message: 'A pardon says since when, as in "since=2026-11-22"' });
    } else {
      networks.pushFrom(list.networks, index);
      sinces.push(instant);
    }
    index++;
  }
  return { networks, sinces, problems: problems.sort((a, b) => a.line - b.line) };
}
