/**
 * Loads batches with the real loaders, each time in a network namespace of its own.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { findTool, testWith } from "../tools.ts";
import { ofFamily, type Range, scattered, toRanges, withoutProtected } from "./address_ranges.ts";
import { inTheOpen, permaban, shell } from "./permaban.ts";
import { randomList } from "./random_list.ts";

/** Each loader with what lists its rules. */
const LOADERS = [
  { family: 4, restore: "iptables-restore", save: "iptables-save" },
  { family: 4, restore: "iptables-legacy-restore", save: "iptables-legacy-save" },
  { family: 4, restore: "iptables-nft-restore", save: "iptables-nft-save" },
  { family: 6, restore: "ip6tables-restore", save: "ip6tables-save" },
  { family: 6, restore: "ip6tables-legacy-restore", save: "ip6tables-legacy-save" },
] as const;

type Loader = typeof LOADERS[number];
/** The networks that a dump drops in a chain and in those it leads to, each in what leads there. */
function dropped(dump: string, chain = "permaban", action = "DROP"): string[] {
  // A rule for all addresses is listed without its source.
  const all = dump.includes("ip6tables") ? "::/0" : "0.0.0.0/0";
  const rules = new Map<string, { source: string; goto: string | undefined }[]>();
  const form = new RegExp(`^-A (\\S+) (?:-s (\\S+) )?(?:-j ${action}|-g (\\S+))$`);
  for (const line of dump.split("\n")) {
    const [, name, source = all, goto] = form.exec(line) ?? [];
    if (name === undefined) continue;
    const others = rules.get(name) ?? [];
    if (others.length === 0) rules.set(name, others);
    others.push({ source, goto });
  }
  const collect = (name: string, range: Range): string[] =>
    (rules.get(name) ?? []).flatMap(({ source, goto }) => {
      const [own = range] = toRanges([source]);
      if (own[0] < range[0] || own[1] > range[1]) return [];
      return goto === undefined ? [source] : collect(goto, own);
    });
  const [everything = [0n, 0n]] = toRanges([all]);
  return collect(chain, everything);
}

const restoreWords = ({ family }: Loader) => family === 6 ? "restore -6" : "restore";

