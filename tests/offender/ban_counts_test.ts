import { assert, assertEquals } from "@std/assert";
import {
  compareNetworks,
  formatNetwork,
  type Network,
  parseNetwork,
} from "../../lib/ip/network.ts";
import { BanCounts } from "../../lib/offender/ban_counts.ts";
import { random } from "../random.ts";

interface Expected {
  bans: number;
  first: number;
  last: number;
  readonly jails: Map<number, number>;
}

for (const family of [4, 6] as const) {
  Deno.test(`BanCounts counts as a map of objects would, IPv${family}`, () => {
    const next = random(14);
    const below = (most: number) => Math.floor(next() * most);
    const pick = (): Network =>
      family === 4
        ? parseNetwork(next() < 0.1 ? `10.${below(99)}.0.0/16` : `10.0.${below(250)}.${below(250)}`)
        : parseNetwork(
          next() < 0.1 ? `2001:db8:${below(99)}::/48` : `2001:db8::${below(10)}:${below(9999)}`,
        );
    const counts = new BanCounts(family);
    const expected = new Map<string, Expected>();
    for (let at = 0; at < 40_000; at++) {
      const [network, time, jail] = [pick(), below(1e9) - 1000, below(next() < 0.9 ? 2 : 40)];
      counts.add(network, time, jail);
      const name = formatNetwork(network);
      const entry = expected.get(name) ?? { bans: 0, first: time, last: time, jails: new Map() };
      expected.set(name, entry);
      entry.bans++;
      entry.first = Math.min(entry.first, time);
      entry.last = Math.max(entry.last, time);
      entry.jails.set(jail, (entry.jails.get(jail) ?? 0) + 1);
    }
    assertEquals(counts.size, expected.size);
    // More than a block of memory holds.
    assert(counts.size > 20_000, `${counts.size}`);
    const found: Network[] = [];
    for (let number = 0; number < counts.size; number++) {
      const { network, jails, ...rest } = counts.countOf(number);
      found.push(network);
      assertEquals({ ...rest, jails: new Map(jails) }, expected.get(formatNetwork(network)));
      assertEquals(counts.bansOf(number), rest.bans);
    }
    for (let number = 1; number < found.length; number++) {
      const [a, b] = [found[number - 1], found[number]];
      if (!a || !b) continue;
      const order = Math.sign(counts.compare(number - 1, number));
      assertEquals(order, Math.sign(compareNetworks(a, b)));
    }
  });
}
