import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { countsIn, line, lines, Place, START } from "./place.ts";

const DAY = 86_400;
const ALL = ["--min-bans", "1"];

Deno.test("a log that was cut in the middle and grew again counts each ban once", async () => {
  for (const count of [6, 60]) {
    using place = new Place();
    const log = place.log("log", lines("192.0.2.1", count));
    assertEquals(await place.counts(log), [`${count} 192.0.2.1`]);
    const half = lines("192.0.2.1", count / 2).length;
    place.truncate(log, half);
    assertEquals(await place.counts(log), [`${count} 192.0.2.1`]);
    place.append(log, lines("192.0.2.2", 3, 500));
    assertEquals(await place.counts(log), [`${count} 192.0.2.1`, "3 192.0.2.2"]);
    place.append(log, lines("192.0.2.2", count, 600));
    const grown = [`${count + 3} 192.0.2.2`, `${count} 192.0.2.1`];
    assertEquals(await place.counts(log), grown);
    // In the middle of a line, and with no run before it has grown.
    place.truncate(log, half + 7);
    place.append(log, `\n${lines("192.0.2.3", 2 * count, 1000)}`);
    assertEquals(await place.counts(log), [`${2 * count} 192.0.2.3`, ...grown]);
  }
});

Deno.test("a log that was edited counts nothing twice and what is new once", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 60));
  await place.counts(log);
  const edited = lines("192.0.2.1", 20) + lines("192.0.2.1", 20, 40);
  place.replace(log, edited + line("192.0.2.2", 100));
  assertEquals(await place.counts(log), ["60 192.0.2.1", "1 192.0.2.2"]);
  place.append(log, line("192.0.2.2", 101));
  assertEquals(await place.counts(log), ["60 192.0.2.1", "2 192.0.2.2"]);
  place.replace(log, lines("192.0.2.1", 20, 40) + line("192.0.2.2", 102));
  const cut = await place.scan(...ALL, log);
  assertStringIncludes(cut.stderr, "Read 1 file with 21 lines");
});

Deno.test("a log that was edited near its beginning is not taken for another one", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 60));
  await place.counts(log);
  const rest = lines("192.0.2.1", 55, 5) + line("192.0.2.2", 90);
  for (const text of [line("192.0.2.1", 0) + rest, line("192.0.2.1", 0).slice(0, -3) + rest]) {
    for (const bytes of [text, new Uint8Array(gzipSync(text))]) {
      Deno.removeSync(log);
      place.log("log", bytes);
      assertEquals(await place.counts(log), ["60 192.0.2.1", "1 192.0.2.2"]);
      assertStringIncludes((await place.scan(...ALL, log)).stderr, "Nothing is new");
    }
  }
});

Deno.test("another log in the place of a known one is read from its beginning", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 60));
  await place.counts(log);
  place.truncate(log);
  place.append(log, lines("192.0.2.2", 60, 100));
  assertEquals(await place.counts(log), ["60 192.0.2.1", "60 192.0.2.2"]);
  Deno.removeSync(log);
  // It mostly gets the number that has just become free.
  place.log("log", lines("192.0.2.3", 80, 200));
  assertEquals(await place.counts(log), ["80 192.0.2.3", "60 192.0.2.1", "60 192.0.2.2"]);
});

Deno.test("a log that was copied and emptied between two runs counts each ban once", async () => {
  using place = new Place();
  const log = place.log("fail2ban.log", lines("192.0.2.1", 40));
  const glob = `${log}*`;
  assertEquals(await place.counts(glob), ["40 192.0.2.1"]);
  place.append(log, lines("192.0.2.1", 5, 50));
  place.log("fail2ban.log.1", Deno.readTextFileSync(log));
  place.truncate(log);
  place.append(log, lines("192.0.2.1", 2, 60));
  assertEquals(await place.counts(glob), ["47 192.0.2.1"]);
  place.log("fail2ban.log.1.gz", new Uint8Array(gzipSync(place.read("logs/fail2ban.log.1"))));
  Deno.removeSync(`${log}.1`);
  place.append(log, line("192.0.2.1", 70));
  assertEquals(await place.counts(glob), ["48 192.0.2.1"]);
  Deno.removeSync(`${log}.1.gz`);
  assertEquals(await place.counts(glob), ["48 192.0.2.1"]);
});

