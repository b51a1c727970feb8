/**
 * `permaban doctor` on a machine with a firewall: nothing is said where all is well, and the commands
 * that it names mend what it finds.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { testWith } from "../tools.ts";
import { DEBIAN, Image } from "./image.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";

const TOOLS = [...MACHINE_TOOLS, "nft", "ipset"];

/** What prints what is loaded, by how it is. */
const DUMPS = {
  iptables: "iptables-save; ip6tables-save",
  ipset: "iptables-save; ip6tables-save; ipset save",
  nft: "nft -j list ruleset",
} as const;

/** Sets a machine up as its admin would, up to the first load. */
function setUp(format: keyof typeof DUMPS, part: "systemd" | "cron"): string {
  const enable = [
    "ln -s /x $units/timers.target.wants/permaban.timer",
    "ln -s /x $units/multi-user.target.wants/permaban-restore.service",
  ].join("; ");
  return `
    units=/etc/systemd/system
    mkdir -p $units/timers.target.wants $units/multi-user.target.wants
    time=$(date -d '2 hours ago' '+%Y-%m-%d %H:%M:%S')
    for at in $(seq 12); do
      echo "$time,085 fail2ban.actions        [27932]: NOTICE  [sshd] Ban 192.0.2.7"
    done >/var/log/fail2ban.log
    mount -t tmpfs none /usr/local/sbin && ln -s /bin/true /usr/local/sbin/cron
    ${PROGRAM} install --quiet --format ${format} --part fail2ban --part config --part ${part} \\
      --program ${PROGRAM} >/dev/null 2>&1
    ${part === "systemd" ? enable : ""}
    ${PROGRAM} scan --incremental --update --quiet
    /etc/permaban/firewall load
    doctor() { { ${DUMPS[format]}; } | ${PROGRAM} doctor - 2>/dev/null || :; }
    mend() { doctor | sed -n 's/.*\\trun: //p' | while read -r command; do eval "$command"; done; }
`;
}

for (const part of ["systemd", "cron"] as const) {
  for (const format of ["iptables", "ipset", "nft"] as const) {
    testWith(TOOLS, `doctor says nothing of a machine with ${format} and ${part}`, async () => {
      const { stdout, stderr, status } = await onMachine(`${setUp(format, part)}
        doctor`);
      assertEquals([stdout, stderr, status], ["", "", 0]);
    });
  }
}

/** What is done to the firewall, by how it is loaded. */
const BREAKS = {
  iptables: [
    "iptables -F permaban",
    "iptables -D INPUT -j permaban; ip6tables -D INPUT -j permaban",
    "iptables -I INPUT -p tcp -j ACCEPT",
    "iptables -D INPUT -j permaban; iptables -A INPUT -p tcp -j permaban",
    "iptables -A INPUT -j permaban",
    "iptables -I permaban -j RETURN",
    "/etc/permaban/firewall flush",
  ],
  ipset: [
    "ipset flush",
    "iptables -F permaban",
    "iptables -F permaban; ipset destroy permaban-4; ipset create permaban-4 list:set; " +
    "iptables -A permaban -m set --match-set permaban-4 src -j DROP",
  ],
  nft: [
    "nft flush ruleset",
    "nft flush set inet permaban blocked4",
    "nft 'flush chain inet permaban prerouting'",
    "nft 'add table inet permaban { flags dormant; }'",
  ],
} as const;

for (const format of ["iptables", "ipset", "nft"] as const) {
  testWith(TOOLS, `what doctor says mends a firewall with ${format}`, async () => {
    const { stdout, stderr, status } = await onMachine(`${setUp(format, "systemd")}
      ${
      BREAKS[format].map((command) =>
        `${command}\n[ -n "$(doctor)" ] || echo unseen; mend >/run/mend 2>&1; doctor`
      ).join("\n")
    }`);
    assertEquals([stdout, stderr, status], ["", "", 0]);
  });
}

testWith(TOOLS, "doctor follows the links that fail2ban follows", async () => {
  const { stdout } = await onMachine(`${setUp("iptables", "systemd")}
    printf '[Definition]\\nloglevel = ERROR\\n' >/etc/quiet
    ln -s ../quiet /etc/fail2ban/fail2ban.local
    doctor`);
  assertStringIncludes(stdout, "/etc/fail2ban/fail2ban.local:2: fail2ban's log level ERROR leaves");
});

testWith(
  TOOLS,
  "doctor takes a link to /dev/null for an empty file, as fail2ban does",
  async () => {
    const { stdout, status } = await onMachine(`${setUp("iptables", "systemd")}
    ln -s /dev/null /etc/fail2ban/jail.d/distribution.local
    ln -s /dev/null /etc/fail2ban/fail2ban.d/distribution.conf
    doctor`);
    assertEquals([stdout, status], ["", 0]);
  },
);

testWith(TOOLS, "doctor takes for meant what a scan is told, too", async () => {
  const { stdout } = await onMachine(`${setUp("iptables", "systemd")}
    unset PERMABAN_CONFIG
    printf '[permaban]\\nmaxretry = 5\\nfindtime = 180d\\n' >/etc/fail2ban/jail.d/permaban.local
    doctor
    printf '[scan]\\nmin-bans = 5\\nwithin = "180d"\\n' >/etc/permaban/permaban.toml
    echo configured
    doctor`);
  const [first = "", second = "", ...rest] = stdout.split("\n");
  assertStringIncludes(
    first,
    'permaban.local:2: permaban\'s jail has "maxretry = 5", where install',
  );
  assertStringIncludes(second, 'permaban.local:3: permaban\'s jail has "findtime = 180d", where');
  assertEquals(rest, ["configured", ""]);
});

testWith(
  TOOLS,
  "doctor says what the configuration names and the script does not load",
  async () => {
    const { stdout } = await onMachine(`${setUp("iptables", "systemd")}
    unset PERMABAN_CONFIG; mkdir -m 700 /var/lib/other; cp /var/lib/permaban/* /var/lib/other
    echo 'state = "/var/lib/other"' >/etc/permaban/permaban.toml
    doctor
    ${PROGRAM} install --quiet >/dev/null
    doctor`);
    assertEquals(
      stdout,
      "wrong\tconfiguration\t/etc/permaban/permaban.toml:1: commands use the blocklist " +
        "/var/lib/other/blocklist, and /etc/permaban/firewall loads /var/lib/permaban/blocklist\t" +
        "run: permaban install, which takes over what stands there; or take it out\n",
    );
  },
);

Deno.test("install says what the units do not see", async () => {
  using image = new Image(...DEBIAN);
  const { stderr, status } = await image.run("install", "--quiet", "--blocklist", "/home/x/list");
  assertEquals([stderr.split("\n")[0], status], [
    'permaban: warning: The units do not see "/home/x/list", since ProtectHome=yes hides /home ' +
    "and /root from them",
    0,
  ]);
});
