import { assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { formatNetwork } from "../../lib/ip/network.ts";
import { findLogs } from "../../lib/log/find_logs.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { scanLogs } from "../../lib/log/scan_logs.ts";
import { formatLocalTime, UTC } from "../../lib/log/time_zone.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";

const NOW = Date.UTC(2026, 10, 22) / 1000;

const gzip = (text: string) => new Uint8Array(gzipSync(text));

async function scan(...patterns: string[]) {
  const bans: Ban[] = [];
  const { files } = await findLogs(patterns);
  const reports = await scanLogs(files, { zone: UTC, now: NOW, onBan: (ban) => bans.push(ban) });
  return { bans, reports };
}

function line(address: string, at = 0): string {
  const time = formatLocalTime(NOW - 86_400 + at, UTC).replace("T", " ");
  return `${time},000 fail2ban.actions        [1]: NOTICE  [sshd] Ban ${address}\n`;
}

function describe({ network, jail, time, restored }: Ban): string {
  const name = network ? formatNetwork(network) : "-";
  return [name, jail, formatLocalTime(time, UTC), restored ? "restored" : ""].join(" ").trim();
}

Deno.test("scanLogs() hands out bans with network, jail and time", async () => {
  using folder = new Folder();
  const path = folder.write(
    "log",
    line("192.0.2.1") + line("2001:DB8::1") + line("::ffff:192.0.2.2") + line("198.51.100.0/24") +
      line("root") + line("198.51.100.1/24") + line("192.0.2.9").replace("Ban", "Restore Ban"),
  );
  const { bans, reports } = await scan(path);
  const at = "sshd 2026-11-21T00:00:00";
  assertEquals(bans.map(describe), [
    `192.0.2.1 ${at}`,
    `2001:db8::1 ${at}`,
    `192.0.2.2 ${at}`,
    `198.51.100.0/24 ${at}`,
    `- ${at}`,
    `- ${at}`,
    `192.0.2.9 ${at} restored`,
  ]);
  assertEquals(reports.map(({ lines, bans }) => [lines, bans]), [[7, 6]]);
});

Deno.test("scanLogs() takes the time a line lacks from the file", async () => {
  using folder = new Folder();
  const path = folder.write(
    "log",
    "fail2ban.actions        [1]: NOTICE  [j] Ban 192.0.2.1\n" +
      "Dec 24 18:00:00 host fail2ban.actions[1]: NOTICE [j] Ban 192.0.2.2\n",
  );
  Deno.utimeSync(path, new Date("2026-01-05T10:00:00Z"), new Date("2026-01-05T10:00:00.5Z"));
  assertEquals((await scan(path)).bans.map(describe), [
    "192.0.2.1 j 2026-01-05T10:00:00",
    "192.0.2.2 j 2025-12-24T18:00:00",
  ]);
});

Deno.test("scanLogs() goes on behind a log that cannot be read", async () => {
  using folder = new Folder();
  const whole = new Uint8Array(
    gzipSync(line("192.0.2.1") + line("192.0.2.2") + line("192.0.2.33")),
  );
  folder.write("a.gz", whole.slice(0, -9));
  folder.write("b.xz", new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]));
  folder.write("c", line("192.0.2.4"));
  const { bans, reports } = await scan(folder.path);
  assertStringIncludes(reports[0]?.error ?? "", "Cannot read all of the gzip data");
  assertEquals(reports[1]?.error, "Cannot read xz data");
  assertEquals(reports[2]?.error, undefined);
  assertEquals(bans.at(-1)?.network?.address, 0xc0000204);
});

Deno.test("scanLogs() does not take a cut address for a whole one", async () => {
  using folder = new Folder();
  // Stored, not deflated, so that the cut falls where it is meant to.
  const text = line("192.0.2.1") + line("192.0.2.255");
  const stored = new Uint8Array(gzipSync(text, { level: 0 }));
  const path = folder.write("a.gz", stored.slice(0, -8 - "5\n".length));
  const { bans, reports } = await scan(path);
  assertEquals(bans.map(describe), ["192.0.2.1 sshd 2026-11-21T00:00:00"]);
  assertEquals(reports[0]?.lines, 2);
});

