/**
 * What chains do to packets, by source address: a walk as the kernel takes it, for all addresses at once.
 *
 * Rules may ask for more than a source (an interface, a port). What that is does not matter here: such
 * a rule may fit a packet or not, so that an address can have several verdicts.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { NetworkRows } from "../ip/network_rows.ts";
import { compareRows, sortedRows } from "../ip/sorted_rows.ts";

/** What may become of a packet, a bit each. */
export const VERDICT = {
  /** It is dropped. */
  drop: 1,
  /** It is rejected. */
  reject: 2,
  /** It is accepted, or goes where it cannot be followed. */
  pass: 4,
  /** It goes back to where the chain was called from. */
  return: 8,
} as const;

/** What a rule does to a packet that it fits. */
export interface Action {
  /** The verdict; 0 where the packet goes on to the next rule. */
  readonly verdict: number;
  /** The chain that it leads to instead. */
  readonly chain?: string | undefined;
  /** Whether the packet does not come back from there to this chain. */
  readonly isGoto?: boolean;
  /** Whether it asks for more than a source. */
  readonly isConditional: boolean;
}

/** The rules of a chain, for one family or both. */
export class ChainRules {
  /** The sources of all rules, those of each together. */
  readonly sources: NetworkList = new NetworkList();
  /** What each rule does. */
  readonly actions: Action[] = [];
  /** Where the sources of each rule begin. */
  readonly #starts: number[] = [];

  /** Puts a rule at the end; its sources are then put at the end of the others. */
  add(action: Action): void {
    this.actions.push(action);
    this.#starts.push(this.sources.length);
  }

  /** The sources of a rule, from one to another, that one not included. */
  sourcesOf(rule: number): [from: number, to: number] {
    return [this.#starts[rule] ?? 0, this.#starts[rule + 1] ?? this.sources.length];
  }

  /** The rule that each source belongs to. */
  owners(): Uint32Array {
    const owners = new Uint32Array(this.sources.length);
    for (const rule of this.actions.keys()) owners.fill(rule, ...this.sourcesOf(rule));
    return owners;
  }
}

/** The network of all addresses. */
export function everything(width: 1 | 4): NetworkRows {
  const rows = new NetworkRows(width, 1);
  rows.length = 1;
  return rows;
}

/** What becomes of packets, by source. */
export interface ChainVerdicts {
  /** Networks, disjoint and in order; packets from elsewhere return. */
  readonly rows: NetworkRows;
  /** The verdicts that are possible for each, bits of {@linkcode VERDICT}. */
  readonly verdicts: readonly number[];
}

/** A tree for a list of any length is far less deep. */
const DEEPEST = 200;

/**
 * Walks through a chain and those that it leads to.
 *
 * Chains that lead to each other in a circle, which the kernel does not load, or too deep, are not
 * followed: what comes into them may go anywhere.
 *
 * @param start The chain.
 * @param chains All chains by name; one that is not there has no rules.
 * @param width The width of the rows.
 * @returns What becomes of packets that come into the chain.
 */
export function chainVerdicts(
  start: string,
  chains: ReadonlyMap<string, ChainRules>,
  width: 1 | 4,
): ChainVerdicts {
  const anywhere: ChainVerdicts = { rows: everything(width), verdicts: [VERDICT.pass] };
  const known = new Map<string, ChainVerdicts>();
  return verdictsOf(start, 0);

  function verdictsOf(name: string, depth: number): ChainVerdicts {
    const before = known.get(name);
    if (before) return before;
    // As long as it is not known, for a rule that leads back to it.
    known.set(name, anywhere);
    if (depth > DEEPEST) return anywhere;
    const rules = chains.get(name) ?? new ChainRules();
    const further = new Set<string>();
    for (const { chain } of rules.actions) if (chain !== undefined) further.add(chain);
    for (const chain of further) verdictsOf(chain, depth + 1);
    const verdicts = new Walk(rules, width, known).walk();
    known.set(name, verdicts);
    return verdicts;
  }
}

/**
 * A walk through the rules of one chain.
 *
 * It goes down the binary trie of their sources. On the way, the rules that fit are those of the
 * networks around the present one; where nothing is left inside of it, all of it has one fate, unless
 * a further chain parts it.
 */
class Walk {
  readonly #rows: NetworkRows;
  readonly #owners: Uint32Array;
  readonly #actions: readonly Action[];
  readonly #known: ReadonlyMap<string, ChainVerdicts>;
  /** The present network, the only row. */
  readonly #here: NetworkRows;
  readonly #result: NetworkRows;
  readonly #verdicts: number[] = [];

