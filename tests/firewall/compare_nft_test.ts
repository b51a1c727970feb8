import { assert, assertEquals, assertThrows } from "@std/assert";
import { compareNft, type WantedNft } from "../../lib/firewall/compare_nft.ts";
import { parseNft } from "../../lib/firewall/live_nft.ts";
import { DumpError } from "../../lib/firewall/live_table.ts";
import { NFT_SETS } from "../../lib/firewall/set_names.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";

type Parts = readonly object[];

/** Whether packets are from, or for, a set or an element. */
function match(protocol: "ip" | "ip6", right: unknown, op = "==", field = "saddr"): object {
  return { match: { op, left: { payload: { protocol, field } }, right } };
}

const [COUNTER, DROP] = [{ counter: { packets: 1, bytes: 84 } }, { drop: null }];
const FOUR = [match("ip", "@blocked4"), COUNTER, DROP];
const SIX = [match("ip6", "@blocked6"), COUNTER, DROP];

/** A dump in which a table has two sets and a chain at each of some hooks, with the same rules. */
function dump(
  four: readonly unknown[],
  six: readonly unknown[],
  { rules = [FOUR, SIX], hooks = ["prerouting"], more = [], flags }: {
    readonly rules?: readonly Parts[];
    readonly hooks?: readonly string[];
    readonly more?: Parts;
    readonly flags?: unknown;
  } = {},
): string {
  const at = { family: "inet", table: "permaban" };
  return JSON.stringify({
    nftables: [
      { metainfo: { version: "1.0.6", json_schema_version: 1 } },
      { table: { family: "ip", name: "filter", handle: 1 } },
      { rule: { family: "ip", table: "filter", chain: "INPUT", handle: 1, expr: [DROP] } },
      {
        table: {
          family: "inet",
          name: "permaban",
          handle: 2,
          ...(flags === undefined ? {} : { flags }),
        },
      },
      { set: { ...at, name: "blocked4", type: "ipv4_addr", flags: ["interval"], elem: four } },
      // nft leaves the list out where there are no elements.
      { set: { ...at, name: "blocked6", type: "ipv6_addr", ...(six.length ? { elem: six } : {}) } },
      ...hooks.map((hook) => ({
        chain: { ...at, name: hook, type: "filter", hook, prio: -300, policy: "accept" },
      })),
      ...more,
      ...hooks.flatMap((chain) =>
        rules.map((expr, handle) => ({ rule: { ...at, chain, handle, expr } }))
      ),
    ],
  });
}

function compare(list: string, text: string, more: Partial<WantedNft> = {}): string[] {
  const words = list.split(" ").filter((word) => word !== "");
  const networks = minimalNetworks(words.map(parseNetwork));
  const wanted = {
    networks,
    table: "permaban",
    sets: NFT_SETS,
    hooks: ["prerouting"],
    target: "drop",
  } as const;
  const { others, networks: found } = compareNft(parseNft(text, "permaban"), {
    ...wanted,
    ...more,
  });
  return [
    ...others.map(({ word, what }) => `${word} ${what}`),
    ...found.entries().flatMap(([word, networks]) => {
      return Array.from(networks, (network) => `${word} ${formatNetwork(network)}`);
    }),
  ];
}

Deno.test("compareNft() reads elements of every form", () => {
  const four = [
    "192.0.2.1",
    { prefix: { addr: "10.0.0.0", len: 8 } },
    { range: ["198.51.100.1", "198.51.100.4"] },
    { elem: { val: "203.0.113.7", counter: { packets: 3, bytes: 5 } } },
    { elem: { val: { prefix: { addr: "203.0.113.8", len: 29 } }, comment: "x" } },
  ];
  const six = ["::ffff:192.0.2.1", { range: ["2001:db8::", "2001:db8::3"] }];
  const list = "192.0.2.1 10.0.0.0/8 198.51.100.1 198.51.100.2/31 198.51.100.4 203.0.113.7 " +
    "203.0.113.8/29 2001:db8::/126";
  assertEquals(compare(list, dump(four, six)), ["surplus ::ffff:c000:201"]);
  assertEquals(compare(list, dump(four.slice(1), ["2001:db8::"])), [
    "missing 192.0.2.1",
    "missing 2001:db8::1",
    "missing 2001:db8::2/127",
  ]);
  assertEquals(compare("", dump([], [])), []);
});

Deno.test("compareNft() names elements that it does not understand", () => {
  const odd = ["eth0", 7, { prefix: { addr: "::", len: 129 } }, { range: ["192.0.2.1", "::"] }];
  const { problems, sets } = parseNft(dump(["192.0.2.1", ...odd], []), "permaban");
  assertEquals(problems.length, odd.length);
  assertEquals(problems[0]?.message, 'Set "blocked4": cannot understand "eth0"');
  assertEquals(sets.get("blocked4")?.networks.length, 1);
});

