/**
 * A machine that is started for real, with systemd as its first process (tools/boot.sh).
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { findTool, testWith } from "../tools.ts";
import { type Ended, shell } from "./permaban.ts";

const BOOT = join(dirname(dirname(dirname(fromFileUrl(import.meta.url)))), "tools/boot.sh");
const EXECUTABLE = Deno.env.get("PERMABAN");

/** What a machine takes; systemd itself is on no PATH. */
const TOOLS = [
  ...["root", "unshare", "mount", "setpriv", "timeout", "ip", "iptables-restore", "systemctl"],
];

/** Seconds that a start and its script may take. */
const PATIENCE = 120;

/** Why there is no machine here, or `undefined`. The kernel decides, so no tool makes up for it. */
const refusal = await whyNot();

async function whyNot(): Promise<string | undefined> {
  if (EXECUTABLE === undefined) return "the executable, in PERMABAN";
  if (Deno.uid() !== 0 || !TOOLS.slice(1).every(findTool)) return undefined;
  const { status, stderr } = await shell(`exec sh ${BOOT} --check`);
  if (status === 77) return stderr.trim();
  if (status === 0) return undefined;
  throw new Error(`boot.sh --check: ${stderr}`);
}

/**
 * Registers a test on a machine that is started.
 *
 * @param tools The programs it needs besides.
 * @param name Its name.
 * @param body The test.
 */
export function testBooted(
  tools: readonly string[],
  name: string,
  body: () => Promise<void>,
): void {
  if (refusal === undefined) return testWith([...TOOLS, ...tools], name, body);
  Deno.test({ name: `${name} (skipped: ${refusal})`, ignore: true, fn: body });
}

/** A unit that stands for what brings up the network; what the firewall has then is in /run/before. */
const NETWORK = `[Unit]
DefaultDependencies=no
Wants=network.target network-pre.target
After=network-pre.target
Before=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '{ iptables-save; ip6tables-save; ipset save; nft list ruleset; } >/run/before 2>/dev/null; ip link set lo up'
`;

/** Before the first start: the program and fail2ban are there, and sshd's jail has banned once. */
const PREPARED = `set -eu
mv permaban /usr/local/bin/
printf '[sshd]\\nenabled = true\\nbackend = polling\\n' >/etc/fail2ban/jail.local
mv network.service /etc/systemd/system/
# The timer of five minutes comes every other second.
mkdir /etc/systemd/system/permaban.timer.d
printf '[Timer]\\nOnBootSec=\\nOnBootSec=1s\\nOnUnitInactiveSec=2s\\nRandomizedDelaySec=0\\nAccuracySec=100ms\\n' \\
  >/etc/systemd/system/permaban.timer.d/often.conf
mkdir /etc/systemd/system/multi-user.target.wants
ln -s /etc/systemd/system/network.service /lib/systemd/system/fail2ban.service \\
  /etc/systemd/system/multi-user.target.wants
`;

/** Words for the scripts. */
const WORDS = `set -eu
# Adds bans of a jail to the log: banned TIMES ADDRESS [LOG]
banned() {
  for turn in $(seq "$1"); do
    echo "$(date '+%F %T'),085 fail2ban.actions        [79]: NOTICE  [sshd] Ban $2"
  done >>"\${3:-/var/log/fail2ban.log}"
}
# Waits until something holds: until COMMAND…
until_so() {
  for turn in $(seq 100); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  echo "in vain: $*"
  return 1
}
rules() { { iptables-save; ip6tables-save; ipset save; nft list ruleset; } 2>/dev/null; }
is_loaded() { rules | grep -q -e "[ {]$1[,/ ]" -e " $1\$"; }
# What permaban install says remains to be done is done.
install_it() {
  permaban install --quiet "$@" >/dev/null
  permaban install "$@" 2>&1 >/dev/null | sed -n 's/^permaban: hint: it remains to run: //p' >/run/commands
  sh -e /run/commands >/run/said 2>&1 || { cat /run/said; return 1; }
}
# Has the next start unpack the program. Whatever unpacks it now would do so again meanwhile.
pack_again() {
  systemctl stop permaban.timer permaban.service permaban-scan.service fail2ban.service
  rm -r /var/cache/permaban
}
# Says what has failed, once all is done that a start does.
is_well() {
  systemctl is-system-running --wait >/dev/null || :
  systemctl list-units --failed --no-legend --plain 'permaban*' 'fail2ban*' network.service
  journalctl -b -q -p warning -u 'permaban*' --no-pager
}
`;

/**
 * Starts a machine once for each script.
 *
 * @param prepare A script that is run before.
 * @param scripts The scripts.
 * @returns What they print, and the status.
 */
export async function bootMachine(prepare: string, ...scripts: readonly string[]): Promise<Ended> {
  using folder = new Folder();
  Deno.copyFileSync(EXECUTABLE ?? "", folder.at("permaban"));
  folder.write("network.service", NETWORK);
  folder.write("prepare", PREPARED + WORDS + prepare);
  const boots = scripts.map((script, index) => {
    folder.write(`boot-${index + 1}`, WORDS + script);
    return `boot-${index + 1}`;
  });
  return await shell(`exec sh ${BOOT} ${PATIENCE} ${folder.path} prepare ${boots.join(" ")}`);
}
