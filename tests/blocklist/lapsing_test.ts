import { assertEquals } from "@std/assert";
import { noteOf, parseBlocklist } from "../../lib/blocklist/blocklist.ts";
import { lapsingOf, standingNetworks } from "../../lib/blocklist/lapsing.ts";
import { formatSince, hasLapsed, parseUntil } from "../../lib/blocklist/note.ts";
import { chosenEntries } from "../../lib/blocklist/chosen_entries.ts";
import { staleEntries } from "../../lib/blocklist/stale_entries.ts";
import { formatNetwork } from "../../lib/ip/network.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import { random } from "../random.ts";

const NOW = Date.UTC(2026, 10, 22, 14) / 1000;
const parse = (text: string) => parseBlocklist(new TextEncoder().encode(text));

Deno.test("lapsingOf() finds what lapsed and what lapses next", () => {
  const list = parse(
    "# until=2020-01-01\n" +
      "192.0.2.1 # permaban until=2026-11-22T14:00:00Z bans=3\n" +
      "192.0.2.2 # permaban until=2026-11-22T14:00:01Z\n" +
      "192.0.2.3 # until when? until=2020-01-01\n" +
      "192.0.2.4 # permaban # until=2020-01-01\n" +
      "192.0.2.5 # permaban until=never\n" +
      "192.0.2.6\n" +
      "# permaban until=2020-01-01\n" +
      "x until=2020-01-01 # permaban until=2020-01-01\n" +
      "192.0.2.7 # permaban until=2020-01-01 until=2030-01-01\n" +
      "192.0.2.8 # permaban until=2030-01-01 until=2020-01-01\n" +
      "192.0.2.9 # permaban until=2026-11-22\n" +
      "192.0.2.10 # permaban until=2026-11-21",
  );
  const { lapsed, next } = lapsingOf(list, NOW);
  assertEquals(lapsed.map((index) => formatNetwork(list.networks.at(index))), [
    "192.0.2.1",
    "192.0.2.8",
    "192.0.2.10",
  ]);
  assertEquals(next, NOW + 1);
  assertEquals(standingNetworks(list, lapsed).length, list.networks.length - 3);
  assertEquals(standingNetworks(list, []), list.networks);
  assertEquals(lapsingOf(parse("# until=2020-01-01"), NOW), { lapsed: [], next: Infinity });
});

Deno.test("lapsingOf() finds what looking at each entry would", () => {
  const next = random(31);
  const below = (most: number) => Math.floor(next() * most);
  const until = () => {
    const text = formatSince(NOW + below(40) - 20 + (next() < 0.3 ? 86_400 * (below(5) - 2) : 0));
    return next() < 0.3 ? text.slice(0, 10) : next() < 0.1 ? text.slice(0, 15) : text;
  };
  const field = () =>
    ["bans=3", "bulk", "#", `until=${until()}`, `until=${until()}`, `xuntil=${until()}`][below(6)];
  for (let round = 0; round < 300; round++) {
    const lines = Array.from({ length: below(12) }, () => {
      const head =
        ["10.0.0.1 # permaban ", "# permaban ", "10.0.0.1 # ", "x # permaban "][below(4)];
      return `${head}${Array.from({ length: below(4) }, field).join(" ")}`;
    });
    const list = parse(lines.join(next() < 0.5 ? "\n" : "\r\n"));
    const notes = Array.from(list.networks, (_, index) => noteOf(list, index));
    const ahead = notes.flatMap(({ until }) => parseUntil(until ?? "") ?? [])
      .filter((instant) => instant > NOW);
    assertEquals(lapsingOf(list, NOW), {
      lapsed: [...notes.keys()].filter((index) => hasLapsed(notes[index] ?? {}, NOW)),
      next: Math.min(Infinity, ...ahead),
    }, lines.join("\n"));
  }
});

Deno.test("staleEntries() goes by the last ban, or else by the listing", () => {
  const list = parse(
    "192.0.2.1 # permaban since=2020-01-01T00:00:00Z last=2026-11-22\n" +
      "192.0.2.2 # permaban since=2026-11-22T14:00:00Z last=2026-11-21\n" +
      "x\n" +
      "192.0.2.3 # permaban since=2026-11-22T13:59:59Z\n" +
      "192.0.2.4 # permaban since=2026-11-22T14:00:00Z last=soon\n" +
      "192.0.2.5 # a remark\n" +
      "2001:db8:: # permaban since=2026-01-01\n",
  );
  const stale = staleEntries(list, NOW, UTC);
  const chosen = chosenEntries(list, (index) => stale.includes(index));
  assertEquals(Array.from(chosen.networks, formatNetwork), [
    "192.0.2.2",
    "192.0.2.3",
    "2001:db8::",
  ]);
  assertEquals([...chosen.lines], [2, 4, 7]);
  assertEquals(noteOf(chosen, 2), { since: "2026-01-01" });
  assertEquals(chosen.problems, list.problems);
});
