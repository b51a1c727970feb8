import { assertEquals } from "@std/assert";
import { holds } from "../../lib/ip/network.ts";
import { NetworkIndex } from "../../lib/ip/network_index.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { random } from "../random.ts";
import { randomNetworks } from "./random_networks.ts";

Deno.test("NetworkIndex finds what holds a network and what lies in it, as a plain search does", () => {
  const next = random(6);
  for (let round = 0; round < 200; round++) {
    const networks = randomNetworks(next, Math.floor(next() * 60));
    const index = new NetworkIndex(NetworkList.from(networks));
    for (const asked of randomNetworks(next, 20)) {
      const holding = [...networks.keys()].filter((at) => holds(networks[at]!, asked));
      const within = [...networks.keys()].filter((at) =>
        holds(asked, networks[at]!) && !holding.includes(at)
      );
      const found = index.holding(asked);
      assertEquals(found.toSorted((a, b) => a - b), holding);
      const order = found.map((at) => networks[at]!.prefix * 1000 + at);
      assertEquals(order, order.toSorted((a, b) => a - b));
      assertEquals(index.within(asked).toSorted((a, b) => a - b), within);
      assertEquals(index.meets(asked), holding.length + within.length > 0);
    }
  }
});
