/**
 * The files for fail2ban, tried with fail2ban's own tools.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { fail2banFiles } from "../../lib/setup/fail2ban_files.ts";
import { Folder } from "../folder.ts";
import { FORMS, OTHER_LINES, OTHER_MESSAGES } from "../log/ban_forms.ts";
import { OPTIONS } from "../setup/options.ts";
import { testWith } from "../tools.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { permaban, shell } from "./permaban.ts";

const TESTDATA = join(dirname(dirname(fromFileUrl(import.meta.url))), "testdata");

const filter = fail2banFiles(OPTIONS).find(({ path }) => path.includes("filter.d"))?.text ?? "";

/** What the filter finds in a log: fail2ban's ID of each ban, in the order of the log. */
async function idsIn(folder: Folder, log: string): Promise<string[]> {
  folder.write("filter.conf", filter);
  const { stdout, stderr, status } = await shell(
    `fail2ban-regex --usedns no -e UTF-8 -o id ${log} ${folder.at("filter.conf")}`,
  );
  assertEquals([status, stderr.replaceAll(/^.*allowipv6.*\n/gm, "")], [0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

testWith(["fail2ban-regex"], "the filter finds bans in all forms and nothing else", async () => {
  using folder = new Folder();
  const lines = FORMS.flatMap(([, prefix], at) => [
    `${prefix}[sshd] Ban 192.0.2.${at}`,
    `${prefix}[a jail: "x"] Ban 2001:db8::${at + 1}`,
    `${prefix}[sshd] Ban 198.51.${at}.0/24`,
    ...OTHER_MESSAGES.map((message) => prefix + message),
    ...["permaban", "recidive", "repeatoffender"].map((jail) => `${prefix}[${jail}] Ban 8.8.8.8`),
    `${prefix}[sshd] Restore Ban 8.8.8.8`,
    `${prefix}[sshd] Ban 8.8.8.8 `,
    `${prefix}[sshd] Ban 8.8.8.8, says [sshd] Ban 8.8.4.4`,
    `${prefix}[sshd] Ban some.host.example`,
    `${prefix}[x] Ban 8.8.8.8] Ban 8.8.4.4 x`,
  ]);
  // fail2ban cuts out whatever looks like a time, before it asks whether there is such a day.
  const others = OTHER_LINES.filter((line) => !line.startsWith("2026-02-30"));
  folder.write("log", [...lines, ...others].map((line) => `${line}\n`).join(""));
  const found = await idsIn(folder, folder.at("log"));
  assertEquals(
    found,
    FORMS.flatMap((_, at) => [`192.0.2.${at}`, `2001:db8::${at + 1}`, `198.51.${at}.0/24`]),
  );
});

testWith(["fail2ban-regex"], "the filter finds what scan counts in real logs", async () => {
  using folder = new Folder();
  for (
    const log of [
      "sample-logs/fail2ban.log",
      "fail2ban-1.0.2/file.log",
      "fail2ban-1.0.2/file-custom-format.log",
      "fail2ban-1.0.2/file-datetime-off.log",
      "fail2ban-1.0.2/syslog.dgram",
      "fail2ban-1.0.2/syslog-padded.dgram",
    ]
  ) {
    const path = join(TESTDATA, log);
    const bans = new Map<string, number>();
    for (const id of await idsIn(folder, path)) bans.set(id, (bans.get(id) ?? 0) + 1);
    const { stdout } = await permaban([
      ..."scan --quiet --min-bans 1 --within 100y --ipv6-prefix 128".split(" "),
      path,
    ]);
    const rows = stdout.trimEnd().split("\n").map((row) => row.split("\t"));
    const counted = rows.map(([bans, address]) => [address, Number(bans)] as const);
    assertEquals(Object.fromEntries(bans), Object.fromEntries(counted), log);
  }
});

testWith(
  [...MACHINE_TOOLS, "fail2ban-client"],
  "fail2ban takes the configuration and reads it as meant",
  async () => {
    const { stdout, stderr, status } = await onMachine(`
      ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
      fail2ban-client -t
      fail2ban-client -d | grep permaban
      echo "dbpurgeage = 2y" >>/etc/fail2ban/fail2ban.local
      sed -i "1i [DEFAULT]" /etc/fail2ban/fail2ban.local
      ${PROGRAM} uninstall --quiet >/dev/null
      ${PROGRAM} install --quiet --program ${PROGRAM}
      fail2ban-client -d | grep dbpurgeage`);
    assertEquals(status, 0, stderr);
    const has = (text: string) => assertEquals(stdout.includes(text), true, `${text}\n${stdout}`);
    has("OK: configuration test is successful");
    has("['set', 'permaban', 'maxretry', 10]");
    has("['set', 'permaban', 'findtime', '31536000']");
    has("['set', 'permaban', 'addlogpath', '/var/log/fail2ban.log', 'head']");
    has("['multi-set', 'permaban', 'action', 'permaban',");
    has("['norestored', True]");
    has("['actionban', '/etc/permaban/firewall ban \"<ip>\" \"<F-JAIL>\" || [ $? = 4 ]']");
    has("['timeout', '600']");
    // Set to more by the admin, it is left alone.
    assertEquals(stdout.includes("fail2ban.d/permaban.conf"), false);
    has("['set', 'dbpurgeage', '2y']");
  },
);
