import { assert, assertEquals } from "@std/assert";
import { formatNetwork, readNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { eachFlatBan, type FlatBans } from "../../lib/log/flat_bans.ts";
import { BanFinder } from "../../lib/log/ban_finder.ts";
import { parseBanLine } from "../../lib/log/ban_line.ts";
import { type ByteSearch, plainByteSearch } from "../../lib/log/byte_search.ts";
import { instantOf, type TimeZone, UTC } from "../../lib/log/time_zone.ts";
import { random } from "../random.ts";

const NOT_AFTER = Date.UTC(2026, 2, 10, 12) / 1000 + 0.5;
const PAD = "fail2ban.actions        ";
const SUMMER = Date.UTC(2026, 2, 1, 1, 20) / 1000;
/** A zone whose clock is set forward at an odd time. */
const ODD: TimeZone = { offsetAt: (instant) => instant < SUMMER ? 3600 : 7200 };

/** What stands before a jail, with `@` for a time of some form. */
const PREFIXES = [
  `@iso ${PAD}[27932]: NOTICE  `,
  `@iso ${PAD}[27933]: NOTICE  `,
  "@iso fail2ban.actions: WARNING ",
  "@iso NOTICE ",
  `${PAD}[12910]: NOTICE  `,
  "<29>fail2ban.actions[12361]: NOTICE ",
  "@bsd host fail2ban.actions[6605]: NOTICE ",
  "@bsd host fail2ban[15699]: ",
  `@bsd host fail2ban-server[11524]: @iso ${PAD}[11524]: NOTICE  `,
  "@zoned host fail2ban.actions[6605]: NOTICE ",
  "<29>1 @zoned host fail2ban 6605 - - ",
  '<29>1 @zoned host fail2ban 6605 - [meta q="a"] NOTICE ',
  "<29>1 @zoned host fail2ban 6605 ID1 - \uFEFFNOTICE ",
];
const JAILS = ["sshd", "j", "[odd", "a b", "ünï", "__proto__", "x".repeat(40), "recidive"];
const IDS = [
  "192.0.2.1",
  "203.0.113.254",
  "2001:db8::1",
  "2001:DB8:0:0::1",
  "2001:db8:1:2:3:4:5:6",
  "2001:db8:1:2:3:4:5::",
  "::2:3:4:5:6:7:8",
  "::",
  "1::",
  "Fe80::AbCd",
  "::2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7",
  "1::2::3",
  "1:::2",
  ":1::",
  "1::2:",
  "12345::1",
  "2001:db8::g",
  "::ffff:c000:209",
  "fe80::1%eth0",
  "::192.0.2.9",
  "::ffff:192.0.2.9",
  "64:ff9b::ffff:1:2",
  "198.51.100.0/24",
  "2001:db8::/48",
  "198.51.100.1/24",
  "192.0.2.01",
  "192.0.2.256",
  "root",
  "1.2.3.4 Ban 5.6.7.8",
  "x] Ban 9.9.9.9",
  " 192.0.2.1",
  "192.0.2.1 ",
  "",
];

function times(next: () => number): Record<string, string> {
  const two = (below: number, from = 0) =>
    String(from + Math.floor(next() * below)).padStart(2, "0");
  // Some are no times at all: 30 February, 25 o'clock.
  const clock = next() < 0.2
    ? `${two(next() < 0.05 ? 30 : 24)}:${two(60)}:${two(61)}`
    : `01:${two(20, 10)}:${two(61)}`;
  // Most are near one another, where the clock is set.
  const day = next() < 0.2 ? `2026-${two(3, 1)}-${two(30, 1)}` : "2026-03-01";
  const fraction = next() < 0.8 ? `,${String(Math.floor(next() * 1000)).padStart(3, "0")}` : "";
  const zone = ["Z", "+01:00", "-0330"][Math.floor(next() * 3)];
  const month = ["Jan", "Feb", "Mar", "Xyz"][Math.floor(next() * 4)];
  const date = String(1 + Math.floor(next() * 29)).padStart(2, " ");
  return {
    "@iso": `${day} ${clock}${fraction}`,
    "@zoned": `${day}T${clock}${fraction.replace(",", ".")}${zone}`,
    "@bsd": `${month} ${date} ${clock}`,
  };
}

/** What the grammar says of a line, without any layout learned. */
function byGrammar(line: string, zone: TimeZone): Ban | undefined {
  const found = parseBanLine(line, { notAfter: NOT_AFTER, zone });
  if (!found) return undefined;
  const network = readNetwork(found.id);
  return {
    network: typeof network === "string" ? undefined : network,
    jail: found.jail,
    time: found.time ? instantOf(found.time, zone) : Math.floor(NOT_AFTER),
    restored: found.restored,
  };
}

function show(ban: Ban | undefined): string {
  if (!ban) return "none";
  const { network, jail, time, restored } = ban;
  return [network ? formatNetwork(network) : "-", jail, time, restored].join(" ");
}

/** What is found, flat bans made objects of by the one who is called, or before. */
function readAll(lines: readonly string[], zone: TimeZone, search?: ByteSearch): string[] {
  const [found, flat] = [false, true].map((takesFlat) => {
    const bans: Ban[] = [];
    const onBan = (ban: Ban) => void bans.push(ban);
    const onFlatBans = takesFlat ? (flat: FlatBans) => eachFlatBan(flat, onBan) : undefined;
    const finder = new BanFinder({ zone, notAfter: NOT_AFTER, onBan, onFlatBans, search });
    finder.push(new TextEncoder().encode(lines.map((line) => line + "\n").join("")));
    finder.finish();
    assertEquals(finder.seen.mentions, lines.length - bans.length);
    assertEquals(finder.seen.bans, bans.filter(({ restored }) => !restored).length);
    return bans.map(show);
  });
  assertEquals(flat, found);
  return found ?? [];
}

/** How many bans of some lines are read whole by the search. */
function flatIn(lines: readonly string[]): number {
  let count = 0;
  const onFlatBans = (flat: FlatBans) => void (count += flat.count);
  const finder = new BanFinder({ zone: UTC, notAfter: NOT_AFTER, onBan: () => {}, onFlatBans });
  finder.push(new TextEncoder().encode(lines.map((line) => line + "\n").join("")));
  finder.finish();
  return count;
}

Deno.test("BanReader reads a line as the grammar does, whatever lines came before", () => {
  const next = random(12);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item;
  let [bans, flat] = [0, 0];
  for (let round = 0; round < 200; round++) {
    // A log has few forms, and now and then a line that is nearly one.
    const prefixes = round % 2 === 0
      ? PREFIXES.slice(0, 1)
      : Array.from({ length: 1 + Math.floor(next() * 6) }, () => pick(PREFIXES));
    const lines = Array.from({ length: 60 }, () => {
      const stamps = times(next);
      const prefix = pick(prefixes).replaceAll(/@\w+/g, (name) => stamps[name] ?? "");
      const line = `${prefix}[${pick(JAILS)}] ${next() < 0.2 ? "Restore " : ""}Ban ${pick(IDS)}`;
      if (next() > 0.2) return line;
      const at = Math.floor(next() * line.length);
      const odd = pick(["", "x", "0", " ", "]", "[", "\0", "é", ":"]);
      return line.slice(0, at) + odd + line.slice(at + Math.floor(next() * 2));
    }).filter((line) => / Ban /.test(line));
    for (const zone of [UTC, ODD]) {
      const expected = lines.map((line) => byGrammar(line, zone)).filter((ban) => ban).map(show);
      assertEquals(readAll(lines, zone), expected);
      assertEquals(readAll(lines, zone, plainByteSearch()), expected);
      bans += expected.length;
    }
    flat += flatIn(lines);
  }
  assert(bans > 10_000, `${bans}`);
  assert(flat > 300, `${flat}`);
});

Deno.test("BanReader reads addresses as readNetwork() does, however they are written", () => {
  const next = random(15);
  const below = (most: number) => Math.floor(next() * most);
  const group = () => below(below(2) ? 65536 : 16).toString(16);
  const line = (id: string) => `2026-01-02 03:04:05,006 ${PAD}[1]: NOTICE  [j] Ban ${id}`;
  const known = line("192.0.2.1");
  const ids = Array.from({ length: 20_000 }, () => {
    const groups = Array.from({ length: 1 + below(9) }, group);
    if (below(3) > 0) groups.splice(below(groups.length + 1), below(3), below(2) ? "" : ":");
    const id = groups.join(":");
    if (below(4) > 0) return id;
    const at = below(id.length + 1);
    return id.slice(0, at) + (["", ":", "g", ".", "/", "0", "F"][below(7)] ?? "") +
      id.slice(at + 1);
  });
  const lines = [known, known, ...ids.map(line)].filter((line) => / Ban ./.test(line));
  const expected = lines.map((line) => byGrammar(line, UTC));
  assertEquals(readAll(lines, UTC), expected.map(show));
  const single = expected.filter((ban) => ban?.network?.family === 6).length;
  assert(single > 3000 && flatIn(lines) > 3000, `${single} ${flatIn(lines)}`);
});

Deno.test("BanReader wants every digit of a time to be one", () => {
  const line = (time: string) => `${time} ${PAD}[1]: NOTICE  [j] Ban 192.0.2.1`;
  const good = line("2026-01-02 03:04:05,006");
  for (
    const bad of ["2026-01-02 03:04:05,00:", "2026-01-02 03:04:0;,006", "2026-01-02 03:04:05,0/6"]
  ) {
    assertEquals(readAll([good, line(bad), good], UTC).length, 2);
  }
});

Deno.test("BanReader takes no day that never was for one of the log before", () => {
  const line = (day: string, clock: string) =>
    `${day} ${clock},123 ${PAD}[27]: NOTICE  [sshd] Ban 192.0.2.1`;
  const clocks = ["00:00:00", "00:00:01", "00:14:59", "10:00:00", "10:00:01", "10:14:59"];
  for (const day of ["0000-00-00", "2026-02-30", "0000-01-01", "2026-00-01"]) {
    const lines = [line("2026-02-01", "10:00:00"), ...clocks.map((clock) => line(day, clock))];
    const good = lines.slice(0, 1);
    assertEquals(readAll([...good, ...good, ...good], UTC).length, 3);
    assertEquals(readAll(lines, UTC), good.map((line) => show(byGrammar(line, UTC))), day);
  }
});

Deno.test("BanReader takes the time that a line lacks from when the log was written last", () => {
  const found: number[] = [];
  const finder = new BanFinder({
    zone: UTC,
    notAfter: 1000,
    onBan: ({ time }) => found.push(time),
  });
  const line = new TextEncoder().encode(`${PAD}[1]: NOTICE  [j] Ban 192.0.2.1\n`);
  finder.push(line);
  finder.push(line, 2000.5);
  finder.push(line);
  finder.finish();
  assertEquals(found, [1000, 2000, 2000]);
});

Deno.test("BanReader reads layouts of any length, and any number of jails", () => {
  const host = (length: number) => "h".repeat(length);
  for (const length of [1, 400, 463, 464, 465, 480, 500, 5000]) {
    const line = `Jan 16 17:11:25 ${host(length)} fail2ban[1]: [j] Ban 192.0.2.`;
    const others = `Jan 16 17:11:25 ${host(length - 1)}x fail2ban[1]: [j] Ban 192.0.2.`;
    const lines = [1, 2, 3].flatMap((at) => [line + at, others + at]);
    assertEquals(readAll(lines, UTC).length, 6);
  }
  const names = Array.from({ length: 700 }, (_, at) => "j".repeat(at % 70) + at);
  const lines = [...names, ...names].map((name) => `${PAD}[1]: NOTICE  [${name}] Ban 192.0.2.1`);
  const found = readAll(lines, UTC);
  assertEquals(found.map((ban) => ban.split(" ")[1]), [...names, ...names]);
});

Deno.test("BanReader forgets what it learned of another log", () => {
  const line = (jail: string) => `${PAD}[1]: NOTICE  [${jail}] Ban 192.0.2.1`;
  for (const jail of ["first", "other"]) {
    assertEquals(readAll([line(jail), line(jail), line(jail)], UTC), [
      ...[1, 2, 3].map(() => `192.0.2.1 ${jail} ${Math.floor(NOT_AFTER)} false`),
    ]);
  }
});