Deno.test("a log that is trimmed at its beginning counts nothing twice", async () => {
  const trims: readonly ((text: string) => string)[] = [
    (text) => text.slice(text.indexOf("\n") + 1),
    (text) => text.slice(text.length / 2),
    (text) => text.replaceAll("\n", "\r\n"),
    (text) => `# a remark\n${text}`,
  ];
  for (const [number, trim] of trims.entries()) {
    using place = new Place();
    let text = lines("192.0.2.1", 60);
    const log = place.log("log", text);
    await place.counts(log);
    for (const round of [1, 2, 3]) {
      text = trim(text) + line("192.0.2.2", 100 + round);
      if (round % 2 === 0) place.log("log", text);
      else place.replace(log, text);
      const expected = ["60 192.0.2.1", `${round} 192.0.2.2`];
      assertEquals(await place.counts(log), expected, `trim ${number}, round ${round}`);
    }
    place.append(log, line("192.0.2.2", 110));
    assertEquals(await place.counts(log), ["60 192.0.2.1", "4 192.0.2.2"]);
  }
});

Deno.test("logs that were joined add only what no run saw", async () => {
  using place = new Place();
  const [old, current] = [lines("192.0.2.1", 60), lines("192.0.2.2", 50, 100)];
  const glob = place.at("logs");
  const archive = new Uint8Array(gzipSync(old));
  place.log("fail2ban.log.1.gz", archive);
  place.log("fail2ban.log", current);
  const seen = ["60 192.0.2.1", "50 192.0.2.2"];
  assertEquals(await place.counts(glob), seen);
  place.log("all.log", old + current);
  assertEquals(await place.counts(glob), seen);
  place.log("other-way-round.log", current + old);
  assertEquals(await place.counts(glob), seen);
  const members = [archive, new Uint8Array(gzipSync(current))];
  place.log("all.gz", new Uint8Array(members.flatMap((member) => [...member])));
  assertEquals(await place.counts(glob), seen);
  place.append(place.at("logs/all.log"), line("192.0.2.3", 40));
  assertEquals(await place.counts(glob), [...seen, "1 192.0.2.3"]);
});

Deno.test("text that stands in a log twice counts once", async () => {
  using place = new Place();
  const text = lines("192.0.2.1", 6);
  const log = place.log("log", text);
  assertEquals(await place.counts(log), ["6 192.0.2.1"]);
  const half = text.slice(0, text.length / 2);
  place.replace(log, half + text);
  assertEquals(await place.counts(log), ["6 192.0.2.1"]);
  const more = text + lines("192.0.2.1", 4, 50);
  place.replace(log, more + more);
  assertEquals(await place.counts(log), ["10 192.0.2.1"]);
});

Deno.test("a ban that is logged twice at once counts twice in any log", async () => {
  using place = new Place();
  const twice = (second: number) => line("192.0.2.1", second).repeat(2);
  const log = place.log("fail2ban.log", twice(0));
  assertEquals(await place.counts(`${log}*`), ["2 192.0.2.1"]);
  Deno.renameSync(log, `${log}.1`);
  place.log("fail2ban.log", twice(5) + twice(6));
  assertEquals(await place.counts(`${log}*`), ["6 192.0.2.1"]);
});

Deno.test("logs that were joined before the first ban count each ban once", async () => {
  using place = new Place();
  const log = place.log("log", "2026-11-20 09:00:00,000 fail2ban.server [7]: INFO Starting\n");
  await place.scan(...ALL, place.at("logs"));
  place.append(log, lines("192.0.2.1", 3));
  place.log("tail", lines("192.0.2.1", 2, 1));
  assertEquals(await place.counts(place.at("logs")), ["3 192.0.2.1"]);
});