Deno.test("compareNft() follows the rules", () => {
  const of = (...rules: Parts[]) =>
    compare("192.0.2.1 2001:db8::1", dump(["192.0.2.1"], ["2001:db8::1"], { rules }));
  assertEquals(of(FOUR, SIX), []);
  assertEquals(of(FOUR.toSpliced(1, 1), SIX.toSpliced(1, 1)), [], "without counters");
  assertEquals(of(FOUR), ["unused blocked6", "unreached 2001:db8::1"]);
  const reject = { reject: { type: "icmpx", expr: "port-unreachable" } };
  assertEquals(of([match("ip", "@blocked4"), reject], SIX), ["wrong-target 192.0.2.1"]);
  assertEquals(
    of([{ match: { op: "==", left: { meta: { key: "iifname" } }, right: "eth0" } }, ...FOUR], SIX),
    [
      "foreign prerouting handle 0",
      "conditional 192.0.2.1",
    ],
  );
  assertEquals(of([match("ip", "192.0.2.1"), { accept: null }], FOUR, SIX), [
    "foreign prerouting handle 0",
    "unreached 192.0.2.1",
  ]);
  const all = match("ip", { prefix: { addr: "0.0.0.0", len: 0 } });
  assertEquals(of([match("ip", "@blocked4", "!="), { return: null }], [all, DROP], SIX), [
    "unused blocked4",
    "foreign prerouting handle 0",
    "foreign prerouting handle 1",
  ]);
  assertEquals(of([match("ip", { set: ["192.0.2.1", "192.0.2.9"] }), DROP], SIX), [
    "unused blocked4",
    "foreign prerouting handle 0",
    "surplus 192.0.2.9",
  ]);
  // What a ban puts in until the next load.
  const ban = [match("ip", "192.0.2.9"), COUNTER, DROP];
  assertEquals(of(ban, FOUR, SIX), ["surplus 192.0.2.9"]);
  assertEquals(of([match("ip", "192.0.2.1"), DROP], SIX), ["unused blocked4"]);
  const inverse = of([match("ip", "192.0.2.9", "!="), DROP], FOUR, SIX);
  assertEquals(inverse[0], "foreign prerouting handle 0");
  assertEquals(of(ban.toSpliced(1, 0, { limit: { rate: 1, per: "second" } }), FOUR, SIX), [
    "foreign prerouting handle 0",
  ]);
  assertEquals(of([{ vmap: { key: {}, data: {} } }], FOUR, SIX), [
    "foreign prerouting handle 0",
    "conditional 192.0.2.1",
    "conditional 2001:db8::1",
  ]);
  assertEquals(of([{ limit: { rate: 1, per: "second" } }, { drop: null }], FOUR, SIX), [
    "foreign prerouting handle 0",
  ]);
  assertEquals(of([match("ip", "@blocked4"), { log: { prefix: "x" } }, DROP], SIX), [
    "foreign prerouting handle 0",
  ]);
});

Deno.test("compareNft() wants what is listed blocked at each hook", () => {
  const of = (text: string, hooks: readonly string[] = ["prerouting"]) =>
    compare("192.0.2.1", text, { hooks });
  const both = dump(["192.0.2.1"], [], { hooks: ["input", "forward"] });
  assertEquals(of(both, ["input", "forward"]), []);
  assertEquals(of(both, ["input"]), ["surplus-chain forward"]);
  assertEquals(of(both), [
    "no-base-chain prerouting",
    "surplus-chain input",
    "surplus-chain forward",
    "unreached 192.0.2.1",
  ]);
  assertEquals(of(dump(["192.0.2.1"], [], { hooks: ["input"] }), ["input", "forward"]), [
    "no-base-chain forward",
    "conditional 192.0.2.1",
  ]);
  assertEquals(of(dump(["192.0.2.1"], [], { hooks: [] })), [
    "no-base-chain prerouting",
    "unused blocked4",
    "unused blocked6",
    "unreached 192.0.2.1",
  ]);
  const at = { family: "inet", table: "permaban" };
  const empty = { ...at, name: "x", type: "filter", hook: "input", policy: "accept" };
  const other = dump(["192.0.2.1"], [], { more: [{ chain: empty }] });
  assertEquals(of(other), []);
  assertEquals(of(other, ["prerouting", "input"]), ["conditional 192.0.2.1"]);
  for (const more of [{}, { type: "nat" }, { hook: "postrouting" }, { hook: "ingress" }]) {
    const dropping = { ...empty, ...more, policy: "drop" };
    const found = of(dump(["192.0.2.1"], [], { more: [{ chain: dropping }] }));
    assertEquals(found, ["surplus-chain x"], JSON.stringify(more));
    const rule = { rule: { ...at, chain: "x", handle: 9, expr: SIX } };
    const ruled = dump(["192.0.2.1"], [], { more: [{ chain: { ...empty, ...more } }, rule] });
    assertEquals(of(ruled), ["surplus-chain x"], JSON.stringify(more));
  }
  const dropping = dump(["192.0.2.1"], [], {
    more: [{ chain: { ...empty, hook: "prerouting", policy: "drop" } }],
  });
  assertEquals(of(dropping)[0], "surplus-chain x");
  assertEquals(of(dropping).at(-1), "surplus ::/0");
  // One for NAT sees the first packet of a connection, one for routes what the machine sends.
  for (const [type, hook] of [["nat", "prerouting"], ["nat", "input"], ["route", "output"]]) {
    const others = dump(["192.0.2.1"], [], { hooks: [hook ?? ""] })
      .replaceAll('"type":"filter"', `"type":"${type}"`);
    const found = of(others, [hook ?? ""]);
    assertEquals(found.slice(0, 2), [`no-base-chain ${hook}`, `surplus-chain ${hook}`]);
    assertEquals(found.at(-1), "unreached 192.0.2.1");
  }
  // What leaves the machine is blocked by where it goes.
  const rules = (field: string) => [
    [match("ip", "@blocked4", "==", field), DROP],
    [match("ip6", "@blocked6", "==", field), DROP],
  ];
  const leaving = (field: string) =>
    of(dump(["192.0.2.1"], [], { hooks: ["output"], rules: rules(field) }), ["output"]);
  assertEquals(leaving("daddr"), []);
  assertEquals(leaving("saddr").at(-1), "conditional 192.0.2.1");
});

