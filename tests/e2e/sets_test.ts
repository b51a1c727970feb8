/**
 * Loads sets of ipset and tables of nft, each time in a network namespace of its own.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { faultOfChain } from "../../lib/firewall/chain_name.ts";
import { printIpsetBatch } from "../../lib/firewall/ipset_batch.ts";
import { printIptablesBatch } from "../../lib/firewall/iptables_batch.ts";
import { printNftBatch } from "../../lib/firewall/nft_batch.ts";
import { faultOfTable } from "../../lib/firewall/nft_name.ts";
import { ipsetNames } from "../../lib/firewall/set_names.ts";
import { parseNetwork } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";
import { ofFamily, type Range, scattered, toRanges, withoutProtected } from "./address_ranges.ts";
import { shell } from "./permaban.ts";
import { randomList } from "./random_list.ts";

const FAMILIES = [4, 6] as const;
const VARIANTS = ["legacy", "nft"] as const;

/** What is in a set, by what `ipset save` printed. */
function elementsOfIpset(dump: string, set: string): string[] {
  return dump.split("\n").flatMap((line) => {
    const [verb, name, element] = line.split(" ");
    return verb === "add" && name === set ? element ?? [] : [];
  });
}

/** What a list covers and may be blocked. */
function blockable(list: readonly string[], family: 4 | 6): Range[] {
  return toRanges(ofFamily(list, family)).flatMap((range) => withoutProtected(range, family));
}

/** Names of all sets, by what `ipset save` printed. */
function namesOfIpset(dump: string): string[] {
  return dump.match(/(?<=^create )\S+/gm) ?? [];
}

type NftElement = string | { prefix: { addr: string; len: number } } | { range: [string, string] };
interface NftObject {
  readonly set?: { readonly name: string; readonly elem?: readonly NftElement[] };
  readonly chain?: { readonly name: string; readonly hook: string; readonly prio: number };
  readonly rule?: { readonly chain: string; readonly expr: readonly unknown[] };
}

function parseNft(dump: string): NftObject[] {
  return JSON.parse(dump).nftables;
}

/** What is in a set, by what `nft -j list table` printed, as ranges. */
function rangesOfNft(dump: string, name: string): Range[] {
  const elements = parseNft(dump).find(({ set }) => set?.name === name)?.set?.elem ?? [];
  const networks = elements.flatMap((element) => {
    if (typeof element === "string") return [element];
    return "prefix" in element ? [`${element.prefix.addr}/${element.prefix.len}`] : [];
  });
  for (const element of elements) {
    // Networks are printed as such, and single addresses too, as long as none are merged.
    assert(typeof element === "string" || "prefix" in element, JSON.stringify(element));
  }
  return toRanges(networks);
}

/** Lists of both families in turn, long ones and an empty one between them. */
function lists(seed: number): string[][] {
  const next = random(seed);
  const rounds = [0, 6, 1, 2, 7, 3, 4, 5].map((round) => {
    const list = FAMILIES.flatMap((family) => randomList(next, family, round));
    return list.sort(() => next() - 0.5);
  });
  return [...rounds.slice(0, 3), [], ...rounds.slice(3)];
}

