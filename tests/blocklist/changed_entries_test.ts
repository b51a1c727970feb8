import { assertEquals } from "@std/assert";
import { noteOf, parseBlocklist } from "../../lib/blocklist/blocklist.ts";
import { withChanges, withRemarks } from "../../lib/blocklist/changed_entries.ts";
import type { Note } from "../../lib/blocklist/note.ts";
import { joinBytes } from "../join_bytes.ts";
import { random } from "../random.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

function changed(bytes: Uint8Array, changes: [number, Note | undefined][]): Uint8Array {
  return joinBytes([...withChanges(parseBlocklist(bytes), new Map(changes))]);
}

Deno.test("withChanges() changes fields, removes entries and keeps all else", () => {
  const text = "\uFEFF# head\r\n" +
    "  192.0.2.1\t; permaban bans=1 # ünï\r\n" +
    "x\n\n" +
    "192.0.2.2 # permaban bans=2\n" +
    "192.0.2.3 # permaban later=1 bans=3";
  const changes: [number, Note | undefined][] = [[2, { bans: 30, last: "2026-01-01" }], [
    1,
    undefined,
  ]];
  assertEquals(
    decode(changed(encode(text), [...changes, [0, { bans: 10 }]])),
    "\uFEFF# head\r\n" +
      "  192.0.2.1\t; permaban bans=10 # ünï\r\n" +
      "x\n\n" +
      "192.0.2.3 # permaban later=1 bans=30 last=2026-01-01",
  );
  assertEquals(changed(encode(text), []), encode(text));
});

Deno.test("withChanges() keeps bytes that are no text", () => {
  const bytes = new Uint8Array([...encode("1.1.1.1 # permaban bans=1 # "), 0xff, 0xc3, 0x0a]);
  const expected = new Uint8Array([...encode("1.1.1.1 # permaban bans=2 # "), 0xff, 0xc3, 0x0a]);
  assertEquals(changed(bytes, [[0, { bans: 2 }]]), expected);
});

Deno.test("withChanges() changes what is asked for and no other entry, wherever it stands", () => {
  const next = random(41);
  const below = (most: number) => Math.floor(next() * most);
  for (let round = 0; round < 200; round++) {
    const end = next() < 0.5 ? "\n" : "\r\n";
    const lines = Array.from(
      { length: below(9) },
      (_, at) =>
        next() < 0.2
          ? ["", "# a remark", "no network"][below(3)] ?? ""
          : `${" ".repeat(below(2))}192.0.2.${at} # permaban bans=${at}${
            next() < 0.3 ? " # y" : ""
          }`,
    );
    const text = lines.join(end) + (next() < 0.5 ? end : "");
    const list = parseBlocklist(encode(text));
    const changes = Array.from(list.lines.keys()).filter(() => next() < 0.5)
      .map((index): [number, Note | undefined] => [index, next() < 0.5 ? undefined : { bans: 99 }]);
    const lineOf = new Map(changes.map(([index, note]) => [(list.lines[index] ?? 0) - 1, note]));
    const expected = text.split("\n").flatMap((line, at) => {
      if (!lineOf.has(at)) return [line];
      return lineOf.get(at) ? [line.replace(/bans=\d+/, "bans=99")] : [];
    });
    // A last line that is removed leaves the end of the one before it.
    const isLastGone = lineOf.has(text.split("\n").length - 1) &&
      lineOf.get(text.split("\n").length - 1) === undefined;
    const joined = expected.join("\n") + (isLastGone && expected.length > 0 ? "\n" : "");
    assertEquals(decode(changed(encode(text), changes)), joined);
    const after = parseBlocklist(encode(joined));
    assertEquals(
      after.networks.length,
      list.networks.length - [...lineOf.values()].filter((note) => !note).length,
    );
    for (let index = 0; index < after.networks.length; index++) noteOf(after, index);
  }
});

Deno.test("withRemarks() changes remarks and keeps all else", () => {
  const lines = [
    "1.1.1.0",
    "1.1.1.1 \t",
    "1.1.1.2;old",
    "1.1.1.3 # permaban  later=1 bans=2\t#old # older",
    "1.1.1.4 #  since=2026-01-01",
    "1.1.1.5 # permabans",
    "1.1.1.6 #",
    "1.1.1.7 # kept",
  ];
  const expected = [
    "1.1.1.0 # né",
    "1.1.1.1 \t # né",
    "1.1.1.2; né",
    "1.1.1.3 # permaban  later=1 bans=2 # né",
    "1.1.1.4 #  since=2026-01-01 # né",
    "1.1.1.5 # né",
    "1.1.1.6 # né",
    "1.1.1.7 # kept",
  ];
  for (const end of ["\n", "\r\n"]) {
    for (const last of ["", end]) {
      const list = parseBlocklist(encode(`\uFEFF# head${end}${lines.join(end)}${last}`));
      const remarks = new Map([6, 5, 4, 3, 2, 1, 0].map((index) => [index, "né"]));
      const bytes = joinBytes([...withRemarks(list, remarks)]);
      assertEquals(decode(bytes), `\uFEFF# head${end}${expected.join(end)}${last}`);
      const after = parseBlocklist(bytes);
      for (const index of remarks.keys()) assertEquals(noteOf(after, index).comment, "né");
    }
  }
  const odd = parseBlocklist(encode("1.1.1.1\n1.1.1.2 # permaban bans=1"));
  const after = parseBlocklist(
    joinBytes([...withRemarks(odd, new Map([[0, "permaban since=x"]]))]),
  );
  assertEquals(noteOf(after, 0), { comment: "permaban since=x" });
  const list = new Uint8Array([...encode("1.1.1.1 # permaban x="), 0xff, ...encode(" # old")]);
  const bytes = joinBytes([...withRemarks(parseBlocklist(list), new Map([[0, "new"]]))]);
  assertEquals(bytes, new Uint8Array([...list.subarray(0, -3), ...encode("new")]));
});
