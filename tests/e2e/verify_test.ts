/**
 * Batches loaded by the real loaders, dumped, and verified: equal at first, and then with one thing changed.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatNetwork, type Network, shorten } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";
import { permaban, shell } from "./permaban.ts";

/** A firewall: how it is loaded and dumped, and changes to what is loaded with what they come to. */
interface Firewall {
  readonly name: string;
  readonly family: 4 | 6 | undefined;
  readonly tools: readonly string[];
  /** Loads the list, whatever is there. */
  readonly load: string;
  readonly save: string;
  readonly options: string;
  readonly changes: readonly Change[];
}

/** A change, in shell, and the lines that verify prints then, without the networks of the list. */
interface Change {
  readonly does: string;
  readonly script: string;
  readonly lines: readonly string[];
  /** The word that all networks of the list have then. */
  readonly word?: string;
}

function iptables(variant: string, family: 4 | 6): Firewall {
  const program = `ip${family === 6 ? "6" : ""}tables-${variant}`;
  const six = family === 6 ? " -6" : "";
  const address = family === 4 ? "203.0.113.77" : "2001:db8:ffff::7";
  const full = family === 4 ? 32 : 128;
  return {
    name: program,
    family,
    tools: [`${program}-restore`, `${program}-save`],
    // A jump that comes too late would be left where it is.
    load:
      `${program} -F INPUT; ${program}-save | permaban restore${six} -q --live - --hook INPUT --blocklist list |
      ${program}-restore -w --noflush`,
    save: `${program}-save -c`,
    options: "--hook INPUT",
    changes: [
      {
        does: "a rule is deleted",
        script: `rule=$(${program}-save -t filter | grep -m 1 -e '-j DROP')
          ${program} -D \${rule#-A }
          echo "missing	$(echo "$rule" | cut -d ' ' -f 4 | sed 's,/${full}$,,')"`,
        lines: [],
      },
      {
        does: "an address is added",
        // At the end, behind the rules that lead on, no packet would get to it.
        script: `${program} -I permaban 1 -s ${address} -j DROP`,
        lines: [`surplus	${address}`],
      },
      {
        does: "a rule of somebody else comes in between",
        script: `${program} -I permaban 1 -p tcp --dport 22 -j RETURN`,
        lines: ["foreign	-A permaban -p tcp -m tcp --dport 22 -j RETURN"],
        word: "conditional",
      },
      {
        does: "the jump is removed",
        script: `${program} -D INPUT -j permaban`,
        lines: ["no-jump	INPUT"],
      },
      {
        does: "the jump is doubled",
        script: `${program} -A INPUT -j permaban`,
        lines: ["double-jump	INPUT	2"],
      },
      {
        does: "connections that are known are accepted before",
        script: `${program} -I INPUT 1 -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
        lines: ["late-jump	INPUT	2"],
      },
      {
        does: "fail2ban puts its jump first",
        script: `${program} -N f2b-sshd; ${program} -A f2b-sshd -j RETURN
          ${program} -I INPUT 1 -p tcp -m multiport --dports 22 -j f2b-sshd`,
        lines: [],
      },
      {
        does: "packets are rejected",
        script:
          `${program}-save | permaban restore${six} -q --target reject --live - --hook INPUT \\
          --blocklist list | ${program}-restore -w --noflush`,
        lines: [],
        word: "wrong-target",
      },
      {
        does: "all is flushed",
        script: `${program} -F; ${program} -X`,
        lines: ["no-chain	permaban", "no-jump	INPUT"],
        word: "missing",
      },
    ],
  };
}

const IPSET: Firewall = {
  name: "ipset",
  family: undefined,
  tools: ["ipset"],
  // A set of another kind would be in its way.
  load: "ipset destroy; permaban restore --format ipset -q --blocklist list | ipset restore",
  save: "ipset save",
  options: "",
  changes: [
    {
      does: "an entry is deleted",
      script: `entry=$(ipset save permaban-6 | grep -m 1 '^add' | cut -d ' ' -f 3)
        ipset del permaban-6 "$entry"; echo "missing	$entry"`,
      lines: [],
    },
    {
      does: "an address is added",
      script: "ipset add permaban-4 203.0.113.77",
      lines: ["surplus	203.0.113.77"],
    },
    { does: "sets are flushed", script: "ipset flush", lines: [], word: "missing" },
    {
      does: "a set is gone",
      script: "ipset flush permaban-4; ipset destroy permaban-6",
      lines: ["no-set	permaban-6"],
      word: "missing",
    },
    {
      does: "a set of another type has the name",
      script: "ipset flush permaban-6; ipset destroy permaban-4; ipset create permaban-4 hash:ip",
      lines: ["set-type\tpermaban-4\thash:ip inet maxelem 65536"],
      word: "missing",
    },
    {
      does: "a spare set of another kind is left",
      script: `ipset flush permaban-6; ipset destroy permaban-4
        ipset create permaban-6+ hash:net family inet6`,
      lines: ["no-set	permaban-4", "set-type	permaban-6+	hash:net inet6 maxelem 65536"],
      word: "missing",
    },
  ],
};

const NFT: Firewall = {
  name: "nft",
  family: undefined,
  tools: ["nft"],
  load: "permaban restore --format nft -q --blocklist list | nft -f -",
  save: "nft -j list ruleset",
  options: "--hook prerouting",
  changes: [
    {
      does: "an element is deleted",
      script: "nft delete element inet permaban blocked4 '{ 192.0.2.1 }'",
      lines: ["missing	192.0.2.1"],
    },
    {
      does: "a rule of somebody else comes first",
      script: `nft insert rule inet permaban prerouting tcp dport 22 accept
        handle=$(nft -a list chain inet permaban prerouting | sed -n "s/.*accept # handle //p")
        echo "foreign	prerouting handle $handle	$(nft -j list chain inet permaban prerouting |
          grep -o '\\[{"match": {"op": "==", "left": {"payload": {"protocol": "tcp".*"accept": null}\\]' | tr -d ' ')"`,
      lines: [],
      word: "conditional",
    },
    {
      does: "an address is added",
      script: "nft add element inet permaban blocked4 '{ 203.0.113.77 }'",
      lines: ["surplus	203.0.113.77"],
    },
    {
      does: "sets are flushed",
      script: "nft flush set inet permaban blocked4; nft flush set inet permaban blocked6",
      lines: [],
      word: "missing",
    },
    {
      does: "the rules are gone",
      script: "nft flush chain inet permaban prerouting",
      lines: ["unused	blocked4", "unused	blocked6"],
      word: "unreached",
    },
    {
      does: "the chain is gone",
      script: "nft flush chain inet permaban prerouting; nft delete chain inet permaban prerouting",
      lines: ["no-base-chain	prerouting", "unused	blocked4", "unused	blocked6"],
      word: "unreached",
    },
    {
      does: "a chain drops all that leaves",
      script:
        "nft 'add chain inet permaban x { type filter hook output priority 0; policy drop; }'",
      lines: ["surplus-chain\tx\ttype filter hook output priority 0; policy drop"],
    },
    {
      does: "the chain sees first packets only",
      script: `nft -s list table inet permaban >t; nft delete table inet permaban
        sed 's/type filter hook prerouting priority raw/type nat hook prerouting priority dstnat/' t |
          nft -f -`,
      lines: [
        "no-base-chain\tprerouting",
        "surplus-chain\tprerouting\ttype nat hook prerouting priority -100; policy accept",
      ],
      word: "unreached",
    },
    {
      does: "packets are rejected",
      script: "permaban restore --format nft --target reject --blocklist list | nft -f -",
      lines: [],
      word: "wrong-target",
    },
    {
      does: "a set forgets after an hour",
      script: `nft list table inet permaban >t; nft delete table inet permaban
        sed '/set blocked4/,/flags/s/flags interval/flags interval,timeout; timeout 1h/' t | nft -f -
        permaban restore -q --layout flat --blocklist list |
          sed -n 's,^-A permaban -s ,temporary\\t,;s,/32 , ,;s, -j DROP$,,p'`,
      lines: [],
    },
    {
      does: "the table is gone",
      script: "nft delete table inet permaban",
      lines: ["no-table	permaban"],
      word: "missing",
    },
  ],
};

