import { assertEquals } from "@std/assert";
import {
  noteOf,
  notesOf,
  parseBlocklist,
  withEntries,
  withoutEntries,
  writtenCommentOf,
} from "../../lib/blocklist/blocklist.ts";
import { formatNote, type Note } from "../../lib/blocklist/note.ts";
import { formatNetwork, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { joinBytes } from "../join_bytes.ts";
import { random } from "../random.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** Each entry as `line: network (comment)`. */
function entries(text: string): string[] {
  const list = parseBlocklist(encode(text));
  return Array.from(list.networks, (network, index) => {
    const { comment } = noteOf(list, index);
    const end = comment === undefined ? "" : ` (${comment})`;
    return `${list.lines[index]}: ${formatNetwork(network)}${end}`;
  });
}

function add(bytes: Uint8Array, networks: Network[], noteAt: (index: number) => Note): Uint8Array {
  return joinBytes([...withEntries(bytes, NetworkList.from(networks), noteAt)]);
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
  const { problems, networks } = parseBlocklist(
    new Uint8Array([...encode("1.2.3.4 5.6.7.8\n10.0.0.1/8 # x\n"), 0xff, 0x0a, ...encode("ä\n")]),
  );
  assertEquals([...networks], []);
  assertEquals(problems.map(({ line }) => line), [1, 2, 3, 4]);
  assertEquals(
    problems[1]?.message,
    'Cannot parse network "10.0.0.1/8": host bits are set, did you mean "10.0.0.0/8"',
  );
  assertEquals(problems[3]?.message.slice(0, 24), 'Cannot parse network "ä"');
});

Deno.test("parseBlocklist() reads lines from the middle of a file", () => {
  const list = parseBlocklist(encode("192.0.2.1\nx\n\n192.0.2.2"), 1000);
  assertEquals([...list.lines], [1000, 1003]);
  assertEquals(list.problems.map(({ line }) => line), [1001]);
  assertEquals(list.nextLine, 1004);
  // Where a file is cut there is no byte-order mark.
  assertEquals(parseBlocklist(encode("\uFEFF192.0.2.1\n"), 2).problems.length, 1);
});

Deno.test("parseBlocklist() finds lines wherever in memory they stand", () => {
  const text = "192.0.2.1\n#\n\n\n192.0.2.2 # x\n 2001:db8:: ;y\n";
  for (let skew = 0; skew < 8; skew++) {
    for (let cut = 0; cut < 4; cut++) {
      const memory = encode("\n".repeat(skew) + text + "\n".repeat(4));
      const list = parseBlocklist(memory.subarray(skew, skew + text.length - cut));
      assertEquals(Array.from(list.networks, formatNetwork), [
        "192.0.2.1",
        "192.0.2.2",
        "2001:db8::",
      ]);
      assertEquals([...list.lines], [1, 5, 6]);
    }
  }
});

Deno.test("withEntries() ends an open line and uses the file's line ends", () => {
  const networks = ["192.0.2.1", "2001:db8::/32"].map(parseNetwork);
  const added = (text: string) => decode(add(encode(text), networks, () => ({})));
  const [x, y] = ["192.0.2.1 # permaban", "2001:db8::/32 # permaban"];
  assertEquals(added(""), `${x}\n${y}\n`);
  assertEquals(added("a\n"), `a\n${x}\n${y}\n`);
  assertEquals(added("a\nb"), `a\nb\n${x}\n${y}\n`);
  assertEquals(added("a\r\nb\r\n"), `a\r\nb\r\n${x}\r\n${y}\r\n`);
  assertEquals(added("a\r\nb"), `a\r\nb\r\n${x}\r\n${y}\r\n`);
});

Deno.test("withEntries() prints many entries that parse back, whatever is said of them", () => {
  const next = random(9);
  const shared: Note = { since: "2026-11-22T14:00:00Z" };
  const networks: Network[] = [];
  const notes: Note[] = [];
  for (let at = 0; at < 20_000; at++) {
    networks.push(
      next() < 0.5
        ? { family: 4, address: Math.floor(next() * 2 ** 32), prefix: 32 }
        : { family: 6, address: BigInt(Math.floor(next() * 2 ** 32)) << 80n, prefix: 64 },
    );
    // Now and then longer than a piece of the output.
    const comment = "ü".repeat(next() < 0.001 ? 50_000 : Math.floor(next() * 40));
    notes.push(next() < 0.5 ? shared : comment === "" ? {} : { bans: at, comment });
  }
  const list = parseBlocklist(add(encode("# head\n"), networks, (at) => notes[at] ?? {}));
  assertEquals([...list.networks], networks);
  assertEquals(notes.map((_, at) => noteOf(list, at)), notes);
});

