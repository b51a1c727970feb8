import { assertEquals } from "@std/assert";
import { parseIni, readingOrder } from "../../lib/setup/ini_file.ts";

Deno.test("parseIni() reads settings as fail2ban does", () => {
  const text = `# a comment
before = any section
[one]  ; behind the head
enabled = true
 ; a comment between
action = first[name=x]
         second
# no end of it

	third
Other: with a colon = and more
empty =
  but here
[two words]
enabled=false
no setting
  and so nothing that goes on with it
`;
  assertEquals(
    parseIni(text).map(({ section, name, value, line }) => [section, name, value, line]),
    [
      ["", "before", "any section", 2],
      ["one", "enabled", "true", 4],
      ["one", "action", "first[name=x]\nsecond\nthird", 6],
      ["one", "Other", "with a colon = and more", 11],
      ["one", "empty", "\nbut here", 12],
      ["two words", "enabled", "false", 15],
    ],
  );
});

Deno.test("parseIni() takes any text, and no long time over it", () => {
  assertEquals(parseIni(""), []);
  assertEquals(parseIni("\0\xff=\r\n= x\n[\n[]\n"), [
    { section: "", name: "\0\xff", value: "", line: 1 },
  ]);
  const long = 100_000;
  assertEquals(parseIni("a ".repeat(long)), []);
  assertEquals(parseIni(" ".repeat(long) + "x").length, 0);
  assertEquals(parseIni(`a =${" ".repeat(long)}b`)[0]?.value, "b");
});

Deno.test("readingOrder() puts the file that wins last", () => {
  const files = [
    "jail.local",
    "jail.d/z.local",
    "jail.d/b.conf",
    "jail.d/a.conf",
    "jail.d/c.conf~",
    "jail.conf",
    "fail2ban.conf",
    "action.d/jail.conf",
  ];
  assertEquals(readingOrder("jail", files), [
    "jail.conf",
    "jail.d/a.conf",
    "jail.d/b.conf",
    "jail.local",
    "jail.d/z.local",
  ]);
});
