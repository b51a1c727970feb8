import { assertEquals, assertThrows } from "@std/assert";
import { compareIpset } from "../../lib/firewall/compare_ipset.ts";
import { dumpFormat } from "../../lib/firewall/dump_format.ts";
import { DumpError } from "../../lib/firewall/live_table.ts";
import { ipsetNames } from "../../lib/firewall/set_names.ts";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const FOUR =
  "create permaban-4 hash:net family inet hashsize 1024 maxelem 4294967295 bucketsize 12\n";
const SIX =
  "create permaban-6 hash:net family inet6 hashsize 1024 maxelem 4294967295 bucketsize 12\n";

function compare(list: string, text: string): string[] {
  const words = list.split(" ").filter((word) => word !== "");
  const networks = minimalNetworks(words.map(parseNetwork));
  const comparison = compareIpset(encode(text), networks, ipsetNames("permaban"));
  return [
    ...comparison.others.map(({ word, what, detail }) =>
      [word, what, detail ?? []].flat().join(" ")
    ),
    ...comparison.networks.entries().flatMap(([word, found]) => {
      return Array.from(found, (network) => `${word} ${formatNetwork(network)}`);
    }),
    ...comparison.problems.map(({ line, message }) => `${line}: ${message}`),
  ];
}

Deno.test("compareIpset() compares both sets, whatever else there is", () => {
  const others =
    "create x hash:ip family inet\nadd x 9.9.9.9\ncreate permaban-40 hash:net family inet\n" +
    "add permaban-40 8.8.8.8\ncreate l list:set size 8\nadd l permaban-4\n";
  const text = FOUR + "add permaban-4 192.0.2.0/25\nadd permaban-4 192.0.2.128/25\n" + others +
    SIX +
    "add permaban-6 2001:db8::1\n";
  assertEquals(compare("192.0.2.0/24 2001:db8::1", text), []);
  assertEquals(compare("192.0.2.0/23 2001:db8::", text), [
    "missing 192.0.3.0/24",
    "missing 2001:db8::",
    "surplus 2001:db8::1",
  ]);
  assertEquals(compare("192.0.2.0/24", FOUR + "add permaban-4 192.0.2.0/24\n"), [
    "no-set permaban-6",
  ]);
  assertEquals(compare("", ""), ["no-set permaban-4", "no-set permaban-6"]);
  assertEquals(
    compare("192.0.2.1", "create permaban-4 hash:ip family inet\nadd permaban-4 192.0.2.1\n" + SIX),
    ["set-type permaban-4 hash:ip inet", "missing 192.0.2.1"],
  );
});

Deno.test("compareIpset() knows the options of elements", () => {
  const of = (list: string, ...entries: string[]) =>
    compare(list, FOUR + entries.map((entry) => `add permaban-4 ${entry}\n`).join("") + SIX);
  assertEquals(of("192.0.2.1", '192.0.2.1 packets 3 bytes 252 comment "nomatch timeout 5"'), []);
  assertEquals(of("192.0.2.1", "192.0.2.1 timeout 0"), []);
  assertEquals(of("192.0.2.1", "192.0.2.1 timeout 3599"), ["temporary 192.0.2.1"]);
  // The narrowest network that holds an address decides.
  assertEquals(
    of("192.0.2.0/24", "192.0.2.128/25 nomatch", "192.0.2.0/24", "192.0.2.192/26"),
    ["missing 192.0.2.128/26"],
  );
  assertEquals(of("", "192.0.2.128/25 nomatch"), []);
  assertEquals(of("192.0.2.1", "192.0.2.1", "192.0.2.7/24"), [
    '3: Cannot parse network "192.0.2.7/24": host bits are set, did you mean "192.0.2.0/24"',
  ]);
});

Deno.test("compareIpset() takes an address for one of the set's family", () => {
  const mapped = `${FOUR}${SIX}add permaban-6 ::ffff:192.0.2.1\n`;
  assertEquals(compare("192.0.2.1", mapped), ["missing 192.0.2.1", "surplus ::ffff:c000:201"]);
  const wrong = `${FOUR.replace("inet ", "inet6 ")}${SIX}`;
  assertEquals(compare("", wrong), ["set-type permaban-4 hash:net inet6 maxelem 4294967295"]);
});

Deno.test("compareIpset() names sets that a load cannot fill, spare ones too", () => {
  const entry = "add permaban-4 192.0.2.1\n";
  const of = (parameters: string) =>
    compare("192.0.2.1", `create permaban-4 hash:net family inet ${parameters}\n${entry}${SIX}`);
  const most = "hashsize 64 maxelem 4294967295";
  assertEquals(of(`${most} forceadd bucketsize 4 initval 0x7ce06a40`), []);
  for (const more of ["timeout 0", "counters", "comment", "skbinfo"]) {
    assertEquals(of(`${most} ${more} bucketsize 12`), [
      `set-type permaban-4 hash:net inet maxelem 4294967295 ${more}`,
    ]);
  }
  assertEquals(of("hashsize 1024 maxelem 65536"), [
    "set-type permaban-4 hash:net inet maxelem 65536",
  ]);
  const spare = (text: string) => compare("192.0.2.1", FOUR + entry + SIX + text);
  assertEquals(spare(`create permaban-6+ hash:net family inet6 ${most}\n`), []);
  assertEquals(spare(`create permaban-6+ hash:ip family inet6 ${most}\nadd permaban-6+ ::1\n`), [
    "set-type permaban-6+ hash:ip inet6 maxelem 4294967295",
  ]);
});

Deno.test("compareIpset() refuses other text", () => {
  const names = ipsetNames("permaban");
  const networks = minimalNetworks([]);
  for (const text of ["Name: permaban-4\n", `${FOUR}add permaban-4 192.0.2.1\nipset v7.17: no\n`]) {
    assertThrows(() => compareIpset(encode(text), networks, names), DumpError, "Cannot understand");
  }
  // What adds to a set that was not made is no dump.
  assertThrows(
    () => compareIpset(encode("add permaban-4 192.0.2.1\n"), networks, names),
    DumpError,
  );
  // Cut off within an address that is one all the same.
  assertThrows(
    () => compareIpset(encode(`${FOUR}add permaban-4 192.0.2.1`), networks, names),
    DumpError,
    "middle of a line",
  );
});

Deno.test("dumpFormat() tells dumps apart", () => {
  const of = (text: string) => dumpFormat(encode(text));
  assertEquals(of("# Generated by iptables-save v1.8.9 on x\n*filter\n"), "iptables");
  assertEquals(of("*filter\n"), "iptables");
  assertEquals(of("[0:0] -A INPUT -j x\n"), "iptables");
  assertEquals(of('{"nftables": []}'), "nft");
  assertEquals(of(' \n{ "nftables": []}'), "nft");
  assertEquals(of(FOUR), "ipset");
  assertEquals(of("table inet permaban {\n}\n"), { hint: "print it as JSON: nft -j list ruleset" });
  assertEquals(of("Name: permaban-4\n"), { hint: "print it with ipset save" });
  assertEquals(of("Chain INPUT (policy ACCEPT)\n"), { hint: "print it with iptables-save" });
  assertEquals(of(""), undefined);
  assertEquals(of("[1,2]"), undefined);
  assertEquals(of("sh: iptables-save: not found\n"), undefined);
});
