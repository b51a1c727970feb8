import { assertEquals } from "@std/assert";
import { compareTable, type WantedTable } from "../../lib/firewall/compare_table.ts";
import type { Comparison } from "../../lib/firewall/comparison.ts";
import { printIptablesBatch } from "../../lib/firewall/iptables_batch.ts";
import { parseDump } from "../../lib/firewall/live_table.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { addressesOf, randomNetworks } from "../ip/random_networks.ts";
import { random } from "../random.ts";

/** The differences, a line each. */
function linesOf({ others, networks }: Comparison): string[] {
  return [
    ...others.map(({ word, what, detail }) => [word, what, detail ?? []].flat().join(" ")),
    ...networks.entries().flatMap(([word, list]) => {
      return Array.from(list, (network) => `${word} ${formatNetwork(network)}`);
    }),
  ];
}

/** Compares a table, of which the chains and rules are given, with a list. */
function compare(
  list: string,
  chains: string,
  rules: string,
  more: Partial<WantedTable> = {},
): string[] {
  const family = more.family ?? 4;
  const text = [
    "*filter",
    ...chains.split(" ").filter((name) => name !== "").map((name) => `:${name} - [0:0]`),
    ...rules.split("\n").map((rule) => rule.trim()).filter((rule) => rule !== ""),
    "COMMIT",
    "",
  ].join("\n");
  const networks = minimalNetworks(list.split(" ").filter((word) => word !== "").map(parseNetwork));
  const wanted = {
    family,
    networks,
    table: "filter",
    chain: "permaban",
    hooks: ["INPUT"],
    target: "drop",
    ...more,
  } as const;
  return linesOf(compareTable(parseDump(text, "filter", family), wanted));
}

const HOOKED = "-A INPUT -j permaban\n";

Deno.test("compareTable() finds shapes equal that block the same addresses", () => {
  const list = "192.0.2.0/24 198.51.100.7";
  const [plain, tree] = ["INPUT permaban", "INPUT permaban permaban..1 permaban..2"];
  const equal: readonly (readonly [chains: string, rules: string])[] = [
    [plain, "-A permaban -s 192.0.2.0/24 -j DROP\n-A permaban -s 198.51.100.7/32 -j DROP"],
    [plain, "-A permaban -s 198.51.100.7 -j DROP\n-A permaban -s 192.0.2.0/255.255.255.0 -j DROP"],
    [
      plain,
      `-A permaban -s 192.0.2.0/25 -j DROP
      -A permaban -s 192.0.2.128/25 -j DROP
      -A permaban -s 192.0.2.9/32 -j DROP
      [5:420] -A permaban -s 198.51.100.7/32 -j DROP`,
    ],
    [
      tree,
      `-A permaban -s 192.0.0.0/8 -g permaban..1
      -A permaban -g permaban..2
      -A permaban..1 -s 192.0.2.0/24 -j DROP
      -A permaban..2 -s 198.51.100.7/32 -j DROP
      -A permaban..2 -s 192.0.3.0/24 -g permaban..1`,
    ],
  ];
  for (const [chains, rules] of equal) assertEquals(compare(list, chains, HOOKED + rules), []);
  const reject = "-j REJECT --reject-with icmp6-port-unreachable";
  assertEquals(
    compare("2001:db8::/32", plain, `${HOOKED}-A permaban -s 2001:db8::/32 ${reject}`, {
      family: 6,
      target: "reject",
    }),
    [],
  );
  assertEquals(compare("0.0.0.0/0", plain, `${HOOKED}-A permaban -j DROP`), []);
  assertEquals(compare("", plain, HOOKED), []);
});

