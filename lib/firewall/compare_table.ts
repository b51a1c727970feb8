/**
 * A table of iptables beside what should be loaded.
 *
 * @module
 */

import { parseIpv4, parseIpv6 } from "../ip/address.ts";
import { commonNetworks } from "../ip/common_networks.ts";
import { FULL_PREFIX, type Network, shorten } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { prefixOfMask } from "../ip/read_networks.ts";
import { subtractNetworks } from "../ip/subtract_networks.ts";
import { isPassing, type Target } from "./chain_name.ts";
import { type Action, ChainRules, chainVerdicts, VERDICT } from "./chain_verdicts.ts";
import {
  allNetworks,
  type Comparison,
  type Difference,
  differencesOf,
  sortVerdicts,
} from "./comparison.ts";
import { REJECT_WITH, setRule } from "./iptables_batch.ts";
import { branchTest, type LiveRule, type LiveTable } from "./live_table.ts";

/** What should be loaded into a table. */
export interface WantedTable {
  /** The family. */
  readonly family: 4 | 6;
  /** What to block, of that family. */
  readonly networks: NetworkList;
  /** The set of ipset that holds it and must be asked for every packet, if that is how it is done. */
  readonly set?: string | undefined;
  /** The table. */
  readonly table: string;
  /** The chain that holds the rules. */
  readonly chain: string;
  /** The chains that must jump to it; where there are none, it is enough that some rule leads there. */
  readonly hooks: readonly string[];
  /** Up to which rule the jump may stand wherever it likes; the first if absent. */
  readonly position?: number | undefined;
  /** What should happen to a packet. */
  readonly target: Target;
}

/**
 * Compares a table.
 *
 * @param live The table as it is.
 * @param wanted What should be in it.
 * @returns The differences.
 */
export function compareTable(live: LiveTable, wanted: WantedTable): Comparison {
  const { chain, target, family } = wanted;
  const rules = Map.groupBy(live.rules, (rule) => rule.chain);
  const names = new Set(live.chains);
  const chains = new Map(
    rules.entries().map(([name, own]) => [name, chainRules(own, names, wanted)]),
  );
  const isBranch = branchTest(chain);
  const own = live.chains.filter((name) => name === chain || isBranch(name));
  const verdicts = sortVerdicts(chainVerdicts(chain, chains, family === 4 ? 1 : 4), target);
  // A set that is asked for every packet is as good as a rule for all addresses.
  const networks = wanted.set === undefined ? wanted.networks : listOf(everywhere(family));
  const listed = commonNetworks(wanted.networks, verdicts.blocked);
  const jumps = wanted.hooks.flatMap((hook) => {
    return jumpDifferences(hook, rules.get(hook) ?? [], chains, names, listed, wanted);
  });
  const differences = differencesOf(networks, {
    ...verdicts,
    named: () => allNetworks(...own.map((name) => blockedIn(chains.get(name)))),
  });
  return {
    others: [
      ...absent(names, wanted),
      ...jumps,
      ...unused(own, rules, live, wanted),
      ...own.flatMap((name) => foreign(rules.get(name) ?? [], isBranch, wanted)),
      ...(wanted.set !== undefined && differences.size > 0 ? [unasked(wanted)] : []),
    ],
    networks: wanted.set === undefined ? differences : new Map(),
    problems: [],
  };
}

/** Turns rules into what is needed for a walk. */
function chainRules(rules: readonly LiveRule[], names: Names, wanted: WantedTable): ChainRules {
  const { family } = wanted;
  const chain = new ChainRules();
  const asking = askingRules(wanted);
  for (const rule of rules) {
    const source = rule.source === undefined ? undefined : parseSource(rule.source, family);
    // What is not understood may fit or not.
    const isConditional = (rule.isConditional && !asking.has(rule.text)) ||
      (rule.source !== undefined && !source);
    chain.add(actionOf(rule, names, isConditional));
    if (!source) chain.sources.push(everywhere(family));
    else if (!rule.isNegated) chain.sources.push(source);
    else chain.sources.pushAll(subtractNetworks([everywhere(family)], [source]));
  }
  return chain;
}

type Names = ReadonlySet<string>;

const VERDICTS: Readonly<Record<string, number>> = {
  DROP: VERDICT.drop,
  REJECT: VERDICT.reject,
  RETURN: VERDICT.return,
};

/** Actions that most rules have, so that a million rules share a few. */
const PLAIN_ACTIONS: Readonly<Record<string, Action>> = Object.fromEntries(
  Object.entries(VERDICTS).map(([name, verdict]) => [name, { verdict, isConditional: false }]),
);

function actionOf({ target, isGoto }: LiveRule, names: Names, isConditional: boolean): Action {
  if (target === undefined || isPassing(target)) return { verdict: 0, isConditional };
  if (names.has(target)) return { verdict: 0, chain: target, isGoto, isConditional };
  const plain = isConditional ? undefined : PLAIN_ACTIONS[target];
  return plain ?? { verdict: VERDICTS[target] ?? VERDICT.pass, isConditional };
}

