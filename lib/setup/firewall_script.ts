/**
 * The script that puts the list into the firewall: permaban itself starts no program.
 *
 * The commands of each format stand in one place here, and fail2ban, systemd and cron call the
 * script. It works in files rather than pipes, because a shell does not tell when the first command
 * of a pipe failed, and under a lock, because two loads at once would both add the jump.
 *
 * @module
 */

import { leftRulesPart } from "./left_rules.ts";
import {
  FIREWALL_SCRIPT,
  type FirewallFormat,
  type SetupOptions,
  USUAL_ALLOWLIST,
} from "./setup_options.ts";

/** The chain, or the table of nft, that permaban keeps. */
const CHAIN = "permaban";

/**
 * Makes the script.
 *
 * @param options What it is made of.
 * @returns A script for any POSIX shell.
 */
export function firewallScript(options: SetupOptions): string {
  const parts = [COMMON, FORMATS[options.format](options), leftRulesPart(options), WORDS];
  return [head(options), ...parts].join("\n");
}

function head({ program, state, blocklist, allowlist }: SetupOptions): string {
  // One that is named must be there.
  const named = allowlist === USUAL_ALLOWLIST ? "" : ` --allowlist ${allowlist}`;
  return `#!/bin/sh
# Puts permaban's list into the firewall. Written by "permaban install".
#
#   ${FIREWALL_SCRIPT} load                  loads the list
#   ${FIREWALL_SCRIPT} refresh               loads it if something has changed
#   ${FIREWALL_SCRIPT} ban ADDRESS [JAIL]    puts an address on the list and blocks it at once
#   ${FIREWALL_SCRIPT} flush                 blocks nobody until the next load: a ban only lists
#
# The status is 0, or 4 if part of the list could not be loaded, or another one if nothing was done,
# 3 where a loader failed, whatever its own is: iptables-restore has a 4 too.
set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
permaban=${program}
places='--state ${state}${named}'
list=${blocklist}
allowlist=${allowlist}
run=/run/permaban
part=0
`;
}

const COMMON =
  `# Runs a command of permaban, whose result is good even if it could not read all of its input.
partly() {
  command=$1
  shift
  "$permaban" "$command" --quiet $places --blocklist "$list" "$@" && return
  code=$?
  [ "$code" = 4 ] || return "$code"
  part=4
}

as_it_is() { stat -c '%n %i %s %y %z' "$@" 2>/dev/null || :; }

# The files that a load depends on, as they are now.
inputs() { as_it_is "$list" "$allowlist" /etc/permaban/*; }

# A list of which nothing at all is understood is no empty one: what is loaded stays.
is_understood() {
  "$permaban" list --quiet --no-config $places --blocklist "$list" >"$run/list" 2>/dev/null
  [ $? != 4 ] || [ -s "$run/list" ] || {
    echo "$0: No line of $list is understood: what is loaded stays as it is" >&2
    return 3
  }
}

load() {
  is_understood || return
  rm -f "$run/flushed" "$run/loaded"
  inputs >"$run/inputs"
  load_list || return
  say_left
  mv "$run/inputs" "$run/loaded"
  return "$part"
}

# What is listed or allowed for a time only changes without a change of files: so an hour is enough.
# That others emptied chains or sets shows at once.
is_loaded() {
  [ -e "$run/loaded" ] && [ -z "$(find "$run/loaded" -mmin +60)" ] &&
    [ "$(inputs)" = "$(cat "$run/loaded")" ] && is_loaded_whole
}

refresh() {
  [ -e "$run/flushed" ] || is_loaded || load
}

ban() {
  before=$(as_it_is "$list")
  partly add --unless-pardoned \${2:+"--jail=$2"} -- "$1" || return
  # Who has flushed to get in must not be overruled by the next ban.
  if [ -e "$run/flushed" ]; then
    echo "$0: Nobody is blocked since a flush, till: $0 load" >&2
    return "$part"
  fi
  # It was listed, or it was refused.
  if [ "$before" = "$(as_it_is "$list")" ]; then
    refresh && return "$part"
  # Part of a network may be allowed: only a load knows.
  else
    case $1 in
    # An IPv4 address in the form of IPv6 is not for the rules of IPv6.
    *:*.* | *[!0-9A-Fa-f:.]*) load ;;
    *) block "$1" 2>/dev/null || load ;;
    esac && return "$part"
  fi
}

# Bans are only listed then, and a refresh does nothing.
flush() {
  rm -f "$run/loaded"
  : >"$run/flushed"
  list=$run/flushed
  load_list
}
`;

type ScriptPart = (options: SetupOptions) => string;

const FORMATS: Readonly<Record<FirewallFormat, ScriptPart>> = {
  iptables: iptablesPart,
  ipset: ipsetPart,
  nft: nftPart,
};

const WORDS = `case \${1-} in
load | refresh | flush) [ "$#" = 1 ] ;;
ban) [ "$#" = 2 ] || [ "$#" = 3 ] ;;
*) false ;;
esac || {
  echo "usage: $0 load|refresh|flush, or $0 ban ADDRESS [JAIL]" >&2
  exit 2
}
mkdir -p "$run" && exec 9>"$run/lock" && flock 9 || exit 3
"$@"
`;

/**
 * What iptables and the rules that ask an ipset have in common.
 *
 * @param options What the script is made of.
 * @param wanted How many rules there are to be, in words of the shell.
 */
