import { assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { run } from "../../lib/cli/run.ts";
import { line, lines, Place, START } from "./place.ts";
import { TestHost } from "./test_host.ts";

const BANS = line("192.0.2.1", 0) + line("192.0.2.40", 1) + line("2001:db8::1", 2, "postfix") +
  line("2001:db8:0:1::1", 3) + line("203.0.113.0/24", 4) + line("somebody", 5) +
  line("192.0.2.1", 6).replace("Ban", "Restore Ban");

/** A place with a history of some bans. */
async function remembering(): Promise<Place> {
  const place = new Place();
  await place.counts(place.log("log", BANS));
  return place;
}

/** The addresses of the bans that a history has. */
async function remembered(place: Place): Promise<string[]> {
  const { stdout } = await place.history("show", "0.0.0.0/0", "::/0");
  return stdout.split("\n").slice(0, -1).map((row) => row.split("\t")[1] ?? "");
}

const ADDRESSES = [
  "192.0.2.1",
  "192.0.2.40",
  "2001:db8::1",
  "2001:db8:0:1::1",
  "203.0.113.0/24",
  "192.0.2.1",
];

Deno.test("history tells what is remembered", async () => {
  using place = await remembering();
  place.log("other", "");
  const archive = new Uint8Array(gzipSync(lines("192.0.2.9", 2000)));
  place.log("broken\t.gz", archive.subarray(0, 3000));
  await place.scan(place.at("logs"));
  Deno.removeSync(place.at("logs/log"));
  place.log("other", "x\n");
  await place.scan(place.at("logs"));
  const { status, stdout, stderr } = await place.history();
  assertEquals([status, stderr], [0, ""]);
  const rows = stdout.split("\n").slice(0, -1).map((row) => row.split("\t"));
  const facts = new Map(rows.map(([name = "", ...rest]) => [name, rest.join(" ")]));
  const bytes = Deno.statSync(`${place.state}/history`).size;
  assertEquals(facts.get("file"), `${place.state}/history`);
  assertEquals(facts.get("bytes"), String(bytes));
  assertEquals(facts.get("oldest"), "2026-11-20T10:00:00");
  assertEquals(facts.get("updated"), "2026-11-22T14:00:00");
  assertEquals(facts.get("gone"), "1");
  const { stdout: text } = await place.history("--json");
  const json = JSON.parse(text);
  assertEquals([json.bytes, json.bans], [bytes, Number(facts.get("bans"))]);
  assertEquals(json.logs.map(({ path }: { path: string }) => path), [
    place.at("logs/broken\t.gz"),
    place.at("logs/other"),
  ]);
  assertStringIncludes(json.logs[0].fault, "Cannot read all of the gzip data");
  assertEquals(json.logs[1], {
    path: place.at("logs/other"),
    read: 2,
    text: 2,
    written: json.logs[1].written,
    fault: null,
  });
  assertEquals(rows.filter(([name]) => name === "log").map((row) => [row[1], row[2], row.length]), [
    [place.at("logs/broken\\x09.gz"), String(json.logs[0].read), 6],
    [place.at("logs/other"), "2", 6],
  ]);
});

Deno.test("history lines up on a terminal", async () => {
  using place = await remembering();
  const host = new TestHost();
  host.terminal = true;
  assertEquals(await run(["history", "--state", place.state], host), 0);
  const lines = host.stdoutText.split("\n");
  assertEquals(lines.slice(2, 5), [
    "bans     7",
    "oldest   2026-11-20T10:00:00",
    "newest   2026-11-20T10:00:06",
  ]);
  assertEquals(lines[7], "");
  const [, path = "", read, of] = /^(\S+) +(\d+) +(\d+) /.exec(lines[9] ?? "") ?? [];
  assertEquals([path, read, of], [place.at("logs/log"), `${BANS.length}`, `${BANS.length}`]);
});

Deno.test("history of no bans tells so", async () => {
  using place = new Place();
  await place.counts(place.log("log", ""));
  const { stdout } = await place.history("--json");
  const { bans, oldest, newest } = JSON.parse(stdout);
  assertEquals([bans, oldest, newest], [0, null, null]);
  const { stdout: rows } = await place.history();
  assertStringIncludes(rows, "\nbans\t0\noldest\t-\nnewest\t-\n");
});

Deno.test("history show prints the bans of addresses and networks", async () => {
  using place = await remembering();
  const at = (second: number) => `2026-11-20T10:00:0${second}`;
  const one = `${at(0)}\t192.0.2.1\tsshd\t-\n`;
  const restored = `${at(6)}\t192.0.2.1\tsshd\trestored\n`;
  const asked: readonly (readonly [readonly string[], string])[] = [
    [["192.0.2.1"], one + restored],
    [["192.0.2.4"], ""],
    [["192.0.2.0/24"], `${one}${at(1)}\t192.0.2.40\tsshd\t-\n${restored}`],
    [["192.0.2.0/24", "192.0.2.1"], `${one}${at(1)}\t192.0.2.40\tsshd\t-\n${restored}`],
    [["203.0.113.7"], ""],
    [["203.0.113.0"], ""],
    [["203.0.113.0/24"], `${at(4)}\t203.0.113.0/24\tsshd\t-\n`],
    [["2001:db8::1"], `${at(2)}\t2001:db8::1\tpostfix\t-\n`],
    [["2001:0DB8::/32"], `${at(2)}\t2001:db8::1\tpostfix\t-\n${at(3)}\t2001:db8:0:1::1\tsshd\t-\n`],
    [["::/0", "192.0.2.1/32"].slice(1), one + restored],
  ];
  for (const [addresses, expected] of asked) {
    const { status, stdout, stderr } = await place.history("show", ...addresses);
    assertEquals([status, stdout], [0, expected], `${addresses}`);
    const rows = expected.split("\n").length - 1;
    const bans = `permaban: ${rows} ${rows === 1 ? "ban" : "bans"} of `;
    assertStringIncludes(stderr, bans);
  }
  const { stdout } = await place.history("show", "192.0.2.1", "--json");
  assertEquals(JSON.parse(stdout), {
    bans: [
      { time: at(0), address: "192.0.2.1", jail: "sshd", restored: false },
      { time: at(6), address: "192.0.2.1", jail: "sshd", restored: true },
    ],
  });
  const none = await place.history("show", "192.0.2.2", "--json");
  assertEquals(JSON.parse(none.stdout), { bans: [] });
});

Deno.test("history forget makes that bans do not come back", async () => {
  using place = await remembering();
  const log = place.at("logs/log");
  const { status, stdout, stderr } = await place.history("forget", "192.0.2.1");
  assertEquals([status, stdout, stderr], [0, "", "permaban: Forgot 2 bans of 192.0.2.1\n"]);
  const rest = ADDRESSES.filter((address) => address !== "192.0.2.1");
  assertEquals(await remembered(place), rest);
  const counts = ["1 192.0.2.40", "1 203.0.113.0/24", "1 2001:db8::/64", "1 2001:db8:0:1::/64"];
  assertEquals(await place.counts(log), counts);
  Deno.renameSync(log, `${log}.1`);
  assertEquals(await place.counts(`${log}*`), counts);
  place.log("log.1.gz", new Uint8Array(gzipSync(BANS)));
  Deno.removeSync(`${log}.1`);
  place.log("log", lines("192.0.2.1", 2, 100));
  assertEquals(await place.counts(`${log}*`), ["2 192.0.2.1", ...counts]);
});

Deno.test("history forget takes networks, and says what it did as JSON", async () => {
  for (
    const [addresses, rest] of [
      [["192.0.2.0/24"], ADDRESSES.slice(2, 5)],
      [["2001:db8::/64"], [...ADDRESSES.slice(0, 2), ...ADDRESSES.slice(3)]],
      [["192.0.2.4", "::/0"], ADDRESSES.filter((address) => !address.includes(":"))],
    ] as const
  ) {
    using place = await remembering();
    const { stdout } = await place.history("forget", "--json", ...addresses);
    assertEquals(JSON.parse(stdout), { forgotten: ADDRESSES.length - rest.length });
    assertEquals(await remembered(place), rest);
  }
});

Deno.test("history forget --before drops what is older", async () => {
  for (
    const [before, forgotten] of [
      ["2026-11-20", 0],
      ["2026-11-20T10:00:04", 4],
      ["2026-11-20 10:00:04", 4],
      ["2026-11-20T12:00:04+02:00", 4],
      ["2026-11-21", 7],
      ["2062-11-21", 7],
    ] as const
  ) {
    using place = await remembering();
    const { status, stderr } = await place.history("forget", "--before", before);
    const bans = `Forgot ${forgotten} bans`;
    assertEquals([status, stderr], [0, `permaban: ${bans}\n`]);
    const log = place.at("logs/log");
    place.append(log, lines("198.51.100.1", 3, 3 * 86_400));
    assertEquals((await place.counts(log))[0], "3 198.51.100.1");
    const rest = forgotten < 7 ? ADDRESSES.slice(forgotten) : [];
    assertEquals(await remembered(place), [...rest, ...Array(3).fill("198.51.100.1")]);
  }
});

Deno.test("history forget changes nothing where there is nothing to forget", async () => {
  using place = await remembering();
  const before = Deno.readFileSync(`${place.state}/history`);
  const { status, stderr } = await place.history("forget", "192.0.2.2");
  assertEquals([status, stderr], [0, "permaban: Forgot 0 bans of 192.0.2.2\n"]);
  assertEquals(Deno.readFileSync(`${place.state}/history`), before);
});

Deno.test("what was forgotten does not come back when a log is read again", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 40) + lines("192.0.2.2", 40, 100));
  place.append(log, line("192.0.2.1", 200).trimEnd());
  await place.counts(log);
  assertEquals((await place.history("forget", "192.0.2.1")).status, 0);
  assertEquals(await place.counts(log), ["40 192.0.2.2"]);
  // The last line is completed, and so read again.
  place.append(log, "\n");
  assertEquals(await place.counts(log), ["40 192.0.2.2"]);
  // All of a log that was cut somewhere is read again.
  place.truncate(log, lines("192.0.2.1", 70).length);
  place.append(log, line("192.0.2.1", 300));
  assertEquals(await place.counts(log), ["40 192.0.2.2", "1 192.0.2.1"]);
});

