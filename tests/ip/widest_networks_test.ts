import { assertEquals } from "@std/assert";
import { holds } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { widestNetworks } from "../../lib/ip/widest_networks.ts";
import { random } from "../random.ts";
import { randomNetworks } from "./random_networks.ts";

Deno.test("widestNetworks() finds what a plain search finds", () => {
  const next = random(5);
  for (let round = 0; round < 200; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 40));
    const expected = networks.map((network) => {
      const holders = networks.filter((other) => holds(other, network));
      const widest = holders.reduce((a, b) => b.prefix < a.prefix ? b : a, network);
      return networks.findIndex((other) => holds(other, widest) && other.prefix === widest.prefix);
    });
    assertEquals([...widestNetworks(NetworkList.from(networks))], expected);
  }
});
