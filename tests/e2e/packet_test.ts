/**
 * Sends packets between network namespaces, through what each format loads.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { scattered } from "./address_ranges.ts";
import { shell } from "./permaban.ts";

/** How a batch is loaded, and what becomes of packets then. */
interface Case {
  readonly name: string;
  readonly load: string;
  /** Of a listed address to the machine, in both families. */
  readonly input: "answered" | "dropped" | "rejected";
  /** Of a listed address through the machine. */
  readonly forward: "answered" | "dropped" | "rejected";
  /** Of the machine to a listed address. */
  readonly output: "answered" | "dropped" | "rejected";
}

const both = (words: string, variant: string) =>
  `permaban restore -q ${words} | iptables-${variant}-restore -w --noflush
  permaban restore -q -6 ${words} | ip6tables-${variant}-restore -w --noflush`;
const sets = "permaban restore -q --format ipset --blocklist list | ipset restore";
const ALL = { input: "dropped", forward: "dropped", output: "dropped" } as const;

const CASES: readonly Case[] = [
  {
    name: "iptables, a flat chain",
    load: both("--blocklist list --layout flat --hook INPUT", "legacy"),
    ...{ ...ALL, forward: "answered" },
  },
  {
    name: "iptables, a tree of chains",
    load: both("--blocklist list --hook INPUT --hook FORWARD", "nft"),
    ...ALL,
  },
  {
    name: "ipset with legacy rules",
    load: `${sets}\n${both("--rules --hook INPUT --hook FORWARD", "legacy")}`,
    ...ALL,
  },
  {
    name: "ipset with rules of the nft variant",
    load: `${sets}\n${both("--rules --table raw --hook PREROUTING", "nft")}`,
    ...ALL,
  },
  {
    name: "ipset, answering",
    load: `${sets}\n${both("--rules --target reject --hook INPUT", "nft")}`,
    ...{ input: "rejected", forward: "answered", output: "dropped" },
  },
  {
    name: "nft",
    load: "permaban restore -q --format nft --blocklist list | nft -f -",
    ...ALL,
  },
  {
    name: "nft, answering",
    load: "permaban restore -q --format nft --target reject --blocklist list | nft -f -",
    ...{ input: "rejected", forward: "rejected", output: "dropped" },
  },
  {
    name: "nft, what is for the machine",
    load: "permaban restore -q --format nft --hook INPUT --blocklist list | nft -f -",
    ...{ ...ALL, forward: "answered" },
  },
  {
    name: "nft, what goes through the machine",
    load: "permaban restore -q --format nft --hook forward --blocklist list | nft -f -",
    ...{ input: "answered", forward: "dropped", output: "answered" },
  },
  {
    name: "nft, what leaves the machine",
    load: "permaban restore -q --format nft --hook output --priority 0 --blocklist list | nft -f -",
    ...{ input: "dropped", forward: "answered", output: "dropped" },
  },
];

/** Three hosts: an outer one with a listed and a clean address, the machine, one behind it. */
const NETWORK = `
trap 'for host in out in behind; do ip netns del $net$host; done' EXIT
for host in out in behind; do
  ip netns add $net$host; ip -n $net$host link set lo up
  # No waiting for another host that has the same address.
  ip netns exec $net$host sh -c 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad'
done
ip link add v0 netns \${net}in type veth peer name v0 netns \${net}out
ip link add v1 netns \${net}in type veth peer name v0 netns \${net}behind
address() { ip -n $net$1 addr add $2 dev $3; ip -n $net$1 link set $3 up; }
address in 10.99.0.1/24 v0; address in fd99::1/64 v0
address in 10.98.0.1/24 v1; address in fd98::1/64 v1
address out 10.99.0.9/24 v0; address out fd99::9/64 v0
# Not on the link itself, where an address that is blocked could not even be found.
for end in 2 3; do address out 203.0.113.$end/32 lo; address out 2001:db8:1::$end/128 lo; done
address behind 10.98.0.2/24 v0; address behind fd98::2/64 v0
ip netns exec \${net}in sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
ip -n \${net}out route add default via 10.99.0.1; ip -n \${net}out route add default via fd99::1
ip -n \${net}in route add default via 10.99.0.9; ip -n \${net}in route add default via fd99::9
ip -n \${net}behind route add default via 10.98.0.1; ip -n \${net}behind route add default via fd98::1
probe() {
  if ip netns exec $net$2 ping -c 1 -W 0.4 \${4:+-I $4} $3 > ping-$1 2>&1; then echo answered > $1
  elif grep -qi unreachable ping-$1; then echo rejected > $1
  else echo dropped > $1; fi
}
probes() {
  probe in4 out 10.99.0.1 203.0.113.2 & probe in6 out fd99::1 2001:db8:1::2 &
  probe through4 out 10.98.0.2 203.0.113.2 & probe through6 out fd98::2 2001:db8:1::2 &
  probe out4 in 203.0.113.2 & probe out6 in 2001:db8:1::2 &
  probe clean1 out 10.99.0.1 203.0.113.3 & probe clean2 out fd99::1 2001:db8:1::3 &
  probe clean3 out 10.98.0.2 203.0.113.3 & probe clean4 out fd98::2 2001:db8:1::3 &
  probe clean5 in 203.0.113.3 & probe clean6 in 2001:db8:1::3 & wait
  cat in4 in6 through4 through6 out4 out6 | tr '\\n' ' '; cat clean? | uniq
}
`;

testWith(
  [
    ...["root", "ip", "ping", "ipset", "nft"],
    ...["iptables-legacy-restore", "iptables-nft-restore", "ip6tables-legacy-restore"],
  ],
  "packets of listed addresses stop where they should, and no others, in each format",
  async () => {
    using folder = new Folder();
    // Long enough for a tree of chains.
    const others = Array.from({ length: 300 }, (_, at) => `${scattered(at)}\n2001:db8::${at}\n`);
    folder.write("list", `203.0.113.2\n2001:db8:1::2\n${others.join("")}`);
    CASES.forEach(({ load }, at) => folder.write(`load-${at}`, `set -e\n${load}\n`));
    const { stdout, stderr, status } = await shell(
      `set -e
      net=pb${Deno.pid}
      ${NETWORK}
      exec 2>&1
      inside() { ip netns exec \${net}in "$@"; }
      for try in 1 2 3 4 5 6 7 8 9; do
        probes > first; grep -q "^\\(answered \\)*answered$" first && break
      done
      for at in ${[...CASES.keys()].join(" ")}; do
        inside sh load-$at
        probes
        for program in iptables-legacy ip6tables-legacy iptables-nft ip6tables-nft; do
          for table in filter raw; do inside $program -t $table -F; inside $program -t $table -X; done
        done
        inside nft flush ruleset; inside ipset destroy
      done`,
      { cwd: folder.path },
    );
    assertEquals(status, 0, stdout + stderr);
    const results = stdout.trim().split("\n");
    assertEquals(
      CASES.map(({ name }, at) => `${name}: ${results[at]}`),
      CASES.map(({ name, input, forward, output }) =>
        `${name}: ${[input, forward, output].flatMap((end) => [end, end]).join(" ")} answered`
      ),
    );
  },
);
