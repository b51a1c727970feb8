/**
 * A machine with permaban installed, started for real: systemd reads the units and holds the programs
 * in them to what they are allowed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { bootMachine, testBooted } from "../e2e/booted_machine.ts";

const LISTED = "banned 10 192.0.2.7; permaban add --quiet 192.0.2.9 2001:db8::9";

/** What the scripts print, with all well. */
async function boots(prepare: string, ...scripts: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await bootMachine(prepare, ...scripts);
  assertEquals([status, stderr], [0, ""], stdout);
  return stdout;
}

/** How a list is loaded: the options of install, and what the firewall has before the network is up. */
const RULES = ["-A permaban -s 192.0.2.9/32 -j DROP", "-A permaban -s 2001:db8::9/128 -j DROP"];
const WAYS: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "iptables": ["", RULES],
  "the legacy iptables": ["", RULES],
  "ipset": ["--format ipset", ["add permaban-4 192.0.2.9", "add permaban-6 2001:db8::9"]],
  "nft": ["--format nft", ["elements = { 192.0.2.7, 192.0.2.9 }", "elements = { 2001:db8::9 }"]],
};
const TOOLS = ["fail2ban-client", "iptables-legacy", "ipset", "nft"];

for (const [way, [options, loaded]] of Object.entries(WAYS)) {
  const seen = loaded.map((line) => `grep -q -e '${line}' /run/before`).join(" && ");
  testBooted(TOOLS, `a machine blocks the list from its start on, by ${way}`, async () => {
    const result = await boots(
      `${LISTED}; for family in iptables ip6tables; do
        update-alternatives --quiet --set $family /usr/sbin/$family-${
        way === "the legacy iptables" ? "legacy" : "nft"
      }
      done`,
      // It is installed on a machine that runs.
      `install_it ${options}
      rules >/run/before; ${seen}
      is_well
      pack_again`,
      // From now on the list is loaded before there is a network.
      `${seen}
      # Listed by fail2ban's jail.
      banned 10 192.0.2.20; until_so is_loaded 192.0.2.20
      # Listed by the timer, from a log that the jail does not read.
      banned 10 192.0.2.40 /var/log/fail2ban.log.1; until_so is_loaded 192.0.2.40
      is_well
      systemctl show -P Result permaban-restore permaban-scan permaban | sort -u | grep .`,
      `${seen}; is_well; permaban list --quiet; is_loaded 192.0.2.20; is_loaded 192.0.2.40`,
    );
    assertEquals(
      result,
      "success\n192.0.2.9\n2001:db8::9\n192.0.2.7\n192.0.2.20\n192.0.2.40\n",
    );
  });
}

/**
 * Tidying /tmp, which takes longer than all else here: systemd has something of its own there while it
 * starts a service that has a /dev of its own.
 */
const TIDIED = `
cat >/usr/local/sbin/tidy <<'END'
import glob, os, time
end = time.monotonic() + 1
while time.monotonic() < end:
    for path in glob.glob("/tmp/namespace-dev-*/dev") + glob.glob("/tmp/namespace-dev-*"):
        try: os.rmdir(path)
        except OSError: pass
END
cd /etc/systemd/system
mkdir systemd-tmpfiles-setup.service.d
printf '[Unit]\\nWants=tidy.service\\n[Service]\\nExecStartPre=sleep 1.2\\n' \\
  >systemd-tmpfiles-setup.service.d/long.conf
printf '[Unit]\\nDefaultDependencies=no\\nBefore=local-fs-pre.target\\n[Service]\\nExecStart=python3 /usr/local/sbin/tidy\\nExecStartPost=sleep 0.2\\n' \\
  >tidy.service
`;

/** Has each service say in the journal what it may do. */
const PROBED = `
cat >/usr/local/sbin/probe <<'END'
exec 2>/dev/null
may() { name=$1; shift; ! "$@" >/dev/null || printf ' %s' "$name"; }
printf 'probe %s' "\${1%.service}"
for folder in /etc /usr /boot /var/log /var/lib/permaban /var/cache/permaban /tmp; do
  may write:$folder touch $folder/probe
done
may read:/root cat /root/probe
may read:/home cat /home/admin/probe
may namespace unshare --mount true
may device mknod /run/device b 7 0
may clock date --set 2020-01-01
echo '' $(grep -e CapBnd -e NoNewPrivs -e Seccomp: /proc/self/status | tr -d '\\t')
END
mkdir -p /home/admin; echo secret | tee /root/probe >/home/admin/probe
for unit in permaban-restore permaban-scan permaban; do
  mkdir -p /etc/systemd/system/$unit.service.d
  printf '[Service]\\nExecStartPre=sh /usr/local/sbin/probe %%n\\n' >/etc/systemd/system/$unit.service.d/probe.conf
done
`;

