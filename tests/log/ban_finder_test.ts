import { assert, assertEquals } from "@std/assert";
import { formatNetwork } from "../../lib/ip/network.ts";
import { BanFinder, LONGEST_LINE } from "../../lib/log/ban_finder.ts";
import { plainByteSearch } from "../../lib/log/byte_search.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import { random } from "../random.ts";

const BAN = "2026-01-02 03:04:05,006 fail2ban.actions        [1]: NOTICE  [j] Ban ";

/**
 * What a finder says of bytes that come in chunks of the given sizes, again and again; wherever the
 * chunks are put.
 */
function find(bytes: Uint8Array | string, sizes: readonly number[] = [Infinity], isCut = false) {
  const found = findIn(bytes, sizes, isCut, false);
  assertEquals(findIn(bytes, sizes, isCut, true), found);
  return found;
}

function findIn(
  bytes: Uint8Array | string,
  sizes: readonly number[],
  isCut: boolean,
  isInPlace: boolean,
) {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const [found, plain] = [undefined, plainByteSearch()].map((search) => {
    const banned: string[] = [];
    const finder = new BanFinder({
      zone: UTC,
      notAfter: 0,
      onBan: ({ network }) => banned.push(network ? formatNetwork(network) : "-"),
      search,
    });
    // One buffer for all chunks, as a reader has it: a finder that keeps a view of it would fail.
    const buffer = new Uint8Array(all.length);
    for (let at = 0, turn = 0; at < all.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      const place = isInPlace ? finder.room : buffer;
      const chunk = all.subarray(at, at + Math.min(size, place.length));
      place.set(chunk);
      finder.push(place.subarray(0, chunk.length));
      buffer.fill(0x42, 0, chunk.length);
      at += chunk.length;
    }
    finder.finish(isCut);
    return { banned, ...finder.seen };
  });
  assertEquals(found, plain);
  if (!found) throw new Error("unreachable");
  return found;
}

Deno.test("BanFinder hands out bans and counts all lines", () => {
  const found = find(`one\n${BAN}192.0.2.1\n\nx Ban 192.0.2.2\n${BAN}192.0.2.3\r\nno Bang\n`);
  assertEquals(found.banned, ["192.0.2.1", "192.0.2.3"]);
  assertEquals([found.lines, found.bans, found.mentions], [6, 2, 1]);
});

Deno.test("BanFinder counts lines that mention a ban where none can stand, each once", () => {
  const found = find(
    `x Ban y Ban z\n[j] Increase Ban 192.0.2.1\n x Ban y ${BAN}192.0.2.1\n` +
      `[j] Restore Ban 192.0.2.2\n[j] Xestore Ban 1\n Ban \n${BAN}\n${BAN}192.0.2.3\n` +
      BAN.replace("Ban", "Restore Ban") + "192.0.2.4\n" + BAN.replace("[j]", "[]") + "192.0.2.5\n",
  );
  assertEquals(found.banned, ["192.0.2.3", "192.0.2.4"]);
  assertEquals([found.bans, found.mentions], [1, 8]);
});

Deno.test("BanFinder hands a line with several bans out once", () => {
  assertEquals(find(`${BAN}192.0.2.1 Ban 192.0.2.2\n${BAN}192.0.2.1] Ban 192.0.2.2\n`).banned, [
    "-",
    "-",
  ]);
});

Deno.test("BanFinder counts a last line without an end, unless it was cut off", () => {
  assertEquals(find(`one\n${BAN}192.0.2.1`).banned, ["192.0.2.1"]);
  assertEquals(find(`one\n${BAN}192.0.2.1`).lines, 2);
  const cut = find(`one\n${BAN}192.0.2.1`, [Infinity], true);
  assertEquals([cut.banned, cut.lines], [[], 2]);
  assertEquals(find(`${BAN}192.0.2.1\n`, [Infinity], true).banned, ["192.0.2.1"]);
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
    assertEquals(found.banned, ["-", "192.0.2.9"]);
    assertEquals([found.lines, found.mentions], [5, 0]);
  }
  const odd = [0, 255, 254, 10, ...new TextEncoder().encode(BAN), 0xff, 0, 0x0a, 0x80];
  assertEquals(find(new Uint8Array(odd)).banned, ["-"]);
  assertEquals(find(new Uint8Array(odd)).lines, 3);
});

Deno.test("BanFinder loses nothing behind lines that are too long, wherever they end", () => {
  const next = random(17);
  const below = (most: number) => Math.floor(next() * most);
  for (let round = 0; round < 12; round++) {
    let [bans, lines] = [0, 0];
    const text = Array.from({ length: 8 }, () => {
      const count = below(2000);
      bans += count;
      lines += count + 1;
      return "x".repeat(LONGEST_LINE + below(400_000)) + "\n" + `${BAN}192.0.2.1\n`.repeat(count);
    }).join("");
    const found = find(text, [Infinity, 1 + below(100_000), 1 + below(400_000)]);
    assertEquals([found.banned.length, found.lines, found.mentions], [bans, lines, 0]);
  }
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