const FIREWALLS = [iptables("legacy", 4), iptables("nft", 6), IPSET, NFT];

/** A list with networks of both families: single ones, nested ones, and some that touch. */
function listOf(next: () => number, count: number): string {
  const hex = (bits: number) => Math.floor(next() * 2 ** bits).toString(16);
  const four = () => `10.${Math.floor(next() * 256)}.${Math.floor(next() * 256)}.`;
  return Array.from({ length: count }, () => {
    if (next() < 0.4) return next() < 0.5 ? `2001:db8:${hex(16)}::/48` : `2001:db8::${hex(12)}`;
    return next() < 0.3 ? `${four()}0/24` : `${four()}${Math.floor(next() * 256)}`;
  }).map((entry) => `${entry}\n`).join("");
}

/** Networks of any length: nested, side by side, near both ends of the space. */
function anyList(next: () => number): string {
  const below = (count: number) => Math.floor(next() * count);
  const networks = Array.from({ length: 1 + below(60) }, (): Network => {
    const spot = [0n, (1n << 128n) - 1n, 0x20010db8n << 96n][below(3)] ?? 0n;
    const six = spot ^ (BigInt(below(64)) << BigInt(below(122)));
    return next() < 0.5
      ? shorten({ family: 6, address: six, prefix: 128 }, below(129))
      : shorten({ family: 4, address: Number(six >> 96n), prefix: 32 }, below(33));
  });
  return networks.map((network) => `${formatNetwork(network)}\n`).join("");
}

