import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Journal, partsOf, readJournal } from "../../lib/blocklist/journal_file.ts";
import { FileError } from "../../lib/file/file_error.ts";
import { Folder } from "../folder.ts";

const encoder = new TextEncoder();
const author = (path: string) => ({
  at: 1_700_000_000,
  who: "root",
  command: "add",
  kind: "blocklist" as const,
  path,
});

/** Writes a record; its run. */
async function record(folder: Folder, text: string, isDone = true, run?: number): Promise<number> {
  const journal = await Journal.hold(folder.at("journal"), run);
  journal.note({ sign: "+", at: 0, bytes: encoder.encode(text) }, "blocklist");
  journal.write(author(folder.at("list")), 4242);
  journal.close(isDone);
  return journal.run;
}

const runs = (folder: Folder) => readJournal(folder.at("journal")).records.map(({ run }) => run);

Deno.test("runs are numbered, and a change that was not made leaves nothing", async () => {
  using folder = new Folder();
  assertEquals(await record(folder, "a\n"), 1);
  assertEquals(await record(folder, "b\n"), 2);
  assertEquals(await record(folder, "c\n", false), 3);
  assertEquals(await record(folder, "d\n"), 3);
  assertEquals(await record(folder, "e\n", true, 1), 1);
  assertEquals(await record(folder, "f\n"), 4);
  assertEquals(runs(folder), [1, 2, 3, 1, 4]);
  assertEquals((Deno.statSync(folder.at("journal")).mode ?? 0) & 0o777, 0o600);
});

Deno.test("what changes nothing is not written down", async () => {
  using folder = new Folder();
  const journal = await Journal.hold(folder.at("journal"), undefined);
  journal.write(author(folder.at("list")), 4242);
  journal.close(true);
  assertEquals(folder.read("journal"), "");
});

Deno.test("a record of a killed run is settled by the list", async () => {
  for (const isThere of [true, false]) {
    using folder = new Folder();
    const list = folder.write("list", "");
    const inode = isThere ? Deno.statSync(list).ino : 1;
    await record(folder, "a\n");
    const text = folder.read("journal");
    folder.write("journal", text.replace("done ", `?${inode}`.padEnd(5)) + "2026-11-22T14:0");
    const { records, faults } = readJournal(folder.at("journal"));
    assertEquals(records.map(({ state }) => state), [isThere ? "done" : "void"]);
    assertEquals(faults, []);
    // And the next run writes down what it sees, and cuts off what was not written whole.
    await record(folder, "b\n");
    Deno.removeSync(list);
    const { records: after } = readJournal(folder.at("journal"));
    assertEquals(after.map(({ run, state }) => `${run} ${state}`), [
      `1 ${isThere ? "done" : "void"}`,
      "2 done",
    ]);
  }
});

Deno.test("a long journal is put aside, and what belongs to the one before goes", async () => {
  using folder = new Folder();
  const long = (letter: string) => `${letter.repeat(10_000)}\n`;
  await record(folder, "many\n".repeat(200));
  assertEquals(folder.read("undo-1-blocklist").slice(-8), "+0 1000\n");
  let last = 1;
  while (!exists(folder.at("journal.1"))) last = await record(folder, long("a"));
  assert(last > 90, `${last}`);
  assertEquals(runs(folder), Array.from({ length: last }, (_, at) => at + 1));
  assert(exists(folder.at("undo-1-blocklist")));
  while (runs(folder)[0] === 1) last = await record(folder, long("b"));
  assert(!exists(folder.at("undo-1-blocklist")));
  assert(
    Deno.statSync(folder.at("journal")).size + Deno.statSync(folder.at("journal.1")).size < 3e6,
  );
  // The numbers go on, even where the journal is empty.
  folder.write("journal", "");
  const before = runs(folder).at(-1) ?? 0;
  assertEquals(await record(folder, "c\n"), before + 1);
});

Deno.test("only so many files with the lines of long changes are kept", async () => {
  using folder = new Folder();
  for (let at = 0; at < 13; at++) await record(folder, "many\n".repeat(200));
  const kept = [...Deno.readDirSync(folder.path)].map(({ name }) => name)
    .filter((name) => name.startsWith("undo-"));
  assertEquals(kept.length, 10);
  const { records } = readJournal(folder.at("journal"));
  const parts = records.map((record) => partsOf(folder.at("journal"), record));
  assertEquals(parts.map((part) => part === undefined), [
    ...Array(3).fill(true),
    ...Array(10).fill(false),
  ]);
  assertEquals(parts[12]?.map(({ sign, at, bytes }) => [sign, at, bytes.length]), [["+", 0, 1000]]);
});

Deno.test("a journal that others can write to, or that is none, is refused", async () => {
  using folder = new Folder();
  await record(folder, "a\n");
  Deno.chmodSync(folder.at("journal"), 0o666);
  assertThrows(() => readJournal(folder.at("journal")), FileError, "Others can write to it");
  Deno.removeSync(folder.at("journal"));
  folder.write("elsewhere/file", "");
  Deno.symlinkSync(folder.at("elsewhere/file"), folder.at("journal"));
  await assertRejects(() => record(folder, "a\n"), FileError, "symbolic link");
  assertThrows(() => readJournal(folder.at("journal")), FileError, "not a regular file");
});

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
