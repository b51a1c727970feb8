import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { Folder } from "../folder.ts";
import { TestHost } from "./test_host.ts";

const DUMP = `*filter
:INPUT ACCEPT [0:0]
:permaban - [0:0]
-A INPUT -j permaban
-A permaban -s 192.0.2.1/32 -j DROP
-A permaban -m comment --comment "\x1b[2J" -j RETURN
COMMIT
`;

async function verify(terminal: boolean, list: string, ...words: string[]) {
  using folder = new Folder();
  folder.write("list", list);
  folder.write("dump", DUMP);
  const host = new TestHost();
  host.terminal = terminal;
  host.variables["NO_COLOR"] = "1";
  const status = await run(
    ["verify", "--blocklist", folder.at("list"), ...words, folder.at("dump")],
    host,
  );
  return { status, stdout: host.stdoutText, stderr: host.stderrText };
}

Deno.test("verify explains differences on a terminal, and not too many", async () => {
  const many = Array.from({ length: 30 }, (_, at) => `198.51.100.${2 * at}\n`).join("");
  const { status, stdout, stderr } = await verify(true, many, "--hook", "FORWARD");
  assertEquals(status, 1);
  assertEquals(stdout.split("\n").slice(0, 8), [
    "no-jump: no rule of this chain jumps to permaban's",
    "  FORWARD",
    "",
    "foreign: a rule that permaban did not write",
    '  -A permaban -m comment --comment "\\x1b[2J" -j RETURN',
    "",
    "missing: on the list, and nothing blocks it",
    "  198.51.100.0",
  ]);
  assertStringIncludes(stdout, "  198.51.100.38\n  … and 10 more\n\nsurplus: ");
  assertStringIncludes(stderr, "hint: load it anew: iptables-save | permaban restore --live -");
});

Deno.test("verify prints each difference off a terminal", async () => {
  const many = Array.from({ length: 30 }, (_, at) => `198.51.100.${2 * at}\n`).join("");
  const { status, stdout, stderr } = await verify(false, many);
  assertEquals([status, stderr], [1, ""]);
  const lines = stdout.split("\n");
  assertEquals(lines.filter((line) => line.startsWith("missing\t")).length, 30);
  assertEquals(lines[0], 'foreign\t-A permaban -m comment --comment "\\x1b[2J" -j RETURN');
});

Deno.test("verify does not wait for somebody to type a dump", async () => {
  const host = new TestHost();
  host.typed = true;
  assertEquals(await run(["verify"], host), 2);
  assertEquals(
    host.stderrText,
    'permaban: error: Command "verify" needs a dump, and standard input is the terminal\n' +
      "permaban: hint: pipe one: iptables-save | permaban verify --hook INPUT\n",
  );
});
