import { assertEquals } from "@std/assert";
import { holds } from "../../lib/ip/network.ts";
import { Exemptions } from "../../lib/offender/exemptions.ts";
import { randomNetworks } from "../ip/random_networks.ts";
import { random } from "../random.ts";

Deno.test("Exemptions know the latest instant of all networks that hold one", () => {
  const next = random(22);
  for (let round = 0; round < 300; round++) {
    const exempt = randomNetworks(next, Math.floor(next() * 30)).map((network) => ({
      network,
      until: next() < 0.1 ? Infinity : Math.floor(next() * 100),
    }));
    const exemptions = new Exemptions();
    for (const { network, until } of exempt) exemptions.exempt(network, until);
    for (const network of randomNetworks(next, 20)) {
      const untils = exempt.filter((other) => holds(other.network, network))
        .map(({ until }) => until);
      assertEquals(exemptions.untilOf(network), Math.max(-Infinity, ...untils));
    }
  }
});
