/**
 * Pardons and the allowlist against a plain model, for scans of all logs and of what is new.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { holds, parseNetwork } from "../../lib/ip/network.ts";
import { atOnce } from "../at_once.ts";
import { random } from "../random.ts";
import { countsIn, line, Place, START } from "./place.ts";

const ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.130", "2001:db8::1", "2001:db8::2"];
const NETWORKS = [...ADDRESSES, "192.0.2.0/25", "192.0.2.0/24", "2001:db8::/64", "2001:db8::/48"];
const MIN_BANS = 3;

interface Ban {
  readonly address: string;
  readonly time: number;
}

/** What the program should know: all bans, and who is excused, by plain lists. */
class Model {
  readonly bans: Ban[] = [];
  readonly pardons = new Map<string, number>();
  readonly allowed = new Map<string, number>();

  /** Those with enough bans, and how many. */
  offenders(now: number): string[] {
    const counts = new Map<string, number>();
    for (const { address, time } of this.bans) {
      const isIn = ([name]: [string, number]) => holds(parseNetwork(name), parseNetwork(address));
      if ([...this.pardons].some((entry) => isIn(entry) && time <= entry[1])) continue;
      if ([...this.allowed].some((entry) => isIn(entry) && now < entry[1])) continue;
      const whose = address.includes(":") ? "2001:db8::/64" : address;
      counts.set(whose, (counts.get(whose) ?? 0) + 1);
    }
    return [...counts].flatMap(([name, bans]) => bans >= MIN_BANS ? [`${bans} ${name}`] : [])
      .sort();
  }
}

Deno.test("bans before a pardon and of who is allowed never count, others always do", async () => {
  await atOnce(1, 9, async (seed) => {
    const next = random(seed);
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)]!;
    using place = new Place();
    const model = new Model();
    const log = place.log("log", "");
    place.clock = START;
    const allowlist = place.write("allow", "");
    const lists = ["--allowlist", allowlist, "--state", place.state];
    const listed = new Set<string>();
    assertEquals((await place.scan("--update", ...lists.slice(0, 2), log)).status, 0);
    for (let event = 0; event < 45; event++) {
      place.clock += Math.floor(next() * 4);
      const network = pick(NETWORKS);
      const chance = next();
      if (chance < 0.4) {
        const ban = { address: pick(ADDRESSES), time: place.clock };
        model.bans.push(ban);
        place.append(log, line(ban.address, ban.time - START));
      } else if (chance < 0.5) {
        assertEquals((await place.run("pardon", network, ...lists)).status, 0);
        model.pardons.set(network, place.clock);
      } else if (chance < 0.55) {
        await place.run("pardon", "remove", network, ...lists);
        model.pardons.delete(network);
      } else if (chance < 0.62) {
        const span = 1 + Math.floor(next() * 9);
        const { status } = await place.run("allow", "add", network, "--for", `${span}`, ...lists);
        assertEquals(status, 0);
        const end = place.clock + span;
        const isKnown = [...model.allowed].some(([other, until]) =>
          until >= end && holds(parseNetwork(other), parseNetwork(network))
        );
        if (!isKnown) model.allowed.set(network, end);
      } else if (chance < 0.66) {
        await place.run("allow", "remove", network, ...lists);
        model.allowed.delete(network);
      } else if (chance < 0.72) {
        assertEquals((await place.run("remove", network, ...lists)).status, 0);
        model.pardons.set(network, place.clock);
        listed.delete(network);
      }
      const asked = ["--min-bans", `${MIN_BANS}`, ...lists.slice(0, 2), log];
      const expected = model.offenders(place.clock);
      const at = `seed ${seed}, event ${event}`;
      assertEquals(countsIn(await place.scan(...asked)).sort(), expected, at);
      const plain = await place.run("scan", "--state", place.state, ...asked);
      assertEquals(countsIn(plain).sort(), expected, at);
      if (next() < 0.5) {
        assertEquals((await place.scan("--update", "-q", ...asked)).status, 0);
        for (const offender of expected) listed.add(offender.split(" ")[1] ?? "");
        assertEquals(place.blocklist().sort(), [...listed].sort(), at);
      }
    }
  });
});
