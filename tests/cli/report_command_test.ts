import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { walkSync } from "@std/fs/walk";
import { run } from "../../lib/cli/run.ts";
import { line, lines, Place } from "./place.ts";
import { TestHost } from "./test_host.ts";

const BANS = lines("192.0.2.1", 12) + lines("192.0.2.2", 3, 100) +
  line("2001:db8::1", 2, "postfix") +
  line("192.0.2.1", 50, "recidive") + line("somebody", 5);

/** Runs a report on a host that can be set up before. */
async function report(place: Place, args: readonly string[], host = new TestHost()) {
  const status = await run(["report", "--state", place.state, ...args], host);
  return { status, stdout: host.stdoutText, stderr: host.stderrText };
}

/** A place with a history. */
async function remembering(): Promise<Place> {
  const place = new Place();
  await place.scan(place.log("log", BANS));
  return place;
}

/** Every file below a place, by its bytes and times. */
function stateOf(place: Place): string[] {
  return Array.from(walkSync(place.path), ({ path }) => {
    const { size, mtime, mode } = Deno.statSync(path);
    return [path, size, mtime?.getTime(), mode].join(" ");
  }).sort();
}

Deno.test("a report is made of the history where there is one, and changes nothing", async () => {
  using place = await remembering();
  place.write("state/blocklist", "192.0.2.1 # permaban since=2026-11-20T12:00:00Z\n");
  const before = stateOf(place);
  // Nobody else can hold it up.
  using lock = Deno.openSync(`${place.state}/history.lock`, { write: true });
  lock.lockSync(true);
  const { status, stdout, stderr } = await report(place, ["--json"]);
  lock.unlockSync();
  assertEquals(status, 0);
  assertEquals(stateOf(place), before);
  const json = JSON.parse(stdout);
  assertEquals(json.source, {
    kind: "history",
    path: `${place.state}/history`,
    bans: 18,
    oldest: "2026-11-20T10:00:00",
    newest: "2026-11-20T10:01:42",
    updated: "2026-11-22T14:00:00",
  });
  assertEquals([json.totals.bans, json.totals.addresses, json.totals.offenders], [16, 3, 1]);
  assertEquals(json.totals.offendersListed, 1);
  assertEquals(json.totals.ignored.jails, { recidive: 1 });
  assertEquals(json.totals.ignored.notAddresses, 1);
  assertEquals(json.offenders, [{
    address: "192.0.2.1",
    bans: 12,
    first: "2026-11-20T10:00:00",
    last: "2026-11-20T10:00:11",
    jails: { sshd: 12 },
    listed: "192.0.2.1",
  }]);
  assertEquals(json.networks.map(({ network }: { network: string }) => network), ["192.0.2.0/24"]);
  assertEquals(json.blocklist.added, 1);
  assertEquals(json.hours[10], 16);
  assertStringIncludes(stderr, `The history "${place.state}/history" of 2026-11-22T14:00:00 holds`);
});

Deno.test("named logs are read though there is a history, and logs where there is none", async () => {
  using place = await remembering();
  const other = place.log("other", lines("198.51.100.1", 20));
  const named = JSON.parse((await report(place, ["--json", other])).stdout);
  assertEquals([named.source.kind, named.totals.bans], ["logs", 20]);
  const bytes = Deno.statSync(other).size;
  assertEquals(named.source.files, [{ path: other, bytes, lines: 20, bans: 20, error: null }]);
  Deno.removeSync(place.state, { recursive: true });
  const { stderr, status } = await report(place, []);
  assertStringIncludes(stderr, `There is no history "${place.state}/history", so logs are read`);
  assert(status === 0 || status === 4, "fail2ban's own logs may be there or not");
});

Deno.test("what cannot be read is named, and the rest is told", async () => {
  using place = await remembering();
  const log = place.at("logs/log");
  const missing = await report(place, [log]);
  assertEquals(missing.status, 0);
  assertStringIncludes(missing.stderr, `There is no blocklist "${place.state}/blocklist"`);
  assertStringIncludes(missing.stdout, "there is none");
  const list = place.write("state/blocklist", "192.0.2.1\nnonsense\n192.0.2.2\n");
  const broken = await report(place, []);
  assertEquals(broken.status, 4);
  assertStringIncludes(broken.stderr, `error: ${list}:2: Cannot parse network "nonsense"`);
  assertStringIncludes(broken.stdout, "blocklist     2  2 IPv4, 0 IPv6");
  Deno.removeSync(list);
  Deno.mkdirSync(list);
  const folder = await report(place, []);
  assertEquals(folder.status, 4);
  assertStringIncludes(folder.stderr, `error: Cannot read blocklist "${list}"`);
  assertStringIncludes(folder.stdout, "192.0.2.1");
  const gone = await report(place, [log, place.at("nothing")]);
  assertEquals(gone.status, 4);
  assertStringIncludes(gone.stdout, "Read in 1 log, 1 more only in part or not at all");
  place.write("state/history", "no history");
  const damaged = await report(place, []);
  assertEquals([damaged.status, damaged.stdout], [3, ""]);
  assertStringIncludes(damaged.stderr, "Cannot use history");
});

