import { assertEquals } from "@std/assert";
import { type IptablesBatch, printIptablesBatch } from "../../lib/firewall/iptables_batch.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";

function print(batch: Partial<IptablesBatch>): string {
  const pieces = [...printIptablesBatch({
    family: 4,
    networks: [],
    table: "filter",
    chain: "permaban",
    jumps: [],
    target: "drop",
    layout: "flat",
    remarks: [],
    ...batch,
  })];
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("");
}

Deno.test("printIptablesBatch() empties the chain where the list is empty", () => {
  assertEquals(print({}), "*filter\n:permaban - [0:0]\nCOMMIT\n");
});

Deno.test("printIptablesBatch() prints rules as iptables-save does, jumps at the head", () => {
  assertEquals(
    print({
      networks: ["192.0.2.1", "198.51.100.0/24", "0.0.0.0/0"].map(parseNetwork),
      table: "mangle",
      chain: "bad",
      jumps: [{ from: "PREROUTING" }, { from: "X" }],
      remarks: ["one", "two"],
    }),
    "# one\n# two\n*mangle\n:bad - [0:0]\n-A bad -s 192.0.2.1/32 -j DROP\n" +
      "-A bad -s 198.51.100.0/24 -j DROP\n-A bad -s 0.0.0.0/0 -j DROP\n" +
      "-I PREROUTING -j bad\n-I X -j bad\nCOMMIT\n",
  );
});

Deno.test("printIptablesBatch() rejects in the words of the family", () => {
  const rule = (family: 4 | 6, address: string) =>
    print({ family, target: "reject", networks: [parseNetwork(address)] }).split("\n")[2];
  assertEquals(
    rule(4, "192.0.2.1"),
    "-A permaban -s 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable",
  );
  assertEquals(
    rule(6, "2001:db8::1"),
    "-A permaban -s 2001:db8::1/128 -j REJECT --reject-with icmp6-port-unreachable",
  );
});

Deno.test("printIptablesBatch() leaves out no rule of a long list", () => {
  // Their text goes from less than one piece of the output to some.
  for (const length of [1800, 1850, 1900, 10_000]) {
    const networks = Array.from({ length }, (_, at) => parseNetwork(`10.1.${at >> 7}.${at % 128}`));
    const rules = networks.map((network) => `-A permaban -s ${formatNetwork(network)}/32 -j DROP`);
    assertEquals(print({ networks }).match(/^-A .*/gm), rules);
  }
});

Deno.test("printIptablesBatch() puts jumps where they are asked for, in place of others", () => {
  const jumps = [
    { from: "INPUT", position: 3, surplus: 2 },
    { from: "FORWARD", position: "last" },
  ] as const;
  assertEquals(
    print({ jumps }).split("\n").slice(2, -2),
    [
      "-D INPUT -j permaban",
      "-D INPUT -j permaban",
      "-I INPUT 3 -j permaban",
      "-A FORWARD -j permaban",
    ],
  );
});

Deno.test("printIptablesBatch() removes chains of an earlier tree, but none that others use", () => {
  const branches = [
    { name: "permaban..1", heldBy: undefined },
    { name: "permaban..2", heldBy: "MINE" },
  ];
  assertEquals(
    print({ branches }),
    "*filter\n:permaban - [0:0]\n:permaban..1 - [0:0]\n:permaban..2 - [0:0]\n-X permaban..1\nCOMMIT\n",
  );
  // What is needed stays.
  const networks = Array.from({ length: 130 }, (_, at) => parseNetwork(`10.${at}.0.0`));
  const batch = print({ branches, networks, layout: "tree" });
  assertEquals(batch.match(/^(?::permaban\.\.1 |-X).*/gm), [":permaban..1 - [0:0]"]);
});

Deno.test("printIptablesBatch() asks a set instead of having a rule for each network", () => {
  assertEquals(
    print({ set: "permaban-4", jumps: [{ from: "INPUT" }] }),
    "*filter\n:permaban - [0:0]\n-A permaban -m set --match-set permaban-4 src -j DROP\n" +
      "-I INPUT -j permaban\nCOMMIT\n",
  );
  assertEquals(
    print({ set: "permaban-6", family: 6, target: "reject" }).split("\n")[2],
    "-A permaban -m set --match-set permaban-6 src -j REJECT --reject-with icmp6-port-unreachable",
  );
});

Deno.test("printIptablesBatch() leaves a chain alone that is filled", () => {
  const branches = [{ name: "permaban..1", heldBy: undefined }];
  assertEquals(
    print({ set: "permaban-4", isFilled: true, jumps: [{ from: "INPUT" }], branches }),
    "*filter\n:permaban..1 - [0:0]\n-I INPUT -j permaban\n-X permaban..1\nCOMMIT\n",
  );
});
