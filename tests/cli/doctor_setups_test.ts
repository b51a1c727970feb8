/**
 * What `permaban doctor` says of set-ups that cannot work as they are, and what it passes over.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import type { Image } from "../e2e/image.ts";
import { Folder } from "../folder.ts";
import { printOf } from "../../lib/setup/install_record.ts";
import {
  ago,
  ban,
  complaints,
  doctor,
  DUMP,
  healthy,
  LOG,
  permaban,
  scan,
} from "./healthy_machine.ts";
import { TestHost } from "./test_host.ts";

const UNITS = "etc/systemd/system";
const LIST = "var/lib/permaban/blocklist";

/** Puts a link to something in the place of a file. */
function link(image: Image, path: string, target: string): void {
  Deno.removeSync(image.at(path));
  Deno.symlinkSync(target, image.at(path));
}

/** Moves a file elsewhere, and puts a link to it in its place. */
function moveOut(image: Image, path: string, place: string): void {
  image.write(place, image.read(path));
  link(image, path, image.at(place));
}

/** Changes a file of cron's. */
function cron(change: (text: string) => string): (image: Image) => void {
  return (image) => image.write("etc/cron.d/permaban", change(image.read("etc/cron.d/permaban")));
}

/** What is done to the line of cron that install writes, and what is said of it. */
const CRON_LINES: readonly (readonly [string, (text: string) => string, string])[] = [
  [
    "another user",
    (text) => text.replace("* root /usr", "* nobody /usr"),
    "6: it is run by nobody, and only root may read and load the list",
  ],
  [
    "no user",
    (text) => text.replace("* root /usr", "* /usr"),
    "6: it names no user before the command, but /usr/local/bin/permaban",
  ],
  [
    "no shell",
    (text) => text.replace("/bin/sh", "/bin/nosuch"),
    "6: SHELL is /bin/nosuch, which is not there",
  ],
  [
    "minute 61",
    (text) => text.replace("*/5", "61"),
    "6: cron does not understand the line, and ignores the file",
  ],
  [
    "minute 5x",
    (text) => text.replace("*/5", "5x"),
    "6: cron does not understand the line, and ignores the file",
  ],
  [
    "another line that is none",
    (text) => `${text}x y z\n`,
    "7: cron does not understand the line, and ignores the file",
  ],
  [
    "a percent sign",
    (text) => text.replace("root /usr", "root date +%H; /usr"),
    '6: cron takes what follows "%" for input, unless it is "\\%", so the logs are not read',
  ],
  [
    "a percent sign in the middle",
    (text) => text.replace("; /etc", "; date +%H; /etc"),
    '6: cron takes what follows "%" for input, unless it is "\\%", so the list is not loaded',
  ],
  [
    "no refresh",
    (text) => text.replace(/; .*refresh/, ""),
    "6: it does not load what it finds, as /etc/permaban/firewall refresh does",
  ],
  [
    "another folder",
    (text) => text.replace("--state /var/lib/permaban", "--state /srv/x"),
    "6: it keeps /srv/x/blocklist, and /etc/permaban/firewall loads /var/lib/permaban/blocklist",
  ],
  [
    "a dry run",
    (text) => text.replace("--wait", "--dry-run"),
    "6: with --dry-run nothing is written",
  ],
  [
    "a comment",
    (text) => text.replace("root /usr", "root true # /usr"),
    '6: what follows "#" is a comment, so the logs are not read',
  ],
];

/** What changes units, and what is said of it. */
const DROP_INS: readonly (readonly [string, string, string])[] = [
  [
    "permaban-restore.service",
    "[Service]\nExecStart=\nExecStart=/bin/true\n",
    '3: with "ExecStart=/bin/true" permaban-restore.service does not call /etc/permaban/firewall',
  ],
  [
    "permaban.service",
    "[Service]\nExecStart=\n",
    '2: with "ExecStart=" permaban.service does not call /etc/permaban/firewall',
  ],
  [
    "permaban-scan.service",
    "[Service]\nExecStart=\nExecStart=permaban list\n",
    '3: with "ExecStart=permaban list" permaban-scan.service does not call permaban scan',
  ],
  [
    "permaban-restore.service",
    "[Unit]\nConditionPathExists=/nonexistent\n",
    '2: "ConditionPathExists=/nonexistent" keeps permaban-restore.service from starting: /nonexistent is not there',
  ],
  [
    "permaban.timer",
    "[Unit]\nAssertPathExists=!/etc\n",
    '2: "AssertPathExists=!/etc" keeps permaban.timer from starting: /etc is there',
  ],
];

