/**
 * What the lists have to do with the networks that `permaban check` is asked about.
 *
 * @module
 */

import { endOf } from "../blocklist/allowlist.ts";
import { type Blocklist, commentOf } from "../blocklist/blocklist.ts";
import { chosenEntries } from "../blocklist/chosen_entries.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import { type Note, parseNote } from "../blocklist/note.ts";
import { pardonsIn } from "../blocklist/pardons.ts";
import type { Network } from "../ip/network.ts";
import { NetworkFinder } from "../ip/network_finder.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { ByNetwork } from "./by_network.ts";
import { allowlistPath, type Invocation, pardonsPath } from "./command.ts";
import { readListIfThere, sayProblems } from "./list_file.ts";
import { type ProtectedNetwork, protectedNetworks } from "./protected_networks.ts";
import type { CHECK_OPTIONS } from "./spec/check_spec.ts";

/** An entry of a list. */
export interface AskedEntry {
  /** Its network. */
  readonly network: Network;
  /** The number of its line, from 1. */
  readonly line: number;
  /** The text behind its `#`: parsed where it is shown, since there may be a million. */
  readonly comment: string | undefined;
}

/** An entry of the blocklist. */
export interface BlockingEntry extends AskedEntry {
  /** Whether a batch has it, or why not. */
  readonly state: "loaded" | "lapsed" | "wide";
}

/** What a list says of an entry. */
export function noteOn({ comment }: AskedEntry): Note {
  return parseNote(comment ?? "");
}

/** What the lists have to do with some networks. */
export interface AskedLists {
  /** What of them is blocked: disjoint networks. */
  readonly blocked: ByNetwork<{ readonly network: Network }>;
  /** Entries of the blocklist. */
  readonly entries: ByNetwork<BlockingEntry>;
  /** Entries of the allowlist that hold now. */
  readonly allowed: ByNetwork<AskedEntry>;
  /** Pardons. */
  readonly pardons: ByNetwork<AskedEntry>;
  /** What is protected. */
  readonly protected: ByNetwork<ProtectedNetwork>;
  /** Whether part of a list was not understood or left out. */
  readonly isPartial: boolean;
}

/**
 * Reads the lists.
 *
 * @param asked The networks.
 * @param counted As whose their bans count.
 * @param invocation Options and host.
 * @throws {Failure} If there is no blocklist, or a list cannot be read.
 */
export function readAskedLists(
  asked: NetworkList,
  counted: NetworkList,
  { values, host, messages }: Invocation<typeof CHECK_OPTIONS>,
): AskedLists {
  const finder = new NetworkFinder(asked);
  const entries: BlockingEntry[] = [];
  const { networks, isPartial } = blockedNetworks([4, 6], values, host, messages, {
    choose(list) {
      const chosen = chosenEntries(
        list,
        (index) => finder.find(list.networks, index) !== undefined,
      );
      const lapsed = new Set(lapsingOf(chosen, host.now()).lapsed);
      for (const [index, entry] of entriesIn(chosen).entries()) {
        const isLeft = !values["allow-wide"] && chosen.networks.isWideAt(index);
        const state = lapsed.has(index) ? "lapsed" : isLeft ? "wide" : "loaded";
        entries.push({ ...entry, state });
      }
      return chosen;
    },
  });
  const pardons = readPardons(counted, values, messages);
  return {
    blocked: new ByNetwork(Array.from(networks, (network) => ({ network }))),
    entries: new ByNetwork(entries),
    allowed: new ByNetwork(allowedAmong(finder, values, host)),
    pardons: new ByNetwork(pardons.entries),
    protected: new ByNetwork(protectedNetworks(host)),
    isPartial: isPartial || pardons.hasProblems,
  };
}

function entriesIn(list: Blocklist): AskedEntry[] {
  return Array.from(list.networks, (network, index) => ({
    network,
    line: list.lines[index] ?? 0,
    comment: commentOf(list, index),
  }));
}

/** The entries of the allowlist, whose faults are said when it is read for the batch. */
function allowedAmong(
  finder: NetworkFinder,
  values: Invocation<typeof CHECK_OPTIONS>["values"],
  host: Invocation["host"],
): AskedEntry[] {
  const found: AskedEntry[] = [];
  for (const list of readListIfThere(allowlistPath(values), "allowlist")) {
    const near = chosenEntries(list, (index) => finder.find(list.networks, index) !== undefined);
    for (const entry of entriesIn(near)) {
      if ((endOf(noteOn(entry)) ?? Infinity) > host.now()) found.push(entry);
    }
  }
  return found;
}

function readPardons(
  counted: NetworkList,
  values: Invocation["values"],
  messages: Invocation["messages"],
): { entries: AskedEntry[]; hasProblems: boolean } {
  const path = pardonsPath(values);
  const finder = new NetworkFinder(counted);
  const entries: AskedEntry[] = [];
  let hasProblems = false;
  for (const list of readListIfThere(path, "pardons")) {
    const pardons = pardonsIn(list);
    if (sayProblems(path, pardons, messages)) hasProblems = true;
    const faulty = new Set(pardons.problems.map(({ line }) => line));
    const isNear = (index: number) => finder.find(list.networks, index) !== undefined;
    entries.push(...entriesIn(chosenEntries(list, isNear)).filter(({ line }) => !faulty.has(line)));
  }
  return { entries, hasProblems };
}
