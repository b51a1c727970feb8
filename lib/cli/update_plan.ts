/**
 * What a scan makes of the blocklist.
 *
 * @module
 */

import { type Blocklist, noteOf, withEntries } from "../blocklist/blocklist.ts";
import { withChanges } from "../blocklist/changed_entries.ts";
import { lapsingOf, standingNetworks } from "../blocklist/lapsing.ts";
import { formatSince, type Members, type Note, parseUntil } from "../blocklist/note.ts";
import { firstEquals } from "../ip/first_equals.ts";
import { compareNetworks, formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { formatLocalDay, type TimeZone } from "../log/time_zone.ts";
import type { Offender } from "../offender/offenders.ts";
import { joined, sortOut } from "./add_command.ts";
import type { Decision } from "./decision.ts";
import type { Guard } from "./guard.ts";

/** How offenders are put on the blocklist. */
export interface UpdateOptions {
  /** The time, in seconds since 1970. */
  readonly now: number;
  /** How long an entry holds, in seconds; for ever where there is none. */
  readonly expire: number | undefined;
  /** Whether very wide networks are put there too. */
  readonly allowWide: boolean;
  /** The zone of the days in an entry. */
  readonly zone: TimeZone;
  /** Says, once the list is locked, what must not be added; the offenders by their indexes. */
  guard(): Pick<Guard, "refusalOf">;
}

/** What is to be done. */
export interface UpdatePlan {
  /** What was decided about each offender. */
  readonly decisions: readonly Decision[];
  /** What becomes of entries that are there, as {@linkcode withChanges} takes it. */
  readonly changes: ReadonlyMap<number, Note | undefined>;
  /** The entries that lapsed, by their indexes. */
  readonly lapsed: readonly number[];
  /** The entries that a network takes the place of, by their indexes. */
  readonly folded: readonly number[];
  /** When an entry lapses next, in seconds since 1970; `Infinity` if none ever does. */
  readonly until: number;
}

/** Nothing to do. */
export const EMPTY_PLAN: UpdatePlan = {
  decisions: [],
  changes: new Map(),
  lapsed: [],
  folded: [],
  until: Infinity,
};

/** Of the offenders in a network, an entry names no more. */
const MOST_NAMED = 16;

/** Decides about each offender, and about the entries that are there. */
export function planUpdate(
  list: Blocklist,
  offenders: readonly Offender[],
  options: UpdateOptions,
): UpdatePlan {
  const { now, expire } = options;
  const { lapsed, next } = lapsingOf(list, now);
  const decisions = decide(standingNetworks(list, lapsed), offenders, options);
  const changes = new Map<number, Note | undefined>(lapsed.map((entry) => [entry, undefined]));
  const mayExtend = expire !== undefined && next < Infinity;
  // What others wrote is theirs: only a scan writes how many bans there were, and no origin.
  const ours = entriesOf(offenders, list.networks, mayExtend)
    .map((one) => ({ ...one, note: noteOf(list, one.entry) }))
    .filter(({ entry, note }) =>
      !changes.has(entry) && note.bans !== undefined && note.origin === undefined
    );
  const listed = new Set<number>();
  for (const { entry, index, isMember, note } of ours) {
    const [offender, decision] = [offenders[index], decisions[index]];
    if (isMember || !offender || decision?.kind !== "listed" && decision?.kind !== "extend") {
      continue;
    }
    listed.add(index);
    const until = extended(note, offender, expire);
    if (until === undefined) continue;
    changes.set(entry, { ...noteOn(offender, options), since: undefined, until });
    decisions[index] = { kind: "extend", until };
  }
  const folded: number[] = [];
  for (const { entry, index, isMember, note } of ours) {
    if (!isMember || note.comment !== undefined) continue;
    if (decisions[index]?.kind !== "add" && !listed.has(index)) continue;
    changes.set(entry, undefined);
    folded.push(entry);
  }
  const isAdding = decisions.some(({ kind }) => kind === "add");
  const until = isAdding && expire !== undefined ? Math.min(next, Math.floor(now + expire)) : next;
  return { decisions, changes, lapsed, folded, until };
}

/** The new file, in pieces; `undefined` where nothing is to be done. */
export function carriedOut(
  plan: UpdatePlan,
  list: Blocklist,
  offenders: readonly Offender[],
  options: UpdateOptions,
): Iterable<Uint8Array> | undefined {
  const added = offenders.filter((_, index) => plan.decisions[index]?.kind === "add");
  if (added.length === 0) {
    return plan.changes.size === 0 ? undefined : withChanges(list, plan.changes);
  }
  const networks = NetworkList.from(added.map(({ network }) => network));
  const noteAt = (index: number) => {
    const offender = added[index];
    return offender ? noteOn(offender, options) : {};
  };
  const bytes = plan.changes.size === 0 ? list.bytes : joined(withChanges(list, plan.changes));
  return withEntries(bytes, networks, noteAt);
}

function decide(
  standing: NetworkList,
  offenders: readonly Offender[],
  { allowWide, guard }: UpdateOptions,
): Decision[] {
  const asked = NetworkList.from(offenders.map(({ network }) => network));
  const { added, covered, by, refused } = sortOut(
    asked,
    standing,
    { force: false, allowWide },
    guard(),
  );
  const decisions: Decision[] = [];
  for (const index of added) decisions[index] = { kind: "add" };
  covered.forEach((index, at) => {
    const cover = by.at(at);
    const isSame = compareNetworks(cover, asked.at(index)) === 0;
    decisions[index] = isSame ? { kind: "listed" } : { kind: "covered", by: cover };
  });
  // What is in neither was refused, in the same order.
  let at = 0;
  for (let index = 0; index < asked.length; index++) {
    const refusal = decisions[index] ? undefined : refused[at++];
    if (refusal) decisions[index] = { kind: "refused", refusal };
  }
  return decisions;
}

/** An entry of an offender, by the index of that, or of a member of that. */
interface EntryOf {
  readonly entry: number;
  readonly index: number;
  readonly isMember: boolean;
}

/** The entries of exactly these offenders and their members, if either may be changed. */
function entriesOf(
  offenders: readonly Offender[],
  listed: NetworkList,
  mayExtend: boolean,
): EntryOf[] {
  if (!mayExtend && !offenders.some(({ members }) => members)) return [];
  const all = new NetworkList();
  const owners: { readonly index: number; readonly isMember: boolean }[] = [];
  const push = (network: Network, index: number, isMember: boolean) => {
    all.push(network);
    owners.push({ index, isMember });
  };
  // A network may be among its own members; then it is first of all itself.
  offenders.forEach(({ network }, index) => push(network, index, false));
  offenders.forEach(({ members = [] }, index) => {
    for (const { network } of members) push(network, index, true);
  });
  all.pushAll(listed);
  const firsts = firstEquals(all);
  const entries: EntryOf[] = [];
  for (let entry = 0; entry < listed.length; entry++) {
    const owner = owners[firsts[owners.length + entry] ?? all.length];
    if (owner) entries.push({ entry, ...owner });
  }
  return entries;
}

/**
 * Until when an entry holds that was banned again: as long from the last ban as it did when it was
 * listed. So it is extended by bans that came later, and by nothing else.
 */
function extended(
  note: Note,
  { last }: Offender,
  expire: number | undefined,
): string | undefined {
  const before = note.until === undefined ? undefined : parseUntil(note.until);
  if (before === undefined || expire === undefined) return undefined;
  const until = Math.floor(last + expire);
  return until > before ? formatSince(until) : undefined;
}

function noteOn(offender: Offender, { now, expire, zone }: UpdateOptions): Note {
  const { bans, first, last, jails, members } = offender;
  return {
    since: formatSince(now),
    until: expire === undefined ? undefined : formatSince(now + expire),
    bans,
    first: formatLocalDay(first, zone),
    last: formatLocalDay(last, zone),
    jails,
    members: members && membersOf(members),
  };
}

function membersOf(members: readonly Offender[]): Members {
  const named = members.slice(0, MOST_NAMED).map(({ network }) => formatNetwork(network));
  return { count: members.length, named };
}
