/**
 * The script that loads the list, where an admin or the machine does what is not usual.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "../e2e/machine.ts";
import { testWith } from "../tools.ts";

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "a ban after a flush is listed, and blocks nobody until the next load",
  async () => {
    const { stdout, stderr } = await onMachine(`
    firewall() { /etc/permaban/firewall "$@" || echo "status $?"; }
    rules() {
      { iptables-save; ip6tables-save; ipset save; nft list table inet permaban; } 2>/dev/null |
        grep -c -e '^-A permaban -s' -e '^add permaban' -e 'elements = ' -e 'ip saddr 192' || :
    }
    for format in iptables ipset nft; do
      ${PROGRAM} install --quiet --format $format --program ${PROGRAM} >/dev/null 2>&1
      printf '192.0.2.1\n198.51.100.1\n' >/var/lib/permaban/blocklist
      firewall load; rules; firewall flush; rules
      firewall ban 192.0.2.2 sshd; rules
      # Listed already, of another family, a network; and with nothing left of it at all.
      firewall ban 192.0.2.1; firewall ban 2001:db8::1; firewall ban 203.0.113.0/31; rules
      iptables -F; nft flush ruleset; ipset destroy 2>/dev/null || :
      firewall ban 192.0.2.3; firewall refresh; rules
      ls /run/permaban/flushed; grep -c . /var/lib/permaban/blocklist
      firewall load; rules; ls /run/permaban | grep flushed || :
      nft flush ruleset; ipset destroy 2>/dev/null || :
    done`);
    const kept = ["0", "0", "0", "0", "/run/permaban/flushed", "6"];
    assertEquals(
      stdout.split("\n"),
      [...["2", ...kept, "5"], ...["2", ...kept, "5"], ...["1", ...kept, "2"], ""],
      stderr,
    );
    assertEquals(stderr.match(/Nobody is blocked since a flush, till: .*/g), [
      ...new Array(15).fill("Nobody is blocked since a flush, till: /etc/permaban/firewall load"),
    ]);
  },
);

testWith(
  MACHINE_TOOLS,
  "a ban without what the last load left behind loads anew, or fails where there is no room for it",
  async () => {
    const { stdout, stderr } = await onMachine(`
    firewall() { /etc/permaban/firewall "$@" 2>>/run/errors || echo "status $?"; }
    rules() { { iptables-save; ip6tables-save; } | grep -c -e "-j permaban" -e "^-A permaban -s" || :; }
    fill() { cat /dev/zero >/run/permaban/all 2>/dev/null || :; }
    mkdir /run/permaban; mount -t tmpfs -o size=1m none /run/permaban
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null 2>&1
    ${PROGRAM} add -q 192.0.2.1 2001:db8::1
    firewall load; rules
    for what in 'rm /run/permaban/*.asked' ': >/run/permaban/iptables.asked; : >/run/permaban/ip6tables.asked'; do
      iptables -F INPUT; ip6tables -F INPUT; eval "$what"
      firewall ban 192.0.2.$((last = \${last-1} + 2)); rules
    done
    echo '= no room'
    rm /run/permaban/*; fill; iptables -F INPUT
    firewall ban 192.0.2.21; firewall load; firewall refresh; rules
    sort -u /run/errors
    echo '= room for the dump, and for nothing else'
    rm /run/permaban/all /run/errors; firewall load; rules
    # As a load fills files, the last of them is what finds no room.
    sed '/^questions()/a cat /dev/zero >$run/all 2>/dev/null' /etc/permaban/firewall >/run/firewall
    sh /run/firewall load 2>/run/errors || echo "status $?"; ls /run/permaban | grep -x iptables.asked || :
    grep room /run/errors
    firewall ban 192.0.2.41; rm /run/permaban/all; firewall ban 192.0.2.43; rules`);
    const noRoom = (name: string) =>
      `/etc/permaban/firewall: Cannot write /run/permaban/${name}: is there room in /run/permaban?`;
    assertEquals(
      stdout.split("\n"),
      [
        ...["4", "5", "6"],
        "= no room",
        ...["status 3", "status 3", "status 3", "5", noRoom("iptables.live")],
        "= room for the dump, and for nothing else",
        "7",
        ...["status 3", noRoom("iptables.asked").replace("/etc/permaban", "/run")],
        ...["status 3", "9", ""],
      ],
      stderr,
    );
  },
);