for (const { name, tools, load, save, options } of FIREWALLS) {
  testWith(["root", "unshare", ...tools], `verify finds any list equal in ${name}`, async () => {
    using folder = new Folder();
    const next = random(40 + name.length);
    const rounds = Array.from({ length: 5 }, (_, at) => {
      folder.write(`list${at}`, anyList(next));
      return `${load}\n${save} > dump\npermaban verify ${options} --blocklist list dump`
        .replaceAll("--blocklist list", `--allow-wide --blocklist list${at}`);
    });
    folder.write("steps", rounds.map((round) => `${round}; echo $?\n`).join(""));
    const { stdout, stderr } = await shell("unshare -n sh steps", { cwd: folder.path });
    assertEquals(stdout, "0\n".repeat(rounds.length), stderr);
  });
}

/** Chains that ask the sets, verified as such. */
for (const family of [4, 6] as const) {
  const { name, tools, save } = iptables(family === 4 ? "nft" : "legacy", family);
  testWith(
    ["root", "unshare", "ipset", ...tools],
    `verify knows that ${name} asks a set`,
    async () => {
      using folder = new Folder();
      folder.write("list", "192.0.2.1\n2001:db8::1\n");
      const rule = `-A permaban -m set --match-set permaban-${family} src -j DROP`;
      const verify = `${save} | permaban verify -q --rules --hook INPUT --blocklist list; echo $?`;
      folder.write(
        "steps",
        `permaban restore --format ipset -q --blocklist list | ipset restore
      permaban restore ${
          family === 6 ? "-6 " : ""
        }--rules --hook INPUT | ${name}-restore -w --noflush
      ${verify}
      ${name} -I permaban 1 -p tcp -j RETURN
      ${verify.replace("-q ", "")}
      ${name} -F permaban
      ${verify.replace("-q ", "")}
      ${save} | permaban verify --hook INPUT --blocklist list`,
      );
      const { stdout } = await shell("unshare -n sh steps", { cwd: folder.path });
      assertEquals(stdout.split("\n"), [
        "0",
        "foreign\t-A permaban -p tcp -j RETURN",
        `no-rule\t${rule}`,
        "1",
        `no-rule\t${rule}`,
        "1",
        `missing\t${family === 4 ? "192.0.2.1" : "2001:db8::1"}`,
        "",
      ]);
    },
  );
}

testWith(["root", "unshare", "nft"], "verify never finds a table equal that is off", async () => {
  using folder = new Folder();
  folder.write("list", "192.0.2.1\n2001:db8::1\n");
  folder.write(
    "steps",
    `${NFT.load}; ${NFT.save} | permaban verify -q --blocklist list; echo $?
    nft 'add table inet permaban { flags dormant; }'
    for time in 1 2 3; do ${NFT.save} | permaban verify -q --blocklist list; echo $?; done`,
  );
  const { stdout, stderr } = await shell("unshare -n sh steps", { cwd: folder.path });
  // What nft 1.0.6 prints may be no JSON.
  assertMatch(stdout, /^0\n(?:[13]\n){3}$/, stderr);
});

/** Changes, one by one. */
for (const { name, family, tools, load, save, options, changes } of FIREWALLS) {
  testWith(["root", "unshare", ...tools], `verify knows what ${name} has loaded`, async () => {
    using folder = new Folder();
    const next = random(name.length);
    folder.write("list", "192.0.2.1\n2001:db8:1::1\n" + listOf(next, 1000));
    const verify = `${save} > dump; permaban verify ${options} --blocklist list dump`;
    const steps = changes.map(({ script }, at) =>
      `${load}; ${verify} > equal${at}; echo $?
      { ${script}
      } > expected${at} || exit 9
      ${verify} > found${at}; echo $?`
    );
    folder.write("steps", `set -u\n${steps.join("\n")}`);
    const { stdout, stderr, status } = await shell("unshare -n sh steps", { cwd: folder.path });
    assertEquals(status, 0, stderr);
    const statuses = stdout.split("\n");
    const format = family === 6 ? "ip6tables" : family === 4 ? "iptables" : name;
    const listed = await permaban(
      ["restore", "--json", "--format", format, "--blocklist", folder.at("list")],
    );
    const networks: string[] = JSON.parse(listed.stdout).networks;
    assert(networks.length > 200);
    for (const [at, { does, lines, word }] of changes.entries()) {
      assertEquals(folder.read(`equal${at}`), "", `before ${does}`);
      const expected = [
        ...lines,
        ...folder.read(`expected${at}`).split("\n").slice(0, -1),
        ...(word === undefined ? [] : networks.map((network) => `${word}\t${network}`)),
      ];
      assertEquals(folder.read(`found${at}`).split("\n").slice(0, -1), expected, does);
      const found = expected.length === 0 ? "0" : "1";
      assertEquals(statuses.slice(2 * at, 2 * at + 2), ["0", found], `${does}\n${stderr}`);
    }
  });
}
