/**
 * `permaban doctor`, on images of machines: one that is well, and what is found when one thing is not.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Image } from "../e2e/image.ts";
import { ago, ban, complaints, doctor, DUMP, healthy, LOG, scan } from "./healthy_machine.ts";

Deno.test("doctor says nothing where all is well, and what it looked at when asked", async () => {
  using image = await healthy();
  assertEquals(await complaints(image), []);
  assertEquals(await complaints(image, DUMP), []);
  const { stdout, stderr, status } = await doctor(image);
  assertEquals(
    stdout,
    "unknown\tfirewall\tNo file tells whether the list is loaded\t" +
      "{ iptables-save; ip6tables-save; } | permaban doctor -\n",
  );
  assertEquals(status, 0);
  assertStringIncludes(stderr, "things: nothing needs doing");
  const before = image.files();
  const verbose = await doctor(image, "--verbose");
  for (
    const line of [
      "ok\tlogs\t13 bans in 2 logs",
      "ok\thistory\tThe history is in step with the logs",
      "ok\tlogrotate\t/etc/logrotate.d/fail2ban:1: rotated logs are kept long enough",
      "ok\tschedule\tpermaban.timer reads the logs every 5 minutes",
      "ok\tschedule\tpermaban-restore.service loads the list at boot",
      "ok\tpermissions\tOnly root can write to permaban's files",
    ]
  ) assertStringIncludes(verbose.stdout, `${line}\n`);
  const json = await doctor(image, "--json");
  const { findings, wrong } = JSON.parse(json.stdout);
  assertEquals([findings.length, wrong], [verbose.stdout.trimEnd().split("\n").length, 0]);
  assertEquals(findings.at(-1), {
    about: "firewall",
    state: "unknown",
    message: "No file tells whether the list is loaded",
    wayOut: "{ iptables-save; ip6tables-save; } | permaban doctor -",
  });
  assertEquals(image.files(), before);
});

/** What is done to a machine on which all is well, and what is said then. */
const CASES: readonly (readonly [string, (image: Image) => unknown, readonly string[]])[] = [
  [
    "a log level that hides bans",
    (image) => image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\n\nloglevel = WARNING\n"),
    [
      "fail2ban | /etc/fail2ban/fail2ban.local:3: fail2ban's log level WARNING leaves out bans | " +
      'set "loglevel = INFO" there, then: fail2ban-client set loglevel INFO',
    ],
  ],
  [
    "a log that is no file",
    (image) => image.write("etc/fail2ban/fail2ban.local", "[Definition]\nlogtarget = SYSLOG\n"),
    [
      "logs | fail2ban logs to SYSLOG, not to a file that could be read | " +
      'set "logtarget = /var/log/fail2ban.log" in /etc/fail2ban/fail2ban.local, then: ' +
      "fail2ban-client reload; or name the file its lines end up in: permaban install --log FILE",
    ],
  ],
  [
    "a database that forgets",
    (image) => image.write("etc/fail2ban/fail2ban.local", "[Definition]\ndbpurgeage = 2d\n"),
    [
      "fail2ban | /etc/fail2ban/fail2ban.local:2: fail2ban forgets bans after 2d, and the jail " +
      'looks back a year | set "dbpurgeage = 1y" there, then: fail2ban-client reload',
    ],
  ],
  ...(["[DEFAULT]\ndbfile = None\n", "[Definition]\ndbfile = :memory:\n"].map((text) =>
    [
      `no database: ${text.split("\n")[1]}`,
      (image: Image) => image.write("etc/fail2ban/fail2ban.local", text),
      [
        "fail2ban | /etc/fail2ban/fail2ban.local:2: fail2ban has no database, and forgets all bans " +
        'when it stops | set "dbfile = /var/lib/fail2ban/fail2ban.sqlite3" there, then: ' +
        "fail2ban-client reload",
      ],
    ] as const
  )),
  [
    "the recipe in use",
    (image) => image.write("etc/fail2ban/jail.local", "[repeatoffender]\nenabled = true\n"),
    [
      `recipe | /etc/fail2ban/jail.local:2: The recipe's jail "repeatoffender" is enabled beside ` +
      `permaban's | set "enabled = false" there, then: fail2ban-client stop repeatoffender`,
    ],
  ],
  ["no log", (image) => [LOG, `${LOG}.1`].forEach((path) => Deno.removeSync(image.at(path))), [
    "logs | There is no log /var/log/fail2ban.log | install -m 640 -o root -g adm /dev/null " +
    "/var/log/fail2ban.log; systemctl restart fail2ban; fail2ban-client get logtarget says whether " +
    "it logs elsewhere",
  ]],
  ["logs of something else", async (image) => {
    image.write(LOG, "GET / 200\n".repeat(3));
    Deno.removeSync(image.at(`${LOG}.1`));
    await scan(image);
  }, [
    "logs | No line in /var/log/fail2ban.log is like one of fail2ban's | name the log that it " +
    "writes with --log, or look at logformat in fail2ban.local",
  ]],
  [
    "a log in another form",
    (image) => image.write(`${LOG}.2.xz`, new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0])),
    [
      "logs | /var/log/fail2ban.log.2.xz: Cannot read xz data | unpack it, or pipe it: xzcat FILE | permaban scan -",
    ],
  ],
  [
    "a scan that has stopped",
    (image) => Deno.writeTextFileSync(image.at(LOG), ban(ago(4 * 3600)), { append: true }),
    [
      "history | /var/log/fail2ban.log has lines that nobody has read for 4 hours | run it and " +
      "see: systemctl start permaban.service; journalctl -u permaban-scan.service",
    ],
  ],
  [
    "lines that the next run will read",
    (image) => Deno.writeTextFileSync(image.at(LOG), ban(ago(120)), { append: true }),
    [],
  ],
  [
    "a history that is not there",
    (image) => Deno.removeSync(image.at("var/lib/permaban/history")),
    [
      "history | There is no history /var/lib/permaban/history yet | run it and see: systemctl " +
      "start permaban.service; journalctl -u permaban-scan.service",
    ],
  ],
  ["a history that is damaged", (image) => image.write("var/lib/permaban/history", "nonsense"), [
    'history | Cannot use history "/var/lib/permaban/history": It is damaged, or no history at ' +
    'all | the next "permaban scan --incremental" sets it aside and reads all logs again',
  ]],
  [
    "a timer that is off",
    (image) => Deno.removeSync(image.at("etc/systemd/system/timers.target.wants/permaban.timer")),
    [
      "schedule | permaban.timer is there and not enabled | systemctl enable --now permaban.timer",
    ],
  ],
  [
    "nothing at boot",
    (image) =>
      Deno.removeSync(image.at("etc/systemd/system/multi-user.target.wants"), { recursive: true }),
    [
      "schedule | permaban-restore.service is there and not enabled | systemctl enable " +
      "permaban-restore.service",
    ],
  ],
  [
    "logs that are thrown away",
    (image) => image.write("etc/logrotate.d/fail2ban", `/${LOG} {\n  rotate 0\n}\n`),
    [
      "logrotate | /etc/logrotate.d/fail2ban:1: rotated logs are deleted at once, and with them " +
      'what was not read yet | set "rotate 4" there',
    ],
  ],
  [
    "logs that are taken away",
    (image) => image.write("etc/logrotate.d/fail2ban", `/var/log/*.log {\n  olddir old\n}\n`),
    [
      'logrotate | /etc/logrotate.d/fail2ban:1: "olddir old" takes rotated logs where they are not ' +
      "looked for | take it out, or have them read, too: permaban scan '/var/log/fail2ban.log*' " +
      "'/var/log/old/*'",
    ],
  ],
  [
    "logs that are renamed",
    (image) => image.write("etc/logrotate.d/fail2ban", `/${LOG} {\n  extension .log\n}\n`),
    [
      'logrotate | /etc/logrotate.d/fail2ban:1: "extension .log" gives rotated logs names that do ' +
      "not begin with /var/log/fail2ban.log | take it out",
    ],
  ],
  ["logs in archives that are not read", (image) =>
    image.write(
      "etc/logrotate.d/fail2ban",
      `/${LOG} {\n  compress\n  compresscmd /usr/bin/xz\n}\n`,
    ), [
    "logrotate | /etc/logrotate.d/fail2ban:1: logs are compressed at once by /usr/bin/xz, and " +
    'only gzip and zstd are read | add "delaycompress" there, or take out "compresscmd" and ' +
    '"compressext"',
  ]],
  [
    "a line that is no address",
    (image) => image.write("etc/permaban/allowlist", "192.0.2.1\nmy.host.example\nx\n"),
    [
      'allowlist | /etc/permaban/allowlist:2: Cannot parse network "my.host.example": expected an ' +
      "IPv4 or IPv6 address, or one with a prefix length (and 1 more line) | mend the line or " +
      "delete it",
    ],
  ],
  [
    "a configuration that is wrong",
    (image) => image.write("etc/permaban/permaban.toml", "[scan]\nmin-ban = 5\n"),
    [
      'configuration | /etc/permaban/permaban.toml:2: There is no key "min-ban" | did you mean ' +
      '"min-bans"?',
    ],
  ],
  ["files that others can write to", (image) => {
    Deno.chmodSync(image.at("etc/permaban/firewall"), 0o775);
    Deno.chmodSync(image.at("var/lib/permaban"), 0o777);
  }, [
    "permissions | Others can write to /etc/permaban/firewall | chmod go-w /etc/permaban/firewall",
    "permissions | Others can write to /var/lib/permaban | chmod go-w /var/lib/permaban",
  ]],
  [
    "folders that a group can write to",
    (image) => {
      for (const path of ["etc/permaban", "var/lib/permaban"]) {
        Deno.chownSync(image.at(path), null, 4);
        Deno.chmodSync(image.at(path), 0o775);
      }
      // Some distributions have a group there.
      for (const path of ["usr/local/bin", "var/log"]) {
        Deno.chownSync(image.at(path), null, 50);
        Deno.chmodSync(image.at(path), 0o2775);
      }
    },
    ["/etc/permaban", "/var/lib/permaban"].map((path) =>
      `permissions | Group 4 can write to ${path}, and put other files in place of those that root ` +
      `heeds | chmod g-w ${path}`
    ),
  ],
  [
    "changes that others can write to, and logs",
    (image) => {
      image.write("etc/fail2ban/jail.d/permaban.local", "[permaban]\n");
      image.write("etc/systemd/system/permaban.service.d/a.conf", "[Service]\n");
      Deno.chmodSync(image.at("etc/fail2ban/jail.d/permaban.local"), 0o666);
      Deno.chmodSync(image.at("etc/systemd/system/permaban.service.d/a.conf"), 0o666);
      Deno.chmodSync(image.at(LOG), 0o666);
      Deno.chmodSync(image.at(`${LOG}.1`), 0o660);
    },
    [
      ...[
        "/etc/systemd/system/permaban.service.d/a.conf",
        "/etc/fail2ban/jail.d/permaban.local",
      ].map((path) => `permissions | Others can write to ${path} | chmod go-w ${path}`),
      "permissions | Others can write to /var/log/fail2ban.log: any user can have anybody put on " +
      "the list | chmod o-w /var/log/fail2ban.log",
    ],
  ],
  [
    "a jail that is off",
    (image) => image.write("etc/fail2ban/jail.d/permaban.local", "[permaban]\nenabled = false\n"),
    [
      "fail2ban | /etc/fail2ban/jail.d/permaban.local:2: permaban's jail is not enabled | set " +
      '"enabled = true" there, then: fail2ban-client reload',
    ],
  ],
  [
    "a flush that was forgotten",
    (image) => image.write("run/permaban/flushed", ""),
    [
      'files | "/etc/permaban/firewall flush" was called, and nobody is blocked since then | run: ' +
      "/etc/permaban/firewall load",
    ],
  ],
  [
    "a script that cannot be run",
    (image) => Deno.chmodSync(image.at("etc/permaban/firewall"), 0o644),
    [
      "files | /etc/permaban/firewall cannot be run: its mode is 0644 | chmod 755 " +
      "/etc/permaban/firewall",
    ],
  ],
  [
    "other files that others can write to",
    (image) => {
      Deno.chmodSync(image.at("etc/fail2ban/jail.d/permaban.conf"), 0o666);
      Deno.chmodSync(image.at("etc/systemd/system/permaban.timer"), 0o666);
      Deno.chmodSync(image.at("var/lib/permaban/history"), 0o666);
    },
    [
      "/var/lib/permaban/history",
      "/etc/systemd/system/permaban.timer",
      "/etc/fail2ban/jail.d/permaban.conf",
    ].map((path) => `permissions | Others can write to ${path} | chmod go-w ${path}`),
  ],
  ["files that are gone", (image) => {
    Deno.removeSync(image.at("etc/fail2ban/filter.d/permaban.conf"));
    Deno.removeSync(image.at("usr/local/bin/permaban"));
    Deno.removeSync(image.at("usr/sbin/iptables-restore"));
  }, [
    "files | /etc/fail2ban/filter.d/permaban.conf was installed and is not there any more | run: " +
    "permaban install",
    "files | /etc/permaban/firewall calls /usr/local/bin/permaban, which is not there | put it " +
    "there, or run the installer from where it is: permaban install --program FILE",
    "files | /etc/permaban/firewall calls iptables-restore, which is not installed | install it, " +
    "or load the list otherwise: permaban install --format FORMAT",
  ]],
];

