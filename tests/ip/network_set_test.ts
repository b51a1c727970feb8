import { assert, assertEquals } from "@std/assert";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkSet } from "../../lib/ip/network_set.ts";
import { random } from "../random.ts";

function minimal(...texts: string[]): string[] {
  return new NetworkSet(texts.map(parseNetwork)).minimal().map(formatNetwork);
}

Deno.test("NetworkSet.minimal() merges what touches and drops what is inside", () => {
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

Deno.test("NetworkSet.covering() finds the widest network around another", () => {
  const set = new NetworkSet(["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"].map(parseNetwork));
  const by = (text: string) => {
    const found = set.covering(parseNetwork(text));
    return found && formatNetwork(found);
  };
  assertEquals(by("10.1.2.3"), "10.0.0.0/8");
  assertEquals(by("10.0.0.0/8"), "10.0.0.0/8");
  assertEquals(by("10.0.0.0/7"), undefined);
  assertEquals(by("11.0.0.0"), undefined);
  assertEquals(by("2001:db8:ffff::/48"), "2001:db8::/32");
  assertEquals(by("2001:db9::"), undefined);
  assertEquals(by("::10.1.2.3"), undefined);
});

/** Random networks in a small corner of each family, nested and adjacent more often than not. */
function randomNetworks(next: () => number, count: number): Network[] {
  return Array.from({ length: count }, () => {
    const bits = Math.floor(next() * 11);
    const low = Math.floor(next() * 1024) >>> bits << bits;
    return next() < 0.5
      ? { family: 4, address: (0xfffffc00 | low) >>> 0, prefix: 32 - bits }
      : { family: 6, address: (1n << 128n) - 1024n + BigInt(low), prefix: 128 - bits };
  });
}

/** The addresses of networks by listing them one by one: slow and plain. */
function addressesOf(networks: readonly Network[]): Set<string> {
  const addresses = new Set<string>();
  for (const { family, address, prefix } of networks) {
    const size = 2 ** ((family === 4 ? 32 : 128) - prefix);
    for (let at = 0; at < size; at++) addresses.add(`${family} ${BigInt(address) + BigInt(at)}`);
  }
  return addresses;
}

Deno.test("NetworkSet.minimal() holds the same addresses, disjoint and unmergeable", () => {
  const next = random(2);
  for (let round = 0; round < 300; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 40));
    const result = new NetworkSet(networks).minimal();
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

Deno.test("NetworkSet.covering() agrees with a plain search", () => {
  const next = random(3);
  for (let round = 0; round < 100; round++) {
    const networks = randomNetworks(next, 20);
    const set = new NetworkSet(networks);
    for (const wanted of randomNetworks(next, 20)) {
      const inside = addressesOf([wanted]);
      const isCovered = networks.some((network) => inside.isSubsetOf(addressesOf([network])));
      assertEquals(set.covering(wanted) !== undefined, isCovered);
    }
  }
});
