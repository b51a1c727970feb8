import { assertEquals } from "@std/assert";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { FlatBanRows } from "../../lib/log/flat_bans.ts";
import { Exemptions } from "../../lib/offender/exemptions.ts";
import { Tally, type TallyOptions } from "../../lib/offender/tally.ts";
import { flattened } from "../log/flattened.ts";

const OPTIONS: TallyOptions = {
  since: 100,
  jails: new Set(),
  ignoredJails: new Set(["recidive"]),
  countRestored: false,
  ipv6Prefix: 64,
};

function ban(address: string, time = 200, jail = "sshd", restored = false): Ban {
  const network = address === "" ? undefined : parseNetwork(address);
  return { network, jail, time, restored };
}

function tally(bans: readonly Ban[], options: Partial<TallyOptions> = {}): Tally {
  const tally = new Tally({ ...OPTIONS, ...options });
  for (const ban of bans) tally.add(ban);
  assertEquals(contentOf(flat(bans, options)), contentOf(tally));
  return tally;
}

/** The same of bans that come flat, but those of networks. */
function flat(bans: readonly Ban[], options: Partial<TallyOptions>): Tally {
  const tally = new Tally({ ...OPTIONS, ...options });
  const isSingle = ({ network }: Ban) => network?.prefix === (network?.family === 4 ? 32 : 128);
  const rows = new FlatBanRows(() => {});
  for (const ban of bans) isSingle(ban) ? rows.add(flattened([ban])) : tally.add(ban);
  tally.addFlat(rows.take());
  return tally;
}

function contentOf(tally: Tally): unknown {
  return [Array.from(tally.offenders(1)), tally.counted, tally.ignored];
}

const names = (tally: Tally, minBans = 1) =>
  Array.from(tally.offenders(minBans), ({ network, bans }) => `${formatNetwork(network)} ${bans}`);

Deno.test("Tally picks those with enough bans, most bans first, then by address", () => {
  const bans = ["10.0.0.2", "10.0.0.1", "9.9.9.9", "2001:db8::1", "9.9.9.9", "10.0.0.0/24"];
  assertEquals(names(tally(bans.map((address) => ban(address)))), [
    "9.9.9.9 2",
    "10.0.0.0/24 1",
    "10.0.0.1 1",
    "10.0.0.2 1",
    "2001:db8::/64 1",
  ]);
  assertEquals(names(tally(bans.map((address) => ban(address))), 2), ["9.9.9.9 2"]);
});

Deno.test("Tally keeps the first and the last ban and counts by jail", () => {
  const bans = [
    ban("1.1.1.1", 300),
    ban("1.1.1.1", 200, "b"),
    ban("1.1.1.1", 250, "a"),
    ban("1.1.1.1"),
  ];
  const [offender] = tally(bans).offenders(1);
  assertEquals([offender?.first, offender?.last], [200, 300]);
  assertEquals([...offender?.jails ?? []], [["sshd", 2], ["a", 1], ["b", 1]]);
});

Deno.test("Tally counts the addresses of an IPv6 network as one", () => {
  const bans = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8::/48"].map((a) =>
    ban(a)
  );
  assertEquals(names(tally(bans)), ["2001:db8::/64 2", "2001:db8::/48 1", "2001:db8:0:1::/64 1"]);
  assertEquals(names(tally(bans, { ipv6Prefix: 48 })), ["2001:db8::/48 4"]);
  assertEquals(names(tally(bans, { ipv6Prefix: 128 })).length, 4);
});

Deno.test("Tally does not count what stands for IPv4 addresses as one network", () => {
  const bans = ["64:ff9b::808:808", "64:ff9b::101:101", "::1", "::1.2.3.4", "64:ff9c::1"];
  assertEquals(names(tally(bans.map((address) => ban(address)), { ipv6Prefix: 32 })), [
    "::1 1",
    "::102:304 1",
    "64:ff9b::101:101 1",
    "64:ff9b::808:808 1",
    "64:ff9c::/32 1",
  ]);
});

Deno.test("Tally says why bans did not count", () => {
  const bans = [
    ban("1.1.1.1", 200, "sshd", true),
    ban("1.1.1.1", 200, "recidive"),
    ban("1.1.1.1", 99),
    ban(""),
    ban("1.1.1.1", 100),
  ];
  const counted = tally(bans);
  assertEquals(counted.ignored, {
    restored: 1,
    notAddresses: 1,
    old: 1,
    allowed: 0,
    pardoned: 0,
    jails: new Map([["recidive", 1]]),
  });
  assertEquals([counted.counted, names(counted)], [1, ["1.1.1.1 1"]]);
});

Deno.test("Tally counts restored bans and only some jails if asked to", () => {
  const restored = ban("1.1.1.1", 200, "sshd", true);
  assertEquals(names(tally([restored], { countRestored: true })), ["1.1.1.1 1"]);
  const jails = [ban("1.1.1.1"), ban("2.2.2.2", 200, "recidive"), ban("3.3.3.3", 200, "postfix")];
  const asked = { jails: new Set(["recidive", "postfix"]), ignoredJails: new Set<string>() };
  assertEquals(names(tally(jails, asked)), ["2.2.2.2 1", "3.3.3.3 1"]);
  assertEquals(tally(jails, asked).ignored.jails, new Map([["sshd", 1]]));
});

Deno.test("Tally is not led astray by names of jails", () => {
  const bans = ["__proto__", "constructor", "toString"].map((jail) => ban("1.1.1.1", 200, jail));
  assertEquals([...tally(bans).offenders(3)][0]?.jails.size, 3);
});

Deno.test("Tally does not count bans of who is allowed, nor those up to a pardon", () => {
  const exemptions = new Exemptions();
  exemptions.exempt(parseNetwork("1.1.1.0/24"), Infinity);
  exemptions.exempt(parseNetwork("2001:db8::1"), 200);
  const bans = [
    ban("1.1.1.1"),
    ban("1.1.2.1"),
    ban("2001:db8::1", 199),
    ban("2001:db8::1", 200),
    ban("2001:db8::1", 201),
    ban("2001:db8::2", 200),
  ];
  const counted = tally(bans, { exemptions });
  assertEquals([counted.ignored.allowed, counted.ignored.pardoned], [1, 2]);
  assertEquals(names(counted), ["2001:db8::/64 2", "1.1.2.1 1"]);
});