for (const [name, spoil, expected] of CASES) {
  Deno.test(`doctor finds ${name}`, async () => {
    using image = await healthy();
    await spoil(image);
    assertEquals(await complaints(image), expected);
  });
}

/** Dumps, how the list is loaded, and what is said of them. */
const DUMPS: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing at all", "", [
    "firewall | The dump is empty: nothing is loaded | run: /etc/permaban/firewall load",
  ]],
  ["no jump", DUMP.replaceAll("-A INPUT -j permaban\n", ""), [
    "firewall | iptables-save: INPUT: no rule of this chain jumps to permaban's | run: " +
    "/etc/permaban/firewall load",
    "firewall | ip6tables-save: INPUT: no rule of this chain jumps to permaban's | run: " +
    "/etc/permaban/firewall load",
  ]],
  ["an empty chain", DUMP.replace("-A permaban -s 192.0.2.7/32 -j DROP\n", ""), [
    "firewall | iptables-save: 192.0.2.7: on the list, and nothing blocks it | run: " +
    "/etc/permaban/firewall load",
  ]],
  ["half a dump", DUMP.replace(/COMMIT\n$/, ""), [
    "firewall | ip6tables-save: It ends without COMMIT | give it all that ip6tables-save prints",
  ]],
];

for (const [name, dump, expected] of DUMPS) {
  Deno.test(`doctor finds ${name} in a dump`, async () => {
    using image = await healthy();
    assertEquals(await complaints(image, dump), expected);
  });
}