testWith(["root", "unshare", "ipset"], "ipset restore takes the batch of any list", async () => {
  using folder = new Folder();
  const all = lists(41);
  all.forEach((list, at) =>
    folder.write(`list-${at}`, list.map((line) => `${line} # x\n`).join(""))
  );
  // A list after another, each loaded twice, with -exist and without.
  const { stderr, status } = await shell(
    `set -e
    for n in ${[...all.keys()].join(" ")}; do
      permaban restore --format ipset --allow-wide --blocklist list-$n > batch-$n 2> said
      permaban restore --format ipset --allow-wide --blocklist list-$n 2> said | cmp - batch-$n
    done
    unshare -n sh -ec 'for n in ${[...all.keys()].join(" ")}; do
      ipset restore < batch-$n; ipset save > once-$n
      ipset restore < batch-$n; ipset -exist restore < batch-$n; ipset restore < batch-$n
      ipset save > often-$n
    done'`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  for (const [at, list] of all.entries()) {
    for (const name of [`once-${at}`, `often-${at}`]) {
      const dump = folder.read(name);
      assertEquals(namesOfIpset(dump).sort(), ["permaban-4", "permaban-6"]);
      for (const family of FAMILIES) {
        assertEquals(
          toRanges(elementsOfIpset(dump, `permaban-${family}`)),
          blockable(list, family),
          list.join("\n"),
        );
      }
    }
  }
});

testWith(["root", "unshare", "nft"], "nft -f takes the batch of any list", async () => {
  using folder = new Folder();
  const all = lists(43);
  const options = [
    "",
    "--hook INPUT --hook forward",
    "--hook output --target reject",
    "--priority 2147483647",
    "--priority security --hook prerouting --hook input --hook forward --hook output",
  ];
  const optionsAt = (at: number) => options[at % options.length] ?? "";
  all.forEach((list, at) =>
    folder.write(`list-${at}`, list.map((line) => `${line} # x\n`).join(""))
  );
  const { stderr, status } = await shell(
    `set -e
    ${
      [...all.keys()].map((at) =>
        `permaban restore --format nft ${
          optionsAt(at)
        } --allow-wide --blocklist list-${at} > batch-${at} 2> said
        permaban restore --format nft ${
          optionsAt(at)
        } --allow-wide --blocklist list-${at} 2> said | cmp - batch-${at}`
      ).join("\n")
    }
    unshare -n sh -ec 'for n in ${[...all.keys()].join(" ")}; do
      nft -c -f batch-$n
      nft -f - < batch-$n; nft -j list ruleset > once-$n
      nft -f batch-$n; nft -j list ruleset > often-$n
    done'`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  for (const [at, list] of all.entries()) {
    for (const name of [`once-${at}`, `often-${at}`]) {
      const dump = folder.read(name);
      for (const family of FAMILIES) {
        assertEquals(
          rangesOfNft(dump, `blocked${family}`),
          blockable(list, family),
          list.join("\n"),
        );
      }
      const asked = [...optionsAt(at).matchAll(/--hook (\S+)/g)].map(([, hook = ""]) => hook);
      const hooks = asked.length > 0 ? asked.map((hook) => hook.toLowerCase()) : ["prerouting"];
      const objects = parseNft(dump);
      const chains = objects.flatMap(({ chain }) => chain ? [`${chain.hook} ${chain.prio}`] : []);
      const priority = [-300, -300, -300, 2147483647, 50][at % options.length];
      assertEquals(chains, hooks.map((hook) => `${hook} ${priority}`));
      const rules = objects.filter(({ rule }) => rule !== undefined);
      assertEquals(rules.length, 2 * hooks.length, "no rule twice");
    }
  }
});

testWith(
  ["root", "unshare", "ipset"],
  "a load of ipset that breaks off changes nothing",
  async () => {
    using folder = new Folder();
    folder.write("one", "192.0.2.1\n2001:db8::1\n");
    folder.write("two", Array.from({ length: 3000 }, (_, at) => `${scattered(at)}\n`).join(""));
    const { stdout, stderr, status } = await shell(
      `set -e
    for list in one two; do permaban restore --format ipset --blocklist $list > $list.batch; done
    sed -e 2000q two.batch > cut
    sed -e '2000s/.*/add permaban-4+ nonsense/' two.batch > wrong
    unshare -n sh -ec '
      ipset restore < one.batch
      ipset restore < cut; ipset save | grep "^add permaban-4 "; ipset save -t | grep -c ^create
      ! ipset restore < wrong 2>/dev/null; ipset save | grep "^add permaban-4 "
      # One that is there in another size, with something in it.
      ipset destroy permaban-4+ && ipset create permaban-4+ hash:net hashsize 64 maxelem 4294967295
      ipset add permaban-4+ 198.51.100.7
      ipset restore < two.batch; ipset save -t | grep -c ^create; ipset save | grep -c "^add permaban-4 "
      ipset test permaban-4 198.51.100.7 2>/dev/null || echo gone'`,
      { cwd: folder.path },
    );
    assertEquals([status, stderr], [0, ""]);
    const one = "add permaban-4 192.0.2.1";
    assertEquals(stdout.split("\n"), [one, "4", one, "2", "3000", "gone", ""]);
  },
);

testWith(
  ["root", "unshare", "ipset", "iptables"],
  "a load of ipset changes nothing where a set of another kind has a name, and there is a way out",
  async () => {
    using folder = new Folder();
    folder.write("one", "192.0.2.1\n2001:db8::1\n");
    folder.write("two", "192.0.2.2\n2001:db8::2\n");
    const { stdout, stderr, status } = await shell(
      `set -e
    for list in one two; do permaban restore --format ipset --blocklist $list > $list.batch; done
    unshare -n sh -ec '
      fails() { ! ipset restore < two.batch 2>/dev/null && ipset save | grep "^add permaban-[46] "; }
      ipset restore < one.batch
      iptables -A INPUT -m set --match-set permaban-4 src -j DROP
      ipset create permaban-4+ hash:net; fails; ipset destroy permaban-4+
      ipset destroy permaban-6; ipset create permaban-6 hash:ip family inet6; fails
      ipset destroy permaban-6; ipset restore < one.batch
      # One that a rule asks cannot be destroyed.
      ipset create x hash:net timeout 0; ipset add x 192.0.2.1
      ipset swap x permaban-4; ipset destroy x; fails
      ipset create x hash:net maxelem 4294967295; ipset swap x permaban-4; ipset destroy x
      ipset restore < two.batch; ipset save | grep "^add"'`,
      { cwd: folder.path },
    );
    const entries = ["add permaban-4 192.0.2.1", "add permaban-6 2001:db8::1"];
    assertEquals(stdout.split("\n"), [
      ...entries,
      "add permaban-4 192.0.2.1",
      "add permaban-4 192.0.2.1 timeout 0",
      "add permaban-6 2001:db8::1",
      ...["add permaban-4 192.0.2.2", "add permaban-6 2001:db8::2", ""],
    ], stderr);
    assertEquals([status, stderr], [0, ""]);
  },
);

testWith(["root", "unshare", "nft"], "a batch of nft that is cut off changes nothing", async () => {
  using folder = new Folder();
  folder.write("one", "192.0.2.1\n");
  folder.write("two", Array.from({ length: 3000 }, (_, at) => `${scattered(at)}\n`).join(""));
  // A pipe gives whole pages.
  const { stdout, stderr, status } = await shell(
    `set -e
    for list in one two; do permaban restore --format nft --blocklist $list > $list.batch; done
    unshare -n sh -ec '
      nft -f one.batch
      for pages in 0 1 2 5 10; do
        head -c $((4096 * pages)) two.batch | nft -f - 2>/dev/null || true
        nft list set inet permaban blocked4 | grep elements
      done
      nft -f two.batch; nft list set inet permaban blocked4 | grep -c "\\." '`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  const lines = stdout.trim().split("\n").map((line) => line.trim());
  assertEquals(lines.slice(0, 5), new Array(5).fill("elements = { 192.0.2.1 }"));
  assert(Number(lines[5]) > 500, stdout);
});

for (const family of FAMILIES) {
  for (const variant of VARIANTS) {
    const tables = family === 4 ? "iptables" : "ip6tables";
    const [load, save] = [`${tables}-${variant}-restore`, `${tables}-${variant}-save`];
    testWith(
      ["root", "unshare", "ipset", load, save],
      `${load} takes the rules for sets, in place of a tree and back`,
      async () => {
        using folder = new Folder();
        const address = (at: number) =>
          family === 4 ? scattered(at) : `2001:db8:${(at * 7919 % 65536).toString(16)}::${at}`;
        folder.write("list", Array.from({ length: 500 }, (_, at) => `${address(at)}\n`).join(""));
        const words = family === 4 ? "restore" : "restore -6";
        folder.write(
          "steps",
          `set -eu
          load() { ${load} -w --noflush; }
          now() { ${save} -t filter | sed -n -e '/^:permaban/s/ .*//p' -e '/^-A/p' | sort | grep -v -e '-s '; }
          live() { ${save} -t filter | permaban ${words} -q --live - --blocklist list "$@" > batch; load < batch; }
          live --hook INPUT; now | grep -c '^:'
          permaban restore -q --format ipset --blocklist list | ipset restore
          live --rules --hook INPUT; now
          ${save} -c -t filter > before; live --rules --hook INPUT --target drop; grep -v '^#' batch
          live --rules --hook INPUT --hook FORWARD --target reject; now
          permaban ${words} -q --rules | load; now
          live --hook INPUT; now | grep -c '^:'
`,
        );
        const { stdout, stderr, status } = await shell("unshare -n sh steps", { cwd: folder.path });
        assertEquals(status, 0, stderr);
        const rule = `-A permaban -m set --match-set permaban-${family} src -j`;
        const answer = `REJECT --reject-with icmp${family === 6 ? "6" : ""}-port-unreachable`;
        const [chains = "", ...rest] = stdout.trim().split("\n");
        assert(Number(chains) > 4, stdout);
        assertEquals(rest, [
          ...["-A INPUT -j permaban", `${rule} DROP`, ":permaban"],
          ...["*filter", "COMMIT"],
          ...["-A FORWARD -j permaban", "-A INPUT -j permaban", `${rule} ${answer}`, ":permaban"],
          ...["-A FORWARD -j permaban", "-A INPUT -j permaban", `${rule} DROP`, ":permaban"],
          chains,
        ]);
      },
    );
  }
}

/** Names of any characters that may be in one. */
function randomNames(seed: number): string[] {
  const next = random(seed);
  const letters = "abcxyzABCXYZ0189_.:+-";
  return Array.from(
    { length: 200 },
    () =>
      Array.from(
        { length: 1 + Math.floor(next() * 28) },
        () => letters[Math.floor(next() * letters.length)],
      ).join(""),
  );
}

function textOf(pieces: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  return Array.from(pieces, (piece) => decoder.decode(piece, { stream: true })).join("");
}

testWith(["root", "unshare", "nft"], "nft takes each name that is taken for it", async () => {
  const names = [...new Set(randomNames(3).filter((name) => faultOfTable(name) === undefined))];
  assert(names.length > 30, `${names.length}`);
  const batches = names.map((table) =>
    textOf(
      printNftBatch({
        table,
        networks: [],
        hooks: ["input"],
        priority: 0,
        target: "drop",
        remarks: [],
      }),
    )
  );
  const script = "unshare -n sh -c 'nft -f - && nft list tables'";
  const { stdout, stderr, status } = await shell(script, { stdin: batches.join("") });
  assertEquals([status, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").sort(), names.map((name) => `table inet ${name}`).sort());
});

testWith(
  ["root", "unshare", "ipset", "iptables-legacy-restore", "iptables-nft-restore"],
  "ipset and iptables take each name that is taken for them",
  async () => {
    using folder = new Folder();
    const names = [...new Set(randomNames(5).filter((name) => faultOfChain(name) === undefined))];
    assert(names.length > 100, `${names.length}`);
    const rest = { networks: [], remarks: [] };
    folder.write(
      "sets",
      names.map((chain) => textOf(printIpsetBatch({ chain, ...rest }))).join(""),
    );
    const rules = names.map((chain) =>
      textOf(printIptablesBatch({
        ...rest,
        chain,
        family: 4,
        table: "filter",
        set: ipsetNames(chain)[4],
        jumps: [{ from: "INPUT" }],
        target: "drop",
        layout: "tree",
      }))
    );
    folder.write("rules", rules.join(""));
    const { stdout, stderr, status } = await shell(
      `unshare -n sh -ec 'ipset restore < sets; ipset save -t | grep -c ^create
        for variant in legacy nft; do
          iptables-$variant-restore --noflush < rules; iptables-$variant-save -t filter | grep -c match-set
        done'`,
      { cwd: folder.path },
    );
    assertEquals(status, 0, stderr);
    assertEquals(stdout, `${2 * names.length}\n${names.length}\n${names.length}\n`);
  },
);

testWith(["root", "unshare", "ipset", "nft"], "sets and tables hold all there is", async () => {
  using folder = new Folder();
  const networks = ["0.0.0.0/0", "::/0"].map(parseNetwork);
  const rest = { networks, remarks: [] };
  folder.write("ipset", textOf(printIpsetBatch({ ...rest, chain: "permaban" })));
  const own = { table: "permaban", hooks: ["input"], priority: 0, target: "drop" } as const;
  folder.write("nft", textOf(printNftBatch({ ...rest, ...own })));
  const { stderr, status } = await shell(
    `unshare -n sh -ec 'for time in 1 2; do ipset restore < ipset; nft -f nft; done
      ipset save > ipset.dump; nft -j list ruleset > nft.dump'`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  for (const [family, all] of [[4, "0.0.0.0/0"], [6, "::/0"]] as const) {
    const sets = elementsOfIpset(folder.read("ipset.dump"), `permaban-${family}`);
    assertEquals(toRanges(sets), toRanges([all]));
    assertEquals(rangesOfNft(folder.read("nft.dump"), `blocked${family}`), toRanges([all]));
  }
});

testWith(
  ["root", "unshare", "ipset", "nft"],
  "40,000 addresses load into sets and tables, the second time too",
  async () => {
    using folder = new Folder();
    const addresses = Array.from({ length: 40_000 }, (_, at) => scattered(at));
    folder.write("list", addresses.join("\n"));
    const { stderr, status } = await shell(
      `set -e
      for format in ipset nft; do permaban restore --format $format --blocklist list > $format; done
      unshare -n sh -ec 'for time in 1 2; do ipset restore < ipset; nft -f - < nft; done
        ipset save > ipset.dump; nft -j list set inet permaban blocked4 > nft.dump'`,
      { cwd: folder.path },
    );
    assertEquals([status, stderr], [0, ""]);
    const expected = toRanges(addresses);
    assertEquals(toRanges(elementsOfIpset(folder.read("ipset.dump"), "permaban-4")), expected);
    assertEquals(rangesOfNft(folder.read("nft.dump"), "blocked4"), expected);
    assertStringIncludes(folder.read("ipset"), " hashsize 65536 ");
  },
);
