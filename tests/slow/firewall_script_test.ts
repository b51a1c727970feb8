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
