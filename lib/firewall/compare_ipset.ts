/**
 * Sets of ipset beside what should be loaded.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { ChainRules, chainVerdicts, VERDICT } from "./chain_verdicts.ts";
import {
  allNetworks,
  type Comparison,
  type Difference,
  differencesOf,
  type DumpProblem,
  sortVerdicts,
} from "./comparison.ts";
import { MOST } from "./ipset_batch.ts";
import { type LiveSet, parseIpset } from "./live_ipset.ts";
import { type SetNames, spareName } from "./set_names.ts";

/**
 * Compares sets.
 *
 * @param bytes What `ipset save` printed.
 * @param wanted What should be in the sets, of both families.
 * @param sets The names of the sets, by family.
 * @returns The differences.
 * @throws {DumpError} If the text is no such dump.
 */
export function compareIpset(
  bytes: Uint8Array,
  wanted: NetworkList,
  sets: SetNames,
): Comparison {
  const spares = [spareName(sets[4]), spareName(sets[6])] as const;
  const live = parseIpset(bytes, [sets[4], sets[6], ...spares]);
  const others: Difference[] = [];
  const problems: DumpProblem[] = [];
  const blocked = new NetworkList();
  const temporary = new NetworkList();
  for (const family of [4, 6] as const) {
    const name = sets[family];
    const set = live.get(name);
    if (!set) {
      others.push({ word: "no-set", what: name });
      continue;
    }
    others.push(...typeDifference(name, set, family));
    if (set.type !== TYPES[family]) continue;
    for (const problem of set.problems) problems.push(problem);
    blocked.pushAll(matching(inFamily(set.networks, family), inFamily(set.excepted, family)));
    temporary.pushAll(inFamily(set.temporary, family));
  }
  spares.forEach((name, at) => {
    const set = live.get(name);
    if (set) others.push(...typeDifference(name, set, at === 0 ? 4 : 6));
  });
  return { others, networks: differencesOf(wanted, { blocked, temporary }), problems };
}

/** What keeps a batch from being loaded: a set that is not as it would make it. */
function typeDifference(name: string, { type, parameters }: LiveSet, family: 4 | 6): Difference[] {
  if (type === TYPES[family] && PARAMETERS.includes(parameters)) return [];
  return [{ word: "set-type", what: name, detail: `${type} ${parameters}`.trim() }];
}

/** What stands behind the type of a set that `restore` made; `ipset save` always prints it. */
const PARAMETERS: readonly string[] = [`maxelem ${MOST}`, ""];

/** The types of set that `restore` makes. */
const TYPES = { 4: "hash:net inet", 6: "hash:net inet6" } as const;

/** Networks as those of one family: what was read as IPv4 in a set of IPv6 is mapped. */
function inFamily(networks: NetworkList, family: 4 | 6): NetworkList {
  if (family === 4 || networks.four.length === 0) return networks;
  const list = new NetworkList();
  for (const network of networks) {
    if (network.family === 6) list.push(network);
    else {
      const address = (0xffffn << 32n) | BigInt(network.address);
      list.push({ family: 6, address, prefix: network.prefix + 96 });
    }
  }
  return list;
}

/** What a set matches: of networks that hold an address, the narrowest decides. */
function matching(networks: NetworkList, excepted: NetworkList): NetworkList {
  if (excepted.length === 0) return networks;
  const all = [
    ...Array.from(networks, (network) => ({ network, verdict: VERDICT.drop })),
    ...Array.from(excepted, (network) => ({ network, verdict: VERDICT.return })),
  ].sort((a, b) => b.network.prefix - a.network.prefix);
  const chain = new ChainRules();
  for (const { network, verdict } of all) {
    chain.add({ verdict, isConditional: false });
    chain.sources.push(network);
  }
  const chains = new Map([["", chain]]);
  return allNetworks(
    sortVerdicts(chainVerdicts("", chains, 1), "drop").blocked,
    sortVerdicts(chainVerdicts("", chains, 4), "drop").blocked,
  );
}
