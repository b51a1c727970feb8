import { assertEquals, assertNotEquals } from "@std/assert";
import { digest, fingerprintOf, isFingerprintOf } from "../../lib/log/fingerprint.ts";
import { random } from "../random.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("digest() gives the published values of MurmurHash3_x86_32", () => {
  const published: readonly (readonly [Uint8Array, number, number])[] = [
    [bytes(""), 0, 0],
    [bytes(""), 1, 0x514e28b7],
    [bytes(""), 0xffffffff, 0x81f16f39],
    [new Uint8Array([0xff, 0xff, 0xff, 0xff]), 0, 0x76293b50],
    [new Uint8Array([0x21, 0x43, 0x65, 0x87]), 0, 0xf55b516b],
    [new Uint8Array([0x21, 0x43, 0x65, 0x87]), 0x5082edee, 0x2362f9de],
    [new Uint8Array([0x21, 0x43, 0x65]), 0, 0x7e4a8634],
    [new Uint8Array([0x21, 0x43]), 0, 0xa0f7b07a],
    [new Uint8Array([0x21]), 0, 0x72661cf4],
    [new Uint8Array(4), 0, 0x2362f9de],
    [new Uint8Array(3), 0, 0x85f0b427],
    [new Uint8Array(2), 0, 0x30f4c306],
    [new Uint8Array(1), 0, 0x514e28b7],
    [bytes("test"), 0, 0xba6bd213],
    [bytes("test"), 0x9747b28c, 0x704b81dc],
    [bytes("Hello, world!"), 0, 0xc0363e43],
    [bytes("Hello, world!"), 0x9747b28c, 0x24884cba],
    [bytes("The quick brown fox jumps over the lazy dog"), 0, 0x2e4ff723],
    [bytes("The quick brown fox jumps over the lazy dog"), 0x9747b28c, 0x2fa826cd],
  ];
  for (const [text, seed, expected] of published) {
    assertEquals(digest(text, seed), expected, `${text} ${seed}`);
  }
});

Deno.test("a digest does not depend on where in memory the text is", () => {
  const text = bytes("2026-11-22 14:16:31,085 fail2ban.actions [7]: NOTICE");
  for (let at = 0; at < 9; at++) {
    const memory = new Uint8Array(100).fill(7);
    memory.set(text, at);
    assertEquals(digest(memory.subarray(at, at + text.length), 3), digest(text, 3));
  }
});

Deno.test("a fingerprint tells a text from every other one that is nearly the same", () => {
  const next = random(3);
  for (const length of [1, 2, 3, 4, 5, 1023, 1024]) {
    const text = Uint8Array.from({ length }, () => Math.floor(next() * 256));
    const print = fingerprintOf(text);
    assertEquals(print.length, length);
    assertEquals(/^[0-9a-f]{16}$/.test(print.digest), true);
    assertEquals(isFingerprintOf(print, text.slice()), true);
    for (let at = 0; at < length; at++) {
      const other = text.slice();
      other[at] = (other[at] ?? 0) ^ 1 << Math.floor(next() * 8);
      assertEquals(isFingerprintOf(print, other), false);
      assertNotEquals(digest(other, 0), digest(text, 0));
    }
    assertEquals(isFingerprintOf(print, text.subarray(1)), false);
    assertEquals(isFingerprintOf(print, new Uint8Array([...text, 0])), false);
  }
});

Deno.test("the halves of a fingerprint are digests of their own", () => {
  const { digest } = fingerprintOf(bytes("text"));
  assertNotEquals(digest.slice(0, 8), digest.slice(8));
});
