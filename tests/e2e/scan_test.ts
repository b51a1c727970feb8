/**
 * Scans as an admin runs them: long logs, pipes, a log that is written to, a terminal.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { permaban, shell, start } from "./permaban.ts";

const ban = (address: string) =>
  `2026-03-01 10:00:00,123 fail2ban.actions        [77]: NOTICE  [sshd] Ban ${address}\n`;
const encode = (text: string) => new TextEncoder().encode(text);
const SCAN = ["scan", "--min-bans", "1", "--within", "100y"];

testWith(["root"], "memory does not grow with the length of a log or of its lines", async () => {
  // 700 MB of text, one line of 200 MB among them.
  const child = start([...SCAN, "-"]);
  const output = child.output();
  const writer = child.stdin.getWriter();
  const found = encode(
    "2026-03-01 10:00:00,123 fail2ban.filter [77]: INFO [sshd] Found 192.0.2.1\n".repeat(10_000),
  );
  const spaces = encode("x Ban 8.8.8.8 ".repeat(70_000));
  for (let round = 0; round < 660; round++) await writer.write(found);
  for (let round = 0; round < 204; round++) await writer.write(spaces);
  await writer.write(encode("\n" + ban("192.0.2.7")));
  const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
  await writer.close();
  const { code, stdout, stderr } = await output;
  const text = new TextDecoder().decode(stderr);
  assertEquals([code, new TextDecoder().decode(stdout).split("\t")[1]], [0, "192.0.2.7"], text);
  assertStringIncludes(text, "6,600,002 lines");
  const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  assert(peak > 0 && peak < 250_000, `${peak} kB`);
});

testWith(["zstd", "gzip"], "the kind of a log is told by its content", async () => {
  using folder = new Folder();
  folder.write("one", ban("192.0.2.1"));
  const { stdout, status, stderr } = await shell(
    `zstd -qc one > two.gz; gzip -c one > three; cat one > four.zst
    cat three three > five; zstd -qc one one > six.log
    permaban ${SCAN.join(" ")} -q .; zstd -qc one | permaban ${SCAN.join(" ")} -q -`,
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  assertEquals(stdout.split("\n").map((line) => line.split("\t")[0]), ["8", "1", ""]);
});

Deno.test("any number of jobs finds the same", async () => {
  using folder = new Folder();
  // Enough for threads of their own, and one log large enough to be read in parts.
  const text = Array.from({ length: 400 }, (_, at) => ban(`192.0.2.${at % 256}`)).join("");
  folder.write("large", text.repeat(1100));
  folder.write("small", text.repeat(300) + ban("2001:db8::7"));
  const outcomes: unknown[] = [];
  for (const jobs of ["1", "2", "3", "64"]) {
    const args = [...SCAN, "--json", "--jobs", jobs, folder.at("large"), folder.at("small")];
    const { stdout, stderr, status } = await permaban(args);
    assertEquals(status, 0, stderr);
    outcomes.push(JSON.parse(stdout));
  }
  const [alone, ...others] = outcomes;
  for (const other of others) assertEquals(other, alone);
  const { totals } = alone as { totals: { bans: number; offenders: number } };
  assertEquals([totals.bans, totals.offenders], [1400 * 400 + 1, 257]);
});

Deno.test("with few file descriptors there are fewer readers, and the same is found", async () => {
  using folder = new Folder();
  folder.write("log", ban("192.0.2.1").repeat(450_000));
  for (const limit of [24, 32, 40, 64, 128]) {
    const { stdout, stderr, status } = await shell(
      `ulimit -n ${limit}; permaban ${SCAN.join(" ")} -q --jobs 4 log`,
      { cwd: folder.path },
    );
    assertEquals([status, stderr, stdout.split("\t")[0]], [0, "", "450000"], `limit ${limit}`);
  }
});

Deno.test("a pipe between programs can be named as a file", async () => {
  using folder = new Folder();
  folder.write("log", ban("192.0.2.1"));
  const { stdout, status } = await shell(
    `mkfifo pipe; timeout 20 sh -c 'cat log > pipe' & permaban ${SCAN.join(" ")} -q pipe; wait`,
    { cwd: folder.path },
  );
  assertEquals([status, stdout.split("\t")[1]], [0, "192.0.2.1"]);
});

Deno.test("what comes through a pipe was written now: times without a year have one", async () => {
  using folder = new Folder();
  const time = new Date(Date.now() - 86_400_000).toUTCString().replace(
    /^\w+, 0?(\d+) (\w+) \d+ (\S+) .*$/,
    (_, day, month, clock) => `${month} ${day.padStart(2)} ${clock}`,
  );
  folder.write("log", `${time} host fail2ban.actions[1]: NOTICE [sshd] Ban 192.0.2.1\n`);
  const { stdout, status } = await shell(
    `mkfifo pipe; timeout 20 sh -c 'cat log > pipe' & TZ=UTC permaban ${SCAN.join(" ")} -q pipe
    wait; TZ=UTC permaban ${SCAN.join(" ")} -q log; TZ=UTC permaban ${SCAN.join(" ")} -q - < log`,
    { cwd: folder.path },
  );
  const lines = stdout.trimEnd().split("\n");
  assertEquals([status, lines.length, new Set(lines).size], [0, 3, 1]);
});

testWith(["root", "setpriv"], "a log that may not be read is named, others count", async () => {
  using folder = new Folder();
  folder.write("open", ban("192.0.2.1"));
  Deno.chmodSync(folder.write("closed", ban("192.0.2.2")), 0o600);
  Deno.chownSync(folder.at("closed"), 1, 1);
  // Root without the rights of root, so that a file of another user is closed to it.
  const { stdout, stderr, status } = await shell(
    `setpriv --bounding-set -dac_override,-dac_read_search permaban ${SCAN.join(" ")} open closed`,
    { cwd: folder.path },
  );
  assertEquals([status, stdout.split("\t")[1]], [4, "192.0.2.1"], stderr);
  assertStringIncludes(stderr, "permaban: error: closed: Cannot read it: permission denied");
});

testWith(["root", "setpriv"], "a folder that may not be looked into is named", async () => {
  using folder = new Folder();
  folder.write("logs/a", ban("192.0.2.1"));
  folder.write("logs/secret/b", ban("192.0.2.2"));
  Deno.chmodSync(folder.at("logs/secret"), 0o700);
  Deno.chownSync(folder.at("logs/secret"), 1, 1);
  const drop = "setpriv --bounding-set -dac_override,-dac_read_search";
  for (const argument of ["logs", "logs/secret", "logs/secret/b", "'logs/secret/*'"]) {
    const { stdout, stderr, status } = await shell(
      `${drop} permaban ${SCAN.join(" ")} ${argument}`,
      { cwd: folder.path },
    );
    assertEquals(status, 4, argument);
    const closed = argument === "logs" ? "logs/secret" : argument.replaceAll("'", "");
    assertStringIncludes(stderr, `error: Cannot read log "${closed}": permission denied`);
    if (argument === "logs") assertEquals(stdout.split("\t")[1], "192.0.2.1");
  }
});

testWith(["script"], "on a terminal there is a table with headings and progress", async () => {
  using folder = new Folder();
  folder.write("log", ban("192.0.2.1").repeat(3));
  const { stdout } = await shell(
    `script -qec 'stty cols 120; permaban ${SCAN.join(" ")} log' /dev/null < /dev/null`,
    { cwd: folder.path, env: { TERM: "xterm" } },
  );
  const lines = stdout.replaceAll("\r", "").split("\n");
  assert(lines.some((line) => /^BANS {2}ADDRESS {4}FIRST {16}/.test(line)), stdout);
  assert(lines.some((line) => /^ {3}3 {2}192\.0\.2\.1 {2}2026-03-01T10:00:00 /.test(line)), stdout);
});

Deno.test("cron hears nothing when all is well, and all that is wrong", async () => {
  using folder = new Folder();
  folder.write("log", ban("192.0.2.1").repeat(12));
  const scan = [
    "scan",
    "--update",
    "--quiet",
    "--within",
    "100y",
    "--blocklist",
    folder.at("list"),
  ];
  const well = await permaban([...scan, folder.at("log")]);
  assertEquals(well, { stdout: "", stderr: "", status: 0 });
  const wrong = await permaban([...scan, folder.at("log"), folder.at("none")]);
  assertEquals([wrong.stdout, wrong.status], ["", 4]);
  assertStringIncludes(wrong.stderr, "no such file");
});

Deno.test("nothing of the environment is needed", async () => {
  using folder = new Folder();
  const log = folder.write("log", ban("192.0.2.1"));
  const { status, stdout, stderr } = await shell(
    `exe=$(command -v permaban); env -i \${PERMABAN_CACHE:+PERMABAN_CACHE="$PERMABAN_CACHE"} "$exe" ${
      SCAN.join(" ")
    } -q --no-config '${log}'`,
  );
  assertEquals([status, stdout.split("\t")[1]], [0, "192.0.2.1"], stderr);
});
