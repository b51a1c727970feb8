import { assertEquals } from "@std/assert";
import {
  type Action,
  ChainRules,
  type ChainVerdicts,
  chainVerdicts,
  VERDICT,
} from "../../lib/firewall/chain_verdicts.ts";
import { holds, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { randomNetworks } from "../ip/random_networks.ts";
import { random } from "../random.ts";

interface Rule extends Action {
  readonly sources: readonly Network[];
}

const { drop, reject, pass, return: back } = VERDICT;

function toChains(rules: Readonly<Record<string, readonly Rule[]>>): Map<string, ChainRules> {
  return new Map(
    Object.entries(rules).map(([name, own]) => {
      const chain = new ChainRules();
      for (const { sources, ...action } of own) {
        chain.add(action);
        for (const source of sources) chain.sources.push(source);
      }
      return [name, chain];
    }),
  );
}

function rule(sources: string, action: Partial<Action>): Rule {
  const networks = sources.split(" ").map(parseNetwork);
  return { verdict: 0, isConditional: false, ...action, sources: networks };
}

/** What may become of a packet from one address, by following it through the rules. */
function follow(rules: Record<string, readonly Rule[]>, name: string, address: Network): number {
  let verdicts = 0;
  for (const { sources, verdict, chain, isGoto, isConditional } of rules[name] ?? []) {
    if (!sources.some((source) => holds(source, address))) continue;
    const found = chain === undefined ? verdict : follow(rules, chain, address);
    const comesBack = chain === undefined ? verdict === 0 : !isGoto && (found & back) !== 0;
    verdicts |= chain !== undefined && !isGoto ? found & ~back : found;
    if (!comesBack && !isConditional) return verdicts;
  }
  return verdicts | back;
}

/** The verdicts for an address, as they were found for networks. */
function lookUp({ rows, verdicts }: ChainVerdicts, networks: Network[], address: Network): number {
  assertEquals(rows.length, verdicts.length);
  const found = networks.flatMap((network, row) => holds(network, address) ? [row] : []);
  assertEquals(found.length < 2, true, "the networks are disjoint");
  return found[0] === undefined ? back : verdicts[found[0]] ?? 0;
}

function networksOf({ rows }: ChainVerdicts): Network[] {
  return Array.from({ length: rows.length }, (_, row): Network => {
    const prefix = rows.prefixes[row] ?? 0;
    const words = Array.from(rows.words.subarray(row * rows.width, (row + 1) * rows.width));
    const address = words.reduce((bits, word) => bits << 32n | BigInt(word), 0n);
    return rows.width === 1
      ? { family: 4, address: Number(address), prefix }
      : { family: 6, address, prefix };
  });
}

Deno.test("chainVerdicts() lets the first rule that fits decide", () => {
  const found = chainVerdicts(
    "a",
    toChains({
      a: [
        rule("192.0.2.0/28", { verdict: back }),
        rule("192.0.2.64/26", { chain: "b", isGoto: true }),
        rule("192.0.2.0/24", { verdict: drop }),
        rule("192.0.2.7", { verdict: reject }),
        rule("0.0.0.0/0", { verdict: pass, isConditional: true }),
      ],
      b: [rule("192.0.2.65", { verdict: drop })],
    }),
    1,
  );
  const networks = networksOf(found);
  const of = (text: string) => lookUp(found, networks, parseNetwork(text));
  assertEquals(of("192.0.2.7"), back, "returned before");
  assertEquals(of("192.0.2.20"), drop);
  assertEquals(of("192.0.2.65"), drop, "by the other chain");
  assertEquals(of("192.0.2.66"), back, "goto does not come back");
  assertEquals(of("192.0.3.1"), back | pass, "under a condition");
});

Deno.test("chainVerdicts() finds what following each address finds", () => {
  const next = random(21);
  const below = (count: number) => Math.floor(next() * count);
  const everything = ["0.0.0.0/0", "::/0"].map(parseNetwork);
  const names = ["a", "b", "c", "d"];
  for (let round = 0; round < 150; round++) {
    const rules: Record<string, Rule[]> = {};
    for (const [at, name] of names.entries()) {
      rules[name] = Array.from({ length: below(10) }, (): Rule => {
        const sources = next() < 0.15 ? everything : randomNetworks(next, 1 + below(3));
        const isConditional = next() < 0.2;
        // Chains lead to those behind them only.
        const chain = next() < 0.4 ? names[at + 1 + below(3 - at)] : undefined;
        if (chain !== undefined && at < 3) {
          return { verdict: 0, chain, isGoto: next() < 0.5, isConditional, sources };
        }
        return { verdict: [0, drop, reject, pass, back][below(5)] ?? 0, isConditional, sources };
      });
    }
    for (const width of [1, 4] as const) {
      const found = chainVerdicts("a", toChains(rules), width);
      const networks = networksOf(found);
      for (let at = 0; at < 1024; at += 1 + below(4)) {
        const address: Network = width === 1
          ? { family: 4, address: 0xfffffc00 + at, prefix: 32 }
          : { family: 6, address: (1n << 128n) - 1024n + BigInt(at), prefix: 128 };
        const [is, expected] = [
          lookUp(found, networks, address),
          follow(rules, "a", address),
        ];
        if (is !== expected) assertEquals(is, expected, Deno.inspect({ at, rules }, { depth: 9 }));
      }
    }
  }
});

Deno.test("chainVerdicts() lets pass what goes round in a circle, and takes long ways", () => {
  const to = (chain: string) => rule("::/0", { chain });
  const circle = { a: [to("b")], b: [to("a")], c: [rule("::1", { verdict: drop }), to("b")] };
  assertEquals(chainVerdicts("a", toChains(circle), 4).verdicts, [pass]);
  const behind = chainVerdicts("c", toChains(circle), 4);
  assertEquals(lookUp(behind, networksOf(behind), parseNetwork("::1")), drop);
  assertEquals(lookUp(behind, networksOf(behind), parseNetwork("::2")), pass);
  const long = (length: number) => {
    const chains: Record<string, Rule[]> = { [`c${length}`]: [rule("::/0", { verdict: drop })] };
    for (let at = 0; at < length; at++) chains[`c${at}`] = [to(`c${at + 1}`)];
    return chainVerdicts("c0", toChains(chains), 4).verdicts;
  };
  assertEquals([long(200), long(1000)], [[drop], [pass]]);
  // Two ways at each step make 2^100 ways in all.
  const forked: Record<string, Rule[]> = { c100: [rule("::1", { verdict: drop })] };
  for (let at = 0; at < 100; at++) {
    const chain = `c${at + 1}`;
    forked[`c${at}`] = [rule("::/1", { chain }), rule("::/0", { chain, isConditional: true })];
  }
  assertEquals(networksOf(chainVerdicts("c0", toChains(forked), 4)), [parseNetwork("::1")]);
});

Deno.test("chainVerdicts() is done with many chains of many rules in little more than their number", () => {
  const time = (count: number) => {
    const chains: Record<string, Rule[]> = {};
    const next = random(count);
    for (let at = 0; at < count; at++) {
      chains[`f2b-${at}`] = Array.from({ length: 250 }, () => {
        const address = Math.floor(next() * 2 ** 32);
        return {
          ...rule("::/0", { verdict: reject }),
          sources: [{ family: 4, address, prefix: 32 }],
        };
      });
    }
    chains["a"] = Object.keys(chains).map((chain) => rule("0.0.0.0/0", { chain }));
    const rules = toChains(chains);
    const start = performance.now();
    assertEquals(chainVerdicts("a", rules, 1).rows.length > count * 249, true);
    return performance.now() - start;
  };
  time(10);
  const [few, many] = [Math.max(time(20), 5), time(160)];
  // Eight times as many: by the square it would be 64 times as long.
  assertEquals(many < 30 * few, true, `${few} ms, ${many} ms`);
});