Deno.test("an empty history is one, and quiet is quiet", async () => {
  using place = new Place();
  await place.scan(place.log("log", "nothing\n"));
  place.write("state/blocklist", "");
  for (const format of ["text", "json", "csv", "html", "prometheus"]) {
    const { status, stdout, stderr } = await report(place, ["--format", format, "--quiet"]);
    assertEquals([status, stderr], [0, ""], format);
    assert(stdout.length > 10, format);
  }
});

Deno.test("time is bounded on both sides", async () => {
  using place = new Place();
  const days = [1, 5, 10, 15].map((day) => line("192.0.2.1", (day - 15) * 86_400));
  const log = place.log("log", days.join(""));
  // The bans are of 6, 10, 15 and 20 November, at 10:00.
  const bans = async (...args: string[]) => {
    const { status, stdout, stderr } = await report(place, ["--json", "--quiet", log, ...args]);
    return status === 0 ? JSON.parse(stdout).totals.bans : stderr;
  };
  assertEquals(await bans(), 4);
  assertEquals(await bans("--within", "10d"), 2);
  assertEquals(await bans("--since", "10d"), 2);
  assertEquals(await bans("--since", "2026-11-10"), 3);
  assertEquals(await bans("--since", "2026-11-10T10:00:01"), 2);
  assertEquals(await bans("--until", "2026-11-15"), 2);
  assertEquals(await bans("--until", "2026-11-16", "--within", "2d"), 1);
  assertEquals(await bans("--since", "2026-11-10", "--until", "2026-11-15T10:00:00"), 1);
  for (
    const [args, message] of [
      [["--since", "5d", "--within", "5d"], "Options --since and --within both say where to begin"],
      [["--since", "2026"], 'Option --since takes a date or a length of time, not "2026"'],
      [
        ["--until", "2026-02-30"],
        'Option --until takes a date or a length of time, not "2026-02-30"',
      ],
      [["--since", "2026-11-10", "--until", "2026-11-10"], "There is no time between"],
      [["--since", "2027-01-01"], "There is no time between"],
      [["--table", "jails"], "Option --table needs --format csv"],
      [["--json", "--format", "html"], "Option --json does not go with --format html"],
      [["--jail", "a", "--ignore-jail", "a"], 'Options --jail and --ignore-jail both name "a"'],
      [["--top", "0"], "Option --top takes a whole number from 1 on"],
      [["--network4", "32"], "Option --network4 takes a whole number from 1 to 31"],
    ] as const
  ) {
    const { status, stderr } = await report(place, [log, ...args]);
    assertEquals(status, 2, args.join(" "));
    assertStringIncludes(stderr, message);
  }
});

Deno.test("a terminal gets colours and its own width, all else neither", async () => {
  using place = await remembering();
  const host = (terminal: boolean, columns?: number) => {
    const one = new TestHost();
    one.terminal = terminal;
    one.columns = columns;
    return one;
  };
  const widest = (text: string) =>
    // deno-lint-ignore no-control-regex
    Math.max(...text.replaceAll(/\x1b\[\d+m/g, "").split("\n").map((line) => [...line].length));
  const plain = (await report(place, ["--quiet"], host(false, 200))).stdout;
  assert(widest(plain) <= 80 && !plain.includes("\x1b"));
  const wide = (await report(place, ["--quiet"], host(true, 200))).stdout;
  assertStringIncludes(wide, "\x1b[1mJAIL");
  const narrow = (await report(place, ["--quiet"], host(true, 60))).stdout;
  assert(widest(narrow) <= 60);
  const never = await report(place, ["--quiet", "--color", "never"], host(true));
  assertEquals(never.stdout, plain);
  const always = await report(place, ["--quiet", "--color", "always"], host(false));
  assertStringIncludes(always.stdout, "\x1b[1mJAIL");
  const asked = host(true);
  asked.variables["NO_COLOR"] = "1";
  assertEquals((await report(place, ["--quiet"], asked)).stdout, plain);
});

Deno.test("few are shown, but a table for a spreadsheet is whole", async () => {
  using place = new Place();
  const log = place.log(
    "log",
    Array.from({ length: 30 }, (_, at) => lines(`192.0.${at}.1`, 2, at)).join(""),
  );
  const rows = async (...args: string[]) => {
    const { stdout } = await report(place, ["--min-bans", "2", "--quiet", log, ...args]);
    return stdout.split("\n").filter((row) => row.includes("192.0.")).length;
  };
  assertEquals(await rows(), 10);
  assertEquals(await rows("--top", "3"), 3);
  assertEquals(await rows("--format", "csv"), 30);
  assertEquals(await rows("--format", "csv", "--top", "4"), 4);
});

Deno.test("--since goes before what a configuration says of --within", async () => {
  using place = new Place();
  const log = place.log("log", lines("192.0.2.1", 3));
  const host = new TestHost();
  host.variables["PERMABAN_CONFIG"] = place.write("permaban.toml", '[report]\nwithin = "1d"\n');
  const { stdout } = await report(place, [log, "--json", "--since", "2026-11-01"], host);
  assertEquals(JSON.parse(stdout).totals.bans, 3);
  const other = new TestHost();
  other.variables["PERMABAN_CONFIG"] = place.at("permaban.toml");
  const within = await report(place, [log, "--json"], other);
  assertEquals(JSON.parse(within.stdout).totals.bans, 0);
});
