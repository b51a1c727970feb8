/**
 * The pages in docs: what they say to run works, in the order of the page.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { testWith } from "../tools.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "../e2e/machine.ts";

const DOCS = join(dirname(dirname(dirname(fromFileUrl(import.meta.url)))), "docs");

/** A machine with a server that runs; what would reach out of it says only what it would do. */
const MACHINE = `
exec 2>&1
mount -t tmpfs none /usr/local/bin
ln -s ${PROGRAM} /usr/local/bin/permaban
tell() { printf '#!/bin/sh\\n%s\\n' "$2" >/run/bin/$1; chmod +x /run/bin/$1; }
mkdir -p /run/fail2ban /run/bin /root; PATH=/run/bin:$PATH
tell systemctl 'echo "systemctl $*"'
tell nsenter 'shift 3; exec "$@"'
echo 'hosts: files' >/etc/nsswitch.conf
printf '[sshd]\\nenabled = true\\nbackend = polling\\nignoreip = 198.51.100.7\\n' >/etc/fail2ban/jail.local
for turn in 1 2 3 4 5 6 7 8 9 10; do
  echo "$(date '+%F %T'),085 fail2ban.actions [27932]: NOTICE  [sshd] Ban 192.0.2.7"
done >/var/log/fail2ban.log
trap 'fail2ban-client stop >/dev/null || :' EXIT
fail2ban-client start >/dev/null 2>&1
# A note of permaban's own that something needs doing is no failure: timers are not enabled here.
permaban() { command permaban "$@" || { [ "$1 $?" = "doctor 1" ] || exit; }; }
`;

function commandsIn(page: string): string {
  const blocks = Deno.readTextFileSync(join(DOCS, `${page}.md`)).matchAll(/^```sh\n(.*?)^```$/gms);
  return [...blocks].map(([, text = ""]) => text).join("");
}