Deno.test("a forgotten ban of the future hides none that comes before it", async () => {
  using place = new Place();
  const year = 365 * 86_400;
  const log = place.log("log", line("192.0.2.1", year));
  await place.counts(log);
  await place.history("forget", "192.0.2.1");
  place.clock += 10;
  place.append(log, line("192.0.2.1", place.clock - START));
  assertEquals(await place.counts(log), ["1 192.0.2.1"]);
});

Deno.test("what was forgotten of a last line without an end does not come back", async () => {
  using place = new Place();
  const log = place.log("log", line("192.0.2.1", 0) + line("192.0.2.2", 1).trimEnd());
  const both = ["1 192.0.2.1", "1 192.0.2.2"];
  assertEquals(await place.counts(log), both);
  assertEquals((await place.history("forget", "192.0.2.2")).status, 0);
  assertEquals(await place.counts(log), both.slice(0, 1));
  place.log("log", `# longer\n${place.read("logs/log")}`);
  assertEquals(await place.counts(log), both.slice(0, 1));
  place.append(log, "\n");
  assertEquals(await place.counts(log), both.slice(0, 1));
  place.append(log, line("192.0.2.2", 5));
  assertEquals(await place.counts(log), both);
});

Deno.test("history refuses what it does not understand", async () => {
  using place = await remembering();
  const before = Deno.readFileSync(`${place.state}/history`);
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["list"], 'There is no "permaban history list"'],
    [["192.0.2.1"], 'There is no "permaban history 192.0.2.1"'],
    [["show"], '"history show" needs ADDRESS'],
    [["show", "192.0.2"], "192.0.2"],
    [["show", "192.0.2.1/24"], "host bits"],
    [["forget"], '"history forget" needs ADDRESS or --before DATE'],
    [["forget", "somebody"], "somebody"],
    [["forget", "192.0.2.1", "--before", "2026-11-21"], "takes ADDRESS or --before DATE, not both"],
    [["--before", "2026-11-21"], 'Option --before belongs to "permaban history forget"'],
    [["show", "192.0.2.1", "--before", "2026-11-21"], "Option --before belongs to"],
    ...["yesterday", "2026-02-30", "2026-11", "11/21/2026", "2026-11-21T25:00:00"].map(
      (date) =>
        [["forget", "--before", date], `Option --before takes a date, not "${date}"`] as const,
    ),
  ];
  for (const [words, message] of wrong) {
    const { status, stdout, stderr } = await place.history(...words);
    assertEquals([status, stdout], [2, ""], `${words}`);
    assertStringIncludes(stderr, message);
  }
  assertEquals(Deno.readFileSync(`${place.state}/history`), before);
});