Deno.test("splitting a log across files and members changes no count", async () => {
  const next = random(6);
  const text = Array.from({ length: 500 }, (_, at) => {
    const kind = next();
    if (kind < 0.6) return line(`192.0.2.${Math.floor(next() * 50)}`, at);
    if (kind < 0.8) return "something else entirely\n";
    return line(`192.0.2.${Math.floor(next() * 50)}`, at).replace("Ban", "Unban");
  }).join("");
  const lines = text.split(/(?<=\n)/);
  using whole = new Folder();
  const expected = (await scan(whole.write("log", text))).bans.map(describe);
  for (let round = 0; round < 20; round++) {
    using folder = new Folder();
    for (let at = 0, file = 0; at < lines.length; file++) {
      const part = lines.slice(at, at += 1 + Math.floor(next() * 200)).join("");
      const cut = Math.floor(next() * part.length);
      // Members may be cut anywhere, files only between lines.
      const members = [part.slice(0, cut), part.slice(cut)].map((text) => [...gzipSync(text)]);
      const name = String(file).padStart(3, "0");
      if (next() < 0.5) folder.write(name, part);
      else folder.write(name, new Uint8Array(members.flat()));
    }
    assertEquals((await scan(folder.path)).bans.map(describe), expected);
  }
});

Deno.test("a rotation between finding and reading counts nothing twice and loses nothing", async () => {
  using folder = new Folder();
  const [newest, older] = [folder.at("log"), folder.at("log.1")];
  folder.write("log", line("192.0.2.1"));
  folder.write("log.1", line("192.0.2.2"));
  const { files } = await findLogs([newest, older]);
  const bans: string[] = [];
  const reports = await scanLogs(files, {
    zone: UTC,
    now: NOW,
    onBan(ban) {
      bans.push(describe(ban).split(" ")[0] ?? "");
      if (bans.length > 1) return;
      // The first log is being read when the others move up.
      Deno.renameSync(older, folder.at("log.2"));
      Deno.renameSync(newest, older);
      folder.write("log", line("192.0.2.3"));
    },
  });
  assertEquals(bans, ["192.0.2.1", "192.0.2.2"]);
  assertEquals(reports.map(({ error }) => error), [undefined, undefined]);
});

Deno.test("a log that is another one when it is opened is named", async () => {
  using folder = new Folder();
  const path = folder.write("log", line("192.0.2.1"));
  const { files } = await findLogs([path]);
  Deno.renameSync(path, folder.at("log.1"));
  folder.write("log", line("192.0.2.2"));
  const [report] = await scanLogs(files, { zone: UTC, now: NOW, onBan: () => {} });
  assertEquals([report?.bans, report?.error], [
    0,
    "Cannot read it: it was rotated at this moment, scan again",
  ]);
});

Deno.test("a log that is cut short while it is read is named", async () => {
  using folder = new Folder();
  const path = folder.write("log", line("192.0.2.1").repeat(50_000));
  const { files } = await findLogs([path]);
  let isFirst = true;
  const [report] = await scanLogs(files, {
    zone: UTC,
    now: NOW,
    onBan() {
      if (isFirst) Deno.truncateSync(path);
      isFirst = false;
    },
  });
  assertStringIncludes(report?.error ?? "", "it was cut short meanwhile");
});

Deno.test("a yearless line that is written while its log is read is of this year", async () => {
  using folder = new Folder();
  const text = (day: string, address: string) =>
    `Mar ${day} 10:00:00 host fail2ban.actions[1]: NOTICE [j] Ban ${address}\n`;
  const path = folder.write("log", text(" 1", "192.0.2.1"));
  Deno.utimeSync(path, NOW, new Date("2026-03-01T10:00:00Z"));
  const { files } = await findLogs([path]);
  Deno.writeTextFileSync(path, text(" 2", "192.0.2.2"), { append: true });
  Deno.utimeSync(path, NOW, new Date("2026-03-02T10:00:00Z"));
  const bans: string[] = [];
  await scanLogs(files, { zone: UTC, now: NOW, onBan: (ban) => bans.push(describe(ban)) });
  assertEquals(bans, ["192.0.2.1 j 2026-03-01T10:00:00", "192.0.2.2 j 2026-03-02T10:00:00"]);
});

