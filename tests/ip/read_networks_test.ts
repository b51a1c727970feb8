import { assertEquals } from "@std/assert";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { readNetworks } from "../../lib/ip/read_networks.ts";
import { random } from "../random.ts";

/** The names of the networks in a text, or the fault. */
function names(text: string): string[] | string {
  const networks = readNetworks(text);
  return typeof networks === "string" ? networks : networks.map(formatNetwork);
}

/** The first and the last address of a network. */
function edges({ family, address, prefix }: Network): [bigint, bigint] {
  const size = 1n << BigInt((family === 4 ? 32 : 128) - prefix);
  return [BigInt(address), BigInt(address) + size - 1n];
}

Deno.test("readNetworks() makes the fewest networks of a range, and exactly them", () => {
  const next = random(21);
  for (let round = 0; round < 2000; round++) {
    const family = next() < 0.5 ? 4 : 6;
    const bits = family === 4 ? 32 : 128;
    const any = (width: number) => BigInt(Math.floor(next() * 2 ** Math.min(width, 48)));
    const from = family === 4 ? any(32) : (any(48) << 80n) | any(48);
    const last = (1n << BigInt(bits)) - 1n;
    const end = from + any(1 + Math.floor(next() * (bits - 1)));
    const to = end > last ? last : end;
    const nameOf = (address: bigint) =>
      formatNetwork(
        family === 4
          ? { family, address: Number(address), prefix: 32 }
          : { family, address, prefix: 128 },
      );
    const networks = readNetworks(`${nameOf(from)}-${nameOf(to)}`);
    if (typeof networks === "string") throw new Error(networks);
    let expected = from;
    for (const network of networks) {
      const [first, last] = edges(network);
      assertEquals(first, expected);
      expected = last + 1n;
    }
    assertEquals(expected, to + 1n);
    assertEquals([...minimalNetworks(networks)], networks);
  }
});

Deno.test("readNetworks() reads ranges at the edges of what there is", () => {
  assertEquals(names("0.0.0.0-255.255.255.255"), ["0.0.0.0/0"]);
  assertEquals(names("255.255.255.255 -255.255.255.255"), ["255.255.255.255"]);
  assertEquals(names("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ["::/0"]);
  assertEquals(names("::ffff:192.0.2.0-::ffff:192.0.2.1"), ["192.0.2.0/31"]);
  // What is mapped IPv4 counts as that, within a range too.
  assertEquals(names("::fffe:ffff:ffff-::1:0:0:0"), [
    "::fffe:ffff:ffff",
    "0.0.0.0/0",
    "::1:0:0:0",
  ]);
});

Deno.test("readNetworks() reads netmasks", () => {
  assertEquals(names("192.0.2.0/255.255.255.0"), ["192.0.2.0/24"]);
  assertEquals(names("192.0.2.7/255.255.255.255"), ["192.0.2.7"]);
  assertEquals(names("0.0.0.0/0.0.0.0"), ["0.0.0.0/0"]);
  for (const text of ["192.0.2.0/255.0.255.0", "192.0.2.1/255.255.255.0", "192.0.2.0/1.2.3"]) {
    assertEquals(typeof readNetworks(text), "string", text);
  }
});

Deno.test("readNetworks() says what is wrong with a range", () => {
  assertEquals(
    names("192.0.2.9-192.0.2.1"),
    'Cannot parse range "192.0.2.9-192.0.2.1": it ends before it begins',
  );
  const message = "it needs two addresses of one family";
  for (const text of ["192.0.2.0/24-192.0.3.0", "192.0.2.1-::1"]) {
    assertEquals(names(text), `Cannot parse range "${text}": ${message}`);
  }
  for (const text of ["-", "-192.0.2.1", "192.0.2.1-", "192.0.2.1-192.0.2.2-192.0.2.3"]) {
    assertEquals(typeof readNetworks(text), "string", text);
  }
  assertEquals(names("192.0.2.7"), [formatNetwork(parseNetwork("192.0.2.7"))]);
});

Deno.test("readNetworks() is not slowed down by a long text", () => {
  const began = performance.now();
  for (const text of [" ".repeat(1e6) + "x", "1-" + " ".repeat(1e6), "/".repeat(1e6)]) {
    assertEquals(typeof readNetworks(text), "string");
  }
  assertEquals(performance.now() - began < 2000, true);
});
