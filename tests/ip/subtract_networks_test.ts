import { assertEquals } from "@std/assert";
import { commonNetworks } from "../../lib/ip/common_networks.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { subtractNetworks } from "../../lib/ip/subtract_networks.ts";
import { random } from "../random.ts";
import { addressesOf, randomNetworks } from "./random_networks.ts";

function subtract(networks: string, taken: string): string {
  const list = (text: string) => text.split(" ").filter((word) => word !== "").map(parseNetwork);
  return Array.from(subtractNetworks(list(networks), list(taken)), formatNetwork).join(" ");
}

Deno.test("subtractNetworks() leaves the largest parts without a hole", () => {
  assertEquals(subtract("", ""), "");
  assertEquals(subtract("", "0.0.0.0/0 ::/0"), "");
  assertEquals(subtract("192.0.2.7 2001:db8::/32", ""), "192.0.2.7 2001:db8::/32");
  assertEquals(subtract("192.0.2.7", "192.0.2.7"), "");
  assertEquals(subtract("192.0.2.7", "192.0.2.6 192.0.2.8 ::c000:207"), "192.0.2.7");
  assertEquals(subtract("192.0.2.0/30", "192.0.2.2"), "192.0.2.0/31 192.0.2.3");
  assertEquals(subtract("192.0.2.0/30", "192.0.2.0 192.0.2.3"), "192.0.2.1 192.0.2.2");
  assertEquals(subtract("192.0.2.0/31 192.0.2.4", "192.0.0.0/16"), "");
  assertEquals(subtract("1.2.3.4 9.9.9.9", "1.0.0.0/8 9.9.9.8"), "9.9.9.9");
  assertEquals(subtract("0.0.0.0/0", "128.0.0.0/1"), "0.0.0.0/1");
  assertEquals(subtract("::/0", "::/1 c000::/2"), "8000::/2");
  assertEquals(subtract("255.255.255.254/31", "255.255.255.255"), "255.255.255.254");
  // Parts of different networks become one.
  assertEquals(subtract("192.0.2.0/25 192.0.2.128/25", "192.0.3.0/24"), "192.0.2.0/24");
});

Deno.test("subtractNetworks() cuts one address out of everything", () => {
  const rest = subtractNetworks([parseNetwork("::/0")], [parseNetwork("2001:db8::7")]);
  assertEquals(rest.length, 128);
  assertEquals([...rest].map(({ prefix }) => prefix).sort((a, b) => a - b), [
    ...Array.from({ length: 128 }, (_, at) => at + 1),
  ]);
});

Deno.test("subtractNetworks() and commonNetworks() part addresses as a plain model does", () => {
  const next = random(11);
  for (let round = 0; round < 400; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 40));
    const taken = randomNetworks(next, Math.floor(next() * 40));
    const result = [...subtractNetworks(networks, taken)];
    const expected = addressesOf(networks).difference(addressesOf(taken));
    assertEquals(addressesOf(result), expected);
    const shared = addressesOf(networks).intersection(addressesOf(taken));
    const common = [...commonNetworks(networks, taken)];
    assertEquals(addressesOf(common), shared);
    assertEquals(
      common.map(formatNetwork),
      Array.from(minimalNetworks(common), formatNetwork),
      "minimal and in order",
    );
    assertEquals(
      result.map(formatNetwork),
      Array.from(minimalNetworks(result), formatNetwork),
      "minimal and in order",
    );
  }
});

Deno.test("subtractNetworks() takes long lists", () => {
  const even = new NetworkList();
  const all = new NetworkList();
  for (let at = 0; at < 200_000; at++) {
    (at % 2 === 0 ? even : all).push({ family: 4, address: 5 * at, prefix: 32 });
    all.push({ family: 6, address: BigInt(3 * at) << 64n, prefix: 64 });
  }
  all.pushAll(even);
  const odd = subtractNetworks(all, even);
  assertEquals([odd.four.length, odd.six.length], [100_000, minimalNetworks(all).six.length]);
  assertEquals(subtractNetworks(odd, all).length, 0);
});
