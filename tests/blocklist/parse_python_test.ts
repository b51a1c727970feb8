import { assertEquals, assertThrows } from "@std/assert";
import { parsePython } from "../../lib/blocklist/parse_python.ts";

Deno.test("parsePython() reads what repr() prints", () => {
  assertEquals(parsePython("[]"), []);
  assertEquals(parsePython("{}\n"), new Map());
  assertEquals(
    parsePython(`[{'sshd': ['192.0.2.1', '2001:db8::1']}, {"it's": []}]`),
    [new Map([["sshd", ["192.0.2.1", "2001:db8::1"]]]), new Map([["it's", []]])],
  );
  assertEquals(
    parsePython(String.raw`'a\'b"\\\n\x1b\u20ac\U0001f600'`),
    "a'b\"\\\n\x1b€😀",
  );
});

Deno.test("parsePython() refuses everything else", () => {
  for (
    const text of [
      "",
      "[",
      "['a'",
      "['a",
      "['a\\",
      "['a' 'b']",
      "[1]",
      "{'a'}",
      "{1: 2}",
      "[] x",
      "print('x')",
      "[".repeat(100_000),
    ]
  ) {
    assertThrows(() => parsePython(text), SyntaxError);
  }
});
