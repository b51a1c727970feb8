/**
 * Printing the batch.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { printIptablesBatch } from "../../lib/firewall/iptables_batch.ts";
import type { NetworkList } from "../../lib/ip/network_list.ts";
import { formatNetwork } from "../../lib/ip/network.ts";
import { sampleNetworks } from "./sample_list.ts";
import { joined } from "./sample_log.ts";

const COUNT = 100_000;

function printed(family: 4 | 6, networks: NetworkList): Uint8Array[] {
  const chain = { table: "filter", chain: "permaban", jumps: [], remarks: [] };
  return [...printIptablesBatch({ family, networks, ...chain, target: "drop", layout: "tree" })];
}

/** Prints the same with strings. */
function asString(family: 4 | 6, networks: NetworkList): string {
  const full = family === 4 ? "/32" : "/128";
  const lines = ["*filter", ":permaban - [0:0]"];
  for (const network of networks) {
    const text = formatNetwork(network);
    lines.push(`-A permaban -s ${text.includes("/") ? text : text + full} -j DROP`);
  }
  lines.push("COMMIT\n");
  return lines.join("\n");
}

for (const family of [4, 6] as const) {
  const { sorted } = sampleNetworks(family, COUNT);
  assertEquals(new TextDecoder().decode(joined(printed(family, sorted))), asString(family, sorted));
  const group = `print a batch of ${COUNT} networks, IPv${family}`;
  Deno.bench("with strings", { group, baseline: true }, () => {
    new TextEncoder().encode(asString(family, sorted));
  });
  Deno.bench("into bytes", { group }, () => void printed(family, sorted));
}
