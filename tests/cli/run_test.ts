import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { Failure } from "../../lib/cli/failure.ts";
import { run } from "../../lib/cli/run.ts";
import { Folder } from "../folder.ts";
import { TestHost } from "./test_host.ts";

const LOG = Array.from(
  { length: 12 },
  (_, at) =>
    `2026-11-20 10:00:${10 + at},000 fail2ban.actions        [1]: NOTICE  [sshd] Ban 192.0.2.7\n`,
).join("");

Deno.test("run() shows a table on a terminal", async () => {
  using folder = new Folder();
  const host = new TestHost();
  host.terminal = true;
  assertEquals(await run(["scan", folder.write("log", LOG)], host), 0);
  assertEquals(
    host.stdoutText,
    "BANS  ADDRESS    FIRST                LAST                 JAILS\n" +
      "  12  192.0.2.7  2026-11-20T10:00:10  2026-11-20T10:00:21  sshd:12\n",
  );
});

Deno.test("run() colours messages on a terminal, unless NO_COLOR asks it not to", async () => {
  for (
    const [words, noColor, isColored] of [
      [["list"], "", true],
      [["list"], "1", false],
      [["list", "--color", "never"], "", false],
      [["list", "--color", "always"], "1", true],
    ] as const
  ) {
    const host = new TestHost();
    host.terminal = true;
    host.variables.NO_COLOR = noColor;
    await run([...words, "--blocklist", "/nowhere/list"], host);
    assertEquals(host.stderrText.includes("\x1b[1;31merror:"), isColored, `${words} ${noColor}`);
  }
});

Deno.test("run() draws progress on a terminal and takes it away", async () => {
  using folder = new Folder();
  const log = folder.write("log", LOG.repeat(1000));
  const host = new TestHost();
  host.terminal = true;
  host.now = () => host.clock += 1;
  await run(["scan", log], host);
  const drawn = host.stderrText.replaceAll("\r\x1b[K", "<erase>");
  assertMatch(drawn, /<erase>\[#+\.*\] 0 of 1 files, \d+\.\d of \d+\.\d MB/);
  assertMatch(drawn, /MB<erase>permaban: Read 1 file/);
  const quiet = new TestHost();
  quiet.terminal = true;
  quiet.now = () => quiet.clock += 1;
  await run(["scan", "--quiet", log], quiet);
  assertEquals(quiet.stderrText, "");
});

Deno.test("run() says that standard output cannot be written to", async () => {
  const host = new TestHost();
  const failure = new Failure("Cannot write to standard output: the disk is full");
  host.stdout.write = () => Promise.reject(failure);
  assertEquals(await run(["--help"], host), 3);
  assertEquals(host.stderrText, `permaban: error: ${failure.message}\n`);
});

Deno.test("run() owns up to a bug", async () => {
  const host = new TestHost();
  host.stdout.write = () => Promise.reject(new Error("something impossible"));
  assertEquals(await run(["--version"], host), 70);
  assertStringIncludes(host.stderrText, "This is a bug in permaban");
  assertStringIncludes(host.stderrText, "something impossible");
});

Deno.test("every command has help within 80 columns that names all its options", async () => {
  for (const command of COMMANDS) {
    const host = new TestHost();
    assertEquals(await run([command.name, "--help"], host), 0);
    for (const name of Object.keys(command.options)) {
      assertStringIncludes(host.stdoutText, `--${name}`);
    }
    for (const { line } of command.examples) assertStringIncludes(host.stdoutText, line);
    for (const line of host.stdoutText.split("\n")) assertEquals(line.length <= 82, true, line);
    const other = new TestHost();
    await run(["help", command.name], other);
    assertEquals(other.stdoutText, host.stdoutText);
  }
});

Deno.test("what the specs say for completions agrees with what the help shows", () => {
  const kinds: Record<string, string> = {
    FILE: "file",
    LOG: "file",
    DUMP: "file",
    DIR: "folder",
    COMMAND: "command",
  };
  for (const { name, operands, verbs, operandKind, options } of COMMANDS) {
    const shown = /^\[?([a-z]+(?:\|[a-z]+)+)\b/.exec(operands)?.[1]?.split("|");
    assertEquals(Object.keys(verbs ?? {}).sort(), (shown ?? []).sort(), name);
    const word = /[A-Z]+/.exec(operands)?.[0] ?? "";
    assertEquals(operandKind, kinds[word], `${name} ${word}`);
    for (const [option, { placeholder = "", kind, choices, help }] of Object.entries(options)) {
      const wanted = kinds[placeholder];
      if (wanted) assertEquals(kind, wanted, `${name} --${option}`);
      // They stand unquoted in lists of words.
      for (const choice of choices ?? []) assertMatch(choice, /^[\w.-]+$/);
      assertStringIncludes(help, (choices ?? []).join(", "));
    }
  }
});