/** The network of a source as rules have it: with a prefix length, or with a mask in dots. */
function parseSource(text: string, family: 4 | 6): Network | undefined {
  const [address = "", mask = String(FULL_PREFIX[family])] = text.split("/");
  const prefix = /^\d{1,3}$/.test(mask) ? Number(mask) : prefixOfMask(mask);
  if (prefix === undefined || prefix > FULL_PREFIX[family]) return undefined;
  const full = family === 4 ? parseIpv4(address) : parseIpv6(address);
  if (full === undefined) return undefined;
  return typeof full === "number"
    ? shorten({ family: 4, address: full, prefix: 32 }, prefix)
    : shorten({ family: 6, address: full, prefix: 128 }, prefix);
}

function listOf(network: Network): NetworkList {
  return NetworkList.from([network]);
}

function everywhere(family: 4 | 6): Network {
  return family === 4 ? { family, address: 0, prefix: 0 } : { family, address: 0n, prefix: 0 };
}

/** What some rule of a chain blocks, whether a packet gets there or not. */
function blockedIn(chain: ChainRules | undefined): NetworkList {
  const list = new NetworkList();
  chain?.actions.forEach(({ verdict }, rule) => {
    if ((verdict & (VERDICT.drop | VERDICT.reject)) === 0) return;
    const [from, to] = chain.sourcesOf(rule);
    for (let index = from; index < to; index++) list.pushFrom(chain.sources, index);
  });
  return list;
}

function absent(names: Names, { table, chain }: WantedTable): Difference[] {
  if (names.size === 0) return [{ word: "no-table", what: table }];
  return names.has(chain) ? [] : [{ word: "no-chain", what: chain }];
}

/** Chains of ours that no packet gets to. */
function unused(
  own: readonly string[],
  rules: ReadonlyMap<string, readonly LiveRule[]>,
  live: LiveTable,
  { chain, hooks }: WantedTable,
): Difference[] {
  const reached = new Set([chain]);
  // What is put into a set while it is gone through is gone through too.
  for (const name of reached) {
    for (const { target } of rules.get(name) ?? []) if (target !== undefined) reached.add(target);
  }
  const isOwn = new Set(own);
  const isLedTo = hooks.length > 0 ||
    live.rules.some((rule) => rule.target === chain && !isOwn.has(rule.chain));
  return own.filter((name) => !reached.has(name) || (name === chain && !isLedTo))
    .map((what) => ({ word: "unused", what }));
}

/** The rules that ask the set for every packet, whatever they do then. */
function askingRules({ chain, set, family }: WantedTable): Set<string> {
  if (set === undefined) return new Set();
  const targets = ["drop", "reject"] as const;
  return new Set(targets.map((target) => setRule({ chain, set, target, family })));
}

/** The rule that should ask the set. */
function unasked({ chain, set, target, family }: WantedTable): Difference {
  return { word: "no-rule", what: setRule({ chain, set, target, family }) };
}

/** Rules in our chains that no batch has. */
function foreign(
  rules: readonly LiveRule[],
  isBranch: (name: string) => boolean,
  wanted: WantedTable,
): Difference[] {
  const { set, family } = wanted;
  const asking = askingRules(wanted);
  return rules.filter(({ isBare, isGoto, target = "", rejectWith, text }) => {
    if (set !== undefined) return !asking.has(text);
    if (!isBare) return true;
    if (isGoto) return !isBranch(target);
    return target === "REJECT" ? rejectWith !== REJECT_WITH[family] : target !== "DROP";
  }).map(({ text }) => ({ word: "foreign", what: text }));
}

/** What is wrong with the jump from a chain. */
function jumpDifferences(
  hook: string,
  rules: readonly LiveRule[],
  chains: ReadonlyMap<string, ChainRules>,
  names: Names,
  listed: NetworkList,
  wanted: WantedTable,
): Difference[] {
  const { chain, family, position = 1 } = wanted;
  const jumps = rules.flatMap((rule, at) =>
    rule.target === chain ? [{ rule, number: at + 1 }] : []
  );
  const [some] = jumps;
  if (!some) return [{ word: "no-jump", what: hook }];
  const sure = jumps.filter(({ rule: { isConditional, source } }) => {
    return !isConditional && source === undefined;
  });
  const [first, ...more] = sure.filter(({ rule }) => !rule.isGoto);
  if (!first) {
    const word = sure.length > 0 ? "goto-jump" : "conditional-jump";
    return [{ word, what: hook, detail: String((sure[0] ?? some).number) }];
  }
  const differences = more.map(({ number }): Difference => {
    return { word: "double-jump", what: hook, detail: String(number) };
  });
  if (first.number <= position) return differences;
  const before = rules.slice(0, first.number - 1)
    .filter((rule) => rule.target !== chain && !isForLoopback(rule));
  const ahead = chainRules(before, names, wanted);
  ahead.add({ verdict: VERDICT.drop, isConditional: false });
  ahead.sources.push(everywhere(family));
  // No chain has an empty name.
  const verdicts = chainVerdicts("", new Map([...chains, ["", ahead]]), family === 4 ? 1 : 4);
  const held = sortVerdicts(verdicts, "drop");
  const escaping = subtractNetworks(listed, allNetworks(held.blocked, held.otherwise));
  if (escaping.length === 0) return differences;
  return [{ word: "late-jump", what: hook, detail: String(first.number) }, ...differences];
}

/** Whether a rule is for packets that the machine sends to itself: they come from nobody else. */
function isForLoopback({ text }: LiveRule): boolean {
  return /^[^"]*(?<!!) -i lo /.test(text);
}
