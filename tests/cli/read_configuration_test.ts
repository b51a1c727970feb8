import { assertEquals, assertThrows } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { COMMON_OPTIONS } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { Failure } from "../../lib/cli/failure.ts";
import { parseConfiguration, readConfiguration } from "../../lib/cli/read_configuration.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";

const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));
const EXAMPLE = join(ROOT, "docs/permaban.toml");

/** What a text says: `table.key@line` and its texts. */
function said(text: string): Record<string, readonly string[]> {
  const { tables, faults } = parseConfiguration(text, COMMANDS);
  assertEquals(faults, [], text);
  return Object.fromEntries(
    Array.from(
      tables,
      ([table, settings]) =>
        Array.from(settings, ([key, { texts, line }]) => [`${table}.${key}@${line}`, texts]),
    ).flat(),
  );
}

/** What is wrong in a text, with the command that it concerns. */
function faultsIn(text: string): string[] {
  const { faults } = parseConfiguration(text, COMMANDS);
  return faults.map(({ line, message, hint, command }) =>
    `${line} ${command ?? "all"}: ${message}${hint ? ` (${hint})` : ""}`
  );
}

Deno.test("parseConfiguration() makes of each value what would stand on the command line", () => {
  const text = `
state = "/srv/permaban"
quiet = true
verbose = false
"color" = 'never'

[ scan ] # for cron
min-bans = 1_0
within = "90d"
keep = 31536000
jail = [
  "sshd",
  "post#fix", # and this one
]
ignore-jail = "one"

["restore"]
hook = []
hook-position = 3
`;
  assertEquals(said(text), {
    ".state@2": ["/srv/permaban"],
    ".quiet@3": ["true"],
    ".verbose@4": [],
    ".color@5": ["never"],
    "scan.min-bans@8": ["10"],
    "scan.within@9": ["90d"],
    "scan.keep@10": ["31536000"],
    "scan.jail@11": ["sshd", "post#fix"],
    "scan.ignore-jail@15": ["one"],
    "restore.hook@18": [],
    "restore.hook-position@19": ["3"],
  });
  assertEquals(said(text.replaceAll("\n", "\r\n")), said(text));
  assertEquals(said(`\ufeff${text.trim()}`)[".quiet@2"], ["true"]);
  assertEquals(said("# only a comment in Latin-1: \ufffd\n"), {});
  assertEquals(said('scan.min-bans = 3\nscan = { within = "2d" }\n'), {
    "scan.min-bans@1": ["3"],
    "scan.within@2": ["2d"],
  });
});

