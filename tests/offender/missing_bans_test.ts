import { assertEquals } from "@std/assert";
import { parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { missingBans } from "../../lib/offender/missing_bans.ts";

/** A ban in a few words: address, time, and the jail if it is another one. */
function ban(text: string): Ban {
  const [address = "", time, jail = "sshd", restored] = text.split(" ");
  const network = address === "-" ? undefined : parseNetwork(address);
  return { network, jail, time: Number(time), restored: restored !== undefined };
}

function missing(bans: readonly string[], known: readonly string[]): string[] {
  const all = bans.map(ban);
  const found = missingBans(all, (onBan) => known.map(ban).forEach(onBan));
  return found.map((one) => bans[all.indexOf(one)] ?? "");
}

Deno.test("missingBans() gives those that are not known, in their order", () => {
  const known = ["192.0.2.1 5", "192.0.2.2 9"];
  assertEquals(missing([], known), []);
  assertEquals(missing(known, known), []);
  assertEquals(missing(known, []), known);
  const bans = ["192.0.2.9 1", "192.0.2.2 9", "192.0.2.1 6", "192.0.2.1 5"];
  assertEquals(missing(bans, known), ["192.0.2.9 1", "192.0.2.1 6"]);
});

Deno.test("missingBans() tells bans apart by address, prefix, second, jail and kind", () => {
  const known = ["192.0.2.0 5"];
  const others = [
    "192.0.2.1 5",
    "192.0.2.0/24 5",
    "192.0.2.0 6",
    "192.0.2.0 -5",
    "192.0.2.0 5 postfix",
    "192.0.2.0 5 sshd restored",
    "::192.0.2.0 5",
    "- 5",
  ];
  for (const other of others) assertEquals(missing([other], known), [other]);
});

Deno.test("missingBans() gives each ban as often as it is missing", () => {
  const [one, other] = ["192.0.2.1 5", "192.0.2.2 5"];
  assertEquals(missing([one, one, one], [one]).length, 2);
  assertEquals(missing([one, one], [one, one, one]), []);
  assertEquals(missing([one, other, one], [other, other]).length, 2);
});

Deno.test("missingBans() does not ask what is known where there is nothing to compare", () => {
  assertEquals(missingBans([], () => assertEquals(true, false)), []);
});

Deno.test("missingBans() is not led astray by names of jails", () => {
  const bans = ["192.0.2.1 5 __proto__", "192.0.2.1 5 constructor"];
  assertEquals(missing(bans, []), bans);
  assertEquals(missing(bans, bans.slice(1)), bans.slice(0, 1));
});