Deno.test("compareTable() says how a network is not blocked", () => {
  const of = (list: string, rules: string, chains = "INPUT permaban a permaban..1 permaban..2") =>
    compare(list, chains, HOOKED + rules)
      // What is written otherwise is named besides.
      .filter((line) => !/^(?:foreign|unused)/.test(line));
  assertEquals(of("192.0.2.1 192.0.2.2", "-A permaban -s 192.0.2.1/32 -j DROP"), [
    "missing 192.0.2.2",
  ]);
  assertEquals(of("192.0.2.1", "-A permaban -s 192.0.2.0/30 -j DROP"), [
    "surplus 192.0.2.0",
    "surplus 192.0.2.2/31",
  ]);
  for (const verb of ["RETURN", "ACCEPT", "NFQUEUE --queue-num 1"]) {
    const rules = `-A permaban -s 192.0.2.1/32 -j ${verb}\n-A permaban -s 192.0.2.0/31 -j DROP`;
    assertEquals(of("192.0.2.0/31", rules), ["unreached 192.0.2.1"], verb);
  }
  // A packet in the prefix goes away for good.
  assertEquals(
    of(
      "192.0.2.1 192.0.3.1",
      `-A permaban -s 192.0.2.0/24 -g permaban..1
      -A permaban -s 192.0.0.0/16 -g permaban..2
      -A permaban..2 -s 192.0.2.1/32 -j DROP
      -A permaban..2 -s 192.0.3.1/32 -j DROP`,
    ),
    ["unreached 192.0.2.1"],
  );
  // By jump it would have come back.
  assertEquals(
    of(
      "192.0.2.1",
      `-A permaban -s 192.0.2.0/24 -j a
      -A permaban -s 192.0.2.1/32 -j DROP`,
    ),
    [],
  );
  assertEquals(of("192.0.2.1", "-A permaban -s 192.0.2.1/32 -p tcp -j DROP"), [
    "conditional 192.0.2.1",
  ]);
  assertEquals(
    of(
      "192.0.2.1",
      `-A permaban -i lo -j RETURN
      -A permaban -s 192.0.2.1/32 -j DROP`,
    ),
    ["conditional 192.0.2.1"],
  );
  assertEquals(
    of("192.0.2.1", "-A permaban -s 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable"),
    ["wrong-target 192.0.2.1"],
  );
  assertEquals(
    of(
      "192.0.2.0/24",
      `-A permaban -j LOG --log-prefix "x"
      -A permaban ! -s 192.0.0.0/22 -j RETURN
      -A permaban -s 192.0.0.0/23 -j RETURN
      -A permaban ! -s 192.0.2.128/25 -j DROP`,
    ),
    ["missing 192.0.2.128/25", "surplus 192.0.3.0/24"],
  );
});

Deno.test("compareTable() names chains and rules that are not as they should be", () => {
  const one = "-A permaban -s 192.0.2.1/32 -j DROP";
  assertEquals(compare("192.0.2.1", "", ""), [
    "no-table filter",
    "no-jump INPUT",
    "missing 192.0.2.1",
  ]);
  assertEquals(compare("192.0.2.1", "INPUT", ""), [
    "no-chain permaban",
    "no-jump INPUT",
    "missing 192.0.2.1",
  ]);
  assertEquals(
    compare(
      "192.0.2.1",
      "INPUT permaban permaban..1 permaban..2 permaban..1_x other",
      `${HOOKED}${one}
      -A permaban..1 -s 192.0.2.9/32 -g permaban..2`,
    ),
    ["unused permaban..1", "unused permaban..2"],
  );
  const foreign = [
    "-A permaban -j LOG",
    "-A permaban -p tcp -j DROP",
    '-A permaban -s 192.0.2.1/32 -m comment --comment "a\\"b" -j DROP',
    "-A permaban -s 192.0.2.1/32 -j REJECT --reject-with tcp-reset",
    "-A permaban ! -s 192.0.2.1/32 -j RETURN",
    "-A permaban -s 192.0.2.9/32 -j permaban..1",
    "-A permaban -s 192.0.2.9/32 -g other",
    "-A permaban..1 -j ACCEPT",
  ];
  assertEquals(
    compare(
      "192.0.2.1",
      "INPUT permaban permaban..1 other",
      `${HOOKED}${one}
      -A permaban -s 192.0.2.9/32 -g permaban..1
      ${foreign.join("\n")}
      -A INPUT -i lo -j ACCEPT
      -A other -j LOG`,
    ),
    foreign.map((rule) => `foreign ${rule}`),
  );
});