Deno.test("a copy of a log that is still being made adds nothing", async () => {
  using place = new Place();
  const text = lines("192.0.2.1", 60);
  place.log("log", text);
  const logs = place.at("logs");
  await place.counts(logs);
  const tail = text.slice(text.indexOf("\n") + 1);
  // Up to the middle of a line, at the end of an address, and with the end of the line.
  const ends = [tail.length - 40, tail.length - 1, tail.length];
  for (const end of ends) {
    place.log("copy", tail.slice(0, end));
    assertEquals(await place.counts(logs), ["60 192.0.2.1"], `up to ${end}`);
  }
  place.append(place.at("logs/copy"), line("192.0.2.1", 90));
  assertEquals(await place.counts(logs), ["61 192.0.2.1"]);
});

Deno.test("an archive in the making of which nothing can be read yet is no fault", async () => {
  using place = new Place();
  const text = lines("192.0.2.1", 60);
  const log = place.log("fail2ban.log.1", text);
  const archive = new Uint8Array(gzipSync(text));
  for (const length of [2, 10, 15, archive.length]) {
    place.log("fail2ban.log.1.gz", archive.subarray(0, length));
    assertEquals(await place.counts(`${log}*`), ["60 192.0.2.1"], `${length} bytes`);
    assertStringIncludes((await place.scan(...ALL, `${log}*`)).stderr, "Nothing is new");
  }
});

Deno.test("two old copies of a log add nothing", async () => {
  using place = new Place();
  const text = lines("192.0.2.1", 60);
  const log = place.log("log", text);
  await place.counts(log);
  const cut = (count: number) => lines("192.0.2.1", count);
  const copies = [
    [cut(20), cut(30)],
    [cut(5), cut(6)],
    [cut(20) + lines("192.0.2.1", 10, 30), cut(25) + lines("192.0.2.1", 10, 40)],
    [cut(20) + line("192.0.2.2", 90), cut(30) + line("192.0.2.2", 90)],
  ];
  for (const [number, [one = "", other = ""]] of copies.entries()) {
    place.log("one", one);
    place.log("other", other);
    const expected = number < 3 ? ["60 192.0.2.1"] : ["60 192.0.2.1", "1 192.0.2.2"];
    for (const round of [1, 2]) {
      const logs = [place.at("logs/one"), place.at("logs/other"), log];
      assertEquals(await place.counts(...logs), expected, `copies ${number}, round ${round}`);
    }
  }
});

Deno.test("what cannot be read is said once and keeps no other log from counting", async () => {
  using place = new Place();
  place.log("a", lines("192.0.2.1", 3));
  const archive = new Uint8Array(gzipSync(lines("192.0.2.2", 3000)));
  const broken = place.log("b.gz", archive.subarray(0, -archive.length / 2));
  const logs = place.at("logs");
  const first = await place.scan(...ALL, logs);
  assertEquals(first.status, 4);
  assertStringIncludes(first.stderr, `${broken}: Cannot read all of the gzip data`);
  const [most] = countsIn(first, 4);
  assertMatch(most ?? "", /^\d{3,4} 192\.0\.2\.2$/);
  const second = await place.scan(...ALL, logs);
  assertEquals([second.status, second.stdout], [0, first.stdout]);
  assertEquals(second.stderr.includes("error"), false);
  place.log("b.gz", archive);
  assertEquals(await place.counts(logs), ["3000 192.0.2.2", "3 192.0.2.1"]);
});

