import { assertEquals } from "@std/assert";
import { count, escapeControls, Messages, withCommas } from "../../lib/cli/messages.ts";
import { TestHost } from "./test_host.ts";

Deno.test("escapeControls() shows what would move the cursor or turn the text", () => {
  assertEquals(escapeControls("plain ünï 😀"), "plain ünï 😀");
  assertEquals(escapeControls("a\x1b[31m\r\n\t\x7f\x9b"), "a\\x1b[31m\\x0d\\x0a\\x09\\x7f\\x9b");
  assertEquals(
    escapeControls("a\u202eb\u2066\ufeff\u2028"),
    "a\\u{202e}b\\u{2066}\\u{feff}\\u{2028}",
  );
  assertEquals(escapeControls("\ud800x"), "\ufffdx");
});

Deno.test("Messages says each thing on a line of its own", () => {
  const host = new TestHost();
  const messages = new Messages(host, { quiet: false, verbose: false, color: false });
  messages.error("Bad\nthing", "mend it");
  messages.warning("Odd");
  messages.note("Done");
  messages.detail("Not said");
  assertEquals(
    host.stderrText,
    "permaban: error: Bad\\x0athing\npermaban: hint: mend it\npermaban: warning: Odd\n" +
      "permaban: Done\n",
  );
});

Deno.test("Messages is quiet about all that is well", () => {
  const host = new TestHost();
  const messages = new Messages(host, { quiet: true, verbose: true, color: true });
  messages.note("Done");
  messages.detail("Done too");
  messages.hint("Go on");
  messages.warning("Odd");
  assertEquals(host.stderrText, "permaban: \x1b[1;33mwarning:\x1b[0m Odd\n");
});

Deno.test("count() and withCommas() print numbers for people", () => {
  assertEquals([0, 1, 2].map((n) => count(n, "ban")), ["0 bans", "1 ban", "2 bans"]);
  assertEquals(count(1234567, "entry", "entries"), "1,234,567 entries");
  assertEquals([999, 1000, 100000].map(withCommas), ["999", "1,000", "100,000"]);
});