Deno.test("compareTable() looks at the jumps", () => {
  const of = (rules: string, more: Partial<WantedTable> = {}) =>
    compare(
      "192.0.2.1",
      "INPUT permaban f2b other open",
      `-A permaban -s 192.0.2.1/32 -j DROP
      -A f2b -s 198.51.100.1/32 -j REJECT --reject-with icmp-port-unreachable
      -A f2b -j RETURN
      -A open -p tcp -j ACCEPT
      ${rules}`,
      more,
    );
  assertEquals(of("-A INPUT -j ACCEPT"), ["no-jump INPUT"]);
  assertEquals(of("-A INPUT -j ACCEPT\n-A INPUT -i eth0 -j permaban"), [
    "conditional-jump INPUT 2",
  ]);
  assertEquals(of("-A INPUT -s 10.0.0.0/8 -j permaban"), ["conditional-jump INPUT 1"]);
  assertEquals(of("-A INPUT -g permaban"), ["goto-jump INPUT 1"]);
  assertEquals(of(`${HOOKED}-A INPUT -i lo -j ACCEPT\n${HOOKED}${HOOKED}`), [
    "double-jump INPUT 3",
    "double-jump INPUT 4",
  ]);
  assertEquals(of("-A INPUT -i eth0 -j permaban\n-A INPUT -j permaban"), []);
  assertEquals(of('-A INPUT -m comment --comment "ban" -j permaban'), []);
  // What stands before it matters only if it lets listed addresses through.
  const harmless = [
    "-i lo -j ACCEPT",
    "-p tcp -m multiport --dports 22 -j f2b",
    "-s 192.0.2.2/32 -j ACCEPT",
    "-p tcp -j DROP",
    "-j LOG",
    "-j other",
  ];
  assertEquals(of(harmless.map((rule) => `-A INPUT ${rule}\n`).join("") + HOOKED), []);
  const harmful = [
    "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-s 192.0.2.0/24 -j ACCEPT",
    "-j RETURN",
    "-j open",
    "-p udp -g other",
    "-j NFQUEUE --queue-num 0",
    "! -i lo -j ACCEPT",
    '-m comment --comment " -i lo " -j ACCEPT',
  ];
  for (const rule of harmful) {
    const rules = `-A INPUT -i lo -j ACCEPT\n-A INPUT ${rule}\n${HOOKED}`;
    assertEquals(of(rules), ["late-jump INPUT 3"], rule);
    assertEquals(of(rules, { position: 3 }), [], rule);
    assertEquals(of(rules, { position: 2 }), ["late-jump INPUT 3"], rule);
  }
  // Nobody is named, so any way in will do.
  assertEquals(of("-A other -p tcp -j permaban", { hooks: [] }), []);
  assertEquals(of("-A permaban -p tcp -j permaban..1", { hooks: [] }).slice(0, 1), [
    "unused permaban",
  ]);
  assertEquals(of(HOOKED, { hooks: ["INPUT", "FORWARD"] }), ["no-jump FORWARD"]);
});

Deno.test("compareTable() finds the differences of any two lists, whatever the layout", () => {
  const next = random(31);
  for (let round = 0; round < 120; round++) {
    const family = next() < 0.5 ? 4 : 6;
    const ofFamily = (networks: Network[]) => networks.filter((one) => one.family === family);
    // Long enough for a tree of chains now and then.
    const count = Math.floor(next() * (round % 10 === 0 ? 900 : 40));
    const loaded = ofFamily(randomNetworks(next, count));
    const listed = next() < 0.3 ? loaded : [
      ...loaded.filter(() => next() < 0.8),
      ...ofFamily(randomNetworks(next, Math.floor(next() * 10))),
    ];
    const batch = printIptablesBatch({
      family,
      networks: minimalNetworks(loaded),
      table: "filter",
      chain: "permaban",
      jumps: [{ from: "INPUT" }],
      target: "drop",
      layout: next() < 0.5 ? "tree" : "flat",
      remarks: [],
    });
    const text = [...batch].map((piece) => new TextDecoder().decode(piece)).join("")
      .replace("-I INPUT", "-A INPUT").replace("*filter\n", "*filter\n:INPUT ACCEPT [0:0]\n");
    const { others, networks } = compareTable(parseDump(text, "filter", family), {
      family,
      networks: minimalNetworks(listed),
      table: "filter",
      chain: "permaban",
      hooks: ["INPUT"],
      target: "drop",
    });
    assertEquals(others, []);
    const of = (word: "missing" | "surplus") => [...networks.get(word) ?? new NetworkList()];
    const [have, want] = [addressesOf(loaded), addressesOf(listed)];
    assertEquals(addressesOf(of("missing")), want.difference(have));
    assertEquals(addressesOf(of("surplus")), have.difference(want));
    for (const word of ["missing", "surplus"] as const) {
      assertEquals(of(word), [...minimalNetworks(of(word))]);
    }
  }
});