Deno.test("parseConfiguration() names each fault, its line and what would be right", () => {
  for (
    const [text, ...faults] of [
      [
        "[check]\nmin-bans = 3",
        '2 check: Key "min-bans" belongs below [scan] (permaban check heeds it there)',
      ],
      ["quite = true", '1 all: There is no key "quite" (did you mean "quiet"?)'],
      ["\n\nfoo = 1", '3 all: There is no key "foo"'],
      ["min-bans = 3", '1 all: There is no key "min-bans" (it belongs below [scan] or [report])'],
      [
        "allow-wide = true",
        '1 all: There is no key "allow-wide" ' +
        "(it belongs below [scan] or [list] or [add] or [import] or [restore] or [verify])",
      ],
      [
        "[scan]\nquiet = true",
        '2 scan: There is no key "quiet" (it belongs above the first table)',
      ],
      ["[scan]\njial = []", '2 scan: There is no key "jial" (did you mean "jail"?)'],
      ["scan.jial = []", '1 scan: There is no key "jial" (did you mean "jail"?)'],
      ["json = true", "1 all: Option --json belongs on the command line only"],
      ["help = true", "1 all: Option --help belongs on the command line only"],
      ['config = "/x"', "1 all: Option --config belongs on the command line only"],
      ["[restore]\nlive = '-'", "2 restore: Option --live belongs on the command line only"],
      ["[add]\nforce = true", "2 add: Option --force belongs on the command line only"],
      ["__proto__ = 1", "1 all: Expected one key in a line, not __proto__ = 1"],
      ["constructor = 1", '1 all: There is no key "constructor"'],
      ["[scna]\nx = 1", '1 all: There is no command "scna" (did you mean [scan]?)'],
      [
        "[iptables]\nx = 1\n[scan]\nwait = 1",
        '1 all: There is no command "iptables" (a table has the name of a command, as in [scan])',
        '4 scan: Key "wait" takes true or false',
      ],
      [
        "[scan]\n[list]\n[scan]\nmin-bans = 0",
        "3 scan: Table [scan] is there twice (the first one begins in line 1)",
      ],
      ["[[scan]]", "1 all: Expected a table such as [scan], not [[scan]]"],
      ["[scan.jail]", "1 all: Expected a table such as [scan], not [scan.jail]"],
      [
        "[scan] min-bans = 3",
        "1 all: Expected nothing behind the name of a table, not [scan] min-bans = 3",
      ],
      ["quiet = true\nquiet = true", '2 all: Key "quiet" is there twice, first in line 1'],
      [
        "quiet = true verbose = true",
        "1 all: Expected one key in a line, not quiet = true verbose = true",
      ],
      [
        "quiet = true quiet = false",
        "1 all: Expected one key in a line, not quiet = true quiet = false",
      ],
      ['quiet = "yes"', '1 all: Key "quiet" takes true or false'],
      ["quiet = 1", '1 all: Key "quiet" takes true or false'],
      ["color = true", '1 all: Key "color" takes a text, in quotes'],
      ['color = ["never"]', '1 all: Key "color" takes one value, not a list'],
      [
        'color = "sometimes"',
        '1 all: Option --color takes one of auto, always, never, not "sometimes"',
      ],
      ['state = ""', '1 all: Key "state" takes a text that is not empty'],
      ['state = "permaban"', '1 all: Key "state" takes a whole path, from / on, not "permaban"'],
      [
        'blocklist = "~/list"',
        '1 all: Key "blocklist" takes a whole path, from / on, not "~/list"',
      ],
      ['[scan]\nmin-bans = "20"', '2 scan: Key "min-bans" takes a number, without quotes'],
      ["[scan]\nmin-bans = 0", '2 scan: Option --min-bans takes a whole number from 1 on, not "0"'],
      [
        "[scan]\nmin-bans = 2.5",
        '2 scan: Option --min-bans takes a whole number from 1 on, not "2.5"',
      ],
      [
        "[scan]\nmin-bans = nan",
        '2 scan: Option --min-bans takes a whole number from 1 on, not "NaN"',
      ],
      ["[scan]\nmin-bans = 2026-01-01", '2 scan: Key "min-bans" takes a number, without quotes'],
      [
        '[scan]\nwithin = "soon"',
        '2 scan: Option --within: Cannot parse duration "soon": expected numbers with units, such as 90d, 12w, 1y6mo',
      ],
      ["[scan]\njail = [1]", '2 scan: Key "jail" takes a text: "1", in quotes'],
      ["[scan]\njail = [[]]", '2 scan: Key "jail" takes a text or a list of texts'],
      ["[scan]\njail = [{ a = 1 }]", '2 scan: Key "jail" takes a text or a list of texts'],
      ["[scan]\nwait = {}", '2 scan: Key "wait" takes true or false'],
    ] as const
  ) {
    assertEquals(faultsIn(text), [...faults], text);
  }
});

Deno.test("parseConfiguration() says where a text is no TOML", () => {
  for (
    const [text, ...lines] of [
      ["quiet = yes", 1],
      ["quiet = true\nquiet\n", 2],
      ['quiet = true\n\n[scan]\njail = ["a" "b"]\nwait = 1', 4, 5],
      ['[scan]\njail = [\n  "a"\n  "b"\n]\n', 4],
      ["[scan\nmin-bans = 0\n[list]\nlong = 1", 1, 4],
      ['state = "/x', 1],
      ["state = '''/x\n", 1],
      ['state = "\\q"', 1],
      ["= 1", 1],
      ["quiet = \ntrue", 1, 2],
      ["quiet = true; # one\nverbose = true", 1],
      ['color = "\ufffd"', 1],
      ["quiet = true\n]", 2],
    ] as const
  ) {
    const { faults } = parseConfiguration(text, COMMANDS);
    assertEquals(faults.map(({ line }) => line), [...lines], text);
    // Nobody knows what was meant, so it concerns all.
    assertEquals(faults[0]?.command, undefined, text);
  }
});

