import { assert, assertEquals } from "@std/assert";
import {
  formatRecord,
  formatState,
  type JournalRecord,
  linesOf,
  parseRecord,
} from "../../lib/blocklist/journal_record.ts";
import { random } from "../random.ts";

const RECORD: JournalRecord = {
  at: Date.UTC(2026, 10, 22, 14) / 1000,
  run: 17,
  state: "done",
  who: "alice (sudo)",
  command: "remove",
  kind: "blocklist",
  path: "/var/lib/permaban/blocklist",
  removed: 1,
  added: 0,
  lines: [{ sign: "-", at: 12, bytes: new TextEncoder().encode("192.0.2.7 # grün\n") }],
};

Deno.test("a record is a line that a person can read", () => {
  assertEquals(
    formatRecord(RECORD),
    "2026-11-22T14:00:00Z\t17\tdone\talice (sudo)\tremove\tblocklist\t" +
      "/var/lib/permaban/blocklist\t-1 +0\t-12 192.0.2.7 # grün\n",
  );
  assertEquals(parseRecord(formatRecord(RECORD).slice(0, -1)), RECORD);
  const apart = { ...RECORD, lines: { name: "undo-17-blocklist", length: 99 } };
  assertEquals(parseRecord(formatRecord(apart).slice(0, -1)), apart);
});

Deno.test("a state is written over another one", () => {
  const line = formatRecord({ ...RECORD, state: 123456 });
  assert(line.includes("\t?123456\t"));
  const { at, text } = formatState("done", line);
  const after = line.slice(0, at) + text + line.slice(at + text.length);
  assertEquals(after.length, line.length);
  assertEquals(parseRecord(after.slice(0, -1)), RECORD);
});

Deno.test("any bytes come back from a record, and none breaks its line", () => {
  const next = random(3);
  const pieces = ["\\", "\\c", "\\x41", "\t", "\r", "ü", "\u202e", "x", " ", "\0", "é\u00a0"];
  for (let round = 0; round < 3000; round++) {
    const text = Array.from(
      { length: Math.floor(next() * 6) },
      () => pieces[Math.floor(next() * pieces.length)],
    ).join("");
    const bytes = [...new TextEncoder().encode(text)];
    if (next() < 0.3) bytes.push(0x80 + Math.floor(next() * 0x80));
    if (bytes.length === 0 || next() < 0.7) bytes.push(0x0a);
    const record: JournalRecord = {
      ...RECORD,
      who: text,
      path: `/${text}`,
      lines: [{ sign: "+", at: 5, bytes: Uint8Array.from(bytes) }, ...RECORD.lines as []],
    };
    const line = formatRecord(record);
    // deno-lint-ignore no-control-regex
    assert(/^[^\x00-\x08\x0a-\x1f\x7f-\x9f\u202e]*\n$/.test(line), JSON.stringify(line));
    assertEquals(parseRecord(line.slice(0, -1)), record, JSON.stringify(line));
  }
});

Deno.test("what is no record is none", () => {
  const line = formatRecord(RECORD).slice(0, -1);
  for (
    const wrong of [
      "",
      "x",
      line.replace("\t17\t", "\t-17\t"),
      line.replace("blocklist\t", "list\t"),
      line.replace("\t/var", "\tvar"),
      line.replace("\t-12 ", "\t*12 "),
      line.replace("2026-11-22", "2026-13-22"),
      `${line}\t=undo-17-blocklist 5`,
      line.replace(/-12 .*/, "=../../etc/passwd 5"),
    ]
  ) assertEquals(parseRecord(wrong), undefined, wrong);
});

Deno.test("parts are cut into lines", () => {
  const bytes = new TextEncoder().encode("a\n\nbc");
  const ats = linesOf([{ sign: "+", at: 7, bytes }]).map(({ at, bytes }) => [at, bytes.length]);
  assertEquals(ats, [[7, 2], [9, 1], [10, 2]]);
});
