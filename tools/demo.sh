#!/bin/sh
# demo.sh: shows permaban's main job on the sample logs, from bans to a loaded firewall.
#
# PERMABAN is the program to show (dist/permaban). Works in a folder of its own, which is removed at
# the end. The last step needs root: it loads the batch in a network namespace of its own, so that
# the machine's own firewall is never touched. Ends with an error if any step fails.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
program=${PERMABAN:-dist/permaban}
case $program in /*) ;; *) program=$root/$program ;; esac
# The deno that was built with, for a packet to send.
# shellcheck disable=SC1091
[ ! -f "$root/.tools/env.sh" ] || . "$root/.tools/env.sh"
# Where the firewall's tools are, should the PATH of this user leave it out.
PATH=$PATH:/usr/sbin:/sbin
# Times of logs are local; with one zone for all the demo looks the same everywhere.
export TZ=UTC
# Whatever configuration this machine has is none of the demo's.
export PERMABAN_CONFIG=

# The commands below call it by its short name.
permaban() { "$program" "$@"; }

heading() { printf '\n== %s\n' "$*"; }
say() { printf '%s\n' "$*"; }
fail() {
  printf 'demo: error: %s\n' "$*" >&2
  exit 1
}

# show COMMAND: prints a command line and runs exactly that.
show() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}

# top FILE: the first lines of a long file, and how many there are.
top() {
  printf '\n$ head -n 20 %s\n' "$1"
  head -n 20 "$1"
  lines=$(wc -l <"$1")
  [ "$lines" -le 20 ] || say "… ($((lines)) lines)"
}

offenders_from_logs() {
  heading '1. Who was banned ten times or more? (nine logs of several versions, rotated, gzipped)'
  say
  ls logs
  show "permaban scan --min-bans 10 --within 10y 'logs/fail2ban.log*' > offenders"
  show 'cat offenders'
  [ -s offenders ] || fail 'no offenders in the sample logs'
}

blocklist_from_offenders() {
  heading '2. Put them on the blocklist, a plain text file'
  show "permaban scan --update --min-bans 10 --within 10y $list 'logs/fail2ban.log*'"
  show 'cat blocklist'
  [ "$(grep -c '^[0-9a-f]' blocklist)" -ge 1 ] || fail 'nothing got onto the blocklist'
}

edit_by_hand() {
  heading '3. Edit it by hand, here or in any editor'
  show "permaban add 192.0.2.99 2001:db8:bad::/48 --comment 'scans ports' $list"
  show "permaban remove 192.0.2.99 $list"
  show "permaban list --long $list"
  ! grep -q '^192\.0\.2\.99 ' blocklist || fail 'a removed address is still on the blocklist'
}

batch_from_blocklist() {
  heading '4. Print the batch for the firewall'
  show "permaban restore --hook INPUT $list > batch4"
  top batch4
  show "permaban restore -6 --hook INPUT $list > batch6"
  top batch6
}

# Says what keeps this machine from loading the batch; nothing if nothing does.
obstacle() {
  [ "$(id -u)" = 0 ] || { say 'this needs root'; return; }
  for tool in unshare ip iptables-restore iptables-save ip6tables-restore ip6tables-save; do
    command -v "$tool" >/dev/null || { say "$tool is not installed"; return; }
  done
  unshare -n true 2>/dev/null || { say 'no network namespace can be made here'; return; }
  unshare -n iptables-save >/dev/null 2>&1 || say 'iptables does not work here'
}

load_batch() {
  heading '5. Load it, in a network namespace of its own'
  why=$(obstacle)
  if [ -n "$why" ]; then
    say "Not shown: $why. As root, with iptables and iproute2 installed, run: make demo"
    return
  fi
  unshare -n sh "$root/tools/demo.sh" --in-namespace
}

in_namespace() {
  # Asked for by the first part of this script, and by nobody else.
  [ -s batch4 ] && [ -z "$(ip -o link show up)" ] || fail 'not in a fresh network namespace'
  ip link set lo up
  load 4 iptables
  load 6 ip6tables
  prove 4 iptables 10.77.0.1 10.77.0.2 "$(first_of batch4)"
  prove 6 ip6tables fd77::1 fd77::2 "$(first_of batch6)"
}

# load FAMILY TOOL: loads a batch and reads it back.
load() {
  show "$2-restore -w --noflush < batch$1" || fail "$2-restore refused the batch"
  show "$2-save | grep -c -e '-j DROP'" || :
  loaded=$("$2-save" | grep -c -e '-s .*-j DROP') || :
  wanted=$(grep -c -e '-s .*-j DROP' "batch$1") || :
  [ "$wanted" -gt 0 ] || fail "there is no rule in batch$1"
  [ "$loaded" = "$wanted" ] || fail "$2 has $loaded rules, the batch has $wanted"
}

# An address that the batch drops: the first single one, or else one in the first network.
first_of() {
  one=$(sed -n 's|^-A [^ ]* -s \([^ /]*\)\(/32\)\{0,1\} -j DROP$|\1|p' "$1" | head -n 1)
  [ -n "$one" ] || one=$(sed -n 's|^-A [^ ]* -s \([^ ]*::\)/[0-9]* -j DROP$|\11|p' "$1" | head -n 1)
  say "$one"
}

# dropped TOOL: how many packets its DROP rules have met.
dropped() { "$1-save" -c | sed -n 's/^\[\([0-9]*\):.*-j DROP$/\1/p' | awk '{ n += $1 } END { print n + 0 }'; }

# prove FAMILY TOOL SERVER CLEAN BLOCKED: one packet from each of two addresses, one is dropped.
prove() {
  say
  say "A packet to $3 from $4, which is not on the list, and one from $5, which is:"
  for address in "$3" "$4" "$5"; do
    if ! ip "-$1" address add "$address" dev lo 2>/dev/null; then
      say "Not shown: there is no IPv$1 in this namespace."
      return
    fi
  done
  if ! send "$1" "$4" "$3"; then
    say 'Not shown: there is no ping, node or deno to send a packet with.'
    return
  fi
  [ "$(dropped "$2")" = 0 ] || fail "a packet from $4 was dropped"
  send "$1" "$5" "$3"
  show "$2-save -c | grep -e '-j DROP' | grep -v '^\\[0:0\\]'" || fail "no rule met the packet from $5"
}

# send FAMILY FROM TO: one packet.
send() {
  if command -v ping >/dev/null; then
    # The answer to a blocked address never comes.
    ping "-$1" -c 1 -W 1 -I "$2" "$3" >/dev/null 2>&1 || :
  elif command -v node >/dev/null; then
    node -e "$datagram" "$1" "$2" "$3"
  elif command -v "${DENO:-deno}" >/dev/null; then
    "${DENO:-deno}" eval --no-config "$datagram" "$1" "$2" "$3"
  else
    return 1
  fi
}
datagram='import("node:dgram").then(({ createSocket }) => {
  const [family, from, to] = process.argv.slice(-3);
  const socket = createSocket("udp" + family);
  socket.bind(0, from, () => socket.send("hello", 9, to, () => socket.close()));
});'

if [ "${1:-}" = --in-namespace ]; then
  in_namespace
  exit
fi

[ -x "$program" ] || fail "there is no $program, run: make build"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cp -R "$root/tests/testdata/sample-logs" "$tmp/logs"
cd "$tmp"
list='--state .'

offenders_from_logs
blocklist_from_offenders
edit_by_hand
batch_from_blocklist
load_batch
say
say 'That is all. The folder of this demo is removed again.'