const HELD = "NoNewPrivs:1 Seccomp:2";

testBooted(TOOLS, "the programs in units may do what they must, and little else", async () => {
  const loader = `write:/var/cache/permaban CapBnd:0000000000003004 ${HELD}`;
  assertEquals(
    await boots(
      `${LISTED}\n${TIDIED}${PROBED}
      chown www-data /var/lib/permaban/blocklist; chmod 600 /var/lib/permaban/blocklist`,
      "install_it; pack_again",
      `grep -q -e '${RULES[0]}' /run/before
      banned 10 192.0.2.40 /var/log/fail2ban.log.1; until_so is_loaded 192.0.2.40
      is_well
      stat -c '%U %a' /var/lib/permaban/blocklist
      journalctl -b -o cat | grep '^probe' | sort -u`,
    ),
    `www-data 600\nprobe permaban ${loader}\nprobe permaban-restore ${loader}\n` +
      "probe permaban-scan write:/var/lib/permaban write:/var/cache/permaban " +
      `CapBnd:000000000000000d ${HELD}\n`,
  );
});

testBooted(TOOLS, "who empties the firewall does not free anybody", async () => {
  assertEquals(
    await boots(
      LISTED,
      "install_it; systemctl disable --quiet --now permaban.timer",
      `systemctl start nftables; is_loaded 192.0.2.9 || echo emptied
      systemctl restart permaban-restore; is_loaded 192.0.2.9
      systemctl restart nftables; until_so systemctl is-active permaban-restore; is_loaded 192.0.2.9
      systemctl reload nftables; until_so is_loaded 192.0.2.9
      is_well`,
    ),
    "emptied\n",
  );
});

testBooted(
  TOOLS,
  "what uninstall says stops all that systemd did, without a complaint",
  async () => {
    assertEquals(
      await boots(
        LISTED,
        "install_it",
        `until_so systemctl is-active permaban.timer
      permaban uninstall 2>&1 >/run/removed | sed -n 's/^permaban: hint: it remains to run: //p' >/run/commands
      grep wants /run/removed
      sh -e /run/commands >/run/said 2>&1; grep -v -e fail2ban -e 'systemctl daemon-reload' -e '^OK$' /run/said || :
      systemctl list-units --all --no-legend --plain 'permaban*'
      find /etc/systemd/system -name 'permaban*' ! -path '*.d*'
      rules | grep -e permaban -e 192.0.2.9 || :`,
      ),
      "removed\t/etc/systemd/system/multi-user.target.wants/permaban-restore.service\n" +
        "removed\t/etc/systemd/system/timers.target.wants/permaban.timer\n",
    );
  },
);

/** The unit that docs/cron.md has for those who do not install, and what else its programs may be. */
function unitsOfPage(): string[] {
  const page = join(dirname(dirname(dirname(fromFileUrl(import.meta.url)))), "docs/cron.md");
  const [unit = "", ...others] = [...Deno.readTextFileSync(page).matchAll(/^```ini\n(.*?)^```$/gms)]
    .map(([, text = ""]) => text);
  return [unit, ...others.map((programs) => unit.replace(/(?:^ExecStart=.*\n)+/m, programs))];
}

const BY_HAND = [WAYS["iptables"], WAYS["nft"], WAYS["ipset"]];

testBooted(TOOLS, "the units in docs/cron.md load the list before the network is up", async () => {
  const units = unitsOfPage();
  assertEquals(units.length, BY_HAND.length);
  const [first = "", ...others] = units.map((unit, index) =>
    `cat >/etc/systemd/system/permaban-restore.service <<'END'\n${unit}END\n` +
    `systemctl --quiet enable permaban-restore; echo ${index}`
  );
  const seen = BY_HAND.map((way) =>
    `is_well; ${way?.[1].map((line) => `grep -q -e '${line}' /run/before`).join(" && ")}`
  );
  assertEquals(
    await boots(
      `permaban add --quiet 192.0.2.7 192.0.2.9 2001:db8::9\n${first}`,
      ...seen.map((check, index) => `${check}\n${others[index] ?? ""}`),
    ),
    "0\n1\n2\n",
  );
});
