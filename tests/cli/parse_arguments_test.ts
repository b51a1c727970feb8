import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../lib/cli/failure.ts";
import { choice, duration, flag, text, texts, wholeNumber } from "../../lib/cli/option.ts";
import { nearest, parseArguments, valuesOf } from "../../lib/cli/parse_arguments.ts";

const TABLE = {
  number: wholeNumber("N", { least: 1, most: 100, initial: 10 }, ""),
  within: duration("1y", ""),
  name: texts("NAME", ""),
  file: text("FILE", ""),
  format: choice("F", ["four", "six"], "", { letter: "6", value: "six" }),
  quiet: flag("", "q"),
  verbose: flag("", "v"),
};

function parse(...words: string[]) {
  const { options, operands } = parseArguments(words, TABLE);
  return { values: valuesOf(TABLE, options), operands };
}

Deno.test("parseArguments() gives defaults", () => {
  assertEquals(parse(), {
    values: {
      number: 10,
      within: 365 * 86_400,
      name: [],
      file: undefined,
      format: "four",
      quiet: false,
      verbose: false,
    },
    operands: [],
  });
});

Deno.test("parseArguments() reads values behind a space or an equals sign", () => {
  const { values, operands } = parse(
    ...["--number", "5", "x", "--name=a", "--name", "b", "-qv", "--file", "-", "--within=2d", "-6"],
  );
  assertEquals(values, {
    number: 5,
    within: 172_800,
    name: ["a", "b"],
    file: "-",
    format: "six",
    quiet: true,
    verbose: true,
  });
  assertEquals(operands, ["x"]);
  assertEquals(parse("--file=a=b c\nd").values.file, "a=b c\nd");
  assertEquals(parse("--file", "-x").values.file, "-x");
  assertEquals(parse("--quiet", "--quiet").values.quiet, true);
});

Deno.test("parseArguments() leaves operands as they were typed", () => {
  const words = ["1.10", "007", "0x1f", "1e3", "-", "true", "no-quiet", ""];
  assertEquals(parse(...words).operands, words);
  assertEquals(parse("a", "--", "--number", "-q", "--").operands, ["a", "--number", "-q", "--"]);
});

Deno.test("parseArguments() refuses what makes no sense", () => {
  for (
    const [words, message] of [
      [["--nmber", "5"], "There is no option --nmber"],
      [["--no-quite"], "There is no option --no-quite"],
      [["--no-quiet=yes"], "Option --no-quiet takes no value"],
      [["--file", "--no-quiet"], "Option --file needs a value: --file FILE"],
      [["--no-q"], "There is no option --no-q"],
      [["--a.b=1"], "There is no option --a.b"],
      [["--__proto__=1"], "There is no option --__proto__"],
      [["--constructor"], "There is no option --constructor"],
      [["-x"], "There is no option -x"],
      [["-qx"], "There is no option -x"],
      [["-5"], "There is no option -5"],
      [["--quiet=no"], "Option --quiet takes no value"],
      [["--quiet="], "Option --quiet takes no value"],
      [["--number"], "Option --number needs a value: --number N"],
      [["--number="], "Option --number needs a value: --number N"],
      [["--file", ""], "Option --file needs a value: --file FILE"],
      [["--file", "--quiet"], "Option --file needs a value: --file FILE"],
      [["--number", "1", "--number", "2"], "Option --number is given twice"],
      [["-6", "--format", "four"], "Option --format is given twice"],
      [["--number", "0"], 'Option --number takes a whole number from 1 to 100, not "0"'],
      [["--number", "-5"], 'Option --number takes a whole number from 1 to 100, not "-5"'],
      [["--number", "1e1"], 'Option --number takes a whole number from 1 to 100, not "1e1"'],
      [["--number", "5.0"], 'Option --number takes a whole number from 1 to 100, not "5.0"'],
      [["--format", "five"], 'Option --format takes one of four, six, not "five"'],
      [["--within", "soon"], 'Option --within: Cannot parse duration "soon"'],
    ] as const
  ) {
    const error = assertThrows(() => parse(...words), Failure, message, words.join(" "));
    assertEquals((error as Failure).status, 2);
  }
});

Deno.test("parseArguments() takes an option back with --no-NAME", () => {
  assertEquals(parse("--quiet", "--no-quiet").values.quiet, false);
  assertEquals(parse("-q", "--no-quiet").values.quiet, false);
  assertEquals(parse("--no-quiet", "-q").values.quiet, true);
  assertEquals(parse("--name", "a", "--no-name", "--name", "b").values.name, ["b"]);
  assertEquals(parse("-6", "--no-format").values.format, "four");
  assertEquals(parse("--number", "5", "--no-number", "--number=6").values.number, 6);
  assertEquals(parse("--", "--no-quiet").operands, ["--no-quiet"]);
  const near = assertThrows(() => parse("--no-quite"), Failure);
  assertEquals(near.hint, "did you mean --no-quiet?");
});

Deno.test("parseArguments() takes --no-NAME back with --NAME", () => {
  const table = { "no-pardon": flag(""), pardons: flag(""), "no-log": flag(""), log: flag("") };
  const given = (...words: string[]) => valuesOf(table, parseArguments(words, table).options);
  const nothing = { "no-pardon": false, pardons: false, "no-log": false, log: false };
  assertEquals(given("--no-pardon"), { ...nothing, "no-pardon": true });
  assertEquals(given("--no-pardon", "--pardon"), nothing);
  const doubled = assertThrows(() => given("--no-no-pardon"), Failure);
  assertEquals(doubled.hint, "did you mean --pardon?");
  // Where both are there, each is itself.
  assertEquals(given("--log", "--no-log"), { ...nothing, log: true, "no-log": true });
});

Deno.test("valuesOf() lets the command line win over settings, each option as a whole", () => {
  const settings = new Map([
    ["number", { texts: ["50"] }],
    ["name", { texts: ["x", "y"] }],
    ["quiet", { texts: ["true"] }],
    ["verbose", { texts: [] }],
  ]);
  const values = (...words: string[]) => {
    const { number, name, quiet, verbose } = valuesOf(
      TABLE,
      parseArguments(words, TABLE).options,
      settings,
    );
    return { number, name, quiet, verbose };
  };
  assertEquals(values(), { number: 50, name: ["x", "y"], quiet: true, verbose: false });
  assertEquals(values("--name", "z", "--number", "7", "-v"), {
    number: 7,
    name: ["z"],
    quiet: true,
    verbose: true,
  });
  assertEquals(values("--no-number", "--no-name", "--no-quiet"), {
    number: 10,
    name: [],
    quiet: false,
    verbose: false,
  });
});

Deno.test("nearest() finds what was meant and nothing far off", () => {
  const words = ["min-bans", "within", "jail", "json", "quiet"];
  assertEquals(nearest("min-ban", words), "min-bans");
  assertEquals(nearest("mni-bans", words), "min-bans");
  assertEquals(nearest("jial", words), "jail");
  assertEquals(nearest("quite", words), "quiet");
  assertEquals(nearest("with", words), "within");
  assertEquals(nearest("exclude", words), undefined);
});
