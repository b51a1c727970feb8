/**
 * How a live firewall differs from what should be loaded.
 *
 * @module
 */

import { commonNetworks } from "../ip/common_networks.ts";
import { NetworkList } from "../ip/network_list.ts";
import { subtractNetworks } from "../ip/subtract_networks.ts";
import { type ChainVerdicts, VERDICT } from "./chain_verdicts.ts";
import type { Target } from "./chain_name.ts";

/** Differences that networks have. */
export const NETWORK_DIFFERENCES = {
  missing: "on the list, and nothing blocks it",
  unreached: "on the list, and no packet gets to the rule or set that would block it",
  conditional: "on the list, and blocked under a condition or at some hooks only",
  "wrong-target": "blocked, but dropped instead of rejected or the other way round",
  temporary: "blocked until a timeout runs out",
  surplus: "blocked, and not on the list",
} as const;

/** Differences that chains, sets, jumps and rules have. */
export const OTHER_DIFFERENCES = {
  "no-table": "the table is not there",
  "no-chain": "the chain is not there",
  "no-set": "the set is not there",
  "no-rule": "no rule asks the set for every packet",
  "no-base-chain": "no chain of the table and of type filter is at this hook",
  "surplus-chain": "a chain of the table drops at another hook, or by its policy or type",
  "no-jump": "no rule of this chain jumps to permaban's",
  "conditional-jump": "this chain jumps to permaban's under a condition only",
  "goto-jump": "this chain goes to permaban's and never comes back",
  "double-jump": "this chain jumps to permaban's once more",
  "late-jump": "rules before the jump let listed addresses through",
  "set-type": "the set is of another type, so that no load can fill it",
  dormant: "the table is switched off, or has a flag that is not known",
  unused: "nothing leads there",
  foreign: "a rule that permaban did not write",
} as const;

/** The word for a difference of a network. */
export type NetworkDifference = keyof typeof NETWORK_DIFFERENCES;

/** A difference that no network has. */
export interface Difference {
  /** What kind of difference it is. */
  readonly word: keyof typeof OTHER_DIFFERENCES;
  /** What differs: the name of a chain or a set, or a rule. */
  readonly what: string;
  /** Where, or how: the number of a rule, a type. */
  readonly detail?: string;
}

/** A part of a dump that was not understood. */
export interface DumpProblem {
  /** Its line, where the dump has lines. */
  readonly line?: number;
  /** What is wrong with it. */
  readonly message: string;
}

/** All differences. */
export interface Comparison {
  /** Those of chains, sets, jumps and rules. */
  readonly others: readonly Difference[];
  /** Those of networks, the fewest for each word, in the order of the words. */
  readonly networks: ReadonlyMap<NetworkDifference, NetworkList>;
  /** What could not be understood of the dump. */
  readonly problems: readonly DumpProblem[];
}

/** What a live firewall does to addresses. */
export interface LiveNetworks {
  /** What it surely blocks, as wanted. */
  readonly blocked: NetworkList;
  /** What it surely blocks, but not as wanted. */
  readonly otherwise?: NetworkList;
  /** What it may block. */
  readonly perhaps?: NetworkList;
  /** What it blocks for a time. */
  readonly temporary?: NetworkList;
  /** All that some rule or set names to be blocked, whether a packet gets there or not. */
  readonly named?: () => NetworkList;
}

/**
 * Compares networks.
 *
 * @param wanted What should be blocked.
 * @param live What is done to addresses.
 * @returns The networks of each word that has some, in the order of the words.
 */
export function differencesOf(
  wanted: NetworkList,
  live: LiveNetworks,
): Map<NetworkDifference, NetworkList> {
  const { blocked, otherwise = NOTHING, perhaps = NOTHING, temporary = NOTHING, named } = live;
  const found: Partial<Record<NetworkDifference, NetworkList>> = {};
  let lacking = subtractNetworks(wanted, blocked);
  const sortOut = (word: NetworkDifference, networks: NetworkList) => {
    if (networks.length === 0) return;
    const rest = subtractNetworks(lacking, networks);
    found[word] = subtractNetworks(lacking, rest);
    lacking = rest;
  };
  sortOut("wrong-target", otherwise);
  sortOut("conditional", perhaps);
  if (lacking.length > 0 && named) sortOut("unreached", named());
  found.missing = lacking;
  if (temporary.length > 0) found.temporary = commonNetworks(wanted, temporary);
  found.surplus = subtractNetworks(allNetworks(blocked, otherwise), wanted);
  const words = Object.keys(NETWORK_DIFFERENCES) as NetworkDifference[];
  return new Map(words.flatMap((word) => {
    const networks = found[word];
    return networks && networks.length > 0 ? [[word, networks]] : [];
  }));
}

const NOTHING = new NetworkList();

/** The networks of several lists. */
export function allNetworks(...lists: readonly NetworkList[]): NetworkList {
  const all = new NetworkList();
  for (const list of lists) all.pushAll(list);
  return all;
}

/** What chains do to addresses, sorted out. */
export interface SortedVerdicts {
  /** Surely blocked as wanted. */
  readonly blocked: NetworkList;
  /** Surely blocked, but not as wanted. */
  readonly otherwise: NetworkList;
  /** Perhaps blocked. */
  readonly perhaps: NetworkList;
}

/** Sorts out what chains do to addresses. */
export function sortVerdicts({ rows, verdicts }: ChainVerdicts, target: Target): SortedVerdicts {
  const [blocked, otherwise, perhaps] = [new NetworkList(), new NetworkList(), new NetworkList()];
  verdicts.forEach((verdict, row) => {
    if ((verdict & (VERDICT.drop | VERDICT.reject)) === 0) return;
    const isSure = (verdict & (VERDICT.pass | VERDICT.return)) === 0;
    const list = !isSure ? perhaps : verdict === VERDICT[target] ? blocked : otherwise;
    list.pushRow(rows, row);
  });
  return { blocked, otherwise, perhaps };
}
