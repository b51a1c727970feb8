import { assertEquals } from "@std/assert";
import { type NftBatch, printNftBatch } from "../../lib/firewall/nft_batch.ts";
import { parseNetwork } from "../../lib/ip/network.ts";

function print(networks: readonly string[], batch: Partial<NftBatch> = {}): string {
  const pieces = [...printNftBatch({
    networks: networks.map(parseNetwork),
    table: "permaban",
    hooks: ["prerouting"],
    priority: -300,
    target: "drop",
    remarks: [],
    ...batch,
  })];
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("");
}

Deno.test("printNftBatch() replaces the table", () => {
  assertEquals(
    print(["2001:db8::/32", "192.0.2.7", "0.0.0.0/1"], { table: "bad", remarks: ["one", "two"] }),
    `# one
# two
table inet bad
delete table inet bad
table inet bad {
	set blocked4 {
		type ipv4_addr
		flags interval
		elements = {
			192.0.2.7,
			0.0.0.0/1
		}
	}
	set blocked6 {
		type ipv6_addr
		flags interval
		elements = {
			2001:db8::/32
		}
	}
	chain prerouting {
		type filter hook prerouting priority -300; policy accept;
		ip saddr @blocked4 counter drop
		ip6 saddr @blocked6 counter drop
	}
}
`,
  );
});

Deno.test("printNftBatch() leaves the list of elements out where the list is empty", () => {
  assertEquals(print([]).includes("elements"), false);
});

Deno.test("printNftBatch() has a chain for each hook; what goes out is blocked by where to", () => {
  const batch = print([], { hooks: ["input", "output"], priority: 5, target: "reject" });
  assertEquals(
    batch.slice(batch.indexOf("\tchain")),
    `	chain input {
		type filter hook input priority 5; policy accept;
		ip saddr @blocked4 counter reject with icmpx type port-unreachable
		ip6 saddr @blocked6 counter reject with icmpx type port-unreachable
	}
	chain output {
		type filter hook output priority 5; policy accept;
		ip daddr @blocked4 counter reject with icmpx type port-unreachable
		ip6 daddr @blocked6 counter reject with icmpx type port-unreachable
	}
}
`,
  );
});

Deno.test("printNftBatch() leaves out nothing of a long list", () => {
  for (const length of [4000, 4500, 20_000]) {
    const networks = Array.from(
      { length },
      (_, at) => `10.${at >> 14}.${(at >> 7) & 127}.${at & 127}`,
    );
    const elements = print(networks).match(/(?<=^\t\t\t)\d.*$/gm) ?? [];
    assertEquals(elements.map((element) => element.replace(/,$/, "")), networks);
    assertEquals(elements.filter((element) => !element.endsWith(",")).length, 1);
  }
});
