import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatSince } from "../../lib/blocklist/note.ts";
import { atOnce } from "../at_once.ts";
import { random } from "../random.ts";
import { line, lines, Place, START } from "./place.ts";

const DAY = 86_400;

/** A place whose scans update the blocklist. */
class Updates extends Place {
  /** Runs a scan that reads all logs. */
  update(...words: string[]) {
    return this.run("scan", "--update", "--min-bans", "3", "--state", this.state, ...words);
  }

  /** The lines of the blocklist. */
  list(): string[] {
    return Deno.readTextFileSync(`${this.state}/blocklist`).split("\n").slice(0, -1);
  }

  /** Writes the blocklist. */
  writeList(...lines: string[]): void {
    this.write("state/blocklist", lines.map((line) => `${line}\n`).join(""));
  }
}

/** The addresses in the column behind one, of the rows that have a word there. */
function addedIn(stdout: string, before: number, word?: string): (string | undefined)[] {
  return stdout.split("\n").slice(0, -1).map((row) => row.split("\t"))
    .filter((row) => word === undefined || row[before] === word)
    .map((row) => row[word === undefined ? before : before + 1]);
}

Deno.test("a network takes the place of the entries that scans made of its offenders", async () => {
  using place = new Updates();
  const log = place.log(
    "log",
    ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((ip) => lines(ip, 3)).join(""),
  );
  place.writeList(
    "# head",
    "192.0.2.1 # permaban since=2026-01-01T00:00:00Z bans=3",
    "192.0.2.2 # permaban since=2026-01-01T00:00:00Z bans=3 # mine",
    "192.0.2.3 # permaban since=2026-01-01T00:00:00Z",
    "192.0.2.4 # permaban since=2026-01-01T00:00:00Z bans=9",
    "192.0.2.1 # permaban since=2026-01-01T00:00:00Z bans=3 origin=feed",
  );
  const { status, stdout, stderr } = await place.update("--subnet4", "24:3", log);
  assertEquals(status, 0, stderr);
  assertEquals(stdout.split("\t").slice(0, 2), ["9", "192.0.2.0/24"]);
  assertStringIncludes(stderr, "Added 1 entry to");
  assertStringIncludes(stderr, "put networks in the place of 1 entry");
  assertEquals(place.list(), [
    "# head",
    "192.0.2.2 # permaban since=2026-01-01T00:00:00Z bans=3 # mine",
    "192.0.2.3 # permaban since=2026-01-01T00:00:00Z",
    "192.0.2.4 # permaban since=2026-01-01T00:00:00Z bans=9",
    "192.0.2.1 # permaban since=2026-01-01T00:00:00Z bans=3 origin=feed",
    "192.0.2.0/24 # permaban since=2026-11-22T14:00:00Z bans=9 first=2026-11-20 last=2026-11-20 " +
    "jails=sshd:9 members=3:192.0.2.1,192.0.2.2,192.0.2.3",
  ]);
  const before = place.list();
  assertStringIncludes((await place.update("--subnet4", "24:3", log)).stderr, "Added 0 entries");
  assertEquals(place.list(), before);
  // Into what a scan listed, whenever that was.
  place.writeList(...before, "192.0.2.1 # permaban bans=3");
  const again = await place.update("--subnet4", "24:3", log);
  assertStringIncludes(again.stderr, "put networks in the place of 1 entry");
  assertEquals(place.list(), before);
});

Deno.test("an entry names sixteen offenders in its network, and how many there are", async () => {
  using place = new Updates();
  const all = Array.from({ length: 20 }, (_, at) => lines(`192.0.2.${at}`, 3)).join("");
  await place.update("--subnet4", "24:3", place.log("log", all));
  const names = Array.from({ length: 16 }, (_, at) => `192.0.2.${at}`).join(",");
  assertStringIncludes(place.list()[0] ?? "", ` members=20:${names},...`);
});

Deno.test("a network that is listed by hand, or covered, leaves all as it is", async () => {
  using place = new Updates();
  const log = place.log("log", lines("192.0.2.1", 3) + lines("192.0.2.2", 3));
  const entry = "192.0.2.1 # permaban since=2026-01-01T00:00:00Z bans=3";
  place.writeList(entry, "192.0.0.0/16");
  await place.update("--subnet4", "24:2", log);
  assertEquals(place.list(), [entry, "192.0.0.0/16"]);
  place.writeList(entry, "192.0.2.0/24 # mine");
  await place.update("--subnet4", "24:2", log);
  assertEquals(place.list(), [entry, "192.0.2.0/24 # mine"]);
});