type Case = readonly [
  name: string,
  options: readonly string[],
  spoil: (image: Image) => unknown,
  expected: readonly string[],
];

/** What install is told, what is done then, and what is said. */
const CASES: readonly Case[] = [
  ["a timer that is masked", [], (image) => link(image, `${UNITS}/permaban.timer`, "/dev/null"), [
    "files | permaban.timer is masked: systemd does not start it | systemctl unmask " +
    "permaban.timer, then: permaban install",
  ]],
  ["services that are masked, and all else", [], (image) => {
    for (const name of ["permaban-scan", "permaban-restore"]) {
      link(image, `${UNITS}/${name}.service`, "/dev/null");
    }
    image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\nloglevel = ERROR\n");
  }, [
    ...["permaban-restore", "permaban-scan"].map((name) =>
      `files | ${name}.service is masked: systemd does not start it | systemctl unmask ` +
      `${name}.service, then: permaban install`
    ),
    "fail2ban | /etc/fail2ban/fail2ban.local:2: fail2ban's log level ERROR leaves out bans | set " +
    '"loglevel = INFO" there, then: fail2ban-client set loglevel INFO',
  ]],
  ["a file of cron's that is executable", ["--part", "cron"], (image) => {
    Deno.chmodSync(image.at("etc/cron.d/permaban"), 0o755);
  }, [
    "files | /etc/cron.d/permaban is executable, and cron may ignore such a file | chmod 644 " +
    "/etc/cron.d/permaban",
  ]],
  ["nothing that reads logs where only the jail was asked for", ["--part", "fail2ban"], () => {}, [
    "schedule | Nothing reads the logs again and again | run: permaban install --part systemd",
    "schedule | Nothing loads the list at boot: nobody is blocked after one | run: permaban install " +
    "--part systemd",
  ]],
  ...CRON_LINES.map(([name, change, expected]): Case => [
    `a file of cron's with ${name}`,
    ["--part", "cron"],
    cron(change),
    [
      `schedule | /etc/cron.d/permaban:${expected} | mend it there, or run: permaban install --force`,
    ],
  ]),
  [
    "a file of cron's for a day that never comes",
    ["--part", "cron"],
    cron((text) => text.replace("*/5 * * * *", "0 0 30 2 *")),
    [
      "logrotate | /etc/logrotate.d/fail2ban:1: logs are deleted after 4 weeks, and read every 52 " +
      'weeks | set "rotate" there to more, or read them more often: permaban install',
      "schedule | /etc/cron.d/permaban:6: there is no such day, so the line never runs | mend it " +
      "there, or run: permaban install --force",
    ],
  ],
  ...DROP_INS.map(([unit, text, expected]): Case => [
    `a drop-in of ${unit} with ${text.split("\n").at(-2)}`,
    [],
    (image) => image.write(`${UNITS}/${unit}.d/a.conf`, text),
    [
      `units | /${UNITS}/${unit}.d/a.conf:${expected} | take it out there, then: systemctl ` +
      "daemon-reload",
    ],
  ]),
  ["a file of cron's that Debian's passes over", ["--part", "cron"], (image) => {
    image.write("etc/debian_version", "13.1\n");
    Deno.renameSync(image.at("etc/cron.d/permaban"), image.at("etc/cron.d/permaban.cron"));
  }, [
    "files | /etc/cron.d/permaban was installed and is not there any more | run: permaban install",
    "schedule | /etc/cron.d/permaban.cron has a name that Debian's cron passes over | mv " +
    "/etc/cron.d/permaban.cron /etc/cron.d/permaban-cron",
  ]],
  [
    "nothing where an admin has written lines for cron",
    ["--part", "cron"],
    cron((text) =>
      text.replace("SHELL=/bin/sh", 'SHELL = /bin/sh\nMAILTO=""').replace(
        /^\*\/5.*$/m,
        "-0-59/5,7 ~ * * * root PATH=/x permaban scan --incremental --update -q; " +
          "date +\\%H # x\n@hourly root permaban restore | iptables-restore",
      )
    ),
    [],
  ],
  ["a file of cron's that is put out of use", ["--part", "cron"], (image) => {
    Deno.renameSync(image.at("etc/cron.d/permaban"), image.at("etc/cron.d/permaban.disabled"));
  }, [
    "files | /etc/cron.d/permaban was installed and is not there any more | run: permaban install",
    "schedule | Nothing reads the logs again and again | run: permaban install (--force takes " +
    "back what was changed by hand)",
  ]],
  ["nothing where a drop-in makes the timer run once a day", [], (image) => {
    Deno.writeTextFileSync(image.at(LOG), ban(ago(4 * 3600)), { append: true });
    image.write(
      `${UNITS}/permaban.timer.d/a.conf`,
      "[Timer]\nOnUnitInactiveSec=\nOnCalendar=daily\n",
    );
  }, []],
  ["a log that is deleted before a drop-in has it read", [], (image) => {
    image.write(`${UNITS}/permaban.timer.d/a.conf`, "[Timer]\nOnUnitInactiveSec=2w\n");
    image.write("etc/logrotate.d/fail2ban", `/${LOG} {\n  weekly\n  rotate 1\n}\n`);
  }, [
    "logrotate | /etc/logrotate.d/fail2ban:1: logs are deleted after 7 days, and read every 2 weeks | " +
    'set "rotate" there to more, or read them more often: permaban install',
  ]],
  ["an executable that is none", [], (image) => {
    Deno.chmodSync(image.at("usr/local/bin/permaban"), 0o644);
  }, [
    "files | /usr/local/bin/permaban cannot be run: its mode is 0644 | chmod 755 " +
    "/usr/local/bin/permaban",
  ]],
  ...(["ip6tables-save", "ip6tables-restore"].map((name): Case => [
    `a machine without ${name}`,
    [],
    (image) => Deno.removeSync(image.at(`usr/sbin/${name}`)),
    [
      `files | /etc/permaban/firewall calls ${name}, which is not installed | install it, or load ` +
      "the list otherwise: permaban install --format FORMAT",
    ],
  ])),
  ["nothing where a load has shown that there is no IPv6", [], (image) => {
    image.write("run/permaban/iptables.live", "");
    for (const end of ["save", "restore"]) Deno.removeSync(image.at(`usr/sbin/ip6tables-${end}`));
  }, []],
  ["a machine without flock", [], (image) => Deno.removeSync(image.at("usr/bin/flock")), [
    "files | /etc/permaban/firewall calls flock, which is not installed | install it",
  ]],
  ["a configuration that others can write to", [], (image) => {
    Deno.chmodSync(image.at("etc/permaban/permaban.toml"), 0o666);
  }, [
    'configuration | Cannot use configuration "/etc/permaban/permaban.toml": Others can write to ' +
    "it: no command works with that | chmod go-w '/etc/permaban/permaban.toml'",
  ]],
  ["a configuration that is no TOML", [], (image) => {
    image.write("etc/permaban/permaban.toml", "min-bans = = 3\n");
  }, [
    "configuration | /etc/permaban/permaban.toml:1: This is no TOML: Cannot parse value | texts " +
    'stand in quotes and lists in brackets, as in jail = ["sshd"]',
  ]],
  ["a configuration with what is no key of it", [], (image) => {
    image.write("etc/permaban/permaban.toml", "json = true\nquiet = true\nquiet = true\nzzz = 1\n");
  }, [
    "configuration | /etc/permaban/permaban.toml:1: Option --json belongs on the command line only | " +
    "take it out there",
    'configuration | /etc/permaban/permaban.toml:3: Key "quiet" is there twice, first in line 2 | ' +
    "take it out there",
    'configuration | /etc/permaban/permaban.toml:4: There is no key "zzz" | mend it there',
  ]],
  ["a blocklist that is somewhere else", [], (image) => moveOut(image, LIST, "srv/list"), [
    'blocklist | Cannot change blocklist "/var/lib/permaban/blocklist": The file is a symbolic ' +
    "link that leads out of its folder | permaban install --blocklist /srv/list",
  ]],
  ["a history and a journal that are somewhere else", [], (image) => {
    moveOut(image, "var/lib/permaban/history", "srv/h");
    moveOut(image, "var/lib/permaban/journal", "srv/j");
  }, [
    'history | Cannot change history "/var/lib/permaban/history": The file is a symbolic link ' +
    "that leads out of its folder | mv -f /srv/h /var/lib/permaban/history",
    'journal | Cannot change journal "/var/lib/permaban/journal": The file is a symbolic link ' +
    "that leads out of its folder | mv -f /srv/j /var/lib/permaban/journal",
  ]],
  ["a blocklist that is gone, and all else", [], (image) => {
    Deno.removeSync(image.at(LIST));
    image.write("etc/permaban/allowlist", "junk\n");
  }, [
    'blocklist | There is no blocklist "/var/lib/permaban/blocklist" | name it with --blocklist, ' +
    'or make one: "permaban scan --update" or "permaban add"',
    'allowlist | /etc/permaban/allowlist:1: Cannot parse network "junk": expected an IPv4 or IPv6 ' +
    "address, or one with a prefix length | mend the line or delete it",
  ]],
  ["an allowlist that is named and not there", ["--allowlist", "/etc/permaban/more"], () => {}, [
    'allowlist | There is no allowlist "/etc/permaban/more" | name it with --allowlist, or make ' +
    'one: "permaban allow add"',
  ]],
  ["an allowlist with everybody on it", [], (image) => {
    image.write("etc/permaban/allowlist", "0.0.0.0/0\n");
  }, [
    "allowlist | /etc/permaban/allowlist: everybody is on it, so that nobody is blocked | " +
    "permaban allow remove 0.0.0.0/0 ::/0",
  ]],
  ["a log that is not there beside older ones", [], (image) => {
    Deno.removeSync(image.at(LOG));
    Deno.mkdirSync(image.at(LOG));
  }, [
    "logs | There is no log /var/log/fail2ban.log | install -m 640 -o root -g adm /dev/null " +
    "/var/log/fail2ban.log; systemctl restart fail2ban; fail2ban-client get logtarget says whether " +
    "it logs elsewhere",
  ]],
  ["a log that is not whole", [], (image) => {
    image.write(`${LOG}.2.gz`, new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]));
  }, [
    "logs | /var/log/fail2ban.log.2.gz: Cannot read all of the gzip data: unexpected end of file | " +
    "what is before that is read; move it elsewhere if there is no whole one",
  ]],
  ["a log that fail2ban writes since then", [], async (image) => {
    image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = /var/log/f2b.log\n");
    image.write("var/log/f2b.log", ban(ago(60)));
    await scan(image);
  }, [
    "fail2ban | /etc/fail2ban/jail.d/permaban.conf:11: permaban's jail reads " +
    "/var/log/fail2ban.log, and fail2ban logs to /var/log/f2b.log | run: permaban install, then: " +
    "fail2ban-client reload",
    "schedule | permaban.timer reads /var/log/fail2ban.log, and fail2ban logs to /var/log/f2b.log " +
    "| run: permaban install",
  ]],
  ["nothing where install was told which file syslog writes", ["--log", `/${LOG}`], (image) => {
    image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = SYSLOG\n");
  }, []],
  ["an executable in a home", ["--program", "/root/bin/permaban"], (image) => {
    image.write("root/bin/permaban", "");
    Deno.chmodSync(image.at("root/bin/permaban"), 0o755);
  }, [
    "units | The units do not see the executable /root/bin/permaban, since ProtectHome=yes | " +
    "cp --remove-destination /root/bin/permaban /usr/local/bin/permaban; permaban install --program " +
    "/usr/local/bin/permaban",
  ]],
  ["a link into a home", [], (image) => link(image, "usr/local/bin/permaban", "/home/x/permaban"), [
    "units | The units do not see the executable /home/x/permaban, since ProtectHome=yes | " +
    "cp --remove-destination /home/x/permaban /usr/local/bin/permaban; permaban install --program " +
    "/usr/local/bin/permaban",
  ]],
  ["lists in a home", ["--blocklist", "/home/x/list", "--allowlist", "/root/allow"], (image) => {
    image.write("root/allow", "");
  }, [
    "units | The units do not see the blocklist /home/x/list, since ProtectHome=yes | move it, " +
    "then: permaban install --blocklist /var/lib/permaban/blocklist",
    "units | The units do not see the allowlist /root/allow, since ProtectHome=yes | move it, " +
    "then: permaban install --allowlist /etc/permaban/allowlist",
  ]],
  [
    "nothing where a drop-in lets the units into homes",
    ["--blocklist", "/home/x/list"],
    (image) =>
      image.write(`${UNITS}/permaban-scan.service.d/a.conf`, "[Service]\nProtectHome=no\n"),
    [],
  ],
  [
    "nothing where there are no units",
    ["--part", "cron", "--blocklist", "/root/list"],
    () => {},
    [],
  ],
  ["a folder in which nothing is run", [], (image) => {
    image.write(
      "etc/fstab",
      "# x\nLABEL=a / ext4 defaults\nLABEL=b /var ext4 rw,noexec,nodev 0 2\n",
    );
    image.write("usr/local/bin/permaban", "#!/bin/sh\n# permaban, the self-unpacking form: x\n");
  }, [
    "units | /etc/fstab:3: /var is mounted noexec, and /usr/local/bin/permaban unpacks itself into " +
    '/var/cache/permaban | take "noexec" out there, then: mount -o remount,exec /var',
  ]],
  [
    "nothing where the executable need not unpack itself",
    [],
    (image) => image.write("etc/fstab", "LABEL=b /var ext4 noexec 0 2\n"),
    [],
  ],
  [
    "an executable where nothing is run",
    [],
    (image) =>
      image.write(
        "etc/fstab",
        "a /usr/local ext4 users\nb /usr/local/bin ext4 user,exec\na /usr/local/bin x noexec\n",
      ),
    [
      "units | /etc/fstab:3: /usr/local/bin is mounted noexec, so /usr/local/bin/permaban does not " +
      "start | put it elsewhere, then: permaban install --program FILE",
    ],
  ],
];

