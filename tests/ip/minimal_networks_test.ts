import { assert, assertEquals } from "@std/assert";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { random } from "../random.ts";
import { addressesOf, randomNetworks } from "./random_networks.ts";

function minimal(...texts: string[]): string[] {
  return Array.from(minimalNetworks(texts.map(parseNetwork)), formatNetwork);
}

Deno.test("minimalNetworks() merges what touches and drops what is inside", () => {
  assertEquals(minimal(), []);
  assertEquals(minimal("192.0.2.1", "192.0.2.1"), ["192.0.2.1"]);
  assertEquals(minimal("192.0.2.1", "192.0.2.0"), ["192.0.2.0/31"]);
  assertEquals(minimal("192.0.2.1", "192.0.2.2"), ["192.0.2.1", "192.0.2.2"]);
  assertEquals(minimal("192.0.2.0/24", "192.0.2.7"), ["192.0.2.0/24"]);
  assertEquals(minimal("192.0.2.0/25", "192.0.2.128/26", "192.0.2.192/26"), ["192.0.2.0/24"]);
  assertEquals(minimal("0.0.0.0/1", "128.0.0.0/1"), ["0.0.0.0/0"]);
  assertEquals(minimal("0.0.0.0/0", "255.255.255.255"), ["0.0.0.0/0"]);
  assertEquals(minimal("::/1", "8000::/1", "1.2.3.4"), ["1.2.3.4", "::/0"]);
  assertEquals(minimal("2001:db8::1", "2001:db8::"), ["2001:db8::/127"]);
  assertEquals(minimal("255.255.255.255", "255.255.255.254"), ["255.255.255.254/31"]);
});

Deno.test("minimalNetworks() holds the same addresses, disjoint and unmergeable", () => {
  const next = random(2);
  for (let round = 0; round < 300; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 40));
    const result = [...minimalNetworks(networks)];
    const addresses = addressesOf(result);
    assertEquals(addresses, addressesOf(networks));
    const sizes = result.map(({ family, prefix }) => 2 ** ((family === 4 ? 32 : 128) - prefix));
    assertEquals(sizes.reduce((sum, size) => sum + size, 0), addresses.size, "overlap");
    assertEquals(minimal(...result.map(formatNetwork)), result.map(formatNetwork), "not minimal");
    for (const [at, network] of result.entries()) {
      const before = result[at - 1];
      if (before?.family !== network.family || before.prefix !== network.prefix) continue;
      const size = 1n << BigInt((network.family === 4 ? 32 : 128) - network.prefix);
      const areHalves = BigInt(before.address) + size === BigInt(network.address) &&
        BigInt(before.address) % (size * 2n) === 0n;
      assert(!areHalves, `${formatNetwork(before)} and ${formatNetwork(network)} could be one`);
    }
  }
});

Deno.test("minimalNetworks() takes lists of any order and length", () => {
  // Every address of some networks, and nothing else, in several orders.
  const whole = ["10.0.0.0/16", "10.2.0.0/17", "2001:db8::/112"].map(parseNetwork);
  const single = whole.flatMap(({ family, address, prefix }) =>
    Array.from({ length: 2 ** ((family === 4 ? 32 : 128) - prefix) }, (_, at): Network => {
      return family === 4
        ? { family, address: address + at, prefix: 32 }
        : { family, address: address + BigInt(at), prefix: 128 };
    })
  );
  const next = random(4);
  const shuffled = single.map((network) => ({ network, at: next() }))
    .sort((a, b) => a.at - b.at).map(({ network }) => network);
  for (const order of [single, single.toReversed(), shuffled, [...shuffled, ...single]]) {
    assertEquals(Array.from(minimalNetworks(order), formatNetwork), whole.map(formatNetwork));
  }
});