Deno.test("compareNft() takes chains at a hook in their order", () => {
  const at = { family: "inet", table: "permaban" };
  const earlier = (prio: number, verdict: object) => [
    { chain: { ...at, name: "x", type: "filter", hook: "prerouting", prio, policy: "accept" } },
    { rule: { ...at, chain: "x", handle: 9, expr: [FOUR[0], verdict] } },
  ];
  const of = (prio: number, verdict: object) =>
    compare("192.0.2.1", dump(["192.0.2.1"], [], { more: earlier(prio, verdict) }));
  assertEquals(of(-301, { reject: null }), ["wrong-target 192.0.2.1"]);
  assertEquals(of(-299, { reject: null }), []);
  // What one accepts gets to the next all the same.
  assertEquals(of(-301, { accept: null }), ["foreign x handle 9"]);
});

Deno.test("compareNft() goes into further chains", () => {
  const at = { family: "inet", table: "permaban" };
  const chain = (expr: Parts) => [
    { chain: { ...at, name: "more" } },
    { rule: { ...at, chain: "more", handle: 9, expr } },
  ];
  const jump = [[{ jump: { target: "more" } }], SIX];
  assertEquals(compare("192.0.2.1", dump(["192.0.2.1"], [], { rules: jump, more: chain(FOUR) })), [
    "foreign prerouting handle 0",
  ]);
  assertEquals(compare("192.0.2.1", dump(["192.0.2.1"], [], { rules: [SIX], more: chain(FOUR) })), [
    "unused blocked4",
    "unreached 192.0.2.1",
  ]);
});

Deno.test("compareNft() says when there is no table, or one that does nothing", () => {
  assertEquals(compare("192.0.2.1", JSON.stringify({ nftables: [] })), [
    "no-table permaban",
    "missing 192.0.2.1",
  ]);
  // A word may be any: nft 1.0.6 prints what happens to stand there.
  for (
    const flags of [["dormant"], ["owner", "dormant"], ["later"], "dormant", "inet", "", 1, null]
  ) {
    assertEquals(compare("192.0.2.1", dump(["192.0.2.1"], [], { flags })), [
      "dormant permaban",
      "unreached 192.0.2.1",
    ]);
  }
  for (const flags of [[], ["owner"], ["owner", "persist"]]) {
    assertEquals(compare("192.0.2.1", dump(["192.0.2.1"], [], { flags })), []);
  }
  const timed = dump([{ elem: { val: "192.0.2.1", timeout: 3600, expires: 9 } }], []);
  assertEquals(compare("192.0.2.1", timed), ["temporary 192.0.2.1"]);
  assertEquals(compare("", timed), ["surplus 192.0.2.1"]);
  const expiring = dump([{ elem: { val: "192.0.2.1", expires: 9 } }], []);
  assertEquals(compare("192.0.2.1", expiring), ["temporary 192.0.2.1"]);
  const all = dump(["192.0.2.1"], []).replace('"type":"ipv4_addr"', '"timeout":3600,$&');
  assertEquals(compare("192.0.2.1", all), ["temporary 192.0.2.1"]);
});

Deno.test("parseNft() refuses other text", () => {
  for (const text of ["", "{", "[]", '{"nftables":{}}', "table inet permaban {\n}\n", "null"]) {
    assertThrows(() => parseNft(text, "permaban"), DumpError);
  }
  // Whatever stands in it, nothing but a dump's error comes of it.
  const odd = [null, 7, "x", [], {}, { set: null }, { rule: 7 }, { chain: [] }, { table: {} }];
  const wide = { family: "inet", table: "permaban" };
  const parts = [{ rule: wide }, { set: { ...wide, elem: [null, [], {}] } }, { chain: wide }];
  assert(!parseNft(JSON.stringify({ nftables: [...odd, ...parts] }), "permaban").isThere);
});
