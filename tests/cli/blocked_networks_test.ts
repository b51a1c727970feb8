import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { addressesOf, freeNetworks } from "../ip/random_networks.ts";
import { random } from "../random.ts";
import { TestHost } from "./test_host.ts";

const lines = (networks: readonly Network[]) =>
  networks.map((network) => `${formatNetwork(network)}\n`).join("");

/** What a batch drops, its rules walked from the head of the chain for each address of a corner. */
function droppedBy(batch: string, family: 4 | 6): Set<string> {
  const chains = new Map<string, { source: Network; goto: string | undefined }[]>();
  for (
    const [, chain = "", source = "", goto] of batch.matchAll(
      /^-A (\S+) -s (\S+) (?:-j DROP|-g (\S+))$/gm,
    )
  ) {
    const rules = chains.get(chain) ?? [];
    chains.set(chain, [...rules, { source: parseNetwork(source), goto }]);
  }
  const dropped = new Set<string>();
  const head = family === 4 ? 0x08000000n : 0x2a00n << 112n;
  for (let low = 0n; low < 1024n; low++) {
    let chain: string | undefined = "permaban";
    while (chain !== undefined) {
      const rules: { source: Network; goto: string | undefined }[] = chains.get(chain) ?? [];
      const rule = rules.find(({ source }) => addressIn(head | low, source));
      if (rule && rule.goto === undefined) dropped.add(`${family} ${head | low}`);
      chain = rule?.goto;
    }
  }
  return dropped;
}

function addressIn(address: bigint, { family, address: first, prefix }: Network): boolean {
  const bits = BigInt((family === 4 ? 32 : 128) - prefix);
  return address >> bits === BigInt(first) >> bits;
}

Deno.test("a batch drops what is listed, but nobody who is allowed or protected, and no less", async () => {
  const next = random(31);
  for (let round = 0; round < 150; round++) {
    using folder = new Folder();
    const blocked = freeNetworks(next, round < 140 ? 30 : 400);
    const allowed = freeNetworks(next, 20);
    const own = freeNetworks(next, 6).map((network) => ({
      ...network,
      prefix: network.family === 4 ? 32 : 128,
    } as Network));
    const list = folder.write("list", lines(blocked));
    const allowlist = folder.write("allow", lines(allowed));
    const [free, listed] = [addressesOf([...allowed, ...own]), addressesOf(blocked)];
    for (const family of [4, 6] as const) {
      const host = new TestHost();
      host.own = own.map(formatNetwork);
      const words = ["--blocklist", list, "--allowlist", allowlist, "-q"];
      const format = family === 4 ? "iptables" : "ip6tables";
      assertEquals(await run(["restore", "--format", format, ...words], host), 0);
      const expected = [...listed].filter((address) =>
        address.startsWith(`${family} `) && !free.has(address)
      );
      assertEquals([...droppedBy(host.stdoutText, family)].sort(), expected.sort());
      const cut = addressesOf(own).intersection(listed);
      const warnings = host.stderrText.match(/^permaban: warning: /gm)?.length ?? 0;
      const isWarned = [...cut].some((address) => address.startsWith(`${family} `));
      assertEquals(warnings > 0, isWarned, host.stderrText);
    }
  }
});

Deno.test("an own address keeps its network off the list, and says why", async () => {
  using folder = new Folder();
  const host = new TestHost();
  host.own = ["203.0.113.7", "fe80::1%eth0", "2001:db8::7"];
  const list = folder.at("list");
  const words = ["add", "203.0.113.0/24", "2001:db8::7", "203.0.113.8", "--blocklist", list];
  assertEquals(await run(words, host), 4);
  assertEquals(
    host.stderrText.split("\n").filter((line) => line.includes("error")),
    [
      "permaban: error: 203.0.113.0/24 holds 203.0.113.7, an address of this machine, and was not added",
      "permaban: error: 2001:db8::7 is an address of this machine and was not added",
    ],
  );
  assertEquals(folder.read("list").split(" ")[0], "203.0.113.8");
});
