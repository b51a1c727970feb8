import { assertEquals } from "@std/assert";
import { formatNetwork, holds, type Network, parseNetwork, shorten } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { formatLocalDay, type TimeZone, UTC } from "../../lib/log/time_zone.ts";
import { DayCounts } from "../../lib/offender/day_counts.ts";
import type { Offender } from "../../lib/offender/offenders.ts";
import type { SubnetRule } from "../../lib/offender/subnets.ts";
import { Tally, type TallyOptions } from "../../lib/offender/tally.ts";
import { type Choice, measuresOf, type Threshold } from "../../lib/offender/threshold.ts";
import { random } from "../random.ts";

const OPTIONS: TallyOptions = {
  since: 0,
  jails: new Set(),
  ignoredJails: new Set(),
  countRestored: false,
  ipv6Prefix: 64,
};

/** A zone in which the day begins at 11:00 UTC. */
const FAR_EAST: TimeZone = { offsetAt: () => 13 * 3600 };

function bans(address: string, count: number, jail = "sshd", step = 1): Ban[] {
  const network = parseNetwork(address);
  return Array.from({ length: count }, (_, at) => ({
    network,
    jail,
    time: 1000 + at * step,
    restored: false,
  }));
}

function tallied(all: readonly Ban[], days: TimeZone | undefined = undefined): Tally {
  const tally = new Tally({ ...OPTIONS, days });
  for (const ban of all) tally.add(ban);
  return tally;
}

/** Those who are chosen, as text; of a network, with those in it. */
function names(offenders: Iterable<Offender>): string[] {
  return Array.from(offenders, ({ network, bans, members }) => {
    const inside = members?.map(({ network }) => formatNetwork(network)).join(",");
    return `${formatNetwork(network)} ${bans}${inside === undefined ? "" : ` (${inside})`}`;
  });
}

function chosen(all: readonly Ban[], choice: Choice, days?: TimeZone): string[] {
  return names(tallied(all, days).offenders(choice));
}

Deno.test("bans of a jail with a minimum of its own count toward that alone", () => {
  const all = [
    ...bans("192.0.2.1", 19),
    ...bans("192.0.2.2", 20),
    ...bans("192.0.2.3", 19),
    ...bans("192.0.2.3", 9, "postfix"),
    ...bans("192.0.2.4", 10, "postfix"),
    ...bans("192.0.2.5", 3),
    ...bans("192.0.2.5", 5, "postfix"),
    ...bans("192.0.2.5", 5, "dovecot"),
  ];
  const choice = { minBans: 10, jailMins: new Map([["sshd", 20]]) };
  assertEquals(chosen(all, choice), ["192.0.2.2 20", "192.0.2.5 13", "192.0.2.4 10"]);
});

Deno.test("bans count by the weight of their jail, exactly", () => {
  const weights = (weight: number) => new Map([["wordpress", weight]]);
  const tenths = { minBans: 1, jailWeights: weights(100) };
  assertEquals(chosen(bans("192.0.2.1", 10, "wordpress"), tenths), ["192.0.2.1 10"]);
  assertEquals(chosen(bans("192.0.2.1", 9, "wordpress"), tenths), []);
  const halves = { minBans: 10, jailWeights: weights(500) };
  const some = [...bans("192.0.2.1", 5), ...bans("192.0.2.1", 10, "wordpress")];
  assertEquals(chosen(some, halves), ["192.0.2.1 15"]);
  assertEquals(chosen(some.slice(1), halves), []);
  const none = { minBans: 1, jailWeights: weights(0) };
  assertEquals(chosen(bans("192.0.2.1", 99, "wordpress"), none), []);
  const [offender] = tallied([...bans("192.0.2.1", 1), ...bans("192.0.2.1", 2, "wordpress")])
    .offenders(none);
  assertEquals([offender?.bans, offender?.jails.get("wordpress")], [3, 2]);
});

Deno.test("days are those of the local calendar", () => {
  // From 08:00 to 13:00 UTC on 1970-01-02.
  const all = bans("192.0.2.1", 6, "sshd", 3600).map((ban) => ({
    ...ban,
    time: ban.time + 114_200,
  }));
  const choice = { minBans: 1, minDays: 2 };
  assertEquals(chosen(all, choice, UTC), []);
  assertEquals(chosen(all, choice, FAR_EAST), ["192.0.2.1 6"]);
  assertEquals(chosen(all, { ...choice, minDays: 3 }, FAR_EAST), []);
});