Deno.test("history says when there is none, and makes none", async () => {
  using place = new Place();
  for (const words of [[], ["show", "192.0.2.1"], ["forget", "192.0.2.1"]]) {
    const { status, stdout, stderr } = await place.history(...words);
    assertEquals([status, stdout], [3, ""]);
    assertStringIncludes(stderr, `There is no history "${place.state}/history"`);
  }
  assertEquals([...Deno.readDirSync(place.path)], []);
});

Deno.test("history does not wait for a pipe in the place of its file", async () => {
  using place = await remembering();
  Deno.removeSync(`${place.state}/history`);
  await new Deno.Command("mkfifo", { args: [`${place.state}/history`] }).output();
  for (const words of [[], ["show", "192.0.2.1"], ["forget", "192.0.2.1"]]) {
    const { status, stdout, stderr } = await place.history(...words);
    assertEquals([status, stdout], [3, ""]);
    assertStringIncludes(stderr, "is not a regular file");
  }
});

Deno.test("history leaves a damaged history to the next scan", async () => {
  using place = await remembering();
  place.damage();
  const before = Deno.readFileSync(`${place.state}/history`);
  const names = place.kept();
  for (const words of [[], ["show", "192.0.2.1"], ["forget", "192.0.2.1"]]) {
    const { status, stdout, stderr } = await place.history(...words);
    assertEquals([status, stdout], [3, ""]);
    assertStringIncludes(stderr, "It is damaged, or no history at all");
  }
  assertEquals(Deno.readFileSync(`${place.state}/history`), before);
  assertEquals(place.kept(), names);
});
