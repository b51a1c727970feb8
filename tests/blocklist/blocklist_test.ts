import { assertEquals } from "@std/assert";
import {
  formatEntry,
  noteOf,
  parseBlocklist,
  withLines,
  withoutEntries,
} from "../../lib/blocklist/blocklist.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import { random } from "../random.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** Each entry as `line: network (comment)`. */
function entries(text: string): string[] {
  const list = parseBlocklist(encode(text));
  return list.entries.map((entry) => {
    const { comment } = noteOf(list, entry);
    const end = comment === undefined ? "" : ` (${comment})`;
    return `${entry.line}: ${formatNetwork(entry.network)}${end}`;
  });
}

Deno.test("parseBlocklist() reads what admins have", () => {
  assertEquals(
    entries(
      "\uFEFF# head\r\n" +
        "192.0.2.1  # fail2ban/2017-02-05 11:32:02: Perma-Banned\r\n" +
        "\r\n" +
        "  192.0.2.0/24\t; a net\n" +
        "; note\n" +
        "2001:DB8::1#ünï\n" +
        "::ffff:192.0.2.9\n" +
        "192.0.2.1",
    ),
    [
      "2: 192.0.2.1 (fail2ban/2017-02-05 11:32:02: Perma-Banned)",
      "4: 192.0.2.0/24 (a net)",
      "6: 2001:db8::1 (ünï)",
      "7: 192.0.2.9",
      "8: 192.0.2.1",
    ],
  );
  assertEquals(entries(""), []);
  assertEquals(entries("\n\n"), []);
});

Deno.test("parseBlocklist() names the lines it does not understand", () => {
  const { problems, entries } = parseBlocklist(
    new Uint8Array([...encode("1.2.3.4 5.6.7.8\n10.0.0.1/8 # x\n"), 0xff, 0x0a, ...encode("ä\n")]),
  );
  assertEquals(entries, []);
  assertEquals(problems.map(({ line }) => line), [1, 2, 3, 4]);
  assertEquals(
    problems[1]?.message,
    'Cannot parse network "10.0.0.1/8": host bits are set, did you mean "10.0.0.0/8"',
  );
  assertEquals(problems[3]?.message.slice(0, 24), 'Cannot parse network "ä"');
});

Deno.test("withLines() ends an open line and uses the file's line ends", () => {
  const add = (text: string) => decode(withLines(encode(text), ["x", "y"]));
  assertEquals(add(""), "x\ny\n");
  assertEquals(add("a\n"), "a\nx\ny\n");
  assertEquals(add("a\nb"), "a\nb\nx\ny\n");
  assertEquals(add("a\r\nb\r\n"), "a\r\nb\r\nx\r\ny\r\n");
  assertEquals(add("a\r\nb"), "a\r\nb\r\nx\r\ny\r\n");
});

Deno.test("an entry prints and parses back", () => {
  const network = parseNetwork("2001:db8::/48");
  const note = { bans: 3, jails: new Map([["sshd", 3]]), comment: "x" };
  const list = parseBlocklist(encode(formatEntry(network, note)));
  const [entry] = list.entries;
  assertEquals(entry && [entry.network, noteOf(list, entry)], [network, note]);
});

Deno.test("edits change nothing but the lines they are about", () => {
  const next = random(8);
  const lines = [
    "192.0.2.1",
    "192.0.2.10 # x",
    "192.0.2.0/24;y",
    "# 192.0.2.1",
    "",
    "192.0.2.1 192.0.2.1",
    "junk\xff",
    "2001:db8::1\r",
    "  192.0.2.1 ",
    "\t",
  ];
  for (let round = 0; round < 300; round++) {
    const chosen = Array.from({ length: 12 }, () => lines[Math.floor(next() * lines.length)] ?? "");
    const open = next() < 0.3 ? "" : "\n";
    // Each character a byte, so that some lines are no UTF-8.
    const bytes = Uint8Array.from(chosen.join("\n") + open, (c) => c.charCodeAt(0));
    const list = parseBlocklist(bytes);
    assertEquals(withoutEntries(list, []), list.bytes);
    const gone = list.entries.filter(({ network }) => formatNetwork(network) === "192.0.2.1");
    const without = withoutEntries(list, gone);
    const ends = chosen.map((line, at) => line + (at < chosen.length - 1 ? "\n" : open));
    const kept = ends.filter((line) => line.trim() !== "192.0.2.1");
    assertEquals(String.fromCharCode(...without), kept.join(""));
    assertEquals(withLines(bytes, []).slice(0, bytes.length), bytes);
  }
});
