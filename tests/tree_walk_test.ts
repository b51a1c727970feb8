import { assert, assertEquals } from "@std/assert";
import { TreeWalk } from "../bench/tree_walk.ts";
import { printIptablesBatch } from "../lib/firewall/iptables_batch.ts";
import { parseNetwork } from "../lib/ip/network.ts";
import { NetworkFinder } from "../lib/ip/network_finder.ts";
import { minimalNetworks } from "../lib/ip/minimal_networks.ts";
import { NetworkList } from "../lib/ip/network_list.ts";
import { random } from "./random.ts";

function batchOf(networks: NetworkList): string[] {
  const pieces = printIptablesBatch({
    ...{ family: 4, networks, table: "filter", chain: "permaban", jumps: [], target: "drop" },
    ...{ layout: "tree", remarks: [] },
  });
  const decoder = new TextDecoder();
  return [...pieces].map((piece) => decoder.decode(piece)).join("").split("\n");
}

Deno.test("the worst clean address is clean, and no other meets more rules", () => {
  const next = random(6);
  for (let round = 0; round < 5; round++) {
    const list = new NetworkList();
    for (let count = 0; count < 200 * 3 ** round; count++) {
      const prefix = next() < 0.1 ? 24 : 32;
      const spread = round % 2 === 0 ? 2 ** 32 : 2 ** 24;
      const address = Math.floor((0x0b000000 + next() * spread) % 2 ** 32 / 256) * 256;
      const host = prefix === 32 ? Math.floor(next() * 256) : 0;
      list.push({ family: 4, address: address + host, prefix });
    }
    const networks = minimalNetworks(list);
    const walk = new TreeWalk(batchOf(networks), "permaban");
    const worst = walk.worstClean();
    const finder = new NetworkFinder(networks);
    const isListed = (address: number) => {
      return finder.find(NetworkList.from([{ family: 4, address, prefix: 32 }]), 0) !== undefined;
    };
    assert(!isListed(worst.address));
    assertEquals(walk.rulesMet(worst.address), worst.rules);
    for (let sample = 0; sample < 300; sample++) {
      const { address } = networks.at(Math.floor(next() * networks.length));
      // Beside what is listed, where the tree is deepest.
      const near = (Number(address) ^ (1 << Math.floor(next() * 20))) >>> 0;
      if (near >>> 24 === 0 || near >>> 24 === 10 || near >>> 24 >= 224 || isListed(near)) continue;
      assert(walk.rulesMet(near) <= worst.rules, String(near));
    }
  }
});

Deno.test("a packet is counted through the chains that it goes to", () => {
  const walk = new TreeWalk([
    ...["-A a -s 192.0.2.0/24 -g b", "-A a -s 198.51.100.1/32 -j DROP"],
    ...["-A b -s 192.0.2.1/32 -j DROP", "-A b -s 192.0.2.2/32 -j DROP", "-A b -g c"],
    ...["-A c -s 192.0.2.3/32 -j DROP"],
  ], "a");
  const met = (address: string) => walk.rulesMet(Number(parseNetwork(address).address));
  assertEquals([met("192.0.2.9"), met("203.0.113.1")], [5, 2]);
  assertEquals(walk.worstClean(), { address: 0xc0000200, rules: 5 });
});
