/**
 * Scans that remember, as cron runs them: logs that are written to and rotated meanwhile, runs that
 * are killed or meet, disks that are full.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";
import { permaban, shell, start } from "./permaban.ts";

const COUNT = ["--min-bans", "1", "--within", "100y", "--keep", "100y", "--quiet"];
const PLAIN = ["scan", "--min-bans", "1", "--within", "100y", "--quiet"];

/** Lines of bans, each a second after the other, of as many addresses as there are numbers. */
function bans(from: number, count: number, addresses = 100): string {
  return Array.from({ length: count }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 1) + (from + at) * 1000).toISOString();
    const stamp = time.slice(0, 19).replace("T", " ");
    const address = `192.0.2.${(from + at) % addresses}`;
    return `${stamp},123 fail2ban.actions        [77]: NOTICE  [sshd] Ban ${address}\n`;
  }).join("");
}

function total(stdout: string): number {
  return stdout.trim().split("\n").reduce((sum, line) => sum + Number(line.split("\t")[0]), 0);
}

function scanArgs(folder: Folder, ...more: string[]): string[] {
  return ["scan", "--incremental", ...COUNT, "--state", folder.at("state"), ...more];
}

testWith(
  ["gzip"],
  "scans of a log that is written to and rotated count each ban once",
  async () => {
    using folder = new Folder();
    Deno.mkdirSync(folder.at("logs"));
    const log = folder.at("logs/fail2ban.log");
    const scan = scanArgs(folder, folder.at("logs"));
    let [written, isWriting, runs] = [0, true, 0];
    const writer = async () => {
      for (let round = 0; round < 60; round++) {
        const file = Deno.openSync(log, { append: true, create: true });
        for (let burst = 0; burst < 8; burst++) {
          file.writeSync(new TextEncoder().encode(bans(written, 50)));
          written += 50;
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        if (round % 3 === 2) {
          // As logrotate does it: the writer goes on in the renamed file until it is told.
          await shell(`cd '${folder.at("logs")}'
          for n in $(seq 25 -1 2); do [ ! -e fail2ban.log.$n.gz ] || mv fail2ban.log.$n.gz fail2ban.log.$((n + 1)).gz; done
          [ ! -e fail2ban.log.1 ] || { gzip -c fail2ban.log.1 >fail2ban.log.2.gz && rm fail2ban.log.1; }
          mv fail2ban.log fail2ban.log.1; : >fail2ban.log`);
          file.writeSync(new TextEncoder().encode(bans(written, 20)));
          written += 20;
        }
        file.close();
      }
      isWriting = false;
    };
    const scanner = async () => {
      for (; isWriting; runs++) {
        const { status, stdout, stderr } = await permaban(scan);
        assertEquals([status, stderr], [0, ""]);
        assert(stdout === "" || total(stdout) <= written);
      }
    };
    await Promise.all([writer(), scanner()]);
    const { status, stdout, stderr } = await permaban(scan);
    assertEquals([status, stderr, total(stdout)], [0, "", written]);
    assert(runs > 3, `${runs} runs`);
  },
);

testWith(
  ["logrotate", "gzip"],
  "logrotate as it comes with a distribution loses nothing",
  async () => {
    for (const directives of ["", "copytruncate\n", "dateext\ndateformat -%Y%m%d-%s\n"]) {
      using folder = new Folder();
      const log = folder.write("fail2ban.log", "");
      const conf = folder.write(
        "conf",
        `"${log}" {\nsu root root\nweekly\nrotate 4\ncompress\nnotifempty\ndelaycompress\n` +
          `missingok\ncreate 640 root root\n${directives}}\n`,
      );
      const scan = scanArgs(folder, folder.at("fail2ban.log*"));
      let written = 0;
      for (let week = 0; week < (directives.includes("dateext") ? 3 : 8); week++) {
        for (const [count, isScanned] of [[70, week % 3 !== 0], [30, false]] as const) {
          Deno.writeTextFileSync(log, bans(written, count), { append: true });
          written += count;
          if (isScanned) assertEquals((await permaban(scan)).status, 0);
        }
        // A date with seconds must not come twice.
        if (directives.includes("dateext")) await new Promise((go) => setTimeout(go, 1000));
        const rotated = await shell(`logrotate --force --state '${folder.at("status")}' '${conf}'`);
        assertEquals([rotated.status, rotated.stderr], [0, ""]);
      }
      const { status, stdout, stderr } = await permaban(scan);
      assertEquals([status, stderr, total(stdout)], [0, "", written], directives);
    }
  },
);

Deno.test("a scan that is killed at any moment is as if it had not been", async () => {
  using folder = new Folder();
  const log = folder.write("fail2ban.log", bans(0, 1000));
  const scan = scanArgs(folder, log);
  const next = random(3);
  let [written, killed] = [1000, 0];
  for (let round = 0; round < 25; round++) {
    Deno.writeTextFileSync(log, bans(written, 3000), { append: true });
    written += 3000;
    const child = start(scan);
    child.stdin.close();
    const output = child.output();
    // From before it has begun to after it has ended.
    await new Promise((resolve) => setTimeout(resolve, 20 + 100 * next()));
    try {
      child.kill("SIGKILL");
      killed++;
    } catch {
      // It was faster.
    }
    await output;
  }
  assert(killed > 5, `${killed} killed`);
  const { status, stdout, stderr } = await permaban(scan);
  assertEquals([status, stderr, total(stdout)], [0, "", written]);
  assertEquals(stdout, (await permaban([...PLAIN, log])).stdout);
});

Deno.test("scans that meet wait for one another, or leave with a word", async () => {
  using folder = new Folder();
  const log = folder.write("fail2ban.log", bans(0, 50_000));
  const waiting = await Promise.all(
    Array.from({ length: 5 }, () => permaban(scanArgs(folder, "--wait", log))),
  );
  for (const { status, stdout, stderr } of waiting) {
    assertEquals([status, stderr, total(stdout)], [0, "", 50_000]);
  }
  using held = Deno.openSync(folder.at("state/history.lock"), { read: true, write: true });
  held.lockSync(true);
  const { status, stdout, stderr } = await permaban(scanArgs(folder, log));
  assertEquals([status, stdout], [3, ""]);
  assertStringIncludes(stderr, "Another run is at work");
  assertStringIncludes(stderr, "--wait");
});

testWith(["root", "unshare", "mount"], "a full disk changes nothing", async () => {
  using folder = new Folder();
  folder.write("one", bans(0, 200));
  // Every one another address and jail, so that it takes room.
  const many = Array.from(
    { length: 40_000 },
    (_, at) => bans(200 + 997 * at, 1).replace("192.0.2", `10.${at % 256}.${at >> 8}`),
  );
  folder.write("two", many.join(""));
  Deno.mkdirSync(folder.at("state"));
  const scan = `permaban scan --incremental ${COUNT.join(" ")} --state state`;
  const { status, stdout, stderr } = await shell(
    `unshare -m sh -euc '
      mount -t tmpfs -o size=128k none state
      ${scan} one >first
      ${scan} one two >full 2>message && exit 9 || echo $?
      permaban history --state state | grep ^bans
      mount -o remount,size=9m state
      ${scan} one two >second
    ' && permaban ${PLAIN.join(" ")} one two | cmp - second && cat message`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  assertStringIncludes(stdout, "3\nbans\t200\n");
  assertStringIncludes(stdout, 'permaban: error: Cannot use history "state/history": ');
});

Deno.test("cron's line lists who comes back, though the logs are gone", async () => {
  using folder = new Folder();
  const log = folder.at("fail2ban.log");
  const now = Date.now() / 1000;
  const line = (ago: number) => {
    const stamp = new Date((now - ago) * 1000).toISOString().slice(0, 19).replace("T", " ");
    return `${stamp},123 fail2ban.actions        [77]: NOTICE  [sshd] Ban 192.0.2.7\n`;
  };
  const cron = ["scan", "--incremental", "--update", "--quiet", "--state", folder.at("state"), log];
  for (let week = 40; week > 0; week -= 4) {
    Deno.writeTextFileSync(log, line(week * 604_800));
    const { status, stdout, stderr } = await permaban(cron);
    assertEquals([status, stdout, stderr], [0, "", ""]);
    const listed = (await permaban(["list", "--state", folder.at("state")])).stdout;
    assertEquals(listed, week > 4 ? "" : "192.0.2.7\n");
    Deno.removeSync(log);
  }
});