Deno.test("an archive that cannot be read is no fault if the log that it was made of was read", async () => {
  using place = new Place();
  const xz = (name: string, of: string) => {
    const { mtime } = Deno.statSync(of);
    const bytes = Uint8Array.of(
      0xfd,
      0x37,
      0x7a,
      0x58,
      0x5a,
      0x00,
      Math.floor(Math.random() * 256),
    );
    const path = place.log(name, bytes);
    Deno.utimeSync(path, mtime!, mtime!);
    Deno.removeSync(of);
    return path;
  };
  const old = xz("log.3.xz", place.log("log.3", lines("192.0.2.3", 2)));
  const log = place.log("log", lines("192.0.2.1", 2));
  const other = place.log("log.1", lines("192.0.2.2", 2));
  const first = await place.scan(...ALL, place.at("logs"));
  // What was there before the first run was read by nobody.
  assertEquals([first.status, first.stderr.includes(`${old}: Cannot read xz data`)], [4, true]);
  const rotated = xz("log.2.xz", other);
  const { status, stderr } = await place.scan(...ALL, "-v", place.at("logs"));
  assertEquals(status, 0, stderr);
  assertStringIncludes(stderr, `Skipped "${rotated}": it is as old as a log that was read`);
  assertEquals((await place.scan(...ALL, "-q", place.at("logs"))).stderr, "");
  // This one went on after the last run.
  place.append(log, lines("192.0.2.1", 1, 60));
  const more = xz("log.1.xz", log);
  const late = await place.scan(...ALL, "-q", place.at("logs"));
  assertEquals([late.status, late.stderr.includes(`${more}: Cannot read xz data`)], [4, true]);
  assertEquals(late.stderr.match(/Cannot read/g)?.length, 1);
});

Deno.test("a link that leads nowhere is an error in each run", async () => {
  using place = new Place();
  place.log("a", lines("192.0.2.1", 3));
  Deno.symlinkSync("nowhere", place.at("logs/b"));
  for (const round of [1, 2]) {
    const outcome = await place.scan(...ALL, place.at("logs"));
    assertEquals(countsIn(outcome, 4), ["3 192.0.2.1"], `round ${round}`);
    assertStringIncludes(outcome.stderr, `Cannot read log "${place.at("logs/b")}": no such file`);
  }
});

Deno.test("standard input and pipes are refused", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  const stdin = await place.scan("-");
  assertEquals(stdin.status, 2);
  assertStringIncludes(stdin.stderr, "Standard input cannot be read with --incremental");
  const pipe = place.at("pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const outcome = await place.scan(...ALL, pipe, log);
  assertEquals(countsIn(outcome, 4), ["3 192.0.2.1"]);
  assertStringIncludes(outcome.stderr, `"${pipe}": it is no regular file, which --incremental`);
});

Deno.test("options that contradict each other are refused and make no history", async () => {
  using place = new Place();
  const log = place.log("log", "");
  for (const option of [["--keep", "1y"], ["--wait"]]) {
    const { status, stderr } = await place.run("scan", ...option, log);
    assertEquals([status, stderr.includes(`Option ${option[0]} needs --incremental`)], [2, true]);
  }
  for (const words of [["--keep", "30d"], ["--keep", "2y", "--within", "3y"]]) {
    const { status, stderr } = await place.scan(...words, log);
    assertEquals([status, stderr.includes("Option --keep is shorter than")], [2, true]);
  }
  assertEquals(Array.from(Deno.readDirSync(place.path), ({ name }) => name), ["logs"]);
});

Deno.test("bans are kept as long as --keep says", async () => {
  using place = new Place();
  const log = place.log("log", line("192.0.2.1", 0) + line("192.0.2.1", 10 * DAY));
  place.clock = START + 10 * DAY + 9;
  const within = ["--within", "5d", "--quiet"];
  assertEquals(await place.counts(...within, "--keep", "20d", log), ["1 192.0.2.1"]);
  assertEquals(await place.counts("--keep", "20d", "--within", "20d", log), ["2 192.0.2.1"]);
  place.append(log, line("192.0.2.2", 10 * DAY + 1));
  const both = ["1 192.0.2.1", "1 192.0.2.2"];
  assertEquals(await place.counts(...within, "--keep", "5d", log), both);
  // By and by it is gone for good.
  for (let day = 11; day < 40; day++) {
    place.clock = START + day * DAY + 9;
    place.append(log, line("192.0.2.3", day * DAY));
    await place.counts(...within, "--keep", "5d", log);
  }
  const { stdout } = await place.history("show", "192.0.2.1");
  assertEquals(stdout, "");
});