for (const [name, options, spoil, expected] of CASES) {
  Deno.test(`doctor finds ${name}`, async () => {
    using image = await healthy(...options);
    await spoil(image);
    assertEquals(await complaints(image), expected);
  });
}

/** What is told though nothing needs doing. */
const NOTES: readonly (readonly [string, (image: Image) => unknown, string, string?])[] = [
  [
    "a unit that is a link",
    (image) => link(image, `${UNITS}/permaban.timer`, "/srv/timer"),
    [
      "/etc/systemd/system/permaban.timer is a symbolic link to /srv/timer, and install does not touch " +
      "what it leads to",
      "make it a file for install to keep it up to date",
    ].join("\t"),
  ],
  [
    "a unit that was edited",
    (image) => {
      const path = `${UNITS}/permaban.timer`;
      image.write(path, image.read(path).replace("5min", "1h"));
    },
    [
      "/etc/systemd/system/permaban.timer was changed by hand",
      "permaban install --dry-run shows the difference, --force takes it back",
    ].join("\t"),
  ],
  [
    "a drop-in with another command that calls the script",
    (image) =>
      image.write(
        `${UNITS}/permaban.service.d/a.conf`,
        "[Service]\nExecStart=\nExecStart=/usr/bin/nice /etc/permaban/firewall refresh\n",
      ),
    `/${UNITS}/permaban.service.d/a.conf:3: permaban.service calls "/usr/bin/nice ` +
    '/etc/permaban/firewall refresh"\tif that is not meant, take it out there, then: systemctl ' +
    "daemon-reload",
    "units",
  ],
  [
    "a drop-in with a condition",
    (image) =>
      image.write(
        `${UNITS}/permaban.service.d/a.conf`,
        "[Unit]\n# x\nConditionACPower=true\n",
      ),
    `/${UNITS}/permaban.service.d/a.conf:3: permaban.service starts only with ` +
    '"ConditionACPower=true"\tif that is not meant, take it out there, then: systemctl daemon-reload',
    "units",
  ],
  [
    "a timer that hardly ever runs",
    (image) => {
      image.write(
        `${UNITS}/permaban.timer.d/a.conf`,
        "[Timer]\nOnUnitInactiveSec=\nOnCalendar=yearly\n",
      );
      image.write("etc/logrotate.d/fail2ban", `/${LOG} {\n  size 1M\n  rotate 4\n}\n`);
    },
    "permaban.timer reads the logs only every 52 weeks\tif that is not meant, make it run more often",
    "schedule",
  ],
  [
    "a record that is gone",
    (image) => Deno.removeSync(image.at("etc/permaban/installed")),
    [
      "There is no /etc/permaban/installed, so install does not know what it wrote",
      "run it again with the options that it was given: permaban install",
    ].join("\t"),
  ],
];