  constructor(rules: ChainRules, width: 1 | 4, known: ReadonlyMap<string, ChainVerdicts>) {
    const family = width === 1 ? rules.sources.four : rules.sources.six;
    const { rows, order } = sortedRows(family);
    const indexes = rules.sources.indexesOf(family);
    const owners = rules.owners();
    for (let row = 0; row < order.length; row++) {
      order[row] = owners[indexes[order[row] ?? 0] ?? 0] ?? 0;
    }
    this.#rows = rows;
    this.#owners = order;
    this.#actions = rules.actions;
    this.#known = known;
    this.#here = everything(width);
    this.#result = new NetworkRows(width);
  }

  walk(): ChainVerdicts {
    this.#descend(0, this.#rows.length, []);
    return { rows: this.#result, verdicts: this.#verdicts };
  }

  /**
   * Goes through the present network.
   *
   * @param from The first row inside it.
   * @param to The row behind the last one.
   * @param around The rules that fit all of it, in order.
   */
  #descend(from: number, to: number, around: readonly number[]): void {
    const here = this.#here;
    const prefix = here.prefixes[0] ?? 0;
    let inner = from;
    while (inner < to && this.#rows.prefixes[inner] === prefix) inner++;
    const fitting = inner > from ? this.#merge(around, from, inner) : around;
    if (inner === to) {
      if (fitting.length > 0) this.#follow(fitting, 0, 0);
      return;
    }
    if (fitting.length === 0) {
      // Nothing happens but in the networks inside: down to the smallest that holds them all.
      const common = Math.min(
        this.#rows.commonBits(inner, to - 1),
        this.#rows.prefixes[inner] ?? 0,
      );
      if (common > prefix) {
        here.words.set(this.#rows.words.subarray(inner * here.width, (inner + 1) * here.width));
        this.#cut(common);
        this.#descend(inner, to, fitting);
        this.#cut(prefix);
        return;
      }
    }
    const middle = this.#halfOf(inner, to, prefix);
    this.#halve((isHigh) =>
      isHigh ? this.#descend(middle, to, fitting) : this.#descend(inner, middle, fitting)
    );
  }

  /** Rules around and those of some rows, in order, without those that change nothing any more. */
  #merge(around: readonly number[], from: number, to: number): number[] {
    const all = [...around];
    for (let row = from; row < to; row++) all.push(this.#owners[row] ?? 0);
    if (all.length > 1) all.sort((a, b) => a - b);
    const fitting: number[] = [];
    let verdicts = 0;
    for (const rule of all) {
      const { verdict, chain, isGoto, isConditional } = this.#actions[rule] ?? NO_ACTION;
      if (chain === undefined && (verdict & ~verdicts) === 0 && (isConditional || verdict === 0)) {
        continue;
      }
      verdicts |= verdict;
      fitting.push(rule);
      if (!isConditional && (chain === undefined || isGoto)) break;
    }
    return fitting;
  }

  /** Takes the present network through rules that fit it, from one of them on. */
  #follow(fitting: readonly number[], first: number, before: number): void {
    let verdicts = before;
    for (let at = first; at < fitting.length; at++) {
      const { verdict, chain, isGoto, isConditional } = this.#actions[fitting[at] ?? 0] ??
        NO_ACTION;
      let found = verdict;
      let goesOn = isConditional;
      if (chain !== undefined) {
        const further = this.#known.get(chain) ?? NO_VERDICTS;
        const row = rowAround(further.rows, this.#here);
        if (row !== undefined) found = further.verdicts[row] ?? 0;
        else {
          const [from, to] = rowsWithin(further.rows, this.#here);
          if (from < to) {
            if (isGoto && !isConditional && verdicts === 0) this.#take(further, from, to);
            else {
              // Many chains may come behind; the smaller the network, the fewer say something of it.
              const rest = fitting.filter((rule, index) => index >= at && this.#matters(rule));
              this.#halve(() => this.#follow(rest, 0, verdicts));
            }
            return;
          }
          found = VERDICT.return;
        }
        if (!isGoto && (found & VERDICT.return) !== 0) {
          goesOn = true;
          found &= ~VERDICT.return;
        }
      }
      verdicts |= found;
      if (!goesOn) return this.#put(verdicts);
    }
    this.#put(verdicts | VERDICT.return);
  }

  /** Whether a rule that fits the present network does something in it. */
  #matters(rule: number): boolean {
    const { chain, isGoto } = this.#actions[rule] ?? NO_ACTION;
    if (chain === undefined || isGoto) return true;
    const { rows } = this.#known.get(chain) ?? NO_VERDICTS;
    if (rowAround(rows, this.#here) !== undefined) return true;
    const [from, to] = rowsWithin(rows, this.#here);
    return from < to;
  }

  #put(verdicts: number): void {
    if (verdicts === VERDICT.return) return;
    this.#result.appendRow(this.#here, 0);
    this.#verdicts.push(verdicts);
  }

  #take({ rows, verdicts }: ChainVerdicts, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      this.#result.appendRow(rows, row);
      this.#verdicts.push(verdicts[row] ?? 0);
    }
  }

  /** Visits both halves of the present network. */
  #halve(visit: (isHigh: boolean) => void): void {
    const { words, prefixes } = this.#here;
    const prefix = prefixes[0] ?? 0;
    const word = prefix >>> 5;
    const bit = 0x80000000 >>> (prefix & 31);
    prefixes[0] = prefix + 1;
    visit(false);
    words[word] = (words[word] ?? 0) | bit;
    visit(true);
    words[word] = (words[word] ?? 0) & ~bit;
    prefixes[0] = prefix;
  }

  /** Makes the present network as wide as a prefix length says. */
  #cut(prefix: number): void {
    const { words, prefixes, width } = this.#here;
    for (let word = 0; word < width; word++) {
      const bits = Math.min(32, Math.max(0, prefix - 32 * word));
      if (bits < 32) words[word] = bits === 0 ? 0 : (words[word] ?? 0) & (-1 << (32 - bits));
    }
    prefixes[0] = prefix;
  }

  /** The first of some rows whose address has a bit set. */
  #halfOf(from: number, to: number, bit: number): number {
    const { words, width } = this.#rows;
    const mask = 0x80000000 >>> (bit & 31);
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((words[middle * width + (bit >>> 5)] ?? 0) & mask) === 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NO_ACTION: Action = { verdict: 0, isConditional: true };
const NO_VERDICTS: ChainVerdicts = { rows: new NetworkRows(1), verdicts: [] };

/** The first row that does not come before the only one of another. */
function lowerBound(rows: NetworkRows, here: NetworkRows): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRows(rows, middle, 0, here) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row that holds all of a network, if there is one. */
function rowAround(rows: NetworkRows, here: NetworkRows): number | undefined {
  const at = lowerBound(rows, here);
  return [at, at - 1].find((row) => row >= 0 && row < rows.length && rows.covers(row, 0, here));
}

/** The rows that lie in a network, from one to another, that one not included. */
function rowsWithin(rows: NetworkRows, here: NetworkRows): [from: number, to: number] {
  const from = lowerBound(rows, here);
  let [low, high] = [from, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (here.covers(0, middle, rows)) low = middle + 1;
    else high = middle;
  }
  return [from, low];
}
