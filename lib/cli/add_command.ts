/**
 * `permaban add`.
 *
 * @module
 */

import {
  type Blocklist,
  parseBlocklist,
  withEntries,
  withoutEntries,
} from "../blocklist/blocklist.ts";
import { withRemarks } from "../blocklist/changed_entries.ts";
import { endsOf } from "../blocklist/ends_of.ts";
import { lapsingOf, standingNetworks } from "../blocklist/lapsing.ts";
import { formatSince, hasLapsed, type Note, oneLine } from "../blocklist/note.ts";
import type { Edit } from "../file/replace_file.ts";
import { coveringNetworks, NONE } from "../ip/covering_networks.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { changedRemarks } from "./changed_remarks.ts";
import { blocklistPath, type Changer, type Run } from "./command.ts";
import { describeRefusal, type Guard, guardNow, type Refusal, unlessPardoned } from "./guard.ts";
import type { ADD_OPTIONS } from "./spec/add_spec.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { changeList, lookAtList, sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { type Asked, readAddresses } from "./read_addresses.ts";
import { readAllowlist } from "./read_allowlist.ts";
import { writeResult } from "./write_result.ts";

/** More lines about known addresses than this nobody reads. */
const MANY = 20;

/** What becomes of networks that should be added, by their indexes. */
export interface Sorted {
  /** Those that were added. */
  readonly added: number[];
  /** Those that are covered. */
  readonly covered: number[];
  /** What covers each of those. */
  readonly by: NetworkList;
  /** Those that were refused. */
  readonly refused: Refusal[];
  /** The entries whose remark changed. */
  readonly remarked: Network[];
}

/** How to add to a list. */
export interface How {
  /** Whether to add what is covered already. */
  readonly force: boolean;
  /** Whether to add what is very wide. */
  readonly allowWide: boolean;
  /** Whether to make an empty list when there is nothing to add and no file. */
  readonly create: boolean;
  /** The time, in seconds since 1970: what has lapsed covers nothing. */
  readonly now: number;
  /** Says, once the list is locked, what must not be added. */
  guard(): Pick<Guard, "refusalOf">;
  /** Which entries to remove first, by their indexes, in the same replacement of the file. */
  gone?(list: Blocklist): readonly number[];
  /** A remark for exactly these that are there already, too. */
  readonly remark?: string | undefined;
  /** Who adds, for the journal. */
  readonly by: Changer;
  /** Whether to leave the file as it is. */
  readonly isDryRun?: boolean;
}

const NOTHING: Sorted = {
  added: [],
  covered: [],
  by: new NetworkList(),
  refused: [],
  remarked: [],
};

/** Puts addresses and networks on the blocklist. */
export const add: Run<typeof ADD_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  const { jail: jails } = values;
  const comment = commentOf(values);
  const { asked, isPartial } = await readAddresses(operands, host, messages);
  const noted = withNotes(asked, { since: formatSince(host.now()) }, {
    ...(comment === undefined ? {} : { comment }),
    ...(jails.length === 0 ? {} : { jails: new Map(jails.map((jail) => [jail, 0])) }),
  });
  const path = blocklistPath(values);
  // Before anything is changed: without it nothing is.
  const allowed = readAllowlist(values, host.now(), messages);
  let guard: Guard | undefined;
  const { sorted, list } = await addAll(path, noted, {
    force: values.force,
    allowWide: values["allow-wide"],
    create: false,
    now: host.now(),
    guard() {
      guard = guardNow(invocation);
      return values["unless-pardoned"] ? unlessPardoned(guard, invocation) : guard;
    },
    remark: comment,
    by: invocation,
  });
  const hasProblems = sayProblems(path, list, messages);
  const isRefused = sayRefused(sorted.refused, messages);
  if (values.json) await writeResult(host, toJson(asked.networks, sorted));
  // What is to be blocked for good should not just end some day; of many nobody reads it.
  const areSaid = !values.quiet && sorted.covered.length <= MANY;
  const ends = areSaid ? endsOf(list, [...sorted.by], host.now()) : [];
  sayCovered(asked.networks, sorted, ends, messages);
  if (guard) sayCutOut(asked.networks, sorted, guard, messages);
  messages.note(`Added ${count(sorted.added.length, "entry", "entries")} to "${path}"`);
  sayRemarked(sorted.remarked.length, path, messages);
  const isWhole = !isPartial && !allowed.isPartial && !hasProblems && !isRefused;
  return isWhole ? EXIT.done : EXIT.partly;
};