for (const [name, spoil, expected, about = "files"] of NOTES) {
  Deno.test(`doctor notes ${name}`, async () => {
    using image = await healthy();
    await spoil(image);
    const { stdout, status } = await doctor(image);
    const notes = stdout.replaceAll(image.path, "").split("\n").filter((line) =>
      /^note/.test(line)
    );
    assertEquals([notes, status], [[`note\t${about}\t${expected}`], 0]);
    assertEquals(await complaints(image), []);
  });
}

/** What of an image is on this machine, and what is said of it. */
const LEADING_OUT: readonly (readonly [string, string, string])[] = [
  ["a log", "var/log/fail2ban.log", "it"],
  ["the folder of the lists", "var/lib/permaban", "it"],
  ["all logs", "var/log", "/var/log"],
  ["fail2ban's jails", "etc/fail2ban/jail.d", "it"],
  ["a file of fail2ban's", "etc/fail2ban/jail.conf", "it"],
];

for (const [name, path, link] of LEADING_OUT) {
  Deno.test(`doctor does not follow a link out of an image to ${name}`, async () => {
    using image = await healthy();
    using other = new Folder();
    Deno.renameSync(image.at(path), other.at("x"));
    Deno.symlinkSync(other.at("x"), image.at(path));
    const { stdout } = await doctor(image, "--verbose");
    const lines = stdout.replaceAll(image.path, "").split("\n").filter((line) =>
      /^unknown\tfiles/.test(line)
    );
    const first = link === "it" ? `/${path}` : "/var/log/fail2ban.log";
    assertEquals(lines, [
      `unknown\tfiles\tCannot look at ${first}: ${link} is a symbolic link, which may lead out of ` +
      "/\tlook at it on the machine itself: permaban doctor",
    ]);
    if (path.startsWith("var/log")) assertEquals(/\t1[23] bans in /.test(stdout), false);
    if (path.startsWith("var/lib")) assertEquals(/\tblocklist\t/.test(stdout), false);
  });
}

