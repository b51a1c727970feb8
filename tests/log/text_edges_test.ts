import { assertEquals } from "@std/assert";
import { EDGE, join, lastOf, TextEdges } from "../../lib/log/text_edges.ts";
import { random } from "../random.ts";

/** The edges of a text as one would find them by hand. */
function plainEdges(text: Uint8Array) {
  const end = text.lastIndexOf(0x0a) + 1;
  return {
    head: text.slice(0, EDGE),
    tail: text.slice(Math.max(0, end - EDGE), end),
    end,
    length: text.length,
  };
}

function edgesOf(chunks: readonly Uint8Array[]) {
  const edges = new TextEdges();
  // The next chunk comes in the same memory, as from a file.
  const buffer = new Uint8Array(Math.max(1, ...chunks.map(({ length }) => length)));
  for (const chunk of chunks) {
    buffer.set(chunk);
    edges.push(buffer.subarray(0, chunk.length));
    buffer.fill(0x0a);
  }
  const { head, tail, end, length } = edges;
  return { head: head.slice(), tail: tail.slice(), end, length };
}

/** A text with lines of very different lengths. */
function randomText(next: () => number): Uint8Array {
  const length = Math.floor(next() ** 2 * 5 * EDGE);
  const perLine = [1, 0.1, 0.01, 0.001, 0][Math.floor(next() * 5)] ?? 0;
  return Uint8Array.from(
    { length },
    () => next() < perLine ? 0x0a : 0x20 + Math.floor(next() * 90),
  );
}

function cut(text: Uint8Array, next: () => number): Uint8Array[] {
  const largest = [1, 40, EDGE, EDGE + 1, 3 * EDGE][Math.floor(next() * 5)] ?? 1;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < text.length;) {
    const length = Math.floor(next() * (largest + 1));
    chunks.push(text.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

Deno.test("the edges of a text are the same however it is cut", () => {
  const next = random(11);
  for (let round = 0; round < 200; round++) {
    const text = randomText(next);
    const expected = plainEdges(text);
    assertEquals(edgesOf([text]), expected);
    const chunks = cut(text, next);
    assertEquals(edgesOf(chunks), expected, `${chunks.map(({ length }) => length)}`);
  }
});

Deno.test("the edges of a text are right where a line ends near the length of an edge", () => {
  for (let end = EDGE - 3; end < EDGE + 3; end++) {
    for (const before of ["", "ab", "ab\ncd", "\n"]) {
      const text = new TextEncoder().encode(`${before}${"x".repeat(end - 1)}\nyz`);
      const chunks = [text.subarray(0, before.length), text.subarray(before.length)];
      assertEquals(edgesOf(chunks), plainEdges(text), `${end} ${before}`);
    }
  }
});

Deno.test("nothing has edges, too", () => {
  const nothing = new Uint8Array(0);
  assertEquals(edgesOf([]), { head: nothing, tail: nothing, end: 0, length: 0 });
  assertEquals(edgesOf([nothing]), { head: nothing, tail: nothing, end: 0, length: 0 });
});

Deno.test("lastOf() and join() give what stands at the end", () => {
  const text = Uint8Array.from({ length: 3 * EDGE }, (_, at) => at % 251);
  assertEquals(lastOf(text), text.slice(2 * EDGE));
  assertEquals(lastOf(text.subarray(0, 5)), text.slice(0, 5));
  assertEquals(join(text.subarray(0, 9), text.subarray(9)), text);
});
