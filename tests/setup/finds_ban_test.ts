import { assertEquals } from "@std/assert";
import { findsBan } from "../../lib/setup/finds_ban.ts";

Deno.test("findsBan() says what it can tell, and no more", () => {
  for (
    const [text, expected] of [
      ["", false],
      [".*", true],
      ["^foo <HOST>$\n^bar", false],
      ["^foo\n\\[(?P<jail>[^\\]]+)\\] Ban <HOST>$", true],
      ["\\s*fail2ban\\.actions\\s+\\[\\d+\\]:\\s+NOTICE\\s+<F-CONTENT>.+</F-CONTENT>\\Z", true],
      ["(?i)ban <HOST>", undefined],
      ["^(?i:x)", undefined],
      ["<SKIPLINES>x", undefined],
      ["(", undefined],
    ] as const
  ) assertEquals(findsBan(text), expected, text);
});