/** Files that may be a pipe with a name, which would be read for ever. */
const PIPES = [
  ...["jail.d/x.local", "jail.local", "fail2ban.d/x.conf", "filter.d/permaban.local"].map((name) =>
    `etc/fail2ban/${name}`
  ),
  ...["etc/permaban/permaban.toml", "etc/permaban/firewall", "etc/permaban/installed"],
  "etc/permaban/allowlist",
  ...["blocklist", "pardons", "history", "journal"].map((name) => `var/lib/permaban/${name}`),
  ...[`${LOG}`, `${LOG}.2`, "etc/cron.d/x", "etc/fstab", "etc/logrotate.d/fail2ban"],
  ...[`${UNITS}/permaban.timer.d/a.conf`, `${UNITS}/permaban-scan.service.d/a.conf`],
];

Deno.test("doctor reads no pipe, and says which there is", async () => {
  for (const path of PIPES) {
    using image = await healthy();
    image.write(path, "");
    Deno.removeSync(image.at(path));
    new Deno.Command("mkfifo", { args: [image.at(path)] }).outputSync();
    const { stdout } = await doctor(image);
    const lines = stdout.split("\n").filter((line) =>
      line.includes(path) && /regular file|no file|no log/i.test(line)
    );
    assertEquals(lines.length >= 1, true, `${path}: ${stdout}`);
  }
});

