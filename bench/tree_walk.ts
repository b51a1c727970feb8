/** A clean address, and how many rules a packet from it meets. */
export interface CleanAddress {
  /** The address as a number. */
  readonly address: number;
  /** How many rules. */
  readonly rules: number;
}

/** Addresses as numbers, the last one included. */
type Range = readonly [first: number, last: number];

interface Rule {
  readonly range: Range;
  /** The chain that it leads to; `undefined` if it drops. */
  readonly goto: string | undefined;
}

/** Addresses of hosts that may send something, and that neither a lab nor permaban has a use for. */
const HOSTS: readonly Range[] = [
  [0x01000000, 0x09ffffff],
  [0x0b000000, 0x7effffff],
  [0x80000000, 0xa9fdffff],
  [0xa9ff0000, 0xdfffffff],
];

/** The chains of a batch of iptables for IPv4, walked as packets would. */
export class TreeWalk {
  readonly #chains: ReadonlyMap<string, readonly Rule[]>;
  readonly #first: string;

  /**
   * Reads a batch.
   *
   * @param lines Its lines.
   * @param first The chain where packets come in.
   */
  constructor(lines: readonly string[], first: string) {
    this.#chains = readChains(lines);
    this.#first = first;
  }

  /**
   * Counts the rules that a packet meets.
   *
   * @param address Where it comes from, as a number.
   * @returns How many.
   */
  rulesMet(address: number): number {
    let met = 0;
    for (let name: string | undefined = this.#first; name !== undefined;) {
      const rules: readonly Rule[] = this.#chains.get(name) ?? [];
      const at = rules.findIndex(({ range: [from, to] }) => from <= address && address <= to);
      met += at < 0 ? rules.length : at + 1;
      name = rules[at]?.goto;
    }
    return met;
  }

  /**
   * Walks from all addresses at once.
   *
   * @returns One of the clean addresses that meet the most rules.
   * @throws {RangeError} If all addresses are dropped.
   */
  worstClean(): CleanAddress {
    const worst = this.#walk(this.#first, HOSTS, 0);
    if (!worst) throw new RangeError("No address gets through");
    return worst;
  }

  /** Where a chain ends a packet goes back to whoever called the first one: that is clean. */
  #walk(name: string, ranges: readonly Range[], before: number): CleanAddress | undefined {
    const rules = this.#chains.get(name) ?? [];
    let worst: CleanAddress | undefined;
    let rest = ranges;
    for (const [at, { range, goto }] of rules.entries()) {
      const inside = goto === undefined ? [] : common(rest, range);
      if (goto !== undefined && inside.length > 0) {
        worst = worse(worst, this.#walk(goto, inside, before + at + 1));
      }
      rest = without(rest, range);
    }
    const [first] = rest;
    return worse(worst, first && { address: first[0], rules: before + rules.length });
  }
}

function readChains(lines: readonly string[]): Map<string, Rule[]> {
  const chains = new Map<string, Rule[]>();
  for (const line of lines) {
    const [, name, source = "0.0.0.0/0", goto] =
      /^-A (\S+)(?: -s (\S+))? (?:-j DROP|-g (\S+))$/.exec(line) ?? [];
    if (name === undefined) continue;
    const rules = chains.get(name) ?? [];
    if (rules.length === 0) chains.set(name, rules);
    rules.push({ range: rangeOf(source), goto });
  }
  return chains;
}

function rangeOf(network: string): Range {
  const [address = "", prefix = "32"] = network.split("/");
  const first = address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(prefix)) - 1];
}

function common(ranges: readonly Range[], [first, last]: Range): Range[] {
  return ranges.filter(([from, to]) => from <= last && to >= first)
    .map(([from, to]) => [Math.max(from, first), Math.min(to, last)]);
}

function without(ranges: readonly Range[], [first, last]: Range): Range[] {
  return ranges.flatMap(([from, to]): Range[] => {
    if (from > last || to < first) return [[from, to]];
    const rest: Range[] = [];
    if (from < first) rest.push([from, first - 1]);
    if (to > last) rest.push([last + 1, to]);
    return rest;
  });
}

function worse(a: CleanAddress | undefined, b: CleanAddress | undefined): CleanAddress | undefined {
  if (!a || !b) return a ?? b;
  return b.rules > a.rules ? b : a;
}