/** The examples in README that run the program; root needs no sudo, and nobody reads a pager. */
function examplesInReadme(): string {
  return commandsIn("../README").split("\n")
    .map((line) => line.replace(/^sudo /, "").replace(/ \| less\b/, ""))
    .filter((line) => /^(?:permaban|sh -c 'permaban) /.test(line))
    .join("\n");
}

/** Runs a page's commands; what they and a last one print. */
async function run(page: string, before: string, last: string): Promise<string> {
  const script = [MACHINE, before, "set -e", commandsIn(page), "echo ====", last].join("\n");
  const { stdout, status } = await onMachine(script);
  assertEquals(status, 0, stdout);
  const [printed = "", result] = stdout.split("====\n");
  assert(result !== undefined, printed);
  return result;
}

const TOOLS = [...MACHINE_TOOLS, "fail2ban-client"] as const;
const RULES = "iptables-save | grep -e '^-A' | sort";

testWith([...TOOLS, "ipset", "nft"], "the examples of README work", async () => {
  const { stdout, status } = await onMachine(`${MACHINE}
    echo '203.0.113.9  # fail2ban/2025-11-22: Perma-Banned' >/etc/fail2ban/ip.blocklist.repeatoffender
    cd /run; set -e
    ${examplesInReadme()}
    echo ====
    permaban list; iptables-save | grep -c -e '-A permaban'; ipset save | grep -c '^add'
    nft list set inet permaban blocked4 | grep -c 192.0.2.7; grep -c '<h1' week.html`);
  assertEquals(status, 0, stdout);
  const [printed = "", result] = stdout.split("====\n");
  // Of the formats, iptables comes first: its chain then holds the rule that asks the set.
  assertEquals(result, "192.0.2.7\n203.0.113.9\n1\n2\n1\n1\n", printed);
});

testWith(TOOLS, "what docs/fail2ban.md says works", async () => {
  assertEquals(
    await run(
      "fail2ban",
      "",
      `${RULES}; fail2ban-client get permaban maxretry; permaban allow list`,
    ),
    "-A INPUT -j permaban\n-A permaban -s 192.0.2.7/32 -j DROP\n5\n198.51.100.7\n",
  );
});

testWith(TOOLS, "what docs/cron.md says works", async () => {
  const line =
    "sed -n 's/^[*]\\/5 [* ]* root //p' /etc/cron.d/permaban >/run/line; sh -e /run/line";
  assertEquals(
    await run("cron", "", `iptables -F; ${line}; ${RULES}`),
    "-A INPUT -j permaban\n-A permaban -s 192.0.2.7/32 -j DROP\n",
  );
  // The line to be written by hand is the same as in README.
  const lineIn = (path: string) =>
    /^\*\/5 .*$/m.exec(Deno.readTextFileSync(join(DOCS, path)))?.[0] ?? path;
  const byHand = lineIn("cron.md");
  assertEquals(byHand, lineIn("../README.md"));
  const { stdout } = await onMachine(`${MACHINE}
    ${byHand.replace(/^.* root /, "")}
    ${byHand.replace(/^.* root /, "")}
    ${RULES}`);
  assertEquals(stdout, "-A INPUT -j permaban\n-A permaban -s 192.0.2.7/32 -j DROP\n");
});

testWith(TOOLS, "what docs/containers.md says works", async () => {
  assertEquals(
    await run(
      "containers",
      "permaban add --quiet 192.0.2.7; mkdir -p /srv/fail2ban/log",
      `${RULES} | uniq; grep -c /srv/fail2ban /etc/systemd/system/permaban-scan.service`,
    ),
    "-A DOCKER-USER -j permaban\n-A INPUT -j permaban\n-A permaban -s 192.0.2.7/32 -j DROP\n1\n",
  );
});

testWith(TOOLS, "what docs/recipe.md says works", async () => {
  const recipe = `
    printf '[Definition]\\nfailregex = ^never <HOST>$\\n' >/etc/fail2ban/filter.d/repeatoffender.conf
    printf '[Definition]\\nactionban = echo ip.blocklist.<name>\\n' >/etc/fail2ban/action.d/repeatoffender.conf
    printf '[repeatoffender]\\nenabled = true\\nfilter = repeatoffender\\naction = repeatoffender\\nbackend = polling\\nlogpath = /var/log/fail2ban.log\\n' >>/etc/fail2ban/jail.local
    echo '192.0.2.1  # fail2ban/2025-11-22: Perma-Banned' >/etc/fail2ban/ip.blocklist.repeatoffender
    fail2ban-client reload >/dev/null`;
  const last =
    `${RULES}; permaban doctor --json 2>/dev/null | grep -A2 '"recipe"'; fail2ban-client status`;
  const result = await run("recipe", recipe, last);
  assertEquals(
    result.replaceAll(/^\s+|,$/gm, "").replace(/\|?- N[^\n]*\n/, ""),
    "-A INPUT -j permaban\n-A permaban -s 192.0.2.1/32 -j DROP\n" +
      '"about": "recipe"\n"state": "ok"\n' +
      '"message": "Of the recipe there are files, but no jail is enabled"\n' +
      "Status\n`- Jail list:\tpermaban, sshd\n",
  );
});

testWith(TOOLS, "what docs/moving.md says works", async () => {
  // The other server is a folder.
  const old = `
    mkdir -p /srv/old/etc/permaban /srv/old/var/lib/permaban
    echo '203.0.113.5 # permaban since=2026-01-01T00:00:00Z' >/srv/old/var/lib/permaban/blocklist
    echo '203.0.113.6' >/srv/old/etc/permaban/allowlist
    for name in installed installed.lock firewall firewall~ firewall.2~; do
      echo 'of another machine' >/srv/old/etc/permaban/$name
    done
    tell ssh 'shift; case $1 in "tar -C / "*) cd /srv/old; eval "tar $(echo "$1" | cut -c 10-)"; exit ;; esac
      permaban=$1; shift; exec $permaban "$@" --state /srv/old/var/lib/permaban --allowlist /srv/old/etc/permaban/allowlist'`;
  assertEquals(
    await run(
      "moving",
      old,
      `${RULES}; permaban list; permaban allow list; grep -rl 'of another' /etc/permaban || :`,
    ),
    "-A INPUT -j permaban\n-A permaban -s 192.0.2.7/32 -j DROP\n-A permaban -s 203.0.113.5/32 -j DROP\n" +
      "203.0.113.5\n192.0.2.7\n203.0.113.6\n",
  );
});