/**
 * The text of an option `--comment`.
 *
 * @throws {Failure} If it cannot stand on a line.
 */
export function commentOf({ comment }: { readonly comment: string | undefined }) {
  if (comment !== undefined && comment !== oneLine(comment)) {
    throw usageError("Option --comment takes one line of text without control characters");
  }
  return comment;
}

/** What was asked for, its notes between what they may change and what nothing changes. */
export function withNotes(
  { networks, noteAt, commentAt, isLapsedAt }: Asked,
  below: { readonly since: string } & Note,
  above: Note,
): Asked {
  // A comment with a since is the whole note where nothing else changes that.
  const isChanged = Object.keys(below).length > 1 || Object.keys(above).length > 0;
  let last: Note | undefined;
  let note: Note = {};
  return {
    networks,
    noteAt(index) {
      const own = noteAt(index);
      if (own !== last) note = { ...below, ...own, ...above };
      last = own;
      return note;
    },
    ...(commentAt && !isChanged ? { commentAt } : {}),
    ...(isLapsedAt ? { isLapsedAt } : {}),
  };
}

/**
 * Adds networks to a blocklist, each with what is known about it.
 *
 * @param path The file, made if it is not there.
 * @param asked What to add, in this order.
 * @param how How to add them.
 * @returns What was done, and the list as it was before.
 * @throws {Failure} If the file cannot be changed.
 */
export async function addAll(
  path: string,
  asked: Asked,
  how: How,
): Promise<{ sorted: Sorted; list: Blocklist }> {
  let list = parseBlocklist(new Uint8Array(0));
  let sorted: Sorted = NOTHING;
  // A mistyped address should not leave a folder and a lock behind.
  if (asked.networks.length === 0 && !how.create) return { sorted, list };
  const edit: Edit = (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    const gone = how.gone?.(list) ?? [];
    const rest = gone.length === 0 ? list : parseBlocklist(joined(withoutEntries(list, gone)));
    const standing = standingNetworks(rest, lapsingOf(rest, how.now).lapsed);
    const isLapsed = (index: number) =>
      asked.isLapsedAt?.(index, how.now) ?? hasLapsed(asked.noteAt(index), how.now);
    sorted = sortOut(asked.networks, standing, { ...how, isLapsed }, how.guard());
    const { added } = sorted;
    const remarks = changedRemarks(
      rest,
      chosen(asked.networks, sorted.covered),
      how.remark,
      how.now,
    );
    for (const index of remarks.keys()) sorted.remarked.push(rest.networks.at(index));
    const isSame = added.length === 0 && gone.length === 0 && remarks.size === 0;
    if (isSame && (bytes !== undefined || !how.create)) return undefined;
    const known = remarks.size === 0 ? rest.bytes : joined(withRemarks(rest, remarks));
    if (added.length === 0) return [known];
    const noteAt = (at: number) => {
      const index = added[at] ?? 0;
      return asked.commentAt?.(index) ?? asked.noteAt(index);
    };
    return withEntries(known, chosen(asked.networks, added), noteAt);
  };
  if (how.isDryRun) lookAtList(path, edit);
  else await changeList(path, edit, how.by);
  return { sorted, list };
}

function chosen(networks: NetworkList, indexes: readonly number[]): NetworkList {
  const list = new NetworkList();
  for (const index of indexes) list.pushFrom(networks, index);
  return list;
}

/** Pieces as one. */
export function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  const all = [...pieces];
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Sorts out what to add to a list, and what not.
 *
 * @param asked What to add.
 * @param listed What is on the list and holds.
 * @param how How to add, and which of what to add has lapsed, so that it covers nothing.
 * @param guard Says what must not be added.
 */
export function sortOut(
  asked: NetworkList,
  listed: NetworkList,
  { force, allowWide, isLapsed = () => false }: Pick<How, "force" | "allowWide"> & {
    readonly isLapsed?: (index: number) => boolean;
  },
  guard: Pick<Guard, "refusalOf">,
): Sorted {
  const sorted: Sorted = {
    added: [],
    covered: [],
    by: new NetworkList(),
    refused: [],
    remarked: [],
  };
  const allowed: number[] = [];
  for (let index = 0; index < asked.length; index++) {
    const refusal = guard.refusalOf(asked, index);
    if (refusal || (asked.isWideAt(index) && !allowWide)) {
      sorted.refused.push(refusal ?? { network: asked.at(index), why: "wide" });
    } else allowed.push(index);
  }
  if (force) return { ...sorted, added: allowed };
  const { all, coverOf } = coversOf(asked, allowed, listed, isLapsed);
  for (const index of allowed) {
    const by = coverOf[index] ?? NONE;
    if (by === NONE) {
      sorted.added.push(index);
    } else {
      sorted.covered.push(index);
      sorted.by.pushFrom(all, by);
    }
  }
  return sorted;
}