/** Makes files such as an older version would have written, as far as the record knows. */
function makeOlder(image: Image, ...paths: readonly string[]): void {
  const record = JSON.parse(image.read("etc/permaban/installed"));
  for (const path of paths) {
    const text = `${image.read(path)}# An older version ended in this.\n`;
    image.write(path, text);
    record.files[`/${path}`] = [printOf(text)];
  }
  image.write("etc/permaban/installed", JSON.stringify(record));
}

Deno.test("doctor says that files are those of an older version, and install brings them up to date", async () => {
  const noted = async (image: Image) => {
    const { stdout } = await doctor(image);
    return stdout.split("\n").filter((line) => line.startsWith("note"));
  };
  using image = await healthy();
  makeOlder(image, "etc/permaban/firewall", `${UNITS}/permaban.timer`);
  assertEquals(await noted(image), [
    "note\tfiles\tWritten by an older permaban: /etc/permaban/firewall and 1 more\trun: permaban install",
  ]);
  await permaban(["install", "--root", image.path, "--quiet"]);
  assertEquals(await noted(image), []);
  for (
    const options of [
      ["--format", "nft", "--hook", "output", "--hook", "prerouting", "--target", "reject"],
      ["--format", "ipset", "--hook", "FORWARD", "--hook", "INPUT", "--on-stop", "flush"],
      ["--part", "cron", "--log", "/var/log/f2b.log", "--allowlist", "/srv/allow"],
      ["--state", "/srv/state", "--log", "/var/log/f2b.log"],
      ["--blocklist", "/srv/list", "--program", "/usr/bin/permaban"],
    ]
  ) {
    using other = await healthy();
    await permaban(["install", "--root", other.path, "--quiet", ...options]);
    const notes = await noted(other);
    assertEquals(notes.filter((line) => line.includes("older")), [], options.join(" "));
  }
});

