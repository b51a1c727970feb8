/**
 * What `permaban doctor` says of files of fail2ban's that change what install wrote, beside what
 * fail2ban makes of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { shell } from "../e2e/permaban.ts";
import type { Image } from "../e2e/image.ts";
import { testWith } from "../tools.ts";
import { doctor, healthy } from "./healthy_machine.ts";

/** What doctor says of fail2ban, with its folder taken out. */
async function said(image: Image): Promise<string[]> {
  const { stdout } = await doctor(image);
  const lines = stdout.replaceAll(`${image.path}/etc/fail2ban/`, "").split("\n");
  return lines.filter((line) => /^\w+\tfail2ban\t/.test(line)).map((line) =>
    line.replace("\tfail2ban", "").replaceAll("\t", " | ")
  );
}

const RELOAD = "then: fail2ban-client reload";
const OUT = `take it out there, ${RELOAD}`;
const BLIND = "what fail2ban logs of a ban is not found with that, or ignored";
const UNLESS = `if that is not meant, ${OUT}`;

/** Files that an admin makes, and what is said of them. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ["defaults of all jails", {
    "jail.local": "[DEFAULT]\nmaxretry = 5\nbackend = systemd\nignoreip = 192.0.2.0/24\n",
  }, []],
  ["the same in other words", {
    "jail.d/permaban.local": "[permaban]\nenabled = yes\nbantime = 10m\nbackend = polling\n",
  }, []],
  ["other limits", {
    "jail.local": "[permaban]\n\nmaxretry = 5\nfindtime : %(month)s\n[DEFAULT]\nmonth = 4w\n",
    "fail2ban.local": "[DEFAULT]\ndbpurgeage = 30d\n",
  }, [
    `note | jail.local:3: permaban's jail has "maxretry = 5", where install wrote "10" | ${UNLESS}`,
    `note | jail.local:4: permaban's jail has "findtime = 4w", where install wrote "31536000" | ${UNLESS}`,
  ]],
  ["a jail that is off", {
    "jail.local": "[permaban]\nenabled = true\n",
    "jail.d/z.local": "[permaban]\nenabled = off\nmaxretry = %(nothing)s\n",
  }, [
    `wrong | jail.d/z.local:2: permaban's jail is not enabled | set "enabled = true" there, ${RELOAD}`,
  ]],
  ["a journal", { "jail.d/z.local": "[permaban]\nbackend = systemd\n" }, [
    `wrong | jail.d/z.local:2: permaban's jail reads the journal, and no log | set ` +
    `"backend = auto" there, ${RELOAD}`,
  ]],
  ["a jail that ignores everybody", { "jail.local": "[DEFAULT]\nignoreip = ::1 0.0.0.0/0\n" }, [
    `wrong | jail.local:2: "ignoreip" has all addresses in it: nobody is banned | take that out, ${RELOAD}`,
  ]],
  ["another log", {
    "jail.d/z.conf": "[permaban]\nlogpath = %(x)s/a.log\n   /var/log/b* tail\n[DEFAULT]\nx = /y\n",
  }, [
    "wrong | jail.d/z.conf:2: permaban's jail reads /y/a.log /var/log/b* tail, and fail2ban logs " +
    `to /var/log/fail2ban.log | set "logpath = /var/log/fail2ban.log" there, ${RELOAD}`,
  ]],
  ["more logs", { "jail.local": "[permaban]\nlogpath = /y\n  /var/log/fail2ban*.log head\n" }, []],
  ["another action", {
    "jail.local": '[permaban]\naction = %(banaction)s[name="permaban"]\n[DEFAULT]\nbanaction = x\n',
    "action.d/x.conf": "[Definition]\nactionban = x\n",
  }, [
    `wrong | jail.local:2: "action = x[name="permaban"]" in permaban's jail puts nobody on the ` +
    `list | ${OUT}`,
  ]],
  ["one action more", {
    "jail.local": '[permaban]\naction = x[name="a, b"]\n  permaban\n',
    "action.d/x.conf": "[Definition]\nactionban = x\n",
  }, [
    `note | jail.local:2: permaban's jail has "action = x[name="a, b"] permaban", where install ` +
    `wrote "permaban" | ${UNLESS}`,
  ]],
  ["an action that bans nobody", {
    "action.d/permaban.local": "[Definition]\nactionban = logger <ip>\n",
  }, [
    `wrong | action.d/permaban.local:2: "actionban = logger <ip>" in permaban's action puts ` +
    `nobody on the list | ${OUT}`,
  ]],
  ["an action that takes back", {
    "action.d/permaban.local": "[Definition]\nactionunban = x remove <ip>\n[Init]\ntimeout = 5\n",
  }, [
    `note | action.d/permaban.local:2: permaban's action has "actionunban = x remove <ip>", where ` +
    `install wrote "" | ${UNLESS}`,
    `note | action.d/permaban.local:4: permaban's action has "timeout = 5", where install wrote ` +
    `"600" | ${UNLESS}`,
  ]],
  ["a filter that finds nothing", {
    "filter.d/permaban.local": "[Definition]\nfailregex =\n",
  }, [`wrong | filter.d/permaban.local:2: permaban's jail has no filter that finds bans | ${OUT}`]],
  ["a filter that finds more", {
    "filter.d/permaban.local": "[Definition]\n_ignored = permaban\n",
  }, [
    `note | filter.d/permaban.local:2: permaban's filter has "_ignored = permaban", where install ` +
    `wrote "permaban|recidive|repeatoffender" | ${UNLESS}`,
  ]],
  ["a filter that ignores all", {
    "filter.d/permaban.local": "[Definition]\nignoreregex = .*\n",
  }, [`wrong | filter.d/permaban.local:2: ${BLIND} | ${OUT}`]],
  ["a filter that ignores all jails", {
    "filter.d/permaban.local": "[Definition]\n_ignored = .*\n",
  }, [`wrong | filter.d/permaban.local:2: ${BLIND} | ${OUT}`]],
  ["a filter that begins otherwise", {
    "filter.d/permaban.local": "[Definition]\nprefregex = ^zz$\n",
  }, [`wrong | filter.d/permaban.local:2: ${BLIND} | ${OUT}`]],
  ["a filter of something else", {
    "jail.local": "[permaban]\nfilter = other\n",
    "filter.d/other.conf": "[Definition]\nfailregex = ^%(x)s Failed for <HOST>$\nx = a(?i:b)\n",
  }, [`wrong | jail.local:2: permaban's jail has no filter that finds bans | ${OUT}`]],
  ["a filter of somebody's own", {
    "jail.local": "[permaban]\nfilter = other\n",
    "filter.d/other.conf":
      "[Definition]\nfailregex = ^x\n  NOTICE +\\[(?P<j>\\w+)\\] Ban <HOST>$\n",
  }, [
    `note | jail.local:2: permaban's jail has "filter = other", where install wrote "permaban" | ${UNLESS}`,
  ]],
  ["a jail with a failregex of its own", {
    "jail.local": "[permaban]\nfailregex = foo <HOST>\n",
  }, [`wrong | jail.local:2: ${BLIND} | ${OUT}`]],
  ["a jail that ignores what it finds", {
    "jail.local": "[permaban]\nignoreregex = sshd\n",
  }, [`wrong | jail.local:2: ${BLIND} | ${OUT}`]],
  ["a jail that ignores another one", {
    "jail.local": "[permaban]\nignoreregex = \\[nginx\n",
  }, [
    `note | jail.local:2: permaban's jail has "ignoreregex = \\[nginx" | ${UNLESS}`,
  ]],
  ["a filter that cannot be judged", {
    "filter.d/permaban.local": "[Definition]\nfailregex = (?i)ban <HOST>\n",
  }, [
    'note | filter.d/permaban.local:2: permaban\'s filter has "failregex = (?i)ban <HOST>", where ' +
    `install wrote "^(?:<\\d{1,3}>)? ?%(_logger)s%(_ban)s ^ +(?:NOTICE|WARNING) +…" | ${UNLESS}`,
  ]],
  ["no filter", { "jail.local": "[permaban]\nfilter = other\n" }, [
    `wrong | jail.local:2: permaban's jail has no filter that finds bans | ${OUT}`,
  ]],
  ["a file that is no configuration", {
    "jail.local": "[sshd]\nmaxretry = 1\nmaxretry = 2\nnonsense\n",
  }, [
    'wrong | jail.local:3: Option "maxretry" stands in [sshd] a second time; fail2ban does not ' +
    "start | mend it there, then: fail2ban-client -t",
    'wrong | jail.local:4: It is no option such as "ignoreip = 192.0.2.7"; fail2ban does not ' +
    "start | mend it there, then: fail2ban-client -t",
  ]],
  ["what stands for nothing", { "jail.local": "[permaban]\nmaxretry = %(nothing)s\n" }, [
    `wrong | jail.local:2: Nothing says what "%(nothing)s" stands for; fail2ban does not start | ` +
    "mend it there, then: fail2ban-client -t",
  ]],
];

for (const [name, files, expected] of CASES) {
  Deno.test(`doctor looks at what fail2ban's files make of the jail: ${name}`, async () => {
    using image = await healthy();
    for (const [path, text] of Object.entries(files)) image.write(`etc/fail2ban/${path}`, text);
    assertEquals(await said(image), expected);
  });
}

Deno.test("doctor tells install's own files from those of admins", async () => {
  using image = await healthy();
  const jail = "etc/fail2ban/jail.d/permaban.conf";
  const text = image.read(jail);
  image.write(jail, text.replace("action = permaban", "action ="));
  assertEquals(await said(image), [
    `wrong | jail.d/permaban.conf:8: "action = " in permaban's jail puts nobody on the list | run: ` +
    `permaban install --force, ${RELOAD}`,
  ]);
  image.write(jail, text);
  image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = /var/log/f2b.log\n");
  assertEquals(await said(image), [
    "wrong | jail.d/permaban.conf:11: permaban's jail reads /var/log/fail2ban.log, and fail2ban " +
    `logs to /var/log/f2b.log | run: permaban install, ${RELOAD}`,
  ]);
});

testWith(["fail2ban-client"], "fail2ban does not start where doctor says so", async () => {
  for (const [name, files, expected] of CASES) {
    using image = await healthy();
    for (const [path, text] of Object.entries(files)) image.write(`etc/fail2ban/${path}`, text);
    const { stdout, status } = await shell(`fail2ban-client -c ${image.at("etc/fail2ban")} -d`);
    // A jail whose filter is not there is skipped, which the status says, too.
    const isRefused = expected.some((line) => line.includes("does not start"));
    assertEquals(status !== 0, isRefused || name === "no filter", name);
    const isLeftOut = status !== 0 || expected.some((line) => line.includes("not enabled"));
    assertEquals(stdout.includes("['add', 'permaban'"), !isLeftOut, name);
  }
});
