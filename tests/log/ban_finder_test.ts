import { assert, assertEquals } from "@std/assert";
import { BanFinder, LONGEST_LINE } from "../../lib/log/ban_finder.ts";
import { random } from "../random.ts";

const BAN = "2026-01-02 03:04:05,006 fail2ban.actions        [1]: NOTICE  [j] Ban ";

/** What a finder says of bytes that come in chunks of the given sizes, again and again. */
function find(bytes: Uint8Array | string, sizes: readonly number[] = [Infinity], isCut = false) {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const candidates: string[] = [];
  const decoder = new TextDecoder();
  const finder = new BanFinder((bytes, from, mark, to) => {
    assertEquals(decoder.decode(bytes.subarray(mark, mark + 4)), "Ban ");
    candidates.push(decoder.decode(bytes.subarray(from, to)));
  });
  // One buffer for all chunks, as a reader has it: a finder that keeps a view of it would fail.
  const buffer = new Uint8Array(all.length);
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const chunk = all.subarray(at, at + (sizes[turn % sizes.length] ?? 1));
    buffer.set(chunk);
    finder.push(buffer.subarray(0, chunk.length));
    buffer.fill(0x42, 0, chunk.length);
    at += chunk.length;
  }
  finder.finish(isCut);
  return { candidates, ...finder.seen };
}

Deno.test("BanFinder hands out lines with a ban in them and counts all", () => {
  const found = find(`one\n${BAN}192.0.2.1\n\nx Ban 192.0.2.2\n${BAN}192.0.2.3\r\nno Bang\n`);
  assertEquals(found.candidates, [`${BAN}192.0.2.1`, `${BAN}192.0.2.3`]);
  assertEquals([found.lines, found.mentions], [6, 1]);
});

Deno.test("BanFinder counts lines that mention a ban where none can stand, each once", () => {
  const found = find(
    `x Ban y Ban z\n[j] Increase Ban 192.0.2.1\n x Ban y ${BAN}192.0.2.1\n` +
      "[j] Restore Ban 192.0.2.2\n[j] Xestore Ban 1\n Ban \n",
  );
  assertEquals(found.candidates.length, 2);
  assertEquals(found.mentions, 4);
});

Deno.test("BanFinder hands a line with several bans out once", () => {
  const line = `${BAN}192.0.2.1 Ban 192.0.2.2`;
  assertEquals(find(line).candidates, [line]);
});

Deno.test("BanFinder counts a last line without an end, unless it was cut off", () => {
  assertEquals(find(`one\n${BAN}192.0.2.1`).candidates, [`${BAN}192.0.2.1`]);
  assertEquals(find(`one\n${BAN}192.0.2.1`).lines, 2);
  const cut = find(`one\n${BAN}192.0.2.1`, [Infinity], true);
  assertEquals([cut.candidates, cut.lines], [[], 2]);
  assertEquals(find(`${BAN}192.0.2.1\n`, [Infinity], true).candidates, [`${BAN}192.0.2.1`]);
  assertEquals(find("").lines, 0);
});

Deno.test("BanFinder lives through lines of any length and any bytes", () => {
  const filler = "x".repeat(LONGEST_LINE - BAN.length - 9);
  const [fits, tooLong] = [`${BAN}192.0.2.1${filler}`, `${BAN}192.0.2.1${filler}x`];
  for (const sizes of [[Infinity], [1000], [70_000], [LONGEST_LINE], [LONGEST_LINE - 1, 3]]) {
    const found = find(
      `${tooLong}\n${fits}\n${tooLong.repeat(5)}\n${BAN}192.0.2.9\n${tooLong}`,
      sizes,
    );
    assertEquals(found.candidates.map((line) => line.length), [LONGEST_LINE, BAN.length + 9]);
    assertEquals(found.lines, 5);
  }
  const odd = new Uint8Array([
    0,
    255,
    254,
    10,
    ...new TextEncoder().encode(BAN),
    0xff,
    0,
    0x0a,
    0x80,
  ]);
  assertEquals(find(odd).candidates, [`${BAN}\uFFFD\0`]);
  assertEquals(find(odd).lines, 3);
});

Deno.test("BanFinder finds the same whatever the chunks", () => {
  const next = random(4);
  const words = [
    BAN,
    "192.0.2.1",
    " Ban ",
    "\n",
    "\n",
    "\r\n",
    "B",
    "Ba",
    " ",
    "fail2ban",
    "ü",
    "\0",
  ];
  for (let round = 0; round < 400; round++) {
    const text = Array.from({ length: 30 }, () => words[Math.floor(next() * words.length)]).join(
      "",
    );
    const whole = find(text);
    const sizes = Array.from({ length: 5 }, () => 1 + Math.floor(next() * 20));
    const { familiar: _, firstLine: __, ...inChunks } = find(text, sizes);
    const { familiar: ___, firstLine: ____, ...atOnce } = whole;
    assertEquals(inChunks, atOnce, JSON.stringify({ text, sizes }));
  }
});

Deno.test("BanFinder tells fail2ban's logs from others and remembers how they began", () => {
  const other = find("\n\nJan 16 17:11:25 host sshd[1]: Failed password\nmore\n");
  assertEquals([other.familiar, other.firstLine], [
    false,
    "Jan 16 17:11:25 host sshd[1]: Failed password",
  ]);
  assert(find("a\n".repeat(200_000) + "x fail2ban.filter [1]: INFO x\n").familiar);
  assertEquals(find("y".repeat(1000) + "\n").firstLine.length, 120);
});
