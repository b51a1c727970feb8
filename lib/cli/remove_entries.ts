/**
 * Takes the entries of given networks out of a list.
 *
 * @module
 */

import { type Blocklist, parseBlocklist, withoutEntries } from "../blocklist/blocklist.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import { firstEquals } from "../ip/first_equals.ts";
import { coveringNetworks, NONE } from "../ip/covering_networks.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import type { Changer, Invocation } from "./command.ts";
import { changeList, sayProblems } from "./list_file.ts";
import { count } from "./messages.ts";
import type { OptionTable } from "./option.ts";
import { writeResult } from "./write_result.ts";

/** What of a list was asked for. */
export interface Match {
  /** The first of each network that was asked for, by its index. */
  readonly asked: number[];
  /** Which of all that were asked for are on the list: 1 for yes. */
  readonly isListed: Uint8Array;
  /** The indexes of the entries that were asked for. */
  readonly removed: number[];
  /** The indexes of the others. */
  readonly kept: number[];
}

/**
 * Takes entries out of a list.
 *
 * @param path The file.
 * @param asked The networks whose entries go: exactly these.
 * @param kind Which list it is.
 * @param by Who removes them, for the journal.
 * @returns The list as it was before, and what was removed.
 * @throws {Failure} If the file cannot be changed.
 */
export async function removeEntries(
  path: string,
  asked: NetworkList,
  kind: ListKind,
  by: Changer,
): Promise<{ list: Blocklist; match: Match }> {
  let list = parseBlocklist(new Uint8Array(0));
  let match = matchOf(asked, list.networks);
  await changeList(
    path,
    (bytes) => {
      list = parseBlocklist(bytes ?? new Uint8Array(0));
      match = matchOf(asked, list.networks);
      return match.removed.length === 0 ? undefined : withoutEntries(list, match.removed);
    },
    by,
    kind,
  );
  return { list, match };
}

/** What became of a network that was asked for. */
export interface Outcome {
  /** The network. */
  readonly network: Network;
  /** Whether it had an entry. */
  readonly isRemoved: boolean;
  /** What still holds all of it. */
  readonly stillBy: Network | undefined;
}

/**
 * What became of each network that was asked for.
 *
 * @param asked The networks.
 * @param list The list as it was before.
 * @param match What of it was asked for.
 * @param now The time, in seconds since 1970: what has lapsed holds nothing.
 */
export function outcomesOf(
  asked: NetworkList,
  list: Blocklist,
  match: Match,
  now: number,
): Outcome[] {
  const lapsed = new Set(lapsingOf(list, now).lapsed);
  const kept = match.kept.filter((index) => !lapsed.has(index));
  const all = new NetworkList();
  for (const index of kept) all.pushFrom(list.networks, index);
  for (const index of match.asked) all.pushFrom(asked, index);
  const covering = coveringNetworks(all, kept.length);
  return match.asked.map((index, at) => {
    const by = covering[kept.length + at] ?? NONE;
    return {
      network: asked.at(index),
      isRemoved: match.isListed[index] === 1,
      stillBy: by === NONE ? undefined : all.at(by),
    };
  });
}

/** Which networks had an entry and which not, for JSON. */
export function namesOf(outcomes: readonly Outcome[]): { removed: string[]; notListed: string[] } {
  const names = (isRemoved: boolean) =>
    outcomes.filter((one) => one.isRemoved === isRemoved).map(({ network }) =>
      formatNetwork(network)
    );
  return { removed: names(true), notListed: names(false) };
}

/** Which networks another entry still holds, for JSON. */
export function stillIn(outcomes: readonly Outcome[]): { address: string; by: string }[] {
  return outcomes.flatMap(({ network, stillBy }) =>
    stillBy ? [{ address: formatNetwork(network), by: formatNetwork(stillBy) }] : []
  );
}

const WORDS = {
  allowlist: { done: "allowed", not: "not on the allowlist", still: "stillAllowed" },
  pardons: { done: "pardoned", not: "not pardoned", still: "stillPardoned" },
} as const;

/**
 * Takes entries out of the allowlist or the pardons, and says so.
 *
 * @returns Whether there are lines in it that were not understood.
 */
export async function removeAndSay(
  path: string,
  asked: NetworkList,
  kind: "allowlist" | "pardons",
  invocation: Invocation<OptionTable>,
): Promise<boolean> {
  const { values, host, messages } = invocation;
  // A mistyped address should not leave a folder and a lock behind.
  if (asked.length === 0) return false;
  const { list, match } = await removeEntries(path, asked, kind, invocation);
  const hasProblems = sayProblems(path, list, messages);
  const outcomes = outcomesOf(asked, list, match, host.now());
  const where = WORDS[kind];
  for (const { network, isRemoved, stillBy } of outcomes) {
    const name = formatNetwork(network);
    if (stillBy) messages.warning(`${name} is still ${where.done} by ${formatNetwork(stillBy)}`);
    else if (!isRemoved) messages.warning(`${name} is ${where.not}`);
  }
  if (values.json) {
    const result = { ...namesOf(outcomes), [where.still]: stillIn(outcomes) };
    await writeResult(host, JSON.stringify(result, null, 2) + "\n");
  }
  messages.note(`Removed ${count(match.removed.length, "entry", "entries")} from "${path}"`);
  return hasProblems;
}

/** Compares what was asked for with what is listed. */
export function matchOf(asked: NetworkList, listed: NetworkList): Match {
  const all = new NetworkList();
  all.pushAll(asked);
  all.pushAll(listed);
  const firsts = firstEquals(all);
  const match: Match = { asked: [], isListed: new Uint8Array(asked.length), removed: [], kept: [] };
  for (let index = 0; index < all.length; index++) {
    const first = firsts[index] ?? 0;
    if (index < asked.length) {
      if (first === index) match.asked.push(index);
    } else if (first < asked.length) {
      match.isListed[first] = 1;
      match.removed.push(index - asked.length);
    } else {
      match.kept.push(index - asked.length);
    }
  }
  return match;
}
