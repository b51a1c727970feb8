import { assertEquals } from "@std/assert";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, type Network } from "../../lib/ip/network.ts";
import { rangeNetworks } from "../../lib/ip/range_networks.ts";
import { random } from "../random.ts";

const texts = (...range: Parameters<typeof rangeNetworks>) =>
  Array.from(rangeNetworks(...range), formatNetwork);

Deno.test("rangeNetworks() reaches both ends of the space", () => {
  assertEquals(texts(4, 0n, 0xffffffffn), ["0.0.0.0/0"]);
  assertEquals(texts(6, 0n, (1n << 128n) - 1n), ["::/0"]);
  assertEquals(texts(4, 0xffffffffn, 0xffffffffn), ["255.255.255.255"]);
  assertEquals(texts(4, 1n, 0n), []);
  assertEquals(texts(6, 0n, 2n), ["::/127", "::2"]);
});

Deno.test("rangeNetworks() gives what merging each address gives", () => {
  const next = random(6);
  for (let round = 0; round < 300; round++) {
    const family = next() < 0.5 ? 4 : 6;
    const base = family === 4 ? 0xfffffe00n : (1n << 128n) - 512n;
    const first = Math.floor(next() * 512);
    const last = Math.min(511, first + Math.floor(next() * 300));
    const single = Array.from({ length: last - first + 1 }, (_, at): Network => {
      const address = base + BigInt(first + at);
      return family === 4
        ? { family, address: Number(address), prefix: 32 }
        : { family, address, prefix: 128 };
    });
    assertEquals(
      texts(family, base + BigInt(first), base + BigInt(last)),
      Array.from(minimalNetworks(single), formatNetwork),
    );
  }
});