Deno.test("a clock that was wrong for a while costs no bans that count", async () => {
  using place = new Place();
  const now = place.clock;
  const log = place.log("log", lines("192.0.2.1", 3));
  await place.counts(log);
  for (const second of [0, 300, 600]) {
    place.clock = now + 11 * 365 * DAY + second;
    place.append(log, line("192.0.2.2", 11 * 365 * DAY + second));
    await place.scan(...ALL, log);
  }
  place.clock = now + DAY;
  place.append(log, lines("192.0.2.3", 4, 100));
  const counts = ["4 192.0.2.3", "3 192.0.2.1", "3 192.0.2.2"];
  assertEquals(await place.counts(log), counts);
  const rest = await place.history("forget", "192.0.2.2");
  assertEquals(rest.status, 0);
  assertEquals(await place.counts(log), counts.slice(0, 2));
});

Deno.test("bans that are too old to be kept are said", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3, -90 * DAY) + line("192.0.2.2", 0));
  const { stderr } = await place.scan("--keep", "60d", "--within", "30d", log);
  assertStringIncludes(stderr, "Left out 3 bans older than what is kept (--keep)");
});

Deno.test("a run that finds nothing new reads neither logs nor bans", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 9));
  const first = await place.scan(...ALL, log);
  place.damage();
  const { mtime } = Deno.statSync(log);
  Deno.writeTextFileSync(log, lines("192.0.2.2", 9));
  if (mtime) Deno.utimeSync(log, mtime, mtime);
  const before = Deno.readFileSync(`${place.state}/history`);
  const second = await place.scan(...ALL, log);
  assertEquals([second.status, second.stdout], [0, first.stdout]);
  assertStringIncludes(second.stderr, "Nothing is new in 1 log");
  assertStringIncludes(second.stderr, "1 offender with 1 ban or more");
  assertEquals(Deno.readFileSync(`${place.state}/history`), before);
});

Deno.test("new text without a ban does not make a run count again", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 9));
  const first = await place.scan(...ALL, log);
  place.damage();
  place.append(log, line("192.0.2.2", 50).replace("Ban", "Unban"));
  const second = await place.scan(...ALL, log);
  assertEquals([second.status, second.stdout], [0, first.stdout]);
  assertStringIncludes(second.stderr, "Read 1 file with 1 line and 0 bans");
});

Deno.test("another question gets another answer", async () => {
  using place = new Place();
  const log = place.log(
    "log",
    lines("192.0.2.1", 9) + line("192.0.2.2", 0, "postfix") +
      line("192.0.2.1", 9).replace("Ban", "Restore Ban"),
  );
  const [one, other] = ["9 192.0.2.1", "1 192.0.2.2"];
  assertEquals(await place.counts(log), [one, other]);
  for (
    const [words, expected] of [
      [["--min-bans", "2"], [one]],
      [[...ALL, "--jail", "postfix"], [other]],
      [[...ALL, "--ignore-jail", "postfix"], [one]],
      [[...ALL, "--count-restored"], ["10 192.0.2.1", other]],
      [[...ALL, "--within", "1h"], []],
    ] as const
  ) {
    assertEquals(countsIn(await place.scan(...words, log)), [...expected], `${words}`);
    assertEquals(await place.counts(log), [one, other]);
  }
});