Deno.test("DayCounts counts as a map of sets would", () => {
  const next = random(3);
  const counts = new DayCounts();
  const expected = new Map<number, Set<number>>();
  for (let at = 0; at < 50_000; at++) {
    const number = Math.floor(next() ** 2 * 3000);
    const day = Math.floor(next() * 40) - 5;
    counts.add(number, day);
    expected.set(number, (expected.get(number) ?? new Set()).add(day));
  }
  for (const [number, days] of expected) assertEquals(counts.of(number), days.size);
  assertEquals(counts.of(1e6), 0);
});

Deno.test("a network with enough offenders takes their place", () => {
  const all = [
    ...["192.0.2.9", "192.0.2.1", "192.0.2.200", "192.0.3.1"].flatMap((ip) => bans(ip, 3)),
    ...bans("192.0.2.7", 1),
    ...bans("2001:db8:0:1::1", 4, "postfix"),
    ...bans("2001:db8:0:2::1", 5),
  ];
  const four = { prefix: 24, offenders: 3 };
  const six = { prefix: 48, offenders: 2 };
  assertEquals(chosen(all, { minBans: 2, subnets: { four, six } }), [
    "192.0.2.0/24 9 (192.0.2.1,192.0.2.9,192.0.2.200)",
    "2001:db8::/48 9 (2001:db8:0:1::/64,2001:db8:0:2::/64)",
    "192.0.3.1 3",
  ]);
  const [, network] = tallied(all).offenders({ minBans: 2, subnets: { six } });
  assertEquals(network?.members, undefined);
  const [both] = tallied(all).offenders({ minBans: 4, subnets: { six } });
  assertEquals([both?.first, both?.last], [1000, 1004]);
  assertEquals([...both?.jails ?? []], [["sshd", 5], ["postfix", 4]]);
});

Deno.test("what may not be blocked as a whole is left to its offenders", () => {
  const all = ["192.0.2.1", "192.0.2.2", "192.0.3.1", "192.0.3.2"].flatMap((ip) => bans(ip, 3));
  const allowed = parseNetwork("192.0.2.77");
  const mayBlock = (network: Network) => !holds(network, allowed);
  const subnets = { four: { prefix: 24, offenders: 2 }, mayBlock };
  assertEquals(chosen(all, { minBans: 2, subnets }), [
    "192.0.3.0/24 6 (192.0.3.1,192.0.3.2)",
    "192.0.2.1 3",
    "192.0.2.2 3",
  ]);
});

Deno.test("IPv6 addresses that stand for IPv4 ones make no network", () => {
  const ips = [
    "64:ff9b::1.1.1.1",
    "64:ff9b::2.2.2.2",
    "64:ff9b:0:1::1",
    "64:ff9b:0:2::1",
    "::1.2.3.4",
  ];
  const subnets = { six: { prefix: 32, offenders: 2 } };
  assertEquals(chosen(ips.flatMap((ip) => bans(ip, 2)), { minBans: 2, subnets }).length, 5);
});

Deno.test("nearly() gives those with half of what it takes", () => {
  const all = [
    ...bans("192.0.2.1", 4),
    ...bans("192.0.2.2", 5),
    ...bans("192.0.2.3", 10),
    ...bans("192.0.2.4", 10, "postfix", 86_400),
    ...bans("192.0.2.5", 3, "pam"),
  ];
  const threshold = { minBans: 10, jailMins: new Map([["pam", 6]]), minDays: 2 };
  const near = [...tallied(all, UTC).nearly(threshold)];
  assertEquals(names(near), ["192.0.2.3 10", "192.0.2.2 5", "192.0.2.5 3"]);
  assertEquals(near.map((one) => measuresOf(one, threshold)), [
    [{ of: "bans", reached: 10_000, needed: 10_000 }, { of: "days", reached: 1, needed: 2 }],
    [{ of: "bans", reached: 5000, needed: 10_000 }, { of: "days", reached: 1, needed: 2 }],
    [{ of: "jail", jail: "pam", reached: 3, needed: 6 }, { of: "days", reached: 1, needed: 2 }],
  ]);
});

