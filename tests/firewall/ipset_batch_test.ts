import { assertEquals } from "@std/assert";
import { printIpsetBatch } from "../../lib/firewall/ipset_batch.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";

function print(networks: readonly string[], chain = "permaban", remarks: string[] = []): string[] {
  const batch = { networks: networks.map(parseNetwork), chain, remarks };
  const pieces = [...printIpsetBatch(batch)];
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("").split("\n");
}

const LIMITS = "hashsize 1024 maxelem 4294967295 -exist";

Deno.test("printIpsetBatch() fills sets under other names and swaps them in the end", () => {
  assertEquals(print(["2001:db8::/32", "192.0.2.7", "198.51.100.0/24"], "bad", ["one", "two"]), [
    "# one",
    "# two",
    `create bad-4 hash:net family inet ${LIMITS}`,
    `create bad-4+ hash:net family inet ${LIMITS}`,
    `create bad-6 hash:net family inet6 ${LIMITS}`,
    `create bad-6+ hash:net family inet6 ${LIMITS}`,
    "flush bad-4+",
    "add bad-4+ 192.0.2.7",
    "add bad-4+ 198.51.100.0/24",
    "flush bad-6+",
    "add bad-6+ 2001:db8::/32",
    "swap bad-4+ bad-4",
    "destroy bad-4+",
    "swap bad-6+ bad-6",
    "destroy bad-6+",
    "",
  ]);
});

Deno.test("printIpsetBatch() empties the sets where the list is empty", () => {
  const lines = print([]);
  assertEquals(lines.filter((line) => line.startsWith("add ")), []);
  assertEquals(lines.filter((line) => line.startsWith("swap ")).length, 2);
});

Deno.test("printIpsetBatch() halves what a set of networks cannot hold", () => {
  assertEquals(print(["0.0.0.0/0", "::/0"]).filter((line) => line.startsWith("add ")), [
    "add permaban-4+ 0.0.0.0/1",
    "add permaban-4+ 128.0.0.0/1",
    "add permaban-6+ ::/1",
    "add permaban-6+ 8000::/1",
  ]);
});

Deno.test("printIpsetBatch() makes names that ipset takes of the longest name of a chain", () => {
  const names = print([], "x".repeat(28)).flatMap((line) => /^create (\S+)/.exec(line)?.[1] ?? []);
  assertEquals(names.map((name) => name.length), [30, 31, 30, 31]);
});

Deno.test("printIpsetBatch() leaves out nothing of a long list, and sizes the set for it", () => {
  for (const [length, size] of [[1024, 1024], [1025, 2048], [10_000, 16_384]] as const) {
    const networks = Array.from({ length }, (_, at) => `10.1.${at >> 7}.${at % 128}`);
    const lines = print(networks);
    const added = lines.flatMap((line) => /^add permaban-4\+ (\S+)$/.exec(line)?.[1] ?? []);
    assertEquals(added, networks.map((network) => formatNetwork(parseNetwork(network))));
    assertEquals(
      lines[1],
      `create permaban-4+ hash:net family inet ${LIMITS.replace("1024", String(size))}`,
    );
  }
});