function familyPart({ hooks }: SetupOptions, wanted: string): string {
  return `hooks='${hooks.join(" ")}'

# Calls a function for iptables, and for ip6tables where the machine has IPv6.
each_family() {
  function=$1
  shift
  "$function" iptables "$@" || return
  [ ! -e /proc/net/if_inet6 ] || "$function" ip6tables "$@"
}

rules_in() { grep -c '^-A ${CHAIN}[. ]' "$1"; }

# Whether the jumps are there, and no rule is missing.
is_whole() {
  "$1-save" -t filter >"$run/$1.live" 2>/dev/null || return
  for hook in $hooks; do
    grep -q -e "^-A $hook .*-[jg] ${CHAIN} " -e "^-A $hook .*-[jg] ${CHAIN}\$" "$run/$1.live" || return
  done
  [ "$(rules_in "$run/$1.live")" -ge ${wanted} ]
}

load_family() { # load_family iptables|ip6tables [OPTION…]
  family=$1
  shift
  "$family-save" -t filter >"$run/$family.live" || return 3
  # It does not say that there was no room for all of it, but the last line is a comment.
  tail -n 1 "$run/$family.live" | grep -q '^#' || {
    echo "$0: Cannot write $run/$family.live: is there room in $run?" >&2
    return 3
  }
  partly restore --format "$family" "$@" --live "$run/$family.live" >"$run/$family.batch" || return
  "$family-restore" -w --noflush <"$run/$family.batch" || return 3
}
`;
}

/** The names are said, since a configuration may have others, for batches that are loaded by hand. */
function wordsOf({ hooks, target, format }: SetupOptions): string {
  const names = format === "nft" ? `--chain ${CHAIN}` : `--chain ${CHAIN} --table filter`;
  return [names, `--target ${target}`, ...hooks.map((hook) => `--hook ${hook}`)].join(" ");
}

function iptablesPart(options: SetupOptions): string {
  const [drop, drop6] = options.target === "drop" ? ["DROP", "DROP"] : [
    "REJECT --reject-with icmp-port-unreachable",
    "REJECT --reject-with icmp6-port-unreachable",
  ];
  return `${familyPart(options, `"$(rules_in "$run/$1.batch")"`)}
is_loaded_whole() { each_family is_whole; }

load_list() { each_family load_asked ${wordsOf(options)}; }

load_asked() {
  load_family "$@" || return
  questions "$family" >"$run/$family.asked" && return
  rm -f "$run/$family.asked"
  echo "$0: Cannot write $run/$family.asked: is there room in $run?" >&2
  return 3
}

# A rule at the head of the chain, until the next load. In the same transaction it is asked whether the
# jumps and the first rule are still there: if others have emptied the chains, only a load will do.
block() {
  case $1 in
  *:*) block_by ip6tables "$1" "${drop6}" ;;
  *) block_by iptables "$1" "${drop}" ;;
  esac
}

block_by() { # block_by iptables|ip6tables ADDRESS TARGET
  # A rule about which nothing is asked might stand where no packet comes by.
  [ -s "$run/$1.asked" ] || return
  {
    echo '*filter'
    cat "$run/$1.asked"
    echo "-I ${CHAIN} -s $2 -j $3"
    echo COMMIT
  } | "$1-restore" -w --noflush
}

# The questions whether what a load found and put in is still there.
questions() { # questions iptables|ip6tables
  for hook in $hooks; do
    cat "$run/$1.live" "$run/$1.batch" |
      grep -q "^-[AI] $hook \\([0-9]* \\)\\{0,1\\}-j ${CHAIN}\$" || continue
    echo "-C $hook -j ${CHAIN}" || return
  done
  sed -n '/^-A ${CHAIN} /{ s/-A/-C/p; q; }' "$run/$1.batch"
}
`;
}

function ipsetPart(options: SetupOptions): string {
  return `${familyPart(options, "1")}
# Whether as many are in the set as the last load put there.
is_full() { # is_full 4|6
  count=$(ipset list -t "${CHAIN}-$1" 2>/dev/null) || return
  count=$(echo "$count" | sed -n 's/^Number of entries: //p')
  # Older ones do not say.
  [ -z "$count" ] || [ "$count" -ge "$(grep -c "^add ${CHAIN}-$1+ " "$run/ipset.batch")" ]
}

is_loaded_whole() { each_family is_whole && is_full 4 && is_full 6; }

load_list() {
  partly restore --format ipset --chain ${CHAIN} >"$run/ipset.batch" || return
  ipset restore <"$run/ipset.batch" || return 3
  each_family load_family --rules ${wordsOf(options)}
}

block() {
  is_loaded_whole || return
  case $1 in
  *:*) ipset add -exist ${CHAIN}-6 "$1" ;;
  *) ipset add -exist ${CHAIN}-4 "$1" ;;
  esac
}
`;
}

function nftPart(options: SetupOptions): string {
  const verdict = options.target === "drop" ? "drop" : "reject with icmpx type port-unreachable";
  const rules = options.hooks.map((hook) => {
    const field = hook === "output" ? "daddr" : "saddr";
    return `insert rule inet ${CHAIN} ${hook} $ip ${field} $1 counter ${verdict}`;
  });
  return `# Whether each chain is there and asks for what is blocked. To list one chain, nft reads all that is
# in the sets, seconds of it if they are large; only of the whole ruleset it leaves that out.
is_loaded_whole() {
  count=$({ nft -t list ruleset || nft list ruleset; } 2>/dev/null |
    sed -n '/^table inet ${CHAIN} {/,/^}/p' | grep -c @blocked4)
  [ "$count" = ${options.hooks.length} ]
}

load_list() {
  partly restore --format nft ${wordsOf(options)} >"$run/nft.batch" || return
  nft -f "$run/nft.batch" || return 3
}

# A rule at the head of each chain, until the next load: to add to a set of networks, nft first
# reads all of it from the kernel.
block() {
  is_loaded_whole || return
  case $1 in
  *:*) ip=ip6 ;;
  *) ip=ip ;;
  esac
  nft "${rules.join("; ")}"
}
`;
}
