/**
 * A real fail2ban server on a machine that permaban was installed on, and packets from another one.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";

/** What a test with a server needs. */
export const SERVER_TOOLS = [...MACHINE_TOOLS, "fail2ban-client", "ping", "ipset", "nft"] as const;

/** How each format shows that the list is loaded: once, and with which addresses. */
const SHOW = {
  iptables: `iptables-save | grep -c -e '-A INPUT -j permaban'
    iptables-save | sed -n 's#^-A permaban -s \\([^ /]*\\).*#\\1#p'`,
  ipset: `iptables-save | grep -c -e '-A INPUT -j permaban'
    ipset save | sed -n 's/^add permaban-4 \\([^ ]*\\).*/\\1/p'`,
  nft: `nft list tables | grep -c 'inet permaban'
    nft list table inet permaban | grep -o '[0-9.]\\{7,\\}' | sort -u || :`,
} as const;

/** What stands in a dump of each. */
const DUMP = {
  iptables: "{ iptables-save; ip6tables-save; }",
  ipset: "{ iptables-save; ip6tables-save; ipset save; }",
  nft: "nft -j list ruleset",
} as const;

/** The other host, with two addresses, and a server with a jail that bans whom it is told. */
export const SERVER = `
mkdir -p /run/fail2ban
# Nobody answers questions of names here, and fail2ban asks for its own.
echo 'hosts: files' >/etc/nsswitch.conf
ip netns add out; ip -n out link set lo up
trap 'fail2ban-client stop >/dev/null 2>&1 || :; ip netns del out' EXIT
ip link add v0 type veth peer name v0 netns out
ip addr add 10.99.0.1/24 dev v0; ip link set v0 up; ip route add default via 10.99.0.9
ip -n out addr add 10.99.0.9/24 dev v0; ip -n out link set v0 up
for end in 7 8; do ip -n out addr add 203.0.113.$end/32 dev lo; done
send() { ip netns exec out ping -q -W 1 -I "$@" 10.99.0.1; }
answered() { send "$1" -c 1 >/dev/null && echo "$1 answered" || echo "$1 dropped"; }
cat >/etc/fail2ban/filter.d/web.conf <<'END'
[Definition]
failregex = ^bad <HOST>$
END
cat >/etc/fail2ban/jail.local <<'END'
[sshd]
enabled = false
[web]
enabled = true
filter = web
logpath = /var/log/auth.log
action =
END
server() { fail2ban-client "$@" >/run/answer 2>&1 || { cat /run/answer; exit 1; }; }
bans() { # bans COUNT ADDRESS: through one client, which takes a while to start
  for turn in $(seq $1); do echo "set web banip $2"; echo "set web unbanip $2"; done |
    fail2ban-client -i >/run/answer 2>&1 || :
}
within() { # within SECONDS COMMAND…: waits for it to succeed
  left=$1; shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1)); [ $left -gt 0 ] || { echo "still not: $*"; return; }
    sleep 0.1
  done
}
started_by() { sed -n 's/^ExecStart=//p' /etc/systemd/system/$1; }
list() { sed 's/ .* jails=/ /' /var/lib/permaban/blocklist; }
`;

/**
 * Has an address banned ten times by another jail, restarts fail2ban, plays a reboot, and removes it.
 *
 * @param format How the list is loaded.
 */
export async function tryServer(format: keyof typeof SHOW): Promise<void> {
  const { stdout, stderr, status } = await onMachine(`${SERVER}
    show() { ${SHOW[format]}; }
    doctor() { ${DUMP[format]} | ${PROGRAM} doctor --quiet - | grep firewall || echo loaded; }
    ${PROGRAM} install --quiet --format ${format} --part fail2ban --part systemd \\
      --program ${PROGRAM} >/dev/null
    server start
    within 50 fail2ban-client status permaban
    echo '= banned nine times, and ten times'
    bans 9 203.0.113.8; bans 10 203.0.113.7
    within 100 grep -q 203.0.113.7 /var/lib/permaban/blocklist
    # The address is on the list a moment before it is in the chain.
    within 50 flock -n /run/permaban/lock true
    list; show; answered 203.0.113.7; answered 203.0.113.8; doctor
    echo '= restarted'
    cp /var/lib/permaban/blocklist /run/before
    ip netns exec out ping -q -i 0.02 -I 203.0.113.7 10.99.0.1 >/run/pings & pinging=$!
    server restart
    within 50 fail2ban-client status permaban
    within 50 flock -n /run/permaban/lock true
    kill -INT $pinging; wait $pinging || :
    grep -o '[0-9]* received' /run/pings
    cmp /run/before /var/lib/permaban/blocklist && show
    echo '= after a reboot'
    server stop
    answered 203.0.113.7
    rm -r /run/permaban
    iptables -F; ip6tables -F; iptables -X; ip6tables -X; nft flush ruleset; ipset destroy
    answered 203.0.113.7
    $(started_by permaban-restore.service)
    show; answered 203.0.113.7; doctor
    server start
    within 50 fail2ban-client status permaban
    within 50 flock -n /run/permaban/lock true
    show
    echo '= removed'
    ${PROGRAM} remove --quiet 203.0.113.7
    $(started_by permaban-scan.service); $(started_by permaban.service)
    list; answered 203.0.113.7; doctor
    server restart
    within 50 fail2ban-client status permaban
    $(started_by permaban-scan.service); $(started_by permaban.service)
    list; show; answered 203.0.113.7; doctor
    echo '= and banned ten times again'
    # fail2ban's jail still holds it for banned, for ten minutes; the timer does not wait for that.
    sleep 1
    bans 10 203.0.113.7
    # fail2ban bans in a thread of its own, and may not have written of all of it yet.
    logged() { [ "$(grep -c '\\[web\\] Ban 203.0.113.7' /var/log/fail2ban.log)" = 20 ]; }
    within 50 logged
    $(started_by permaban-scan.service); $(started_by permaban.service)
    list; answered 203.0.113.7`);
  assertEquals(
    stdout.split("\n"),
    [
      "= banned nine times, and ten times",
      ...["203.0.113.7 web", "1", "203.0.113.7"],
      ...["203.0.113.7 dropped", "203.0.113.8 answered", "loaded"],
      "= restarted",
      ...["0 received", "1", "203.0.113.7"],
      "= after a reboot",
      ...["203.0.113.7 dropped", "203.0.113.7 answered"],
      ...["1", "203.0.113.7", "203.0.113.7 dropped", "loaded", "1", "203.0.113.7"],
      "= removed",
      ...["203.0.113.7 answered", "loaded", "1", "203.0.113.7 answered", "loaded"],
      "= and banned ten times again",
      ...["203.0.113.7 web:10", "203.0.113.7 dropped"],
      "",
    ],
    stderr,
  );
  assertEquals(status, 0);
}