Deno.test("readConfiguration() takes no file that others can write to", () => {
  using folder = new Folder();
  const file = folder.write("permaban.toml", "quiet = true\n");
  const refusal = (path: string) =>
    (assertThrows(() => readConfiguration(path, COMMANDS), Failure) as Failure).message
      .replaceAll(folder.path, "");
  Deno.chmodSync(file, 0o640);
  assertEquals(readConfiguration(file, COMMANDS).tables.get("")?.get("quiet")?.line, 1);
  for (const mode of [0o660, 0o606, 0o666]) {
    Deno.chmodSync(file, mode);
    assertEquals(
      refusal(file),
      'Cannot use configuration "/permaban.toml": Others can write to it',
    );
  }
  Deno.chmodSync(file, 0o600);
  Deno.symlinkSync(file, folder.at("link"));
  assertEquals(readConfiguration(folder.at("link"), COMMANDS).faults, []);
  assertEquals(refusal(folder.at("none")), 'Cannot use configuration "/none": no such file');
  assertEquals(refusal(folder.path), 'Cannot use configuration "": It is not a regular file');
  folder.write("long", "#".repeat(1 << 19));
  assertEquals(refusal(folder.at("long")), 'Cannot use configuration "/long": It is far too large');
});

Deno.test("the example is right, also when all that is commented out is not", () => {
  const text = Deno.readTextFileSync(EXAMPLE);
  assertEquals(faultsIn(text), []);
  const all = text.replaceAll(/^# (?=[a-z0-9-]+ = )/gm, "");
  const { tables, faults } = parseConfiguration(all, COMMANDS);
  assertEquals(faults, []);
  // And it shows all there is.
  const wanted = ([name, options]: readonly [string, object]) =>
    Object.entries(options).filter(([, option]) => !option.isForOneRun)
      .map(([key]) => `${name}.${key}`);
  const shown = Array.from(
    tables,
    ([name, keys]) => Array.from(keys.keys(), (key) => `${name}.${key}`),
  );
  assertEquals(
    shown.flat().sort(),
    [
      ["", COMMON_OPTIONS] as const,
      ...COMMANDS.map(({ name, options }) => [name, options] as const),
    ]
      .flatMap(wanted).sort(),
  );
});

Deno.test("configurations in the documentation are right", () => {
  let seen = 0;
  for (const page of ["README.md", "docs/commands.md"]) {
    const text = Deno.readTextFileSync(join(ROOT, page));
    for (const [, example = ""] of text.matchAll(/^```toml\n(.*?)^```$/gms)) {
      assertEquals(faultsIn(example), [], page);
      seen++;
    }
  }
  assertEquals(seen, 2);
});

Deno.test("parseConfiguration() meets no text that it can neither take nor refuse", () => {
  const pieces = [
    ..."[]{}=\"'\\#,.\n \r\t1aé\ufffd\u0000",
    ...['"""', "'''", "scan", "min-bans", "quiet", "true", "[scan]\n", "jail = ", '["a"]', "\\u"],
    "2026-01-01",
  ];
  const next = random(7);
  for (let round = 0; round < 3000; round++) {
    const length = 1 + Math.floor(next() * 16);
    const text = Array.from({ length }, () => pieces[Math.floor(next() * pieces.length)]).join("");
    const { tables, faults } = parseConfiguration(text, COMMANDS);
    const last = text.split("\n").length;
    for (const { line } of faults) assertEquals(line >= 1 && line <= last, true, text);
    for (const settings of tables.values()) {
      for (const { line } of settings.values()) assertEquals(line <= last, true, text);
    }
  }
  const deep = parseConfiguration(`quiet = ${"[".repeat(200_000)}`, COMMANDS);
  assertEquals(deep.faults.length, 1);
});