Deno.test("doctor looks into dumps of sets and of nftables, from files, too", async () => {
  using image = await healthy("--format", "ipset");
  image.write("usr/sbin/ipset", "");
  const rules = (family: 4 | 6) =>
    `# Generated by ${family === 4 ? "iptables" : "ip6tables"}-save v1.8.9\n*filter\n` +
    ":INPUT ACCEPT [0:0]\n:permaban - [0:0]\n-A INPUT -j permaban\n" +
    `-A permaban -m set --match-set permaban-${family} src -j DROP\nCOMMIT\n`;
  const sets = ["4 hash:net family inet", "6 hash:net family inet6"].map((set) => {
    return `create permaban-${set} hashsize 1024 maxelem 4294967295\n`;
  });
  const loaded = `${sets.join("")}add permaban-4 192.0.2.7\n`;
  const all = `${rules(4)}${rules(6)}${loaded}`;
  assertEquals(await complaints(image, all), []);
  assertEquals(await complaints(image, `${rules(4)}${rules(6)}${sets.join("")}`), [
    "firewall | ipset save: 192.0.2.7: on the list, and nothing blocks it | run: " +
    "/etc/permaban/firewall load",
  ]);
  const [four, six] = [image.write("run/4", rules(4)), image.write("run/sets", loaded)];
  const { stdout, status } = await doctor(image, four, six);
  assertEquals(
    [stdout, status],
    ["unknown\tfirewall\tip6tables-save is not in the dump\tadd it\n", 0],
  );
  const missing = await doctor(image, image.at("run/none"));
  assertEquals([missing.stdout, missing.status], ["", 3]);
});

