/**
 * Merging networks, and finding those that others cover.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { coveringNetworks } from "../../lib/ip/covering_networks.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { sampleNetworks } from "./sample_list.ts";

const COUNT = 100_000;

for (const family of [4, 6] as const) {
  const { random, sorted } = sampleNetworks(family, COUNT);
  assertEquals(minimalNetworks(random).length, minimalNetworks(sorted).length);

  const minimal = { group: `merge ${COUNT} networks, IPv${family}` };
  Deno.bench("random", { ...minimal, baseline: true }, () => void minimalNetworks(random));
  Deno.bench("sorted", minimal, () => void minimalNetworks(sorted));

  const covering = { group: `find what covers ${COUNT} networks, IPv${family}` };
  Deno.bench("random", { ...covering, baseline: true }, () => void coveringNetworks(random));
  Deno.bench("sorted", covering, () => void coveringNetworks(sorted));
}
