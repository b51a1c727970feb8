import { assert, assertEquals } from "@std/assert";
import { printIptablesBatch } from "../../lib/firewall/iptables_batch.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { randomNetworks } from "../ip/random_networks.ts";
import { random } from "../random.ts";

/** A rule as the kernel sees it: addresses from one to another, and where it leads. */
interface Rule {
  readonly from: bigint;
  readonly to: bigint;
  readonly goto: string | undefined;
}

/** The chains of a batch, read from its text. */
function chainsOf(family: 4 | 6, list: NetworkList): Map<string, Rule[]> {
  const pieces = printIptablesBatch({
    family,
    networks: list,
    table: "filter",
    chain: "permaban",
    jumps: [],
    target: "drop",
    layout: "tree",
    remarks: [],
  });
  const text = [...pieces].map((piece) => new TextDecoder().decode(piece)).join("");
  const chains = new Map<string, Rule[]>();
  for (const line of text.split("\n")) {
    const chain = /^:(\S+) - \[0:0\]$/.exec(line);
    if (chain) chains.set(chain[1] ?? "", []);
    const rule = /^-A (\S+)(?: -s (\S+))? (?:-j DROP|-g (\S+))$/.exec(line);
    if (!rule) continue;
    const [, name = "", source = family === 4 ? "0.0.0.0/0" : "::/0", goto] = rule;
    const { from, to } = rangeOf(parseNetwork(source));
    chains.get(name)?.push({ from, to, goto });
  }
  return chains;
}

function rangeOf({ family, address, prefix }: Network): { from: bigint; to: bigint } {
  const size = 1n << BigInt((family === 4 ? 32 : 128) - prefix);
  return { from: BigInt(address), to: BigInt(address) + size - 1n };
}

/** What becomes of a packet, and how many rules it met: a goto does not come back. */
function walk(chains: Map<string, Rule[]>, address: bigint): { isDropped: boolean; met: number } {
  let met = 0;
  for (let chain: string | undefined = "permaban"; chain !== undefined;) {
    const rules: Rule[] = chains.get(chain) ?? [];
    chain = undefined;
    for (const { from, to, goto } of rules) {
      met++;
      if (address < from || address > to) continue;
      if (goto === undefined) return { isDropped: true, met };
      chain = goto;
      break;
    }
  }
  return { isDropped: false, met };
}

/** The most rules that any packet can meet. */
function worstOf(chains: Map<string, Rule[]>, chain = "permaban"): number {
  let worst = 0;
  (chains.get(chain) ?? []).forEach(({ goto }, at) => {
    worst = Math.max(worst, at + 1 + (goto === undefined ? 0 : worstOf(chains, goto)));
  });
  return worst;
}

/** The addresses at the edges of networks, and right beside them. */
function edgesOf(networks: NetworkList): bigint[] {
  return [...networks].flatMap((network) => {
    const { from, to } = rangeOf(network);
    const last = 1n << (network.family === 4 ? 32n : 128n);
    return [from - 1n, from, to, to + 1n].filter((address) => address >= 0n && address < last);
  });
}

function contains(sorted: readonly { from: bigint; to: bigint }[], address: bigint): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.to ?? 0n) < address) low = middle + 1;
    else high = middle;
  }
  return (sorted[low]?.from ?? address + 1n) <= address;
}

function familyOf(list: NetworkList, family: 4 | 6): NetworkList {
  return NetworkList.from([...list].filter((network) => network.family === family));
}

function single(family: 4 | 6, addresses: readonly bigint[]): NetworkList {
  return NetworkList.from(
    addresses.map((address): Network =>
      family === 4
        ? { family, address: Number(address), prefix: 32 }
        : { family, address, prefix: 128 }
    ),
  );
}

const next = random(5);
const number = (bits: number) => BigInt(Math.floor(next() * 2 ** bits));
/** Lists of which each lies in another way: everywhere, in clumps, one behind the other, as a comb. */
const LISTS: readonly (readonly [name: string, family: 4 | 6, list: NetworkList])[] = [
  ["random", 4, single(4, Array.from({ length: 20_000 }, () => number(32)))],
  ["short", 4, single(4, Array.from({ length: 120 }, () => number(32)))],
  ["hardly long", 4, single(4, Array.from({ length: 121 }, () => number(32)))],
  ["clumps", 4, single(4, Array.from({ length: 20_000 }, () => number(6) << 20n | number(12)))],
  ["dense", 4, single(4, Array.from({ length: 20_000 }, (_, at) => BigInt(2 * at)))],
  ["random", 6, single(6, Array.from({ length: 5000 }, () => number(50) << 64n | number(50)))],
  [
    "comb",
    6,
    single(
      6,
      Array.from({ length: 120 * 80 }, (_, at) => {
        const tooth = 1n << BigInt(127 - at % 120);
        return tooth | BigInt(2 * Math.floor(at / 120)) % tooth;
      }),
    ),
  ],
  ["everything", 4, NetworkList.from([parseNetwork("0.0.0.0/0")])],
  ["halves", 6, NetworkList.from(["::/1", "8000::/2", "ffff::/16"].map(parseNetwork))],
  ["nested", 4, familyOf(NetworkList.from(randomNetworks(next, 900)), 4)],
  ["nested", 6, familyOf(NetworkList.from(randomNetworks(next, 900)), 6)],
];

for (const [name, family, list] of LISTS) {
  Deno.test(`a tree of chains drops what is listed and nothing else: ${name}, IPv${family}`, () => {
    const networks = minimalNetworks(list);
    const chains = chainsOf(family, networks);
    const ranges = [...networks].map(rangeOf);
    const random = Array.from({ length: 2000 }, () => number(31) << BigInt(family === 4 ? 1 : 97));
    for (const address of [...edgesOf(networks), ...random]) {
      const { isDropped, met } = walk(chains, address);
      if (isDropped !== contains(ranges, address) || met > 150) {
        throw new Error(`${address}: ${isDropped ? "dropped" : "passed"} after ${met} rules`);
      }
    }
    assert(worstOf(chains) <= 150, `${worstOf(chains)} rules`);
  });
}

Deno.test("a short list is one chain", () => {
  const short = minimalNetworks(LISTS[1]?.[2] ?? []);
  assertEquals([...chainsOf(4, short).keys()], ["permaban"]);
  const long = minimalNetworks(LISTS[2]?.[2] ?? []);
  assertEquals(chainsOf(4, long).size > 1, true);
});

Deno.test("a packet meets few rules however long the list is", () => {
  for (
    const [length, most, chainCount] of [[100_000, 150, 1500], [1_000_000, 250, 12_000]] as const
  ) {
    const networks = minimalNetworks(
      single(4, Array.from({ length }, () => number(32))),
    );
    const chains = chainsOf(4, networks);
    assert(worstOf(chains) <= most, `${worstOf(chains)} rules`);
    assert(chains.size <= chainCount, `${chains.size} chains`);
  }
});

Deno.test("the same list makes the same tree", () => {
  const names = (list: NetworkList) => [...chainsOf(4, minimalNetworks(list))];
  const [, , list = new NetworkList()] = LISTS[0] ?? [];
  const other = NetworkList.from([...list].reverse().map(formatNetwork).map(parseNetwork));
  assertEquals(names(other), names(list));
});
