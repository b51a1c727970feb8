import { assert, assertEquals } from "@std/assert";
import { linesOf } from "../../lib/blocklist/journal_record.ts";
import { type Part, watchDifference } from "../../lib/blocklist/line_difference.ts";
import { takeBack } from "../../lib/blocklist/take_back.ts";
import { random } from "../random.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What changed between two texts, the new one in pieces. */
function differenceOf(old: Uint8Array, pieces: readonly Uint8Array[]): Part[] {
  const parts: Part[] = [];
  const passed = watchDifference(
    old,
    pieces,
    ({ sign, at, bytes }) => parts.push({ sign, at, bytes: bytes.slice() }),
  );
  assertEquals([...passed], pieces);
  return parts;
}

function shown(parts: readonly Part[]): string[] {
  return linesOf(parts).map(({ sign, at, bytes }) => `${sign}${at} ${decoder.decode(bytes)}`);
}

Deno.test("lines that went and came are found", () => {
  const old = encoder.encode("a\nb\nc");
  for (
    const [text, expected] of [
      ["a\nb\nc", []],
      ["", ["-0 a\n", "-2 b\n", "-4 c"]],
      ["a\nc", ["-2 b\n"]],
      ["a\nb\nc\nd\n", ["+4 c\n", "+6 d\n", "-4 c"]],
      ["a\nB\nc", ["+2 B\n", "-2 b\n"]],
      ["b\nc", ["-0 a\n"]],
      ["x\na\nb\nc", ["+0 x\n"]],
      ["a\nb\n", ["-4 c"]],
    ] as const
  ) {
    assertEquals(shown(differenceOf(old, [encoder.encode(text)])), [...expected], text);
  }
});

Deno.test("what is a view of the old list is taken at its word", () => {
  const old = encoder.encode("a\nb\nc\nd");
  assertEquals(differenceOf(old, [old]), []);
  assertEquals(shown(differenceOf(old, [old.subarray(0, 2), old.subarray(4)])), ["-2 b\n"]);
  assertEquals(shown(differenceOf(old, [old, encoder.encode("\ne\n")])), [
    "+6 d\n",
    "+8 e\n",
    "-6 d",
  ]);
});

Deno.test("from the new list and the difference comes the old one, whatever was done", () => {
  const next = random(11);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)]!;
  const line = () => pick(["a", "b", "c", "", "# x", "b\r", "long ".repeat(9)]) + "\n";
  for (let round = 0; round < 4000; round++) {
    const lines = Array.from({ length: Math.floor(next() * 12) }, line);
    const end = () => next() < 0.2 ? pick(["z", "a", "b"]) : "";
    const old = encoder.encode(lines.join("") + end());
    // Lines go, and come: most at the end, some anywhere.
    const kept = lines.filter(() => next() < 0.8);
    const isMixed = next() < 0.3;
    if (isMixed) kept.splice(Math.floor(next() * kept.length), 0, line(), line());
    const more = Array.from({ length: Math.floor(next() * 4) }, line);
    const text = encoder.encode(kept.join("") + more.join("") + end());
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < text.length;) {
      const to = at + 1 + Math.floor(next() * 9);
      pieces.push(text.subarray(at, to));
      at = to;
    }
    const parts = differenceOf(old, pieces);
    const back = takeBack(text, parts);
    assertEquals(decoder.decode(back.bytes), decoder.decode(old), `round ${round}`);
    assertEquals(back.lost, []);
    if (!isMixed && !decoder.decode(old).match(/[^\n]$/) && !decoder.decode(text).match(/[^\n]$/)) {
      const gone = shown(parts).filter((part) => part.startsWith("-")).length;
      assert(gone <= lines.length - kept.length, `round ${round}: ${shown(parts)}`);
    }
  }
});

Deno.test("a change is taken back though others came between", () => {
  const take = (list: string, ...parts: [string, number, string][]) => {
    const made = parts.map(([sign, at, text]) => ({
      sign: sign as "+" | "-",
      at,
      bytes: encoder.encode(text),
    }));
    const { bytes, lost, removed, restored } = takeBack(encoder.encode(list), made);
    return [decoder.decode(bytes), shown(lost), removed.length, restored.length];
  };
  // Somebody put a line on top, and one behind.
  assertEquals(take("new\na\nb\nc\nlast\n", ["+", 2, "b\nc\n"]), ["new\na\nlast\n", [], 2, 0]);
  // One of the lines is gone, another one changed.
  assertEquals(take("a\nB\nc\n", ["+", 2, "b\nc\nd\n"]), ["a\nB\n", ["+2 b\n", "+6 d\n"], 1, 0]);
  // Of lines that are alike, that which is at the place goes.
  assertEquals(take("x\na\nx\nb\nx\n", ["+", 4, "x\n"])[0], "x\na\nb\nx\n");
  assertEquals(take("x\na\nnew\nx\n", ["+", 4, "x\n"])[0], "x\na\nnew\n");
  // The list is shorter now, longer, or has a line where there was a line end.
  assertEquals(take("a\n", ["-", 40, "z\n"])[0], "a\nz\n");
  assertEquals(take("a", ["-", 40, "z\n"])[0], "a\nz\n");
  assertEquals(take("longer\nb\n", ["-", 2, "z\n"])[0], "longer\nz\nb\n");
  assertEquals(take("a\nnew\n", ["-", 2, "z"])[0], "a\nz\nnew\n");
});

Deno.test("a line is not put back where what took its place was replaced itself", () => {
  const [before, ours, later] = ["192.0.2.7 # a\n", "192.0.2.7 # b\n", "192.0.2.7 # c\n"];
  const other = "192.0.2.8 # a\n";
  const parts: Part[] = [
    { sign: "-", at: 0, bytes: encoder.encode(before + other) },
    { sign: "+", at: 0, bytes: encoder.encode(ours) },
  ];
  const take = (list: string) => {
    const { bytes, lost, restored, superseded } = takeBack(encoder.encode(list), parts);
    return [
      decoder.decode(bytes),
      ...[lost, restored, superseded].map((part) => shown(part).length),
    ];
  };
  assertEquals(take(ours), [before + other, 0, 2, 0]);
  assertEquals(take(later), [later + other, 1, 1, 1]);
  // Where there is no other one, it is put back.
  assertEquals(take("192.0.2.0/24\n"), [`${before}${other}192.0.2.0/24\n`, 1, 2, 0]);
  // It is one of two lines of the network, of which the other one stayed all along.
  assertEquals(take(ours + later), [before + other + later, 0, 2, 0]);
});
