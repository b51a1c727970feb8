import { assertEquals } from "@std/assert";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkSet } from "../../lib/ip/network_set.ts";
import { random } from "../random.ts";
import { addressesOf, randomNetworks } from "./random_networks.ts";

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

Deno.test("NetworkSet takes many networks that differ only in their first bits", () => {
  // Keys that collide would take minutes here.
  const networks = Array.from({ length: 50_000 }, (_, at) => ({
    family: 6 as const,
    address: BigInt(at + 1) << 64n,
    prefix: 64,
  }));
  const set = new NetworkSet(networks);
  assertEquals(
    networks.every((network) => set.covering(network)?.address === network.address),
    true,
  );
});