Deno.test("no network is listed across what is allowed or protected", async () => {
  using place = new Updates();
  const all = ["192.0.2.1", "192.0.2.2", "198.51.100.1", "198.51.100.2", "127.0.0.1", "127.0.0.2"];
  const log = place.log("log", all.map((ip) => lines(ip, 3)).join(""));
  const allowlist = place.write("allowlist", "192.0.2.77\n198.51.101.1\n192.0.2.2\n");
  const words = ["--subnet4", "24:2", "--allowlist", allowlist, log];
  const dry = await place.update("--dry-run", ...words);
  assertEquals(
    dry.stdout,
    [
      "add\t198.51.100.0/24\t6\t2 offenders, 2 needed",
      "member\t198.51.100.1\t3\tone of the offenders in 198.51.100.0/24",
      "member\t198.51.100.2\t3\tone of the offenders in 198.51.100.0/24",
      "protected\t127.0.0.1\t3\t127.0.0.0/8 is a loopback address",
      "protected\t127.0.0.2\t3\t127.0.0.0/8 is a loopback address",
      "add\t192.0.2.1\t3\t3 bans, 3 needed",
      "",
    ].join("\n"),
  );
  await place.update(...words);
  assertEquals(place.blocklist(), ["198.51.100.0/24", "192.0.2.1"]);
});

Deno.test("an entry lapses, and later bans extend it", async () => {
  using place = new Updates();
  const log = place.log("log", lines("192.0.2.1", 3) + lines("192.0.2.2", 3));
  const start = place.clock;
  const update = () => place.update("--expire", "10d", "--within", "90d", log);
  await update();
  const until = (at: number) => ` until=${formatSince(at)} `;
  assertStringIncludes(place.list()[0] ?? "", until(start + 10 * DAY));
  place.clock += 5 * DAY;
  const listed = place.list();
  assertStringIncludes((await update()).stderr, "2 offenders listed already\n");
  assertEquals(place.list(), listed);
  place.append(log, line("192.0.2.2", 4 * DAY));
  const again = await update();
  assertStringIncludes(again.stderr, "2 offenders listed already, 1 of them for longer now");
  assertEquals(again.stdout, "");
  assertEquals(place.list(), [
    listed[0] ?? "",
    `192.0.2.2 # permaban since=2026-11-22T14:00:00Z until=${
      formatSince(START + 14 * DAY)
    } bans=4 ` +
    "first=2026-11-20 last=2026-11-24 jails=sshd:4",
  ]);
  // Lapsed, and no offender for so short a time.
  place.clock = start + 10 * DAY;
  const left = await place.update("--within", "6d", log);
  assertStringIncludes(left.stderr, "Added 0 entries");
  assertStringIncludes(left.stderr, "removed 1 that lapsed");
  assertEquals(place.blocklist(), ["192.0.2.2"]);
  // Lapsed, and still an offender: listed anew.
  place.clock = START + 14 * DAY;
  const anew = await place.update("--within", "90d", log);
  assertEquals(anew.stdout.split("\n").length, 3);
  assertStringIncludes(anew.stderr, "removed 1 that lapsed");
  assertEquals(place.list().some((line) => line.includes("until=")), false);
});

Deno.test("entries of others are not extended", async () => {
  using place = new Updates();
  const log = place.log("log", lines("192.0.2.1", 3));
  const entry = "192.0.2.1 # permaban until=2026-12-01T00:00:00Z # mine";
  place.writeList(entry);
  await place.update("--expire", "1y", log);
  assertEquals(place.list(), [entry]);
});

Deno.test("what has lapsed covers nothing and is in no batch", async () => {
  using place = new Updates();
  place.writeList("192.0.2.0/24 # permaban until=2026-11-22T14:00:00Z", "198.51.100.1");
  const batch = await place.run("restore", "--state", place.state, "--verbose");
  assertEquals(batch.stdout.includes("192.0.2"), false);
  assertStringIncludes(batch.stdout, "1 network for 1 entry");
  assertStringIncludes(batch.stderr, "blocklist:1: Left out 192.0.2.0/24: it has lapsed");
  assertEquals((await place.run("add", "192.0.2.7", "--state", place.state)).status, 0);
  assertEquals(place.blocklist(), ["192.0.2.0/24", "198.51.100.1", "192.0.2.7"]);
  const removed = await place.run("remove", "192.0.2.7", "--state", place.state);
  assertEquals(removed.stderr.includes("still blocked"), false);
  const long = await place.run("list", "--long", "--state", place.state);
  assertStringIncludes(long.stdout, "\t2026-11-22T14:00:00Z (lapsed)\t-\n");
});

Deno.test("a run with nothing new removes what has lapsed meanwhile", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  const words = ["--update", "--min-bans", "3", "--within", "5d", "--expire", "10d", log];
  await place.scan(...words);
  place.clock += 10 * DAY - 1;
  assertStringIncludes((await place.scan(...words)).stderr, "Nothing is new");
  assertEquals(place.blocklist(), ["192.0.2.1"]);
  place.clock += 1;
  assertStringIncludes((await place.scan(...words)).stderr, "removed 1 that lapsed");
  assertEquals(place.blocklist(), []);
});