for (const loader of LOADERS) {
  const tools = ["root", "unshare", loader.restore, loader.save];

  testWith(
    tools,
    `${loader.restore} loads a batch again and again, and the list shrinks`,
    async () => {
      using folder = new Folder();
      folder.write("long", "192.0.2.1\n192.0.2.0\n198.51.100.0/24\n2001:db8::1\n2001:db8:1::/48\n");
      folder.write("short", "198.51.100.0/24\n2001:db8:1::/48\n");
      folder.write("empty", "");
      const load = `${loader.restore} -w --noflush`;
      const words = restoreWords(loader);
      const { stdout, stderr, status } = await shell(
        `set -e
      permaban ${words} --blocklist long --hook INPUT | unshare -n sh -c '
        set -e
        ${loader.restore} --noflush <<END
*filter
:INPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
COMMIT
END
        ${load}; ${loader.save} -t filter
        for list in short empty long; do
          permaban ${words} --blocklist $list | ${load}; ${loader.save} -t filter
        done'`.replaceAll("${load}", load),
        { cwd: folder.path },
      );
      assertEquals([status, stderr.replaceAll(/^#.*\n/gm, "")], [0, ""]);
      const dumps = stdout.split(/(?<=^COMMIT\n(?:#.*\n)?)(?=#)/m).filter((dump) =>
        dump.includes("COMMIT")
      );
      const rules = dumps.map((dump) => dropped(dump));
      const [many, few] = loader.family === 4
        ? [["192.0.2.0/31", "198.51.100.0/24"], ["198.51.100.0/24"]]
        : [["2001:db8::1/128", "2001:db8:1::/48"], ["2001:db8:1::/48"]];
      assertEquals(rules, [many, few, [], many]);
      for (const dump of dumps) {
        const input = dump.split("\n").filter((line) => line.startsWith("-A INPUT"));
        assertEquals(
          input,
          ["-A INPUT -j permaban", "-A INPUT -i lo -j ACCEPT"],
          "the jump comes first",
        );
      }
    },
  );

  testWith(tools, `${loader.restore} takes every option of restore`, async () => {
    using folder = new Folder();
    folder.write("list", "192.0.2.1\n2001:db8::1\n");
    for (
      const [options, table, hook] of [
        ["--target reject --hook INPUT --hook FORWARD", "filter", "FORWARD"],
        ["--table mangle --hook PREROUTING", "mangle", "PREROUTING"],
        ["--table raw --hook PREROUTING", "raw", "PREROUTING"],
        [`--chain ${"x".repeat(28)} --hook INPUT`, "filter", "INPUT"],
      ] as const
    ) {
      const { stdout, stderr, status } = await shell(
        `permaban ${restoreWords(loader)} --blocklist list ${options} |
          unshare -n sh -c '${loader.restore} --noflush && ${loader.save} -t ${table}'`,
        { cwd: folder.path },
      );
      assertEquals(status, 0, stderr);
      const chain = options.includes("--chain") ? "x".repeat(28) : "permaban";
      const action = options.includes("reject")
        ? `REJECT --reject-with icmp${loader.family === 6 ? "6" : ""}-port-unreachable`
        : "DROP";
      assertEquals(dropped(stdout, chain, action), [
        loader.family === 4 ? "192.0.2.1/32" : "2001:db8::1/128",
      ]);
      assertStringIncludes(stdout, `-A ${hook} -j ${chain}\n`);
    }
  });

  testWith(tools, `${loader.restore} keeps one jump and no old chains with --live`, async () => {
    using folder = new Folder();
    const address = (at: number) =>
      loader.family === 4 ? scattered(at) : `2001:db8:${(at * 7919 % 65536).toString(16)}::${at}`;
    const list = (count: number) =>
      Array.from({ length: count }, (_, at) => `${address(at)}\n`).join("");
    for (const [name, count] of [["long", 3000], ["longer", 5000], ["short", 5]] as const) {
      folder.write(name, list(count));
    }
    const { restore, save } = loader;
    folder.write(
      "steps",
      `set -eu
      step() {
        list=$1 && shift
        ${save} | permaban ${restoreWords(loader)} -q --live - --blocklist $list "$@" > batch
        ${restore} -w --noflush < batch && ${save} -t filter > now
        grep -c '^:permaban' now && grep -c -e '-j DROP' -e '-j REJECT' now || true
        grep -- '-j permaban$' now | tr '\\n' ';' && echo
      }
      ${restore} --noflush <<END
*filter
:INPUT ACCEPT [0:0]
:OTHER - [0:0]
-A INPUT -i lo -j ACCEPT
-A OTHER -i eth0 -j permaban..none
COMMIT
END
`.replace("-A OTHER -i eth0 -j permaban..none\n", "") + `
      step long --hook INPUT --hook-position 2
      step long --hook INPUT
      step longer --hook INPUT --hook FORWARD
      step short --hook INPUT
      step long --layout flat
      step long --target reject
      permaban ${restoreWords(loader)} -q --blocklist long --hook INPUT | ${restore} --noflush
      permaban ${restoreWords(loader)} -q --blocklist long --hook INPUT | ${restore} --noflush
      step short --hook INPUT --hook-position 99
      step short --hook DOCKER-USER || echo "status $?"
`,
    );
    const { stdout, stderr, status } = await shell("unshare -n sh steps", { cwd: folder.path });
    assertEquals(status, 0, stderr);
    const [one, two] = ["-A INPUT -j permaban;", "-A INPUT -j permaban;-A FORWARD -j permaban;"];
    const results = stdout.trim().split("\n");
    const [first = "", , , again = "", , , more = ""] = results;
    assert(Number(first) > 30 && Number(more) > Number(first), stdout);
    assertEquals(
      results,
      [
        ...[first, "3000", one, again, "3000", one],
        ...[more, "5000", two, "1", "5", two],
        ...["1", "3000", two, first, "3000", two],
        ...["1", "5", two, "1", "5", two],
      ],
      stderr,
    );
    assertEquals(again, first);
    const messages = stderr.split("\n").filter((line) => line.startsWith("permaban: "));
    assertEquals(messages, [
      'permaban: warning: Chain "INPUT" has too few rules: the jump is put at its end',
      'permaban: error: Table "filter" has no chain "DOCKER-USER" now: the jump from it is left out',
      "permaban: hint: load the batch again when it is there",
    ]);
  });

  testWith(tools, `${loader.restore} takes the batch of any list`, async () => {
    using folder = new Folder();
    const next = random(loader.restore.length);
    for (let round = 0; round < 8; round++) {
      const list = randomList(next, loader.family, round);
      folder.write("list", list.map((network) => `${network} # x\n`).join(""));
      const { stdout, stderr, status } = await shell(
        `permaban ${restoreWords(loader)} --allow-wide --blocklist list > batch &&
          unshare -n sh -c '${loader.restore} --test --noflush < batch &&
            ${loader.restore} --noflush < batch && ${loader.save} -t filter'`,
        { cwd: folder.path },
      );
      assertEquals(status, 0, `${stderr}\n${list.join("\n")}`);
      const expected = toRanges(list).flatMap((range) => withoutProtected(range, loader.family));
      assertEquals(toRanges(dropped(stdout)), expected, list.join("\n"));
    }
  });
}

testWith(
  ["root", "unshare", "nft", "iptables-nft-restore", "iptables-nft-save"],
  "--live adds no jump by a dump that does not show the jumps there are",
  async () => {
    using folder = new Folder();
    folder.write("list", "192.0.2.1\n");
    folder.write(
      "steps",
      `restore() { permaban restore -q --blocklist list --hook INPUT "$@"; }
      live() { restore --live - > batch; echo "$?"; iptables-nft-restore -w -n < batch; }
      restore | iptables-nft-restore -n
      iptables-nft-save > whole
      for bytes in 0 10 73; do head -c $bytes whole | live; done
      nft add rule ip filter INPUT ct state vmap '{ new : accept }'
      for round in 1 2 3; do iptables-nft-save | live; done
      iptables-nft-save -t filter | live
      iptables-nft-save | permaban verify -q --blocklist list --hook INPUT; echo "$?"
      nft list chain ip filter INPUT | grep -c permaban`,
    );
    const { stdout, stderr } = await shell("unshare -n sh steps", { cwd: folder.path });
    assertEquals(stdout.trim().split("\n"), [..."33333333".split(""), "1"], stderr);
  },
);

for (const variant of ["legacy", "nft"]) {
  testWith(
    ["root", "unshare", `iptables-${variant}`, `iptables-${variant}-save`],
    `no comment of a rule in iptables-${variant} is taken for a rule`,
    async () => {
      using folder = new Folder();
      folder.write("list", "192.0.2.1\n");
      folder.write(
        "steps",
        `comment() { iptables-${variant} -A INPUT -m comment --comment "$1" -j ACCEPT; }
        verify() { iptables-${variant}-save | permaban verify -q --blocklist list --hook INPUT; }
        permaban restore -q --blocklist list | iptables-${variant}-restore -n
        comment '\\" -j permaban'; verify; echo $?
        comment 'x
-A INPUT -j permaban
'
        verify; echo $?`,
      );
      const { stdout, stderr } = await shell("unshare -n sh steps", { cwd: folder.path });
      assertEquals(stdout, "1\n3\n", stderr);
    },
  );
}

testWith(
  ["root", "unshare", "iptables-legacy", "iptables-legacy-restore", "iptables-legacy-save"],
  "--live takes a jump with a comment for one like others",
  async () => {
    using folder = new Folder();
    folder.write("list", "192.0.2.1\n");
    folder.write(
      "steps",
      `mine='-m comment --comment mine -j permaban' plain='-j permaban'
      jumps() {
        iptables-legacy -F INPUT
        for jump in "$@"; do iptables-legacy -A INPUT $jump; done
        iptables-legacy-save -t filter | permaban restore -q --live - --blocklist list \\
          --hook INPUT > batch
        iptables-legacy-restore -w -n < batch
        iptables-legacy -S INPUT | sed -n 's/^-A INPUT //p' | tr '\\n' ';'; echo
      }
      iptables-legacy -N permaban
      jumps "$mine"; jumps "$mine" "$plain" "$plain"
      jumps "$plain" "$mine"; jumps "$plain" "$plain" "$mine"; jumps "$mine" "$mine"`,
    );
    const { stdout, stderr, status } = await shell("unshare -n sh steps", { cwd: folder.path });
    const [mine, plain] = ["-m comment --comment mine -j permaban;", "-j permaban;"];
    assertEquals(status, 0, stderr);
    assertEquals(stdout.split("\n"), [
      ...[mine, mine, plain + mine, plain + mine, mine + mine],
      "",
    ], stderr);
    const said = stderr.split("\n").filter((line) => line.includes("warning"));
    assertEquals(
      said,
      new Array(3).fill(
        'permaban: warning: Chain "INPUT" jumps to "permaban" once more, by a rule with a comment, ' +
          "which is left there",
      ),
    );
  },
);

testWith(
  ["root", "unshare", "ip", "iptables-restore", "iptables-save"],
  "what is allowed and what is the machine's own is cut out of a listed network",
  async () => {
    using folder = new Folder();
    folder.write("list", "203.0.113.0/24\n2001:db8::/32\n127.0.0.1\n198.51.100.1\n");
    folder.write("allow", "203.0.113.7 # the office\n198.51.100.0/28\n");
    const { stdout, stderr, status } = await shell(
      `unshare -n sh -c '
        ip link set lo up && ip addr add 203.0.113.9/32 dev lo || exit 9
        PATH="${inTheOpen()}:$PATH"
        permaban restore --blocklist list --allowlist allow | iptables-restore --noflush
        iptables-save -t filter
        permaban add 203.0.113.8/31 --blocklist other --allowlist allow; echo $?'`,
      { cwd: folder.path },
    );
    assertEquals(status, 0, stderr);
    const expected = toRanges(["203.0.113.0/24"]).flatMap(([first, last]) =>
      [[first, first + 6n], [first + 8n, first + 8n], [first + 10n, last]] as const
    );
    assertEquals(toRanges(dropped(stdout)), expected);
    assertEquals(stdout.trimEnd().endsWith("\n4"), true);
    const words = stderr.split("\n").filter((line) => line.startsWith("permaban: "));
    assertEquals(words, [
      "permaban: warning: 127.0.0.1 is a loopback address and is left out of the batch",
      "permaban: warning: 203.0.113.9 is an address of this machine and is left out of the batch",
      "permaban: error: 203.0.113.8/31 holds 203.0.113.9, an address of this machine, " +
      "and was not added",
      "permaban: hint: what is protected is never blocked",
      'permaban: Added 0 entries to "other"',
    ]);
  },
);

testWith(["root", "unshare", "iptables-restore"], "no text in a list reaches a batch", async () => {
  using folder = new Folder();
  const next = random(9);
  const words = [
    "192.0.2.1",
    "2001:db8::1",
    "\n",
    "\n",
    "COMMIT",
    "-j ACCEPT",
    "*nat",
    ":INPUT ACCEPT",
    "#",
    ";",
    " ",
    "\t",
    "\r",
    "\0",
    "\xff",
    "\x1b",
    "/24",
    "/0",
    "$(id)",
    "`id`",
    "'",
    '"',
    "\\",
    "-A permaban",
  ];
  for (let round = 0; round < 25; round++) {
    const text = Array.from({ length: 60 }, () => words[Math.floor(next() * words.length)]).join(
      "",
    );
    folder.write("list", Uint8Array.from(text, (character) => character.charCodeAt(0)));
    const { stdout, stderr, status } = await shell(
      `permaban restore --blocklist list > batch; echo $?
      unshare -n iptables-restore --test --noflush < batch && cat batch`,
      { cwd: folder.path },
    );
    assertEquals(status, 0, stderr);
    for (const line of stdout.split("\n")) {
      assert(
        /^(?:[04]|# .*|\*filter|:permaban - \[0:0\]|-A permaban -s [\d.]+\/\d+ -j DROP|COMMIT|)$/
          .test(line),
        JSON.stringify({ line, text }),
      );
    }
  }
});

async function loadLongList(addresses: readonly string[], loader: Loader): Promise<void> {
  using folder = new Folder();
  const added = await permaban(["add", "-", "--blocklist", folder.at("list")], {
    stdin: addresses.join("\n"),
  });
  assertEquals(added.status, 0, added.stderr);
  assertEquals(folder.read("list").split("\n").length - 1, new Set(addresses).size);
  const { stdout, stderr, status } = await shell(
    `permaban restore --blocklist list | unshare -n sh -c '${loader.restore} --noflush && ${loader.save} -t filter'`,
    { cwd: folder.path },
  );
  assertEquals(status, 0, stderr);
  assertEquals(toRanges(dropped(stdout)), toRanges(ofFamily(addresses, 4)));
}

testWith(
  ["root", "unshare", "iptables-restore", "iptables-legacy-restore"],
  "100,000 addresses are added, restored, loaded and listed back",
  async () => {
    const addresses = Array.from({ length: 100_000 }, (_, at) => scattered(at));
    await Promise.all(LOADERS.slice(0, 2).map((loader) => loadLongList(addresses, loader)));
  },
);

const realList = Deno.env.get("PERMABAN_TEST_LIST");
Deno.test({
  name: `a real list is added, restored, loaded and listed back${
    realList ? "" : " (skipped: needs PERMABAN_TEST_LIST, a file of IPv4 addresses)"
  }`,
  ignore: !realList,
  fn: async () => {
    const addresses = (await Deno.readTextFile(realList ?? "")).trim().split("\n");
    assert(findTool("iptables-restore"));
    for (const loader of LOADERS.slice(0, 2)) await loadLongList(addresses, loader);
  },
});
