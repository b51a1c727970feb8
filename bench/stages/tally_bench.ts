/**
 * Counting bans of very many distinct addresses.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Ban } from "../../lib/log/ban.ts";
import { ECHO_JAILS } from "../../lib/offender/echo_jails.ts";
import { Tally } from "../../lib/offender/tally.ts";
import { sampleBans } from "./sample_bans.ts";

const COUNT = 200_000;

function tallied(bans: readonly Ban[]): Tally {
  const tally = new Tally({
    since: 0,
    jails: new Set(),
    ignoredJails: new Set(ECHO_JAILS),
    countRestored: false,
    ipv6Prefix: 64,
  });
  for (const ban of bans) tally.add(ban);
  return tally;
}

function mapped(bans: readonly Ban[]) {
  const counts = new Map<number | bigint, { bans: number; first: number; last: number }>();
  for (const { network, time } of bans) {
    if (!network) continue;
    const key = network.family === 4 ? network.address : network.address >> 64n;
    const count = counts.get(key);
    if (count === undefined) counts.set(key, { bans: 1, first: time, last: time });
    else {
      count.bans++;
      count.first = Math.min(count.first, time);
      count.last = Math.max(count.last, time);
    }
  }
  return counts;
}

for (const family of [4, 6] as const) {
  const bans = sampleBans(family, COUNT);
  const tally = tallied(bans);
  assertEquals(tally.offenders(1).length, mapped(bans).size);
  const group = `count bans of ${COUNT} addresses, IPv${family}`;
  Deno.bench("a Map of objects", { group, baseline: true }, () => void mapped(bans));
  Deno.bench("Tally", { group }, () => void tallied(bans));
  Deno.bench("and pick the offenders", { group }, () => void tallied(bans).offenders(10));
}