Deno.test("an archive that a log is being made into is left out, any other one is read", async () => {
  const text = Array.from({ length: 3000 }, (_, at) => line(`192.0.2.${at % 250}`, at)).join("");
  const [whole, more] = [gzip(text), gzip(text + line("198.51.100.1"))];
  const broken = new Uint8Array([...whole.slice(0, 200), ...new Uint8Array(200).fill(255)]);
  for (
    const [archive, log, left] of [
      [whole, text, true],
      [whole.slice(0, whole.length >> 1), text, true],
      [whole.slice(0, 5), text, true],
      [new Uint8Array(0), text, true],
      [whole, text + line("198.51.100.1"), true],
      [more, text, false],
      [gzip(line("198.51.100.1")), text, false],
      [whole, "", false],
      [broken, text, false],
      [new Uint8Array([0x1f, 0x8b, 1, 2, 3]), text, false],
      [new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), text, false],
      // The log, by its name, is itself an archive, and cut.
      [whole, whole.slice(0, 400), false],
    ] as const
  ) {
    using folder = new Folder();
    const paths = [folder.write("log", log as string), folder.write("log.gz", archive)];
    for (const order of [paths, paths.toReversed()]) {
      const { reports } = await scan(...order);
      assertEquals(reports.length, left ? 1 : 2);
      const fresh = reports.find(({ path }) => path === paths[0]);
      if (typeof log === "string") assertEquals(fresh?.lines, log.split("\n").length - 1);
    }
  }
});

Deno.test("more logs than are held open are read, and their twins too", async () => {
  using folder = new Folder();
  for (let at = 0; at < 100; at++) {
    folder.write(`log.${at}`, line("192.0.2.1", at));
    folder.write(`log.${at}.gz`, gzip(line("192.0.2.1", at)));
  }
  const { bans, reports } = await scan(folder.path);
  assertEquals([bans.length, reports.length], [100, 100]);
});

/** A log of many lines, some 20 MB of text, and what is in it. */
function longLog(): string {
  const next = random(15);
  const lines = Array.from({ length: 2000 }, (_, at) => {
    if (next() < 0.5) {
      return `2026-11-21 00:00:00,000 fail2ban.filter [1]: INFO [sshd] Found ${at}\n`;
    }
    return line(next() < 0.8 ? `192.0.2.${at % 250}` : `2001:db8::${at % 250}`, at);
  });
  return lines.join("").repeat(90);
}

Deno.test("several readers find what one does, whatever the logs", async () => {
  using folder = new Folder();
  const text = longLog();
  folder.write("log", text);
  folder.write("log.1", text.slice(0, -1));
  folder.write("log.2.gz", gzip(text));
  folder.write("log.3.gz", gzip(text).slice(0, -100));
  folder.write("log.4", "");
  folder.write("log.5.xz", new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]));
  folder.write("log.6", line("192.0.2.77"));
  const { files } = await findLogs([folder.path]);
  const outcomes: unknown[] = [];
  for (const jobs of [1, 2, 3]) {
    const counts = new Map<string, number>();
    let [read, ended] = [0, 0];
    const reports = await scanLogs(files, {
      zone: UTC,
      now: NOW,
      jobs,
      share: 16 << 20,
      onBan({ network, time }) {
        const name = String(network?.address);
        counts.set(name, (counts.get(name) ?? 0) + time % 1000);
      },
      onRead: (bytes) => read += bytes,
      onEnd: () => ended++,
    });
    assertEquals(ended, files.length);
    outcomes.push({ reports, counts: [...counts].sort() });
    // What is broken is read again up to the fault, so it may be more than there is.
    assertEquals(read >= files.reduce((sum, { size }) => sum + size, 0), true);
  }
  assertEquals(outcomes[1], outcomes[0]);
  assertEquals(outcomes[2], outcomes[0]);
});

Deno.test("a log whose name moves on while threads start is read all the same", async () => {
  using folder = new Folder();
  const text = longLog();
  const names = ["log", "log.1", "log.2"];
  for (const name of names) folder.write(name, text);
  const { files } = await findLogs(names.map((name) => folder.at(name)));
  let bans = 0;
  const scan = scanLogs(files, {
    zone: UTC,
    now: NOW,
    jobs: 2,
    share: 16 << 20,
    onBan: () => bans++,
  });
  // All are open by the time the first threads are started, and no thread has opened one yet.
  await new Promise((resolve) => setTimeout(resolve, 1));
  for (const name of names.toReversed()) Deno.renameSync(folder.at(name), folder.at(`${name}.old`));
  const reports = await scan;
  assertEquals(reports.map(({ error }) => error), [undefined, undefined, undefined]);
  assertEquals(bans, reports.reduce((sum, report) => sum + report.bans, 0));
  assertEquals(new Set(reports.map((report) => report.lines)), new Set([180_000]));
});
