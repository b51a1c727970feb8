import { assertEquals } from "@std/assert";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { beginningOf, formatDay } from "../../lib/report/calendar.ts";
import { random } from "../random.ts";
import { ban, NOW, reportOf } from "./report_of.ts";

const DAY = 86_400;

/** Random bans of few addresses, in few networks, by few jails, some of which do not count. */
function randomBans(next: () => number, count: number): Ban[] {
  const pick = (most: number) => Math.floor(next() * most);
  const address = () => {
    if (pick(20) === 0) return undefined;
    if (pick(30) === 0) return parseNetwork(`198.51.${pick(3)}.0/24`);
    if (pick(4) > 0) return parseNetwork(`192.0.${pick(3)}.${pick(9)}`);
    return parseNetwork(`2001:db8:${pick(2) + 1}:${pick(3) + 1}::${pick(9) + 1}`);
  };
  return Array.from({ length: count }, () => ({
    network: address(),
    jail: ["sshd", "postfix", "a b", "recidive"][pick(4)] ?? "",
    time: NOW - pick(400 * DAY) + 2 * DAY,
    restored: pick(15) === 0,
  }));
}

/** Groups of bans by a key. */
function grouped(bans: readonly Ban[], keyOf: (ban: Ban) => string): Map<string, Ban[]> {
  const groups = new Map<string, Ban[]>();
  for (const one of bans) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** Whom a ban is of; a /64 in IPv6. */
function offenderOf({ network }: Ban): string {
  if (!network) return "";
  if (network.family === 4) return formatNetwork(network);
  return formatNetwork({ family: 6, address: network.address >> 64n << 64n, prefix: 64 });
}

/** The network of 24 or 48 bits that a ban is in, or nothing for one of a whole such network. */
function networkOf({ network }: Ban): string {
  if (!network) return "";
  if (network.family === 6) {
    return formatNetwork({ family: 6, address: network.address >> 80n << 80n, prefix: 48 });
  }
  if (network.prefix <= 24) return "";
  return formatNetwork({ family: 4, address: (network.address & -256) >>> 0, prefix: 24 });
}

const timeOf = ({ time }: Ban) => time;
const distinct = (bans: readonly Ban[]) => new Set(bans.map(offenderOf)).size;

Deno.test("a report agrees with one made the plain way", () => {
  const next = random(77);
  for (let round = 0; round < 40; round++) {
    const bans = randomBans(next, Math.floor(next() * 400));
    const since = NOW - Math.floor(next() * 380 + 1) * DAY;
    const until = next() < 0.5 ? Infinity : since + Math.floor(next() * 200 + 1) * DAY;
    const minBans = Math.floor(next() * 5) + 1;
    const unit = (["day", "week", "month", "year"] as const)[Math.floor(next() * 4)] ?? "day";
    const report = reportOf({ bans, since, until, minBans, unit });
    const counted = bans.filter(({ network, jail, time, restored }) =>
      network && jail !== "recidive" && !restored && time >= since && time < until
    );
    const people = grouped(counted, offenderOf);
    const isOffender = (one: Ban) => (people.get(offenderOf(one))?.length ?? 0) >= minBans;

    assertEquals(report.bans, counted.length);
    assertEquals(report.addresses, people.size);
    assertEquals(report.ignored.later, bans.filter(({ time }) => time >= until).length);
    assertEquals(
      Array.from(report.offenders.rows, ({ network, bans, first, last }) => {
        return [formatNetwork(network), bans, first, last];
      }).sort(),
      [...people].filter(([, bans]) => bans.length >= minBans).map(([address, bans]) => {
        return [address, bans.length, Math.min(...bans.map(timeOf)), Math.max(...bans.map(timeOf))];
      }).sort(),
    );
    assertEquals(
      report.jails.map(({ name, bans, addresses, offenders }) => {
        return [name, bans, addresses, offenders];
      }).sort(),
      [...grouped(counted, ({ jail }) => jail)].map(([jail, bans]) => {
        return [jail, bans.length, distinct(bans), distinct(bans.filter(isOffender))];
      }).sort(),
    );
    assertEquals(
      Array.from(report.networks.rows, ({ network, addresses, offenders, bans }) => {
        return [formatNetwork(network), addresses, offenders, bans];
      }).sort(),
      [...grouped(counted, networkOf)].flatMap(([network, bans]) => {
        if (network === "" || distinct(bans) < 2) return [];
        return [[network, distinct(bans), distinct(bans.filter(isOffender)), bans.length]];
      }).sort(),
    );
    const beginning = (time: number) => beginningOf(Math.floor(time / DAY), unit);
    const periods = grouped(counted, ({ time }) => String(beginning(time)));
    for (const { beginning, bans } of report.periods.rows) {
      assertEquals(bans, periods.get(String(beginning))?.length ?? 0, formatDay(beginning));
    }
    const sum = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
    assertEquals(sum(report.periods.rows.map(({ bans }) => bans)), counted.length);
    assertEquals(sum(report.periods.rows.map(({ fresh }) => fresh)), people.size);
    assertEquals(sum(report.hours), counted.length);
    const most = Math.max(
      0,
      ...grouped(counted, ({ time }) => formatDay(Math.floor(time / DAY)))
        .values().map(({ length }) => length),
    );
    assertEquals(report.busiest?.bans ?? 0, most);
  }
});

Deno.test("the order in which bans come does not show", () => {
  const bans = randomBans(random(5), 300);
  const shuffled = bans.toSorted((a, b) => (a.time * 7919) % 1013 - (b.time * 7919) % 1013);
  const plain = (given: readonly Ban[]) => {
    const { offenders, networks, ...rest } = reportOf({ bans: given, list: "192.0.1.0/24\n" });
    const [rows, crowds] = [[...offenders.rows], [...networks.rows]];
    return { ...rest, zone: undefined, rows, crowds, listed: offenders.listed };
  };
  assertEquals(plain(shuffled), plain(bans));
});

Deno.test("quiet time is shown where something is known of it", () => {
  const days = (given: Parameters<typeof reportOf>[0]) => {
    const { rows } = reportOf(given).periods;
    return [rows.at(0), rows.at(-1)].map((row) => row && formatDay(row.beginning));
  };
  const since = Date.UTC(2026, 2, 1) / 1000;
  const bans = [ban("192.0.2.1", "03-05 10:00"), ban("192.0.2.2", "03-07 10:00")];
  assertEquals(days({ bans, since }), ["2026-03-05", "2026-03-31"]);
  // Somebody wrote bans down before that time, so that its first days were quiet.
  assertEquals(days({ bans: [...bans, ban("192.0.2.3", "02-20 10:00")], since }), [
    "2026-03-01",
    "2026-03-31",
  ]);
  const until = Date.UTC(2026, 2, 10) / 1000;
  assertEquals(days({ bans, since, until }), ["2026-03-05", "2026-03-09"]);
  assertEquals(days({ bans, since, until: NOW + 90 * DAY }), ["2026-03-05", "2026-03-31"]);
  // What a fast clock wrote counts all the same.
  assertEquals(days({ bans: [ban("192.0.2.1", "04-02 10:00")], since }), [
    "2026-04-02",
    "2026-04-02",
  ]);
  assertEquals(days({ bans: [], since }), [undefined, undefined]);
});

Deno.test("a very long time is divided into years, and never into millions of days", () => {
  const ancient = { ...ban("192.0.2.1", "03-05 10:00"), time: Date.UTC(1000, 0, 1) / 1000 };
  const bans = [ancient, ban("192.0.2.1", "03-05 10:00")];
  assertEquals(reportOf({ bans, since: -1e12, unit: "auto" }).periods.unit, "year");
  const { rows } = reportOf({ bans, since: -1e12, unit: "day" }).periods;
  assertEquals(rows.map(({ bans }) => bans), [1, 1]);
});

Deno.test("what the blocklist covers is listed", () => {
  const bans = ["192.0.2.1", "192.0.3.1", "192.0.3.2", "2001:db8::1"].flatMap((address) => [
    ban(address, "03-05 10:00"),
    ban(address, "03-06 10:00"),
  ]);
  const list = [
    "192.0.2.1 # permaban since=2026-03-06T00:00:00Z bans=2",
    "192.0.3.0/24 # permaban since=2026-03-06",
    "2001:db8::/64 # permaban since=2020-01-01T00:00:00Z",
    "203.0.113.1 # fail2ban/2026-03-01: Perma-Banned",
    "203.0.113.2 # permaban since=yesterday",
    "nonsense",
    "",
  ].join("\n");
  const report = reportOf({ bans, list, since: Date.UTC(2026, 2, 1) / 1000 });
  assertEquals(report.list, {
    path: "list",
    entries: 5,
    four: 4,
    six: 1,
    added: 2,
    undated: 2,
    problems: 1,
  });
  const listed = Array.from(report.offenders.rows, ({ network, listed }) => {
    return [formatNetwork(network), listed && formatNetwork(listed)];
  });
  assertEquals(listed, [
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.3.1", "192.0.3.0/24"],
    ["192.0.3.2", "192.0.3.0/24"],
    ["2001:db8::/64", "2001:db8::/64"],
  ]);
  assertEquals([report.offenders.total, report.offenders.listed], [4, 4]);
  const crowds = Array.from(report.networks.rows, ({ network, listed }) => {
    return [formatNetwork(network), listed && formatNetwork(listed)];
  });
  assertEquals(crowds, [["192.0.3.0/24", "192.0.3.0/24"]]);
  assertEquals(report.periods.rows.slice(0, 2).map(({ listed }) => listed), [0, 2]);
  assertEquals([...reportOf({ bans, top: 1 }).offenders.rows].length, 1);
  assertEquals(reportOf({ bans }).offenders.listed, undefined);
});

Deno.test("what has lapsed is no more on the list", () => {
  const list = "192.0.2.1 # permaban until=2020-01-01\n192.0.2.2 # permaban until=2999-01-01\n";
  const told = reportOf({ bans: [], list }).list;
  assertEquals([told?.entries, told?.four], [1, 1]);
});

Deno.test("addresses that stand for IPv4 ones make no network", () => {
  const bans = ["64:ff9b::c000:201", "64:ff9b::c000:202", "::1.2.3.4", "::1.2.3.5"]
    .map((address) => ban(address, "03-05 10:00"));
  const report = reportOf({ bans, minBans: 1 });
  assertEquals([report.addresses, report.networks.total], [4, 0]);
});

Deno.test("bans of the last 24 hours are told apart by jail", () => {
  const bans = [
    ban("192.0.2.1", "03-30 11:59"),
    ban("192.0.2.1", "03-30 12:00"),
    ban("192.0.2.1", "03-31 11:00"),
    ban("192.0.2.1", "03-31 11:00", "postfix"),
  ];
  assertEquals(reportOf({ bans }).jails.map(({ name, recent }) => [name, recent]), [
    ["sshd", 2],
    ["postfix", 1],
  ]);
});