Deno.test("an answer holds until the first of its bans is too old", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 2));
  const asked = ["--within", "3d", log];
  place.clock = START + 3 * DAY - 1;
  assertEquals(await place.counts(...asked), ["2 192.0.2.1"]);
  for (const [since, expected] of [[0, 2], [1, 1], [2, 0], [-50, 2], [1, 1], [0, 2]] as const) {
    place.clock = START + 3 * DAY + since;
    const rows = expected > 0 ? [`${expected} 192.0.2.1`] : [];
    assertEquals(await place.counts(...asked), rows, `${since}`);
  }
});

Deno.test("--update puts an offender back that was taken off by hand, and else does nothing", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 12) + lines("192.0.2.2", 5, 100));
  const update = (...words: string[]) => place.scan("--update", ...words, log);
  assertEquals(countsIn(await update()), ["12 192.0.2.1"]);
  const list = `${place.state}/blocklist`;
  Deno.utimeSync(list, 1, 1);
  place.append(log, line("192.0.2.3", 200));
  for (const _ of [1, 2]) assertEquals(countsIn(await update()), []);
  assertEquals(Deno.statSync(list).mtime?.getTime(), 1000);
  assertStringIncludes((await update()).stderr, "Nothing is new in 1 log");
  Deno.writeTextFileSync(list, "198.51.100.1\n");
  assertEquals(countsIn(await update()), ["12 192.0.2.1"]);
  assertEquals(place.blocklist(), ["198.51.100.1", "192.0.2.1"]);
  assertEquals(countsIn(await update("--min-bans", "5")), ["5 192.0.2.2"]);
  assertEquals(countsIn(await update("--min-bans", "1", "--jail", "sshd")), ["1 192.0.2.3"]);
  Deno.removeSync(list);
  assertEquals((await update("--min-bans", "1", "--jail", "postfix")).status, 0);
  assertEquals(place.blocklist(), []);
  assertEquals(countsIn(await update("--within", "2y")), ["12 192.0.2.1"]);
});

Deno.test("--update adds an offender when its last ban comes", async () => {
  using place = new Place();
  const log = place.log("log", "");
  const added: string[][] = [];
  for (let at = 0; at < 12; at++) {
    place.append(log, line("192.0.2.1", at));
    added.push(countsIn(await place.scan("--update", log)));
  }
  assertEquals(added.flat(), ["10 192.0.2.1"]);
  assertEquals(added[9], ["10 192.0.2.1"]);
});

Deno.test("--json tells of this run and of the history", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  const history = { bans: 3, oldest: "2026-11-20T10:00:00", newest: "2026-11-20T10:00:02" };
  for (const read of [1, 0]) {
    const { stdout } = await place.scan(...ALL, "--json", log);
    const json = JSON.parse(stdout);
    assertEquals([json.offenders.length, json.offenders[0].bans], [1, 3]);
    assertEquals([json.files.length, json.totals.bans], [read, 3 * read]);
    assertEquals([json.totals.counted, json.history], [3, history]);
  }
  using empty = new Place();
  const { stdout } = await empty.scan("--json", empty.log("log", ""));
  assertEquals(JSON.parse(stdout).history, { bans: 0, oldest: null, newest: null });
});

Deno.test("a run gives up soon while another one is at work, and waits if told to", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  await place.counts(log);
  place.append(log, line("192.0.2.1", 9));
  const lock = Deno.openSync(`${place.state}/history.lock`, { read: true, write: true });
  lock.lockSync(true);
  const before = Date.now();
  const { status, stdout, stderr } = await place.scan(...ALL, log);
  assert(Date.now() - before < 1500);
  assertEquals([status, stdout], [3, ""]);
  assertStringIncludes(stderr, `Another run is at work on history "${place.state}/history"`);
  assertStringIncludes(stderr, "--wait");
  const forgetting = await place.history("forget", "192.0.2.1");
  assertEquals(forgetting.status, 3);
  let isDone = false;
  const waiting = place.counts("--wait", log).finally(() => isDone = true);
  await new Promise((resolve) => setTimeout(resolve, 700));
  assertEquals(isDone, false);
  lock.close();
  assertEquals(await waiting, ["4 192.0.2.1"]);
});

