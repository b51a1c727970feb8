/**
 * Arranges networks as a tree of chains, so that a packet meets few rules however long the list is.
 *
 * A chain leads on by goto (`-s PREFIX -g CHAIN`): a packet from the prefix goes into the further chain
 * and, if no rule there fits, back to whoever called the first one. So the networks of a chain are
 * parted into groups, each all that is left in one prefix after the groups before it were taken out.
 * They are found from the leaves of the binary trie of the networks up: where two halves have more
 * than a group may have, the fuller one becomes a group. So each but the last has at least half of
 * what it may have, however the networks lie, and the depth of the tree depends on their number only.
 *
 * @module
 */

import type { NetworkRows } from "../ip/network_rows.ts";

/** A rule of a chain. */
export type TreeRule =
  /** Blocks the networks of some rows, one rule each. */
  | { readonly from: number; readonly to: number }
  /** Leads on to a chain, for packets from a prefix of the address in a row. */
  | { readonly row: number; readonly prefix: number; readonly chain: number };

/** The rules of a chain, in order. */
export type TreeChain = readonly TreeRule[];

/**
 * A chain has no more networks of its own where the list has as many as {@linkcode USUAL}. Short ones
 * let a packet meet fewer rules, but a chain costs the nft variant as much time as 20 rules.
 */
const LEAF = 120;
const USUAL = 100_000;
/** The fourth root: ten times the list, not twice the leaf. */
const GROWTH = 0.25;
/** How many groups a chain should have, about: few, since a packet may meet them all. */
const GROUPS = 4;

/** Networks in order, and not more than a group may have, that lie in one prefix. */
interface Group {
  readonly count: number;
  readonly stretches: readonly Stretch[];
}

/** Rows from one to another, that one not included. */
type Stretch = readonly [from: number, to: number];

/**
 * Arranges networks.
 *
 * @param rows Networks of one family, sorted and disjoint.
 * @returns The chains; the first is where a packet comes in. A list that is short is one chain.
 */
export function chainTree(rows: NetworkRows): TreeChain[] {
  const chains: TreeChain[] = [];
  const leaf = Math.ceil(LEAF * Math.max(1, rows.length / USUAL) ** GROWTH);
  const levels = Math.max(0, Math.ceil(Math.log(rows.length / leaf) / Math.log(GROUPS)));
  const factor = (rows.length / leaf) ** (1 / levels);
  arrange({ count: rows.length, stretches: [[0, rows.length]] }, levels);
  return chains;

  /** Makes the chain of a group and all chains behind it; its number. */
  function arrange({ count, stretches }: Group, level: number): number {
    const number = chains.length;
    chains.push([]);
    if (count <= leaf) {
      chains[number] = stretches.map(([from, to]) => ({ from, to }));
      return number;
    }
    const most = level <= 1 ? leaf : Math.ceil(leaf * factor ** (level - 1));
    chains[number] = groupsOf(rows, stretches, most).flatMap((group): TreeRule[] => {
      const [first = 0, last = 0] = endsOf(group);
      if (group.count === 1) return [{ from: first, to: last + 1 }];
      const prefix = rows.commonBits(first, last);
      return [{ row: first, prefix, chain: arrange(group, level - 1) }];
    });
    return number;
  }
}

/** Parts networks into groups; each is all that is left in its prefix after those before it. */
function groupsOf(rows: NetworkRows, stretches: readonly Stretch[], most: number): Group[] {
  const members = membersOf(stretches);
  const groups: Group[] = [];
  const rest = climb(0, members.length);
  if (rest > 0) groups.push(toGroup(members, 0, rest));
  return groups;

  /** Takes groups out of some members and moves what is left to where they begin; how many those are. */
  function climb(from: number, to: number): number {
    if (to - from <= most) return to - from;
    const middle = halfOf(rows, members, from, to);
    const low = climb(from, middle);
    const high = climb(middle, to);
    if (low + high > most) {
      const isLow = low >= high;
      groups.push(isLow ? toGroup(members, from, low) : toGroup(members, middle, high));
      if (isLow) members.copyWithin(from, middle, middle + high);
      return Math.min(low, high);
    }
    members.copyWithin(from + low, middle, middle + high);
    return low + high;
  }
}

function membersOf(stretches: readonly Stretch[]): Uint32Array {
  const members = new Uint32Array(stretches.reduce((sum, [from, to]) => sum + to - from, 0));
  let at = 0;
  for (const [from, to] of stretches) for (let row = from; row < to; row++) members[at++] = row;
  return members;
}

function toGroup(members: Uint32Array, from: number, count: number): Group {
  const stretches: [number, number][] = [];
  for (let at = from; at < from + count;) {
    const first = members[at++] ?? 0;
    let end = first + 1;
    for (; at < from + count && members[at] === end; at++) end++;
    stretches.push([first, end]);
  }
  return { count, stretches };
}

function endsOf({ stretches }: Group): [number, number] {
  return [stretches[0]?.[0] ?? 0, (stretches.at(-1)?.[1] ?? 1) - 1];
}

/** Where the second half of the smallest prefix begins that all of some members lie in. */
function halfOf(rows: NetworkRows, members: Uint32Array, from: number, to: number): number {
  const bit = rows.commonBits(members[from] ?? 0, members[to - 1] ?? 0);
  const word = bit >>> 5;
  const mask = 0x80000000 >>> (bit & 31);
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = rows.words[(members[middle] ?? 0) * rows.width + word] ?? 0;
    if ((value & mask) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