/**
 * What covers networks that are to be added: one that is listed, or another one of them.
 *
 * @returns All networks, and for each to be added the index of its cover among them, or
 *   {@linkcode NONE}.
 */
function coversOf(
  asked: NetworkList,
  allowed: readonly number[],
  listed: NetworkList,
  isLapsed: (index: number) => boolean,
): { all: NetworkList; coverOf: Int32Array } {
  const among = (order: readonly number[], standing: number) => {
    const all = new NetworkList();
    all.pushAll(listed);
    for (const index of order) all.pushFrom(asked, index);
    const covering = coveringNetworks(all, listed.length + standing);
    const coverOf = new Int32Array(asked.length).fill(NONE);
    order.forEach((index, at) => coverOf[index] = covering[listed.length + at] ?? NONE);
    return { all, coverOf };
  };
  const found = among(allowed, allowed.length);
  // To look into what is said of a million takes seconds: only what covers something is looked into.
  const isWrong = found.coverOf.some((by) => {
    const index = by < listed.length ? undefined : allowed[by - listed.length];
    return index !== undefined && isLapsed(index);
  });
  if (!isWrong) return found;
  // What has lapsed stands behind all else, where it covers nothing.
  const standing = allowed.filter((index) => !isLapsed(index));
  return among([...standing, ...allowed.filter(isLapsed)], standing.length);
}

/**
 * Names what was on the list before, and until when it holds; of many only the number, unless more is
 * asked for.
 */
function sayCovered(
  asked: NetworkList,
  { covered, by }: Sorted,
  ends: readonly (string | undefined)[],
  messages: Messages,
): void {
  const isLong = covered.length > MANY;
  covered.forEach((index, at) => {
    const text = () => {
      const [name, cover] = [formatNetwork(asked.at(index)), formatNetwork(by.at(at))];
      const end = ends[at] === undefined ? "" : `, until ${ends[at]}`;
      return `${name} is ${
        name === cover ? "listed already" : `covered by ${cover} already`
      }${end}`;
    };
    if (isLong) messages.detail(text);
    else messages.note(text());
  });
  if (ends.some((end) => end !== undefined)) {
    messages.hint("remove what ends first, or add with --force, to block it for good");
  }
  if (isLong) {
    messages.note(`${count(covered.length, "address", "addresses")} listed or covered already`);
  }
}

/** Says how many entries that were there have another remark now. */
export function sayRemarked(number: number, path: string, messages: Messages): void {
  if (number === 0) return;
  messages.note(`Changed the remark on ${count(number, "entry", "entries")} in "${path}"`);
}

/** Says of which networks batches leave out a part that is allowed. */
function sayCutOut(asked: NetworkList, { added }: Sorted, guard: Guard, messages: Messages): void {
  for (const index of added) {
    const allowed = guard.allowedIn(asked, index);
    if (!allowed) continue;
    const [name, part] = [formatNetwork(asked.at(index)), formatNetwork(allowed)];
    messages.note(`${name} holds ${part} of the allowlist, which is left out of each batch`);
  }
}

/** Names the networks that were refused; whether there are any. */
export function sayRefused(refused: readonly Refusal[], messages: Messages): boolean {
  for (const refusal of refused) {
    const { message, hint } = describeRefusal(refusal);
    messages.error(message, hint);
  }
  return refused.length > 0;
}

function toJson(
  asked: NetworkList,
  { added, covered, by, refused, remarked }: Sorted,
): string {
  const nameAt = (index: number) => formatNetwork(asked.at(index));
  const result = {
    added: added.map(nameAt),
    covered: covered.map((index, at) => ({
      address: nameAt(index),
      by: formatNetwork(by.at(at)),
    })),
    remarked: remarked.map(formatNetwork),
    refused: refused.map(({ network }) => formatNetwork(network)),
    allowed: refused.flatMap((refusal) =>
      refusal.why === "allowed"
        ? [{ address: formatNetwork(refusal.network), by: formatNetwork(refusal.by) }]
        : []
    ),
    protected: refused.flatMap((refusal) =>
      refusal.why === "protected"
        ? [{
          address: formatNetwork(refusal.network),
          by: formatNetwork(refusal.by.network),
          what: refusal.by.what,
        }]
        : []
    ),
  };
  return JSON.stringify(result, null, 2) + "\n";
}
