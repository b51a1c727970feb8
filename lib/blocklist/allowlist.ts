/**
 * The allowlist: networks that are never blocked, for good or until a date.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { type Blocklist, notesOf, type Problem } from "./blocklist.ts";
import { type Note, parseUntil } from "./note.ts";

/** What an allowlist, or a part of one, allows at an instant. */
export interface Allowed {
  /** The networks that are allowed then. */
  readonly networks: NetworkList;
  /** When the first of them ends, in seconds since 1970; `Infinity` if none does. */
  readonly until: number;
  /** Lines that were not understood, and entries whose end was not; these are allowed. */
  readonly problems: readonly Problem[];
}

/**
 * What an allowlist allows.
 *
 * @param list The list, in the form of the blocklist; an entry may have `until=2026-12-22`.
 * @param now The instant, in seconds since 1970.
 */
export function allowedBy(list: Blocklist, now: number): Allowed {
  const networks = new NetworkList();
  const problems = [...list.problems];
  let until = Infinity;
  let index = 0;
  for (const note of notesOf(list)) {
    const end = endOf(note);
    if (end === undefined) {
      const line = list.lines[index] ?? 0;
      problems.push({ line, message: `"until=${note.until}" is no date such as 2026-12-22` });
    }
    if ((end ?? Infinity) > now) {
      networks.pushFrom(list.networks, index);
      until = Math.min(until, end ?? Infinity);
    }
    index++;
  }
  return { networks, until, problems: problems.sort((a, b) => a.line - b.line) };
}

/** When an entry ends, in seconds since 1970: `Infinity` for never, `undefined` for nobody knows. */
export function endOf({ until }: Note): number | undefined {
  return until === undefined ? Infinity : parseUntil(until);
}
