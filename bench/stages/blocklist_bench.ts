/**
 * Reading a blocklist.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { parseBlocklist } from "../../lib/blocklist/blocklist.ts";
import { type Network, readNetwork } from "../../lib/ip/network.ts";
import { sampleList } from "./sample_list.ts";

const COUNT = 100_000;

/** Reads a list line by line, as one does without caring. */
function readByLine(bytes: Uint8Array): Network[] {
  const networks: Network[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const network = readNetwork(line.split("#", 1)[0]?.trim() ?? "");
    if (typeof network !== "string") networks.push(network);
  }
  return networks;
}

for (const ipv6 of [0, 1]) {
  for (const plain of [true, false]) {
    const bytes = sampleList(COUNT, ipv6, plain);
    assertEquals(parseBlocklist(bytes).networks.length, readByLine(bytes).length);
    const comments = plain ? "bare" : "with comments";
    const group = `parse ${COUNT} entries, IPv${ipv6 === 0 ? 4 : 6}, ${comments}`;
    Deno.bench("lines as strings", { group, baseline: true }, () => void readByLine(bytes));
    Deno.bench("parseBlocklist", { group }, () => void parseBlocklist(bytes));
  }
}
