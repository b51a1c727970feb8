import { assertEquals } from "@std/assert";
import { parse } from "@std/toml/parse";
import { statementsOf } from "../../lib/cli/toml_statements.ts";
import { random } from "../random.ts";

/** Each statement with its line. */
function cut(text: string): [number, string][] {
  return Array.from(statementsOf(text), ({ line, text }) => [line, text]);
}

Deno.test("statementsOf() gives each statement and the line it begins in", () => {
  assertEquals(
    cut(
      '# c\n\na = 1 # x\r\n[t]\nb = [\n  "]", # ]\n  2,\n]\n\nc = """\n= [\n"""\nd = \'\'\'\n"""\'\'\'\n',
    ),
    [
      [3, "a = 1 # x"],
      [4, "[t]"],
      [5, 'b = [\n  "]", # ]\n  2,\n]'],
      [10, 'c = """\n= [\n"""'],
      [13, "d = '''\n\"\"\"'''"],
    ],
  );
  assertEquals(cut(""), []);
  assertEquals(cut("\n \n\t# a = 1"), []);
  assertEquals(cut("a = 1"), [[1, "a = 1"]]);
  assertEquals(cut('a = "\\"[" # "\nb = \'\\\'\nc = 1'), [
    [1, 'a = "\\"[" # "'],
    [2, "b = '\\'"],
    [3, "c = 1"],
  ]);
});

Deno.test("statementsOf() ends what is never closed where that does least harm", () => {
  assertEquals(cut("[scan\na = 1"), [[1, "[scan"], [2, "a = 1"]]);
  assertEquals(cut('a = "x\nb = 1'), [[1, 'a = "x'], [2, "b = 1"]]);
  assertEquals(cut("a = [1\nb = 1"), [[1, "a = [1\nb = 1"]]);
  assertEquals(cut("a = ]]\nb = 1"), [[1, "a = ]]"], [2, "b = 1"]]);
  // A long text takes no time that grows faster than it does.
  assertEquals(cut(`a = """${"x\n".repeat(100_000)}`).length, 100_000);
  assertEquals(cut(`a = """${"x\n".repeat(100_000)}"""`).length, 1);
});

Deno.test("statementsOf() counts equals signs outside of strings and brackets", () => {
  const equals = (text: string) => Array.from(statementsOf(text), ({ equals }) => equals);
  assertEquals(equals('a = 1 b = 2\na = "="\na = { b = 1 }\na\n[t] a = 1\n"=" = 1 # ='), [
    2,
    1,
    1,
    0,
    1,
    1,
  ]);
});

Deno.test("statementsOf() cuts any text so that its statements say what it says", () => {
  const next = random(20_261_122);
  const below = (bound: number) => Math.floor(next() * bound);
  const pick = (texts: readonly string[]) => texts[below(texts.length)] ?? "";
  const values = [
    "1",
    "true",
    '"a # b"',
    "'[ = {'",
    '"\\""',
    "[]",
    '[ "x", # ]\n  "y=", ]',
    "[\n# one\n]",
    '"""\n[x]\na = 1\n"""',
    "'''\n\"\n'''",
    "{ k = 1, l = [2] }",
  ];
  for (let round = 0; round < 200; round++) {
    const lines: string[] = [];
    const expected: number[] = [];
    let line = 1;
    const push = (text: string, isStatement: boolean) => {
      if (isStatement) expected.push(line);
      lines.push(text);
      line += text.split("\n").length;
    };
    for (let at = 0; at < 12; at++) {
      const kind = below(5);
      if (kind === 0) push(pick(["", "  ", "# a = [", '# "']), false);
      else if (kind === 1) push(`[t${at}]${pick(["", " # x"])}`, true);
      else push(`k${at} = ${pick(values)}${pick(["", "  # [", " #"])}`, true);
    }
    const end = pick(["\n", "\r\n"]);
    const text = lines.join("\n").replaceAll("\n", end);
    const statements = [...statementsOf(text)];
    assertEquals(statements.map(({ line }) => line), expected, text);
    assertEquals(parse(statements.map(({ text }) => text).join("\n")), parse(text), text);
  }
});
