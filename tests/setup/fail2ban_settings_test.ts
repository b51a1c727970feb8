import { assertEquals } from "@std/assert";
import { settingsIn, settingsOf } from "../../lib/setup/fail2ban_settings.ts";

Deno.test("settingsIn() reads settings as fail2ban does", () => {
  const text = `# a comment
before = any section
[one]  ; behind the head
enabled = true ; behind a value
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
[one]
enabled = no
`;
  assertEquals(
    settingsIn("jail.local", text).map(({ section, name, value, line }) => [
      ...[section, name, value.replaceAll(/\n+/g, "\n"), line],
    ]),
    [
      ["one", "enabled", "no", 18],
      ["one", "action", "first[name=x]\nsecond\nthird", 6],
      ["one", "other", "with a colon = and more", 11],
      ["one", "empty", "\nbut here", 12],
      ["two words", "enabled", "false", 15],
    ],
  );
});

Deno.test("settingsIn() takes any text, and no long time over it", () => {
  assertEquals(settingsIn("x", ""), []);
  assertEquals(settingsIn("x", "\0\xff=\r\n= x\n[\n[]\n"), []);
  const long = 100_000;
  assertEquals(settingsIn("x", "[a]\n" + "a ".repeat(long)), []);
  assertEquals(settingsIn("x", "[a]\n" + " ".repeat(long) + "x").length, 0);
  assertEquals(settingsIn("x", `[a]\na =${" ".repeat(long)}b`)[0]?.value, "b");
});

Deno.test("settingsOf() puts the one that wins last", () => {
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
  const texts = new Map(files.map((file) => [file, "[x]\ny = z\n"]));
  assertEquals(settingsOf("jail", texts).map(({ file }) => file), [
    "jail.conf",
    "jail.d/a.conf",
    "jail.d/b.conf",
    "jail.local",
    "jail.d/z.local",
  ]);
});