Deno.test("notesOf() says of each entry what noteOf() says", () => {
  const lines = ["192.0.2.1", "192.0.2.1 # x", "192.0.2.1;", "::1#permaban bans=3", "#", "junk"];
  const ends = ["\n", "\r\n", " # \xff\n", "; y\n", " # permaban since=1 jails=a:1,b # z \n"];
  const next = random(10);
  const pick = (words: string[]) => words[Math.floor(next() * words.length)] ?? "";
  for (let round = 0; round < 200; round++) {
    const length = Math.floor(next() * 8);
    const text = Array.from({ length }, () => pick(lines) + pick(ends)).join("");
    // In UTF-8, or each character a byte, which is none; and now and then without a line end.
    const bytes = next() < 0.5 ? encode(text) : Uint8Array.from(text, (c) => c.charCodeAt(0));
    const list = parseBlocklist(next() < 0.5 ? bytes : bytes.subarray(0, -1));
    assertEquals([...notesOf(list)], Array.from(list.lines, (_, index) => noteOf(list, index)));
  }
});

Deno.test("writtenCommentOf() gives what can stand on another line as it is", () => {
  const written = (comment: string) => {
    const list = parseBlocklist(encode(`192.0.2.1 ${comment}`));
    const bytes = writtenCommentOf(list, 0);
    return bytes && decode(bytes);
  };
  const since = "# permaban since=2026-11-22T14:00:00Z";
  for (const rest of ["", " bans=12 jails=sshd:9,x", " later=field  bans=1 # free # text"]) {
    for (const end of ["", "\n", "\r\n", " \t\r\n", "\n192.0.2.2 # ü"]) {
      assertEquals(written(since + rest + end), since + rest);
    }
  }
  for (
    const other of [
      "",
      "# permaban",
      "# permaban bans=1 since=2026-11-22T14:00:00Z",
      "# permaban since=2026-11-22",
      "# permaban since=2026-11-22T14:00:00",
      "# since=2026-11-22T14:00:00Z",
      since.replace("# ", "#"),
      since.replace("# ", "; "),
      `${since}x`,
      `${since}\tbans=1`,
      `${since} # ünï`,
      `${since} # \x1b[2J`,
      `${since} # a\rb`,
      `${since} # a\x7f`,
    ]
  ) assertEquals(written(other), undefined, other);
});

Deno.test("withEntries() copies such comments, and they say the same", () => {
  const next = random(11);
  const pick = (words: string[]) => words[Math.floor(next() * words.length)] ?? "";
  const [times, numbers, texts] = [["2026-11-22T14:00:00Z", "x", ""], ["1", "x"], [
    "",
    " # a#b ",
    " ü",
  ]];
  const lines = Array.from(
    { length: 2_000 },
    () =>
      `192.0.2.1 # permaban since=${pick(times)} bans=${pick(numbers)} jails=a:${pick(numbers)}` +
      `${pick(["", " bans=2", " until=2027-01-01"])}${pick(texts)}${pick(["\n", "\r\n"])}`,
  );
  const list = parseBlocklist(encode(lines.join("")));
  const copy = (noteAt: (index: number) => Note | Uint8Array) =>
    parseBlocklist(joinBytes([...withEntries(new Uint8Array(0), list.networks, noteAt)]));
  const copied = copy((at) => writtenCommentOf(list, at) ?? noteOf(list, at));
  const printed = copy((at) => noteOf(list, at));
  const notes = (list: ReturnType<typeof parseBlocklist>) => Array.from(notesOf(list), formatNote);
  assertEquals(notes(copied), notes(printed));
  assertEquals(copied.lines.length, lines.length);
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
    assertEquals(joinBytes([...withoutEntries(list, [])]), list.bytes);
    const names = Array.from(list.networks, formatNetwork);
    const gone = [...names.keys()].filter((index) => names[index] === "192.0.2.1");
    const without = joinBytes([...withoutEntries(list, gone)]);
    const ends = chosen.map((line, at) => line + (at < chosen.length - 1 ? "\n" : open));
    const kept = ends.filter((line) => line.trim() !== "192.0.2.1");
    assertEquals(String.fromCharCode(...without), kept.join(""));
    assertEquals(add(bytes, [], () => ({})).slice(0, bytes.length), bytes);
  }
});
