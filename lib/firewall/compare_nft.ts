/**
 * A table of nftables beside what should be loaded.
 *
 * @module
 */

import { commonNetworks } from "../ip/common_networks.ts";
import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { subtractNetworks } from "../ip/subtract_networks.ts";
import type { Target } from "./chain_name.ts";
import { type Action, ChainRules, chainVerdicts, VERDICT } from "./chain_verdicts.ts";
import {
  allNetworks,
  type Comparison,
  type Difference,
  differencesOf,
  type SortedVerdicts,
  sortVerdicts,
} from "./comparison.ts";
import {
  type Expression,
  isObject,
  memberOf,
  type NftChain,
  type NftRule,
  type NftTable,
  pushElement,
} from "./live_nft.ts";
import type { SetNames } from "./set_names.ts";

/** What should be loaded into a table. */
export interface WantedNft {
  /** What to block, of both families. */
  readonly networks: NetworkList;
  /** The table. */
  readonly table: string;
  /** The names of its sets, by family. */
  readonly sets: SetNames;
  /** The hooks, in lower case, at which packets must be blocked, and at no others. */
  readonly hooks: readonly string[];
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
export function compareNft(live: NftTable, wanted: WantedNft): Comparison {
  const { sets, target } = wanted;
  const leaving = new Set(live.chains.filter(({ hook }) => hook === "output").map(nameOf));
  const read = live.rules.map((rule) => {
    return readRule(rule, leaving.has(rule.chain) ? "daddr" : "saddr", live);
  });
  const chains = new Map(live.chains.map((chain) => {
    return [chain.name, chainRules(chain, read.filter(({ rule }) => rule.chain === chain.name))];
  }));
  const each = wanted.hooks.map((hook) => {
    const own = live.chains.filter((chain) => isFilter(chain) && chain.hook === hook)
      .sort((a, b) => a.priority - b.priority);
    return own.map(({ name }) => bothFamilies(name, chains, target)).reduce(before, NOWHERE);
  });
  const networks = differencesOf(wanted.networks, {
    ...(live.oddFlags === undefined ? everywhereOf(each) : NOWHERE),
    temporary: allNetworks(...[4, 6].map((family) => setOf(family, live, sets).temporary)),
    named: () => allNetworks(...[4, 6].map((family) => setOf(family, live, sets).networks)),
  });
  const others = [
    ...absent(live, wanted),
    ...surplusChains(live, read, wanted),
    ...unused(live, read, sets),
    ...read.filter((rule) => !isWritten(rule, sets)).map(({ rule }) => foreign(rule)),
  ];
  return { others, networks, problems: live.problems };
}

function nameOf({ name }: NftChain): string {
  return name;
}

/** Whether a chain sees every packet at its hook: one for NAT sees only the first of a connection. */
function isFilter({ type }: NftChain): boolean {
  return type === "filter";
}

const NOWHERE: SortedVerdicts = {
  blocked: new NetworkList(),
  otherwise: new NetworkList(),
  perhaps: new NetworkList(),
};

function bothFamilies(
  chain: string,
  chains: ReadonlyMap<string, ChainRules>,
  target: Target,
): SortedVerdicts {
  const [four, six] = ([1, 4] as const).map((width) => {
    return sortVerdicts(chainVerdicts(chain, chains, width), target);
  });
  return joined(four ?? NOWHERE, six ?? NOWHERE);
}

function joined(a: SortedVerdicts, b: SortedVerdicts): SortedVerdicts {
  return {
    blocked: allNetworks(a.blocked, b.blocked),
    otherwise: allNetworks(a.otherwise, b.otherwise),
    perhaps: allNetworks(a.perhaps, b.perhaps),
  };
}

/** What two chains at one hook do, one after the other: what the first one blocks does not get to the next. */
function before(first: SortedVerdicts, next: SortedVerdicts): SortedVerdicts {
  return {
    blocked: allNetworks(first.blocked, subtractNetworks(next.blocked, first.otherwise)),
    otherwise: allNetworks(first.otherwise, subtractNetworks(next.otherwise, first.blocked)),
    perhaps: allNetworks(first.perhaps, next.perhaps),
  };
}

/** What is done at each of some hooks. */
function everywhereOf([first, ...more]: readonly SortedVerdicts[]): SortedVerdicts {
  if (!first) return NOWHERE;
  return more.reduce((all, next) => ({
    blocked: commonNetworks(all.blocked, next.blocked),
    // Blocked at each, but at one of them not as wanted.
    otherwise: commonNetworks(sure(all), sure(next)),
    perhaps: allNetworks(sure(all), all.perhaps, sure(next), next.perhaps),
  }), first);
}

function sure({ blocked, otherwise }: SortedVerdicts): NetworkList {
  return otherwise.length === 0 ? blocked : allNetworks(blocked, otherwise);
}

function setOf(family: number, live: NftTable, sets: SetNames) {
  const name = sets[family === 4 ? 4 : 6];
  return live.sets.get(name) ?? { networks: new NetworkList(), temporary: new NetworkList() };
}

type Field = "saddr" | "daddr";

/** A rule as it works. */
interface ReadRule {
  readonly rule: NftRule;
  readonly action: Action;
  readonly sources: NetworkList;
  /** The set that the sources are those of. */
  readonly set: string | undefined;
  /** Whether there is nothing in it but a set or one address, a counter and a plain verdict. */
  readonly isBare: boolean;
}

/** Parts of a rule that change nothing about which packets it fits. */
const HARMLESS = new Set(["counter", "log", "mangle", "notrack", "secmark"]);

/**
 * Reads a rule.
 *
 * @param rule The rule.
 * @param field Which address counts: where a packet goes, when it leaves the machine.
 * @param live The table.
 */
function readRule(rule: NftRule, field: Field, live: NftTable): ReadRule {
  let sources: NetworkList | undefined;
  let set: string | undefined;
  let action: Omit<Action, "isConditional"> = { verdict: 0 };
  let [isConditional, isBare, isAsking] = [false, true, false];
  for (const expression of rule.expressions) {
    const [name, value] = memberOf(expression);
    const verdict = verdictOf(name, value);
    const match = name === "match" && isObject(value) ? sourceOf(value, field, live) : undefined;
    if (verdict) action = verdict;
    else if (match && !sources) {
      ({ sources, set } = match);
      isAsking = match.set !== undefined || match.isAddress;
    } else if (!HARMLESS.has(name)) isConditional = true;
    // Where a map leads is not looked up: it may be anywhere.
    if (name === "vmap") isConditional = true;
    isBare &&= name === "counter" || match !== undefined || isPlain(name, value);
  }
  const ours = isBare && isAsking && !isConditional;
  sources ??= NetworkList.from(EVERYWHERE);
  return { rule, action: { ...action, isConditional }, sources, set, isBare: ours };
}

const EVERYWHERE: readonly Network[] = [
  { family: 4, address: 0, prefix: 0 },
  { family: 6, address: 0n, prefix: 0 },
];

/** What an expression does to a packet, if it decides. */
function verdictOf(name: string, value: unknown): Omit<Action, "isConditional"> | undefined {
  const chain = isObject(value) ? String(value["target"]) : undefined;
  switch (name) {
    case "drop":
    case "reject":
    case "return":
      return { verdict: VERDICT[name] };
    case "accept":
    case "queue":
    case "vmap":
      return { verdict: VERDICT.pass };
    case "jump":
    case "goto":
      return { verdict: 0, chain, isGoto: name === "goto" };
    default:
      return undefined;
  }
}

/** Whether an expression blocks as a batch does: rejecting with the usual answer. */
function isPlain(name: string, value: unknown): boolean {
  if (name === "drop") return true;
  if (name !== "reject") return false;
  return !isObject(value) || (value["expr"] ?? "port-unreachable") === "port-unreachable";
}

/** The addresses that a match asks for, if it is about those that count. */
function sourceOf(
  { op, left, right }: Expression,
  field: Field,
  live: NftTable,
): { sources: NetworkList; set: string | undefined; isAddress: boolean } | undefined {
  const payload = isObject(left) ? left["payload"] : undefined;
  if (!isObject(payload) || payload["field"] !== field) return undefined;
  const family = payload["protocol"] === "ip" ? 4 : payload["protocol"] === "ip6" ? 6 : undefined;
  if (family === undefined || (op !== "==" && op !== "!=" && op !== "in")) return undefined;
  const set = typeof right === "string" && right.startsWith("@") ? right.slice(1) : undefined;
  const networks = set === undefined ? elementsOf(right) : live.sets.get(set)?.networks;
  if (!networks) return undefined;
  // Of the family that the match is for: all others do not fit, whatever is asked.
  const ofFamily = new NetworkList();
  ofFamily.pushRows(family === 4 ? networks.four : networks.six);
  if (op !== "!=") {
    return { sources: ofFamily, set, isAddress: set === undefined && typeof right === "string" };
  }
  const all = EVERYWHERE.filter((network) => network.family === family);
  return { sources: subtractNetworks(all, ofFamily), set: undefined, isAddress: false };
}

/** What stands in a rule itself: an element or a set without a name. */
function elementsOf(right: unknown): NetworkList | undefined {
  const list = new NetworkList();
  const elements = isObject(right) && Array.isArray(right["set"]) ? right["set"] : [right];
  return elements.every((element) => pushElement(element, list)) ? list : undefined;
}

function chainRules({ hook, policy }: NftChain, rules: readonly ReadRule[]): ChainRules {
  const chain = new ChainRules();
  for (const { action, sources } of rules) {
    chain.add(action);
    chain.sources.pushAll(sources);
  }
  if (hook !== undefined && policy === "drop") {
    chain.add({ verdict: VERDICT.drop, isConditional: false });
    chain.sources.pushAll(NetworkList.from(EVERYWHERE));
  }
  return chain;
}

function absent(live: NftTable, { table, sets, hooks }: WantedNft): Difference[] {
  if (!live.isThere) return [{ word: "no-table", what: table }];
  const { oddFlags } = live;
  const differences: Difference[] = oddFlags === undefined
    ? []
    : [{ word: "dormant", what: table, detail: oddFlags }];
  for (const name of [sets[4], sets[6]]) {
    if (!live.sets.has(name)) differences.push({ word: "no-set", what: name });
  }
  const there = new Set(live.chains.filter(isFilter).map(({ hook }) => hook));
  const lacking = hooks.filter((hook) => !there.has(hook));
  return [...differences, ...lacking.map((what): Difference => ({ word: "no-base-chain", what }))];
}

/** Chains at a hook that block there though they should not, or more than any rule of theirs says. */
function surplusChains(
  live: NftTable,
  rules: readonly ReadRule[],
  { hooks }: WantedNft,
): Difference[] {
  return live.chains.filter((chain) => {
    const { name, hook, policy } = chain;
    if (hook === undefined) return false;
    if (policy === "drop") return true;
    if (isFilter(chain) && hooks.includes(hook)) return false;
    const reached = reachedFrom([name], rules);
    return rules.some(({ rule, action: { verdict } }) => {
      return reached.has(rule.chain) && (verdict & (VERDICT.drop | VERDICT.reject)) !== 0;
    });
  }).map(({ name, type, hook, priority, policy }) => {
    const detail = `type ${type} hook ${hook} priority ${priority}; policy ${policy}`;
    return { word: "surplus-chain", what: name, detail };
  });
}

/** Some chains and all that rules lead to from there. */
function reachedFrom(names: readonly string[], rules: readonly ReadRule[]): Set<string> {
  const reached = new Set(names);
  // What is put into a set while it is gone through is gone through too.
  for (const name of reached) {
    for (const { rule, action } of rules) {
      if (rule.chain === name && action.chain !== undefined) reached.add(action.chain);
    }
  }
  return reached;
}

/** Sets of ours that no rule which packets get to asks for. */
function unused(
  live: NftTable,
  rules: readonly ReadRule[],
  sets: SetNames,
): Difference[] {
  const bases = live.chains.filter(({ hook }) => hook !== undefined);
  const reached = reachedFrom(bases.map(nameOf), rules);
  const used = new Set(rules.flatMap(({ rule, set }) => reached.has(rule.chain) ? set ?? [] : []));
  return [sets[4], sets[6]].filter((name) => live.sets.has(name) && !used.has(name))
    .map((what) => ({ word: "unused", what }));
}

/** Whether a batch has such a rule, or a ban puts one in until the next load. */
function isWritten({ isBare, set, action }: ReadRule, sets: SetNames): boolean {
  if (!isBare || (set !== undefined && set !== sets[4] && set !== sets[6])) return false;
  return action.verdict === VERDICT.drop || action.verdict === VERDICT.reject;
}

function foreign({ chain, handle, expressions }: NftRule): Difference {
  return {
    word: "foreign",
    what: `${chain} handle ${handle}`,
    detail: JSON.stringify(expressions),
  };
}