Deno.test("doctor names in a dump what another format has left", async () => {
  using image = await healthy();
  const sets = "create permaban-4 hash:net family inet hashsize 1024 maxelem 65536\n";
  const table = (name: string) =>
    `{"nftables": [{"table": {"family": "inet", "name": "${name}", "handle": 1}}]}\n`;
  assertEquals(await complaints(image, DUMP + table("other")), []);
  assertEquals(await complaints(image, DUMP + sets + table("permaban")), [
    "firewall | ipset save: what --format ipset loaded is still there beside that of iptables | " +
    "ipset destroy permaban-4; ipset destroy permaban-6",
    "firewall | nft -j list ruleset: what --format nft loaded is still there beside that of " +
    "iptables | nft delete table inet permaban",
  ]);
});

Deno.test("doctor says which file is not as install wrote it", async () => {
  using image = await healthy();
  image.write("etc/permaban/firewall", "#!/bin/sh\nexit 0\n");
  const { stdout } = await doctor(image);
  assertStringIncludes(
    stdout,
    "note\tfiles\t/etc/permaban/firewall was changed by hand\t" +
      "permaban install --dry-run shows the difference, --force takes it back\n",
  );
});

Deno.test("doctor finds a file that cron ignores", async () => {
  using image = await healthy("--part", "cron");
  const path = "etc/cron.d/permaban";
  image.write(path, image.read(path).trimEnd());
  const { stdout } = await doctor(image);
  assertStringIncludes(
    stdout,
    "wrong\tfiles\t/etc/cron.d/permaban has no newline at its end, and cron ignores such a file\t" +
      "echo >>/etc/cron.d/permaban\n",
  );
});
