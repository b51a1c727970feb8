import { assertEquals } from "@std/assert";
import { coveringNetworks, NONE } from "../../lib/ip/covering_networks.ts";
import { firstEquals } from "../../lib/ip/first_equals.ts";
import { formatNetwork, type Network, parseNetwork, shorten } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { random } from "../random.ts";
import { randomNetworks } from "./random_networks.ts";

function covering(texts: string[], covers?: number): (string | undefined)[] {
  const found = coveringNetworks(NetworkList.from(texts.map(parseNetwork)), covers);
  return Array.from(found, (by) => texts[by]);
}

Deno.test("coveringNetworks() finds the widest network before each that holds it", () => {
  assertEquals(
    covering([
      "10.1.0.0/16",
      "10.0.0.0/8",
      "10.1.2.3",
      "10.0.0.0/7",
      "10.0.0.0/8",
      "11.0.0.0",
      "12.0.0.0",
      "2001:db8::/32",
      "2001:db8:ffff::/48",
      "2001:db9::",
      "::10.1.2.3",
    ]),
    [
      undefined,
      undefined,
      "10.0.0.0/8",
      undefined,
      "10.0.0.0/7",
      "10.0.0.0/7",
      undefined,
      undefined,
      "2001:db8::/32",
      undefined,
      undefined,
    ],
  );
});

Deno.test("coveringNetworks() passes over those that do not count", () => {
  assertEquals(
    covering(["10.1.0.0/16", "10.0.0.0/8", "10.1.2.3", "10.2.2.3", "10.2.2.3"], 1),
    [undefined, undefined, "10.1.0.0/16", undefined, undefined],
  );
});

function holds(wide: Network, narrow: Network): boolean {
  return wide.family === narrow.family && wide.prefix <= narrow.prefix &&
    shorten(narrow, wide.prefix).address === wide.address;
}

Deno.test("coveringNetworks() and firstEquals() agree with a plain search", () => {
  const next = random(3);
  for (let round = 0; round < 300; round++) {
    // Few networks are sorted in another way than many.
    const networks = randomNetworks(next, round === 0 ? 3000 : Math.floor(next() * 60));
    const covers = Math.floor(next() * (networks.length + 1));
    const list = NetworkList.from(networks);
    const expected = networks.map((network, index) => {
      const before = networks.slice(0, Math.min(index, covers));
      const holding = before.filter((other) => holds(other, network));
      const widest = holding.toSorted((a, b) => a.prefix - b.prefix)[0];
      return widest && formatNetwork(widest);
    });
    const found = Array.from(coveringNetworks(list, covers), (by) => networks[by]);
    assertEquals(found.map((by) => by && formatNetwork(by)), expected);
    const names = networks.map(formatNetwork);
    assertEquals([...firstEquals(list)], names.map((name) => names.indexOf(name)));
  }
});

Deno.test("coveringNetworks() takes many networks that differ only in their first bits", () => {
  const list = new NetworkList();
  for (let at = 0; at < 50_000; at++) {
    list.push({ family: 6, address: BigInt(at + 1) << 64n, prefix: 64 });
  }
  list.pushAll(NetworkList.from([...list]));
  const found = coveringNetworks(list);
  assertEquals(found.subarray(0, 50_000).every((by) => by === NONE), true);
  assertEquals(found.subarray(50_000).every((by, at) => by === at), true);
});
