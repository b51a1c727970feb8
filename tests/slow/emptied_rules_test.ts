/**
 * The script that loads the list, on machines where others have emptied the rules.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "../e2e/machine.ts";
import { testWith } from "../tools.ts";

testWith(
  [...MACHINE_TOOLS, "nft", "ipset", "iptables-legacy-save", "ip6tables-legacy-save"],
  "a ban is no rule alone where others have emptied the rules, and a refresh sees what is missing",
  async () => {
    const { stdout, stderr } = await onMachine(`
      mkdir /run/bin
      firewall() { sh /run/firewall "$@" || echo "status $?"; }
      variant() {
        for family in iptables ip6tables; do
          for program in $family $family-save $family-restore; do
            ln -sf "$(command -v $family-$1\${program#$family})" /run/bin/$program
          done
        done
        PATH=/run/bin:$PATH
      }
      rules() {
        { iptables-save -t filter; ip6tables-save -t filter; ipset save; nft list ruleset; } 2>/dev/null |
          grep -c -e '-A.* permaban' -e '^add permaban' -e '@blocked' || :
      }
      # What others did, each followed by a ban and a refresh.
      try() {
        firewall load; rules >/run/count
        for what in "$@"; do
          sh -c "$what"
          firewall ban 192.0.2.$((last += 1)); printf '%s ' "$(($(rules) - $(cat /run/count)))"
          sh -c "$what"
          firewall refresh; printf '%s ' "$(($(rules) - $(cat /run/count)))"
          ${PROGRAM} remove -q 192.0.2.$last; firewall load
        done
        echo
      }
      last=0
      install() {
        ${PROGRAM} install --quiet --program ${PROGRAM} "$@" >/dev/null 2>&1
        sed "s#^PATH=.*#PATH=/run/bin:\\$PATH#" /etc/permaban/firewall >/run/firewall
      }
      awk 'BEGIN { for (n = 0; n < 300; n++) printf "198.%d.%d.1\\n2001:db8:%x::1\\n", n / 4 % 250, n % 250, n }' |
        ${PROGRAM} add -q -
      # What it names for batches by hand must not mislead it.
      mkdir -p /etc/permaban; printf '[restore]\\nchain = "mine"\\ntable = "raw"\\n' >>/etc/permaban/permaban.toml
      export PERMABAN_CONFIG=/etc/permaban/permaban.toml
      for variant in legacy nft; do
        variant $variant
        install --format iptables --hook INPUT --hook FORWARD
        try : 'iptables -F' 'ip6tables -F' 'iptables -F INPUT' 'iptables -D FORWARD -j permaban' 'iptables -F permaban'
        branch=$(iptables-save | sed -n 's/^:\\(permaban\\.[^ ]*\\) .*/\\1/p' | head -n 1)
        iptables -F "$branch"; firewall refresh; echo $(($(rules) - $(cat /run/count)))
        iptables-save | sed /permaban/d | iptables-restore; ip6tables-save | sed /permaban/d | ip6tables-restore
        install --format ipset
        try : 'iptables -F' 'iptables -F permaban' 'ipset flush permaban-4' 'ipset flush'
        iptables-save | sed /permaban/d | iptables-restore; ip6tables-save | sed /permaban/d | ip6tables-restore
        ipset destroy
      done
      install --format nft --hook INPUT --hook FORWARD
      try : 'nft flush ruleset' 'nft flush chain inet permaban forward' 'nft delete table inet permaban'`);
    // The second family is looked at by the refresh, not by the ban.
    const iptables = "1 1 1 1 -305 1 1 1 1 1 1 1 ";
    const ipset = "1 1 1 1 1 1 1 1 1 1 ";
    const both = [iptables, "0", ipset];
    assertEquals(stdout.split("\n"), [...both, ...both, "0 0 0 0 0 0 0 0 ", ""], stderr);
  },
);