Deno.test("doctor says what to do before a load where a load leaves things as they are", async () => {
  using image = await healthy();
  const late = DUMP.replace("-A INPUT -j permaban", "-A INPUT -j ACCEPT\n-A INPUT -j permaban");
  assertEquals(await complaints(image, late), [
    "firewall | iptables-save: INPUT: rules before the jump let listed addresses through | run: " +
    "iptables -D INPUT 2; /etc/permaban/firewall load",
  ]);
});

Deno.test("doctor tells nft's text from what nft -j prints", async () => {
  using image = await healthy("--format", "nft");
  image.write("usr/sbin/nft", "");
  assertEquals(await complaints(image, "table inet permaban {\n}\n"), [
    "firewall | nft -j list ruleset: It is no whole JSON text | give it all that nft -j list " +
    "ruleset prints",
  ]);
});

/** Runs doctor on the machine itself, with a configuration. */
async function onMachine(configuration: string, mode: number): Promise<[string, number]> {
  using folder = new Folder();
  const path = folder.write("permaban.toml", configuration);
  Deno.chmodSync(path, mode);
  const host = new TestHost();
  const words = ["doctor", "--state", folder.at("state"), "--log", folder.at("log"), "--json"];
  const status = await run([...words, "--config", path], host);
  const { findings } = JSON.parse(host.stdoutText);
  const own = findings.filter(({ about }: { about: string }) => about === "configuration");
  return [
    own.map(({ message }: { message: string }) => message).join("\n").replaceAll(path, "X"),
    status,
  ];
}

Deno.test("doctor goes on with the defaults where the configuration cannot be used", async () => {
  assertEquals(await onMachine("quiet = true\n", 0o622), [
    'Cannot use configuration "X": Others can write to it: no command works with that',
    1,
  ]);
  assertEquals(await onMachine("quiet = 1\n", 0o600), ['X:1: Key "quiet" takes true or false', 1]);
});
