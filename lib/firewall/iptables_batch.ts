/**
 * A batch for `iptables-restore` and `ip6tables-restore`: a rule for each network, in one chain or in a
 * tree of chains, or one rule that asks a set.
 *
 * The form is that of `iptables-save(8)`. `:NAME - [0:0]` makes the chain or empties it, so the same
 * batch works the first time and every time, and the one `COMMIT` puts all of it in place at once.
 *
 * @module
 */

import { formatNetwork, type Network, shorten } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { chainTree, type TreeChain } from "./chain_tree.ts";
import { branchName, type Target } from "./chain_name.ts";
import type { LiveBranch } from "./live_table.ts";

/** What a batch is made of. */
export interface IptablesBatch {
  /** The family whose loader reads the batch. */
  readonly family: 4 | 6;
  /** What to block, of that family, in the order of the rules; for a tree sorted and disjoint. */
  readonly networks: Iterable<Network>;
  /** How the rules are arranged; a short list needs no tree. */
  readonly layout: Layout;
  /** The table. */
  readonly table: string;
  /** The chain that holds the rules. */
  readonly chain: string;
  /** A set of ipset to ask instead of having a rule for each network. */
  readonly set?: string | undefined;
  /** Whether the chain is there with all its rules, so that it stays, and so do its counters. */
  readonly isFilled?: boolean;
  /** Jumps to put in. */
  readonly jumps: readonly Jump[];
  /** Chains of an earlier tree that are there, if that is known: those not needed are removed. */
  readonly branches?: readonly LiveBranch[];
  /** What happens to a packet. */
  readonly target: Target;
  /** Lines of text for the head of the batch, without `#`. They must be the program's own words. */
  readonly remarks: readonly string[];
}

/** A jump to the chain. */
export interface Jump {
  /** The chain to jump from. */
  readonly from: string;
  /** As which of its rules, from 1 on; the first if absent, and behind all others if `"last"`. */
  readonly position?: number | "last" | undefined;
  /** How many such jumps are there, to be taken out before. */
  readonly surplus?: number;
  /** Whether another jump stays, so that none is put in. */
  readonly isThere?: boolean;
}

/** How rules are arranged: as a tree of chains, or all in one chain. */
export type Layout = "tree" | "flat";

/** What a rejected packet is answered with, by family. */
export const REJECT_WITH = { 4: "icmp-port-unreachable", 6: "icmp6-port-unreachable" } as const;

const ACTIONS = {
  drop: { 4: "DROP", 6: "DROP" },
  reject: {
    4: `REJECT --reject-with ${REJECT_WITH[4]}`,
    6: `REJECT --reject-with ${REJECT_WITH[6]}`,
  },
} as const;

/**
 * Prints a batch.
 *
 * @example
 * ```ts
 * import { printIptablesBatch } from "./iptables_batch.ts";
 * import { parseNetwork } from "../ip/network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = printIptablesBatch({
 *   family: 4,
 *   networks: [parseNetwork("192.0.2.7")],
 *   table: "filter",
 *   chain: "permaban",
 *   jumps: [{ from: "INPUT" }],
 *   target: "drop",
 *   layout: "tree",
 *   remarks: [],
 * });
 * assertEquals(
 *   [...pieces].map((piece) => new TextDecoder().decode(piece)).join(""),
 *   "*filter\n" +
 *     ":permaban - [0:0]\n" +
 *     "-A permaban -s 192.0.2.7/32 -j DROP\n" +
 *     "-I INPUT -j permaban\n" +
 *     "COMMIT\n",
 * );
 * ```
 *
 * @param batch What to print.
 * @returns The text, encoded, in pieces.
 */
export function* printIptablesBatch(batch: IptablesBatch): Generator<Uint8Array> {
  const { chain, table, jumps, remarks, family } = batch;
  const networks = NetworkList.from(batch.networks);
  const rows = family === 4 ? networks.four : networks.six;
  const chains: readonly TreeChain[] = batch.layout === "tree"
    ? chainTree(rows)
    : [[{ from: 0, to: rows.length }]];
  const nameOf = (number: number) => number === 0 ? chain : branchName(chain, number);
  const printer = new NetworkPrinter();
  for (const remark of remarks) printer.text(encode(`# ${remark}\n`));
  printer.text(encode(`*${table}\n`));
  for (const number of chains.keys()) {
    if (batch.isFilled) break;
    if (printer.isFull) yield printer.take();
    printer.text(encode(`:${nameOf(number)} - [0:0]\n`));
  }
  const names = new Set(chains.keys().map(nameOf));
  const stale = (batch.branches ?? []).filter(({ name }) => !names.has(name));
  for (const { name } of stale) printer.text(encode(`:${name} - [0:0]\n`));
  if (batch.set !== undefined && !batch.isFilled) printer.text(encode(`${setRule(batch)}\n`));
  const action = encode(` -j ${ACTIONS[batch.target][family]}\n`);
  for (const [number, rules] of chains.entries()) {
    const name = nameOf(number);
    const head = encode(`-A ${name} -s `);
    for (const rule of rules) {
      if ("chain" in rule) {
        printer.text(encode(`-A ${name}${source(networks, rule)} -g ${nameOf(rule.chain)}\n`));
        continue;
      }
      for (let row = rule.from; row < rule.to;) {
        if (printer.isFull) yield printer.take();
        // Rules name the prefix length of a single address too, as `iptables-save` prints them.
        row = printer.networks(networks, row, rule.to, head, action, true);
      }
    }
  }
  for (const jump of jumps) printer.text(encode(jumpLines(jump, chain)));
  // They are empty by now, but somebody else's rule may lead there.
  for (const { name, heldBy } of stale) {
    if (heldBy === undefined) printer.text(encode(`-X ${name}\n`));
  }
  printer.text(encode("COMMIT\n"));
  yield printer.take();
}

/** The rule of a chain that asks a set, as `iptables-save` prints it. */
export function setRule(
  { chain, set, target, family }: Pick<IptablesBatch, "chain" | "set" | "target" | "family">,
): string {
  return `-A ${chain} -m set --match-set ${set} src -j ${ACTIONS[target][family]}`;
}

/** A jump behind the rules that accept would never be reached, so it goes before them unless asked. */
function jumpLines({ from, position, surplus = 0, isThere }: Jump, chain: string): string {
  const removed = `-D ${from} -j ${chain}\n`.repeat(surplus);
  if (isThere) return removed;
  const place = position === undefined || position === "last" ? from : `${from} ${position}`;
  const verb = position === "last" ? "-A" : "-I";
  return removed + `${verb} ${place} -j ${chain}\n`;
}

/** The match of a goto; in /0 is every address, and the loaders know no such match. */
function source(networks: NetworkList, { row, prefix }: { row: number; prefix: number }): string {
  return prefix === 0 ? "" : ` -s ${formatNetwork(shorten(networks.at(row), prefix))}`;
}

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();
