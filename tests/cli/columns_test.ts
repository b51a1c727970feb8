import { assertEquals } from "@std/assert";
import { tabbed } from "../../lib/cli/columns.ts";

Deno.test("tabbed() escapes what would break a row up", () => {
  assertEquals(tabbed([]), "");
  assertEquals(tabbed([["a", "b c"], ["", "~"]]), "a\tb c\n\t~\n");
  assertEquals(tabbed([["a\tb", "c"], ["d\n", ""]]), "a\\x09b\tc\nd\\x0a\t\n");
  assertEquals(tabbed([["a\tb"], ["c"]]), "a\\x09b\nc\n");
  assertEquals(tabbed([["ü\u202e", "x"]]), "ü\\u{202e}\tx\n");
});
