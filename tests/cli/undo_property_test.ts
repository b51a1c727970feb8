/**
 * `permaban undo` on made-up runs: without others' edits the lists are what they were, with them
 * nothing of others is lost.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { atOnce } from "../at_once.ts";
import { random } from "../random.ts";
import { lines, Place } from "./place.ts";

const NETWORKS = ["192.0.2.1", "192.0.2.2", "192.0.2.0/24", "2001:db8::1", "2001:db8::/48"];
const FILES = ["state/blocklist", "state/pardons", "allow"];

/** A random command that may change lists. */
function command(next: () => number, place: Place): string[] {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)]!;
  const some = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(NETWORKS));
  const words = pick([
    ["add", ...some(), "--comment", `c\\${Math.floor(next() * 9)} ü`],
    ["add", "--force", ...some()],
    ["remove", ...some()],
    ["remove", "--no-pardon", ...some()],
    ["allow", "add", ...some()],
    ["allow", "add", "--for", "9d", ...some()],
    ["allow", "remove", ...some()],
    ["pardon", ...some()],
    ["pardon", "remove", ...some()],
    ["scan", "--incremental", "--update", "--min-bans", "2", place.at("logs/log")],
  ]);
  return [...words, "--state", place.state, "--allowlist", place.at("allow")];
}

function begin(next: () => number): Place {
  const place = new Place();
  Deno.mkdirSync(place.state);
  place.log("log", lines("192.0.2.1", 3) + lines("198.51.100.7", 3));
  const ends = ["", "192.0.2.9", "# no end", "192.0.2.1 # by hand\r\n"];
  const end = () => ends[Math.floor(next() * ends.length)]!;
  place.write("state/blocklist", `# head\n192.0.2.2\n\n192.0.2.1 ; old\n${end()}`);
  place.write("state/pardons", `192.0.2.2 # since=2026-01-01\n# a remark\n${end()}`);
  place.write("allow", `# who\n${end()}`);
  return place;
}

const contents = (place: Place) => FILES.map((name) => place.read(name));

Deno.test("undo brings the lists back byte for byte, and undo of undo the change", async () => {
  let taken = 0;
  await atOnce(1, 4, async (seed) => {
    const next = random(seed);
    using place = begin(next);
    const stack: string[][] = [];
    for (let event = 0; event < 18; event++) {
      place.clock += Math.floor(next() * 3);
      const before = contents(place);
      const words = command(next, place);
      await place.run(...words);
      const after = contents(place);
      const at = `seed ${seed}, event ${event}: ${words.join(" ")}`;
      if (before.join("\0") === after.join("\0")) continue;
      stack.push(before);
      if (next() < 0.5) continue;
      const undo = () => place.run("undo", "--state", place.state);
      const first = await undo();
      assertEquals([first.status, contents(place)], [0, before], `${at}\n${first.stderr}`);
      if (next() < 0.5) {
        stack.pop();
        continue;
      }
      const second = await undo();
      assertEquals([second.status, contents(place)], [0, after], `${at}\n${second.stderr}`);
      taken++;
    }
    // All the way back, run by run.
    const { stdout } = await place.run("log", "--json", "--state", place.state);
    const { changes } = JSON.parse(stdout) as { changes: { run: number }[] };
    for (const run of new Set(changes.map(({ run }) => run).reverse())) {
      const { status, stderr } = await place.run("undo", `${run}`, "--state", place.state);
      assertEquals(status, 0, `seed ${seed}, run ${run}: ${stderr}`);
    }
    if (stack[0]) assertEquals(contents(place), stack[0], `seed ${seed}`);
  });
  assert(taken > 6, `${taken}`);
});

Deno.test("undo loses nothing of what others wrote since", async () => {
  const statuses = new Set<number>();
  await atOnce(101, 104, async (seed) => {
    const next = random(seed);
    using place = begin(next);
    let written = 0;
    const foreign = new Map(FILES.map((name) => [name, new Set<string>()]));
    for (let event = 0; event < 25; event++) {
      place.clock += 1;
      const [file = "", own] = [...foreign][Math.floor(next() * FILES.length)] ?? [];
      const chance = next();
      if (chance < 0.4) {
        // A line anywhere, as an editor puts it.
        const text = place.read(file);
        const all = text.split("\n");
        const line = next() < 0.5 ? `# remark ${written}` : `203.0.113.${written} # ${written}`;
        written++;
        all.splice(Math.floor(next() * all.length), 0, line);
        place.write(file, all.join("\n"));
        own?.add(line);
      } else if (chance < 0.5) {
        // And one of the others' goes.
        const all = place.read(file).split("\n");
        const gone = all.findIndex((line) => line.includes("permaban") || line.includes("since="));
        if (gone >= 0) place.write(file, all.toSpliced(gone, 1).join("\n"));
      } else if (chance < 0.75) await place.run(...command(next, place));
      else {
        const { status, stderr } = await place.run("undo", "--state", place.state);
        statuses.add(status);
        assertEquals(status >= 3, stderr.includes("error"), stderr);
      }
      for (const [name, all] of foreign) {
        const there = place.read(name).split("\n");
        for (const line of all) {
          assert(
            there.includes(line),
            `seed ${seed}, event ${event}: "${line}" of ${name} is lost`,
          );
        }
      }
    }
  });
  assert(statuses.has(0) && (statuses.has(3) || statuses.has(4)), [...statuses].join());
});

Deno.test("a change of many lines is taken back, too, or what is left of it", async () => {
  using place = new Place();
  const many = Array.from({ length: 5000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
  const file = place.write("many", many.join("\n") + "\n");
  const state = ["--state", place.state];
  await place.run("add", "192.0.2.1", ...state);
  const before = place.read("state/blocklist");
  assertEquals((await place.run("import", "-q", file, ...state)).status, 0);
  assertEquals(place.blocklist().length, 5001);
  const after = place.read("state/blocklist");
  assert(Deno.statSync(place.at("state/journal")).size < 1000);
  assertEquals((await place.run("undo", ...state)).status, 0);
  assertEquals(place.read("state/blocklist"), before);
  assertEquals((await place.run("undo", ...state)).status, 0);
  assertEquals(place.read("state/blocklist"), after);
  // Others come first and between now, and some are gone.
  const all = after.split("\n");
  all.splice(2500, 2, "203.0.113.1 # mine");
  place.write("state/blocklist", `203.0.113.2\n${all.join("\n")}`);
  const { status, stderr } = await place.run("undo", ...state);
  assertEquals([status, stderr.match(/not there any more/g)?.length], [4, 2], stderr);
  assertEquals(place.blocklist(), ["203.0.113.2", "192.0.2.1", "203.0.113.1"]);
  const found = await place.run("log", "10.0.3.7", ...state);
  assertEquals(found.stdout.match(/10\.0\.3\.7/g)?.length, 4);
  assertEquals(found.stdout.match(/[-+]10\.0\.3\.7\n/g)?.length, 4);
});