testWith(
  [...MACHINE_TOOLS, "iptables-legacy-save", "iptables-nft-save"],
  "the command that takes the rules out takes no others with it, nor what is banned meanwhile",
  async () => {
    const { stdout, stderr } = await onMachine(`
    mkdir /run/bin; export PATH="/run/bin:$PATH"
    ${PROGRAM} install --quiet --part config --format iptables --hook INPUT --hook FORWARD \\
      --program ${PROGRAM} >/dev/null
    sed "s#^PATH=.*#PATH=/run/bin:\\$PATH#" /etc/permaban/firewall >/run/firewall
    # A tree of thousands of chains.
    awk 'BEGIN { for (n = 0; n < 50000; n++)
      printf "%d.%d.%d.1\\n2001:db8:%x:%x::1\\n", n % 90 + 30, n * 7 % 251, n / 3 % 253, n, n * 31 % 65536 }' |
      ${PROGRAM} add -q -
    ${PROGRAM} uninstall 2>&1 >/dev/null | sed -n 's/.*it remains to run: //p' >/run/todo
    others() { { iptables-save -t filter; ip6tables-save -t filter; } | grep -v '^#'; }
    for variant in legacy nft; do
      for family in iptables ip6tables; do
        for program in $family $family-save; do
          ln -sf "$(command -v $family-$variant\${program#$family})" /run/bin/$program
        done
        # What others do while the command runs.
        cat >/run/bin/$family-restore <<END
#!/bin/sh
[ ! -e /run/meanwhile ] || $family-$variant -A f2b -m comment --comment "of $variant" -j REJECT
exec $family-$variant-restore "\\$@"
END
        chmod +x /run/bin/$family-restore
        $family -N f2b; $family -N permaban-mine; $family -N permaban.mine
        $family -A INPUT -j f2b; $family -A FORWARD -j permaban-mine; $family -A OUTPUT -j permaban.mine
        $family -A INPUT -m comment --comment 'x -j permaban' -j ACCEPT
        $family -P FORWARD DROP
      done
      others >/run/before
      # Nothing is there yet, or anymore.
      sh -e /run/todo; others | diff /run/before - && echo nothing
      sh /run/firewall load
      iptables -I OUTPUT -m comment --comment 'say "no"' -g permaban
      echo "$(($(others | grep -c '^:permaban\\.\\.') / 1000)) thousand"
      : >/run/meanwhile; sh -e /run/todo; others | diff /run/before - | grep '^[<>]' || :
      rm /run/meanwhile
    done`);
    const variant = (name: string) => [
      ...["nothing", "2 thousand"],
      ...["icmp", "icmp6"].map((protocol) =>
        `> -A f2b -m comment --comment "of ${name}" -j REJECT --reject-with ${protocol}-port-unreachable`
      ),
    ];
    assertEquals(stdout.split("\n"), [...variant("legacy"), ...variant("nft"), ""], stderr);
  },
);

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "each load says what was loaded in another way, exactly as long as it is there",
  async () => {
    const { stdout, stderr } = await onMachine(`
    # With nobody reading what it says remains to be run.
    install() {
      for round in 1 2; do
        ${PROGRAM} install --quiet --part config --program ${PROGRAM} "$@" >/dev/null 2>&1
      done
    }
    load() { /etc/permaban/firewall load 2>/run/said; sed -n 's/^[^ ]*: \\(.*\\)[.] This.*/\\1/p' /run/said; }
    run() { sed -n 's/^.*[.] This [a-z ]*: //p' /run/said >/run/todo; sh -e /run/todo; load; cat /run/said; }
    ${PROGRAM} add -q 192.0.2.1 2001:db8::1
    install --format iptables --hook INPUT --hook FORWARD; load; echo = hooks
    install --no-hook; load; load
    # Who jumps there by hand may do so.
    iptables -N mine; iptables -A mine -j permaban; run
    for step in 'iptables ipset' 'ipset iptables' 'ipset nft' 'nft ipset' 'iptables nft' 'nft iptables'; do
      echo "= $step"; install --format \${step% *}; load >/dev/null; run >/dev/null
      install --format \${step#* }; load; load; run
    done
    # Nothing that the script did not load itself.
    rm -r /run/permaban; nft add table inet permaban; echo = by hand; load; cat /run/said`);
    const hook = "FORWARD is no hook any more and still jumps to the list";
    const left = (...formats: string[]) =>
      formats.map((format) => `What ${format} loaded before is still there`);
    const twice = (lines: string[]) => [...lines, ...lines];
    assertEquals(stdout.split("\n"), [
      ...["= hooks", ...twice([hook, hook])],
      ...["= iptables ipset"],
      ...["= ipset iptables", ...twice(left("ipset"))],
      ...["= ipset nft", ...twice(left("iptables", "ipset"))],
      ...["= nft ipset", ...twice(left("nft"))],
      ...["= iptables nft", ...twice(left("iptables"))],
      ...["= nft iptables", ...twice(left("nft"))],
      ...["= by hand", ""],
    ], stderr);
  },
);