Deno.test("scans at once count each ban once", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 30));
  const scans = await Promise.all(Array.from({ length: 4 }, () => place.counts("--wait", log)));
  assertEquals(scans, Array(4).fill(["30 192.0.2.1"]));
  assertEquals(await place.counts(log), ["30 192.0.2.1"]);
});

Deno.test("a damaged history is set aside, and the logs are read again", async () => {
  const news: readonly ((place: Place, log: string) => void)[] = [
    (place, log) => place.append(log, lines("192.0.2.3", 5, 900)),
    // Only to know it, what is known of logs that are gone is needed.
    (place) => void place.log("other", lines("192.0.2.3", 5, 900)),
  ];
  for (const happen of news) {
    using place = new Place();
    const log = place.log("log", lines("192.0.2.1", 50));
    const logs = place.at("logs");
    await place.counts(logs);
    place.append(log, lines("192.0.2.2", 40, 500));
    await place.counts(logs);
    place.damage();
    happen(place, log);
    const damaged = await place.scan(...ALL, logs);
    const plain = await place.run("scan", ...ALL, logs);
    assertEquals([damaged.status, damaged.stdout], [4, plain.stdout], damaged.stderr);
    const aside = `${place.state}/history.broken-20261122T140000Z`;
    assertStringIncludes(
      damaged.stderr,
      `warning: The history was damaged, or none at all, and is set aside as`,
    );
    assertStringIncludes(damaged.stderr, `"${aside}": what could be read of it is kept`);
    const next = await place.scan(...ALL, logs);
    assertEquals([next.status, next.stdout], [0, plain.stdout]);
    place.append(log, line("192.0.2.3", 999));
    assertEquals((await place.counts(logs)).at(-1), "6 192.0.2.3");
    // Of what no log tells any more, the rest of the old history knew.
    Deno.removeSync(log);
    assertEquals((await place.counts(logs)).length, 3);
  }
});

Deno.test("a history that was cut at its end says so, and counts nothing twice", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  const update = ["--min-bans", "3", "--update", "-q", log];
  await place.scan(...update);
  place.append(log, lines("192.0.2.1", 4, 10));
  await place.scan(...update);
  const path = `${place.state}/history`;
  const whole = Deno.readFileSync(path);
  for (const length of [1, 9, 200, 700]) {
    Deno.writeFileSync(path, whole.subarray(0, -length));
    const dry = await place.scan(...update, "--dry-run");
    assertEquals([dry.status, dry.stderr], [0, ""]);
    const { status, stderr } = await place.scan(...update);
    assertEquals([status, stderr.split("\n")[0]], [
      0,
      "permaban: warning: The history does not hold all of the last run, which was killed, " +
      "or the file was cut",
    ]);
    assertEquals(await place.scan(...update), { status: 0, stdout: "", stderr: "" });
    assertEquals(await place.counts(log), ["7 192.0.2.1"]);
  }
});

Deno.test("what is left of a damaged history counts, though its logs are gone", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 50));
  await place.counts(log);
  place.truncate(log);
  place.append(log, lines("192.0.2.2", 40, 500));
  await place.counts(log);
  place.damage();
  place.truncate(log);
  place.append(log, lines("192.0.2.3", 5, 900));
  assertEquals(countsIn(await place.scan(...ALL, log), 4), ["40 192.0.2.2", "5 192.0.2.3"]);
});

Deno.test("a log that comes back after a damaged history adds nothing twice", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 50));
  const logs = place.at("logs");
  await place.counts(logs);
  place.append(log, lines("192.0.2.2", 40, 500));
  await place.counts(logs);
  const away = place.at("away");
  Deno.renameSync(log, away);
  place.damage();
  place.log("other", lines("192.0.2.3", 5, 900));
  const before = countsIn(await place.scan(...ALL, logs), 4);
  Deno.renameSync(away, log);
  const after = await place.counts(logs);
  assertEquals(before.at(-1), "5 192.0.2.3");
  assertEquals(after.toSorted(), ["40 192.0.2.2", "5 192.0.2.3", "50 192.0.2.1"]);
  // And what is appended counts.
  place.append(log, lines("192.0.2.3", 2, 990));
  assertEquals((await place.counts(logs)).at(-1), "7 192.0.2.3");
});