Deno.test("incremental updates leave the list that scans of everything leave", async () => {
  await atOnce(1, 12, async (seed) => {
    const next = random(seed);
    const below = (most: number) => Math.floor(next() * most);
    using place = new Place();
    const log = place.log("log", "");
    const options = [
      ["--subnet4", `${24 + below(4)}:${2 + below(3)}`],
      ["--jail-min", `a=b=${1 + below(6)}`],
      ["--jail-weight", `sshd=0.${below(1000)}`],
      ["--min-days", String(1 + below(2))],
      ["--expire", `${1 + below(20)}d`],
    ].filter(() => next() < 0.6).flat();
    const words = ["--update", "--within", `${2 + below(30)}d`, "--min-bans", "4", ...options];
    let second = 0;
    for (let round = 0; round < 8; round++) {
      for (let left = below(40); left > 0; left--) {
        second += below(3000);
        const jail = ["sshd", "a=b", "pam"][below(3)];
        place.append(log, line(`192.0.2.${below(3) * 16 + below(5)}`, second, jail));
      }
      // Not before what was logged.
      place.clock = Math.max(place.clock + below(4) * DAY, START + second);
      const [one, other] = [place.at("one"), place.at("other")];
      const dry = [
        await place.run("scan", "--dry-run", ...words, "--blocklist", one, log),
        await place.scan("--dry-run", ...words, "--blocklist", one, log),
      ];
      const plain = await place.run("scan", ...words, "--blocklist", one, log);
      const news = await place.scan(...words, "--blocklist", other, log);
      const context = `seed ${seed}, round ${round}: ${words.join(" ")}\n${news.stderr}`;
      assertEquals([news.status, plain.status], [0, 0], context);
      assertEquals(place.read("other"), place.read("one"), context);
      assertEquals(dry[0]?.stdout, dry[1]?.stdout, context);
      assertEquals(addedIn(dry[0]?.stdout ?? "", 0, "add"), addedIn(plain.stdout, 1), context);
      // Once more, there is nothing to do.
      await place.run("scan", ...words, "--blocklist", one, log);
      assertEquals(place.read("one"), place.read("other"), context);
    }
  });
});

Deno.test("another choice of offenders is another question, also when nothing is new", async () => {
  using place = new Place();
  const all = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((ip, at) =>
    lines(ip, 4, at * DAY) + lines(ip, 2 * at, at * DAY + 40_000)
  );
  const six = lines("2001:db8:0:1::1", 5, 200) + lines("2001:db8:0:2::1", 5, 300);
  const log = place.log("log", all.join("") + six + line("192.0.2.2", 3 * DAY));
  place.clock = START + 9 * DAY;
  const choices = [
    [],
    ["--jail-min", "sshd=5"],
    ["--jail-min", "sshd=7"],
    ["--jail-weight", "sshd=0.5"],
    ["--min-days", "2"],
    ["--subnet4", "24:2"],
    ["--subnet4", "30:2"],
    ["--subnet6", "48:2"],
  ];
  const answers = new Set<string>();
  // Each beside none, so that it alone makes the difference.
  for (const choice of choices.flatMap((choice) => [[], choice])) {
    const words = ["--min-bans", "4", ...choice, log];
    const expected = await place.run("scan", ...words);
    const outcome = await place.scan(...words);
    assertEquals([outcome.status, outcome.stdout], [0, expected.stdout], choice.join(" "));
    answers.add(outcome.stdout);
  }
  assertEquals(answers.size, choices.length);
  const update = ["--update", "--min-bans", "4", log];
  await place.scan(...update, "--expire", "20d");
  assertEquals(place.blocklist().length, 5);
  await place.scan(...update, "--expire", "1y");
  assertStringIncludes(Deno.readTextFileSync(`${place.state}/blocklist`), "until=2027-");
});

Deno.test("a dry run names each entry that would be removed since it lapsed", async () => {
  using place = new Updates();
  const all = ["192.0.2.1", "198.51.100.1", "198.51.100.2", "203.0.113.1"];
  const log = place.log("log", all.map((ip) => lines(ip, 3)).join(""));
  place.writeList("192.0.2.0/24", ...all.map((ip) => `${ip} # until=2026-01-01`));
  const allowlist = place.write("allowlist", "198.51.100.1\n198.51.100.2\n");
  const words = ["--allowlist", allowlist, log];
  const { stdout } = await place.update("--dry-run", ...words);
  const told = stdout.split("\n").map((line) => line.split("\t").slice(0, 2).join(" "));
  assertEquals(told, [
    "covered 192.0.2.1",
    // Of this one it is told that it is listed anew.
    "add 203.0.113.1",
    "lapse 192.0.2.1",
    "lapse 198.51.100.1",
    "lapse 198.51.100.2",
    "",
  ]);
  await place.update(...words);
  assertEquals(place.blocklist(), ["192.0.2.0/24", "203.0.113.1"]);
});
