import { assert, assertEquals } from "@std/assert";
import {
  type ByteSearch,
  byteSearch,
  FOUND,
  MARGIN,
  plainByteSearch,
  WINDOW,
} from "../../lib/log/byte_search.ts";
import { BYTE_SEARCH_WASM } from "../../lib/log/byte_search_wasm.ts";
import { byteSearchModule } from "../../tools/wasm.ts";
import { random } from "../random.ts";

Deno.test("the compiled search is that of its source", async () => {
  assert((await byteSearchModule()).includes(`"${BYTE_SEARCH_WASM}"`), "run make wasm");
});

Deno.test("both searches find the same line ends and bans, wherever they lie", () => {
  const [fast, plain] = [byteSearch(), plainByteSearch()];
  assertEquals(fast.bytes.length, WINDOW);
  const next = random(11);
  let found = 0;
  const words = [
    "] Ban ",
    "] Restore Ban ",
    "e Ban ",
    " Ban ",
    "Ban ",
    "\r\n",
    "]",
    "\n",
    "B",
    "Ba",
    " Ban",
    "\n Ban 1\n",
    "x".repeat(40),
    "é",
    " ",
  ];
  const pick = (below: number) => Math.floor(next() * below);
  for (let round = 0; round < 2000; round++) {
    const text = new TextEncoder().encode(
      Array.from({ length: pick(40) }, () => words[pick(words.length)]).join("") + "\n",
    );
    // Behind the text there is always something left from before.
    const from = MARGIN + pick(50);
    const to = from + text.length;
    for (const { bytes } of [fast, plain]) {
      bytes.fill(round % 3 === 0 ? 0x0a : 0x42, to, to + 64);
      bytes.set(text, from);
    }
    assertEquals(fast.lines(from, to), plain.lines(from, to));
    for (const longest of [1000, 60, 20]) {
      const [a, b] = [fast, plain].map((search) => candidates(search, from, to, longest));
      assertEquals(a, b);
      found += b?.marks.length ?? 0;
    }
  }
  assert(found > 5000, `${found}`);
});

/** All candidates between two places, and the lines that only mention a ban. */
function candidates(search: ByteSearch, from: number, to: number, longest: number) {
  const marks: (number | undefined)[][] = [];
  search.found.fill(0);
  for (let at = from, mark; (mark = search.candidate(at, to, longest)) >= 0;) {
    const [start, end = 0] = [search.found[FOUND.start], search.found[FOUND.end]];
    marks.push([start, mark, end]);
    at = end + 1;
  }
  return { marks, mentions: search.found[FOUND.mentions] };
}

Deno.test("both searches count a whole window of line ends", () => {
  for (const { bytes, lines } of [byteSearch(), plainByteSearch()]) {
    bytes.fill(0x0a);
    const to = WINDOW - MARGIN;
    for (const from of [MARGIN, MARGIN + 1, to - 4081, to - 16, to - 1, to]) {
      assertEquals(lines(from, to), to - from);
    }
  }
});
