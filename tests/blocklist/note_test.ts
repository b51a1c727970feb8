import { assertEquals } from "@std/assert";
import {
  fieldText,
  formatNote,
  formatShortNote,
  formatSince,
  hasLapsed,
  type Note,
  NOTE_FIELDS,
  noteFrom,
  parseNote,
  parseSince,
  parseUntil,
  withFields,
} from "../../lib/blocklist/note.ts";
import { random } from "../random.ts";

Deno.test("parseNote() reads the fields of an entry", () => {
  assertEquals(
    parseNote(
      " permaban since=2026-11-22T14:00:00Z until=2027-11-22T14:00:00Z bans=12 first=2026-01-03 " +
        "last=2026-11-21 jails=sshd:9,postfix:3 origin=my%20feed later=1 # a word # or two\r\n",
    ),
    {
      since: "2026-11-22T14:00:00Z",
      until: "2027-11-22T14:00:00Z",
      bans: 12,
      first: "2026-01-03",
      last: "2026-11-21",
      jails: new Map([["sshd", 9], ["postfix", 3]]),
      origin: "my feed",
      comment: "a word # or two",
    },
  );
});

Deno.test("parseNote() takes any other comment for free text", () => {
  const recipe = "fail2ban/2017-02-05 11:32:02: Perma-Banned";
  assertEquals(parseNote(` ${recipe}`), { comment: recipe });
  assertEquals(parseNote("permabanned since=1"), { comment: "permabanned since=1" });
  assertEquals(parseNote("  "), {});
  assertEquals(parseNote("permaban"), {});
  assertEquals(parseNote("permaban bans=x jails= origin= =1 since"), {});
});

Deno.test("formatNote() keeps a comment on its line", () => {
  assertEquals(formatNote({ comment: "a\nb\x1b[31m\u2028c" }), "permaban # a b [31m c");
  assertEquals(formatNote({ comment: "\n" }), "permaban");
  // What is no word would be read as other fields.
  assertEquals(formatNote({ since: "\x1b[31mX until=2020", bans: 1 }), "permaban bans=1");
});

Deno.test("formatSince() prints whole seconds in UTC", () => {
  assertEquals(formatSince(Date.UTC(2026, 10, 22, 14) / 1000 + 0.9), "2026-11-22T14:00:00Z");
});

Deno.test("parseSince() reads what formatSince() prints, and days", () => {
  const instant = Date.UTC(2026, 10, 22, 14) / 1000;
  assertEquals(parseSince(formatSince(instant)), instant);
  assertEquals(parseSince("2026-11-22"), Date.UTC(2026, 10, 22) / 1000);
  for (
    const text of [
      "",
      "soon",
      "2026-11-22T14:00:00",
      "2026-13-01",
      "2026-02-30",
      "2026-11-22T25:00:00Z",
    ]
  ) {
    assertEquals(parseSince(text), undefined, text);
  }
});

Deno.test("parseUntil() takes a day with all its hours", () => {
  assertEquals(parseUntil("2026-11-22"), Date.UTC(2026, 10, 23) / 1000);
  assertEquals(parseUntil("2026-11-22T00:00:00Z"), Date.UTC(2026, 10, 22) / 1000);
  assertEquals(parseUntil("soon"), undefined);
});

Deno.test("withFields() changes fields and nothing else", () => {
  const until = "2027-01-01T00:00:00Z";
  const changed = (text: string) => withFields(text, { until, bans: 7 });
  assertEquals(
    changed(" permaban  until=2026-01-01 later=x\tbans=3 # until=1 bans=2\r"),
    ` permaban  until=${until} later=x\tbans=7 # until=1 bans=2\r`,
  );
  assertEquals(changed(" permaban since=x \r"), ` permaban since=x until=${until} bans=7 \r`);
  assertEquals(changed("permaban bans=1 bans=2"), `permaban bans=7 bans=7 until=${until}`);
  const jails = new Map([["$&$1", 2]]);
  assertEquals(withFields("permaban jails=a:1", { jails }), "permaban jails=$&$1:2");
});

Deno.test("hasLapsed() says whether the until of an entry is over", () => {
  const until = "2026-11-22T14:00:00Z";
  const instant = Date.UTC(2026, 10, 22, 14) / 1000;
  assertEquals([-0.1, 0, 1].map((by) => hasLapsed({ until }, instant + by)), [false, true, true]);
  assertEquals([hasLapsed({}, 1e12), hasLapsed({ until: "never" }, 1e12)], [false, false]);
});

Deno.test("notes print and parse back, whatever jails and origins are called", () => {
  const next = random(7);
  const characters = [..."ab:,;#%= =\t\n'\"\\é😀\x00\x7f1"];
  const word = () =>
    "j" +
    Array.from({ length: 4 }, () => characters[Math.floor(next() * characters.length)]).join("");
  for (let round = 0; round < 500; round++) {
    const note: Note = {
      since: formatSince(Math.floor(next() * 2e9)),
      until: formatSince(Math.floor(next() * 4e9)),
      bans: Math.floor(next() * 1000),
      jails: new Map([[word(), Math.floor(next() * 3)], [word(), 7]]),
      members: { count: 2 + Math.floor(next() * 2), named: ["192.0.2.1", "2001:db8::/64"] },
      origin: word(),
      comment: `c${Math.floor(next() * 100)} # x`,
    };
    assertEquals(parseNote(formatNote(note)), note);
    const { comment: _, ...fields } = note;
    assertEquals(noteFrom(NOTE_FIELDS.map((name) => [name, fieldText(note, name) ?? ""])), fields);
  }
});

Deno.test("short notes print and parse back, whatever the remark is", () => {
  assertEquals(formatShortNote({}), "");
  assertEquals(formatShortNote({ comment: "the office # 2" }), "the office # 2");
  assertEquals(formatShortNote({ until: "2026-12-22", comment: "x" }), "until=2026-12-22 # x");
  assertEquals(formatShortNote({ comment: "until=2026" }), "permaban # until=2026");
  const next = random(8);
  const parts = ["until=", "since=", "2", "permaban", " ", "#", "x", "=", "bans=1"];
  for (let round = 0; round < 2000; round++) {
    const comment = Array.from({ length: 4 }, () => parts[Math.floor(next() * parts.length)])
      .join("").trim();
    const since = next() < 0.5 ? { since: formatSince(Math.floor(next() * 2e9)) } : {};
    const until = next() < 0.5 ? { until: formatSince(Math.floor(next() * 2e9)) } : {};
    const note: Note = { ...since, ...until, ...comment === "" ? {} : { comment } };
    assertEquals(parseNote(formatShortNote(note)), note, formatShortNote(note));
  }
});

Deno.test("a comment of others that looks like a field stays a comment", () => {
  for (const comment of ["since=yesterday", "until then", "until="]) {
    assertEquals(parseNote(comment), { comment });
  }
});

Deno.test("parseSince() and parseUntil() read instants and days", () => {
  const day = Date.UTC(2026, 1, 28) / 1000;
  assertEquals([parseSince("2026-02-28"), parseUntil("2026-02-28")], [day, day + 86_400]);
  for (const parse of [parseSince, parseUntil]) {
    assertEquals(parse("2026-02-28T12:00:00Z"), day + 43_200);
    for (const text of ["2026-02-29", "2026-13-01", "2026-02-28T24:00:01Z", "soon", "", "2026"]) {
      assertEquals(parse(text), undefined, text);
    }
  }
});