/** What is chosen, told in the plainest way. */
function model(all: readonly Ban[], { subnets = {}, ...threshold }: Choice): string[] {
  const byName = new Map<string, Ban[]>();
  for (const ban of all) {
    if (!ban.network) continue;
    const name = formatNetwork(
      ban.network.family === 4 ? ban.network : shorten(ban.network, 64),
    );
    byName.set(name, [...byName.get(name) ?? [], ban]);
  }
  const offenders = [...byName].filter(([, own]) => isOffender(own, threshold))
    .map(([name, own]) => ({ network: parseNetwork(name), bans: own.length }));
  const lines = new Map<string, number>();
  for (const { network, bans } of offenders) {
    const rule = network.family === 4 ? subnets.four : subnets.six;
    const around = rule && network.prefix >= rule.prefix && shorten(network, rule.prefix);
    const inside = around ? offenders.filter((one) => holds(around, one.network)) : [];
    if (!rule || !around || inside.length < rule.offenders) {
      lines.set(formatNetwork(network), bans);
    } else {
      lines.set(formatNetwork(around), inside.reduce((sum, one) => sum + one.bans, 0));
    }
  }
  return Array.from(lines, ([name, bans]) => `${name} ${bans}`).sort();
}

function isOffender(own: readonly Ban[], threshold: Threshold): boolean {
  const { minBans, jailMins, jailWeights, minDays = 1 } = threshold;
  const days = new Set(own.map(({ time }) => formatLocalDay(time, FAR_EAST)));
  if (days.size < minDays) return false;
  for (const [jail, least] of jailMins ?? []) {
    if (own.filter((ban) => ban.jail === jail).length >= least) return true;
  }
  const weights = own.map(({ jail }) => jailMins?.has(jail) ? 0 : jailWeights?.get(jail) ?? 1000);
  return weights.reduce((sum, weight) => sum + weight, 0) >= 1000 * minBans;
}

Deno.test("whatever is asked for, it is chosen as a plain reading would", () => {
  const next = random(21);
  const below = (most: number) => Math.floor(next() * most);
  const maybe = <Kind>(make: () => Kind) => next() < 0.5 ? make() : undefined;
  const jails = ["sshd", "postfix", "a=b", "pam"];
  const pick = () => jails[below(jails.length)] ?? "";
  const address = () =>
    next() < 0.6
      ? `10.0.${below(3)}.${below(12)}`
      : next() < 0.1
      ? `10.0.${below(3)}.${16 * below(4)}/28`
      : `2001:db8:${below(2)}:${below(6)}::${1 + below(3)}`;
  for (let round = 0; round < 150; round++) {
    const all = Array.from({ length: below(800) }, (): Ban => ({
      network: parseNetwork(address()),
      jail: pick(),
      time: below(4 * 86_400),
      restored: false,
    }));
    const weighed = pick();
    const least = pick();
    const rule = (prefix: number): SubnetRule => ({ prefix, offenders: 2 + below(5) });
    const choice: Choice = {
      minBans: 1 + below(12),
      jailMins: maybe(() => new Map([[least, 1 + below(8)]])),
      jailWeights: maybe(() => new Map([[weighed, below(3000)]])),
      minDays: maybe(() => 1 + below(4)),
      subnets: { four: maybe(() => rule(20 + below(12))), six: maybe(() => rule(40 + below(24))) },
    };
    const tally = tallied(all, FAR_EAST);
    const found = [...tally.offenders(choice)];
    const lines = found.map(({ network, bans }) => `${formatNetwork(network)} ${bans}`);
    assertEquals(lines.toSorted(), model(all, choice), `round ${round}`);
    assertEquals(tally.offenders(choice).length, found.length);
    const bansOf = found.map(({ bans }) => bans);
    assertEquals(bansOf, bansOf.toSorted((a, b) => b - a), `round ${round}`);
    for (const { members = [] } of found) {
      for (const one of members) {
        const [bans] = measuresOf(one, choice).filter(({ reached, needed }) => reached >= needed);
        assertEquals(bans !== undefined, true);
      }
    }
  }
});