Deno.test("a damaged history is there until a new one is written", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 50));
  await place.counts(log);
  place.append(log, lines("192.0.2.2", 40, 500));
  await place.counts(log);
  place.damage();
  place.append(log, line("192.0.2.2", 990));
  // In the way of the new one.
  Deno.mkdirSync(`${place.state}/history.new`);
  const failed = await place.scan(...ALL, log);
  assertEquals([failed.status, failed.stdout], [3, ""], failed.stderr);
  Deno.removeSync(`${place.state}/history.new`);
  assertEquals(countsIn(await place.scan(...ALL, log), 4), ["50 192.0.2.1", "41 192.0.2.2"]);
  const names = Array.from(Deno.readDirSync(place.state), ({ name }) => name);
  assertEquals(names.filter((name) => name.includes("broken")).length, 1);
});

Deno.test("a run that keeps less takes nothing from others at once", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 5, -86_400 * 30) + lines("192.0.2.2", 3));
  const asked = ["--quiet", "--min-bans", "3", "--within", "90d"];
  const first = await place.scan(...asked, log);
  await place.scan("--quiet", "--within", "20d", "--keep", "20d", log);
  const second = await place.scan(...asked, log);
  assertEquals([first, second].map(({ stdout }) => stdout.split("\n").length), [3, 3]);
});

Deno.test("a history is no folder and no link to elsewhere", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  Deno.mkdirSync(`${place.state}/history`, { recursive: true });
  const folder = await place.scan(...ALL, log);
  assertEquals([folder.status, folder.stdout], [3, ""]);
  assertStringIncludes(folder.stderr, "names something that is not a regular file");
  Deno.removeSync(`${place.state}/history`);
  const other = place.write("other", "precious");
  Deno.symlinkSync(other, `${place.state}/history`);
  const link = await place.scan(...ALL, log);
  assertEquals([link.status, link.stdout], [3, ""]);
  assertStringIncludes(link.stderr, "symbolic link that leads out of its folder");
  assertEquals([place.read("other"), place.kept()], ["precious", ["history"]]);
});

Deno.test("a history of a later version is not used", async () => {
  using place = new Place();
  const text = "permaban history 2\n";
  place.write("state/history", text);
  for (
    const outcome of [
      await place.scan(place.log("log", "")),
      await place.history(),
      await place.history("forget", "192.0.2.1"),
    ]
  ) {
    assertEquals(outcome.status, 3);
    assertStringIncludes(outcome.stderr, "A later version of permaban wrote it, in format 2");
  }
  assertEquals(place.read("state/history"), text);
});

Deno.test("the folder of the history is made, but not those above", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  await place.counts(log);
  assertEquals((Deno.statSync(place.state).mode ?? 0) & 0o777, 0o700);
  const state = place.at("mistyped/state");
  const { status, stderr } = await place.run("scan", "--incremental", "--state", state, log);
  assertEquals(status, 3);
  assertStringIncludes(stderr, `There is no folder "${place.at("mistyped")}"`);
});

Deno.test("a history that is wrong and logs that are not there are told apart", async () => {
  using place = new Place();
  place.write("state/history", "192.0.2.1\n");
  const { status, stderr } = await place.scan(...ALL, place.log("log", line("192.0.2.1", 1)));
  assertEquals(status, 4);
  assertStringIncludes(stderr, "it starts anew");
  assertEquals(place.read("state/history.broken-20261122T140000Z"), "192.0.2.1\n");
  const missing = await place.scan(...ALL, place.at("logs/none"));
  assertEquals(countsIn(missing, 4), ["1 192.0.2.1"]);
});
