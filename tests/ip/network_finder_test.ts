import { assertEquals } from "@std/assert";
import { formatNetwork, holds } from "../../lib/ip/network.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { NetworkFinder } from "../../lib/ip/network_finder.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { random } from "../random.ts";
import { randomNetworks } from "./random_networks.ts";

Deno.test("NetworkFinder finds what going through all finds", () => {
  const next = random(21);
  for (let round = 0; round < 300; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 30));
    const finder = new NetworkFinder(networks);
    const merged = [...minimalNetworks(networks)];
    const asked = NetworkList.from(randomNetworks(next, 20));
    for (let index = 0; index < asked.length; index++) {
      const network = asked.at(index);
      const expected = merged.find((other) => holds(other, network)) ??
        merged.find((other) => holds(network, other));
      const found = finder.find(asked, index);
      assertEquals(found && formatNetwork(found), expected && formatNetwork(expected));
    }
  }
});
