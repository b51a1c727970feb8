import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMON_OPTIONS } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { manPage } from "../../lib/cli/man_page.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { Folder } from "../folder.ts";
import { shell } from "../e2e/permaban.ts";
import { testWith } from "../tools.ts";

const SECTIONS = [
  "NAME",
  "SYNOPSIS",
  "DESCRIPTION",
  "COMMANDS",
  "OPTIONS",
  "FILES",
  "EXIT STATUS",
  "ENVIRONMENT",
  "EXAMPLES",
  "SEE ALSO",
];

/** A piece of the page without the escapes of roff. */
function plain(page: string): string {
  return page.replaceAll(/\\f[A-Z]/g, "").replaceAll("\\-", "-").replaceAll("\\(aq", "'")
    .replaceAll("\\(dq", '"').replaceAll("\\(ti", "~");
}

Deno.test("the man page has every command with its options, words, files and examples", () => {
  const page = manPage("2026-11-22");
  assertMatch(page, /^[\n -~]*$/);
  assertStringIncludes(page, `.TH PERMABAN 8 2026-11-22 "permaban ${VERSION}"`);
  assertEquals([...page.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title), SECTIONS);
  const sections = plain(page).split(/^\.S[SH] /m);
  const options = sections.find((section) => section.startsWith("OPTIONS")) ?? "";
  for (const name of Object.keys(COMMON_OPTIONS)) assertStringIncludes(options, `--${name}`);
  for (const { name, options, verbs, examples, files } of COMMANDS) {
    const section = sections.find((section) => section.startsWith(`permaban ${name}`)) ?? "";
    for (const option of Object.keys(options)) assertStringIncludes(section, `\n--${option}`);
    for (const verb of Object.keys(verbs ?? {})) assertStringIncludes(section, `\n.B ${verb}\n`);
    for (const { line } of examples) assertStringIncludes(plain(page), `.B "${line}"\n`);
    for (const { path } of files ?? []) assertStringIncludes(plain(page), `.I ${path}\n`);
  }
});

Deno.test("the man page has every variable that the program may read", async () => {
  const permissions = await Deno.readTextFile(new URL("../../tools/permissions", import.meta.url));
  const names = /--allow-env=(\S+)/.exec(permissions)?.[1]?.split(",") ?? [];
  assertEquals(names.length > 0, true);
  for (const name of names) assertStringIncludes(plain(manPage("2026-11-22")), `\n.B ${name}\n`);
});

testWith(["man", "mandoc"], "man and mandoc have nothing to say against the man page", async () => {
  using folder = new Folder();
  folder.write("permaban.8", manPage("2026-11-22"));
  const said = await shell(
    "LC_ALL=C.UTF-8 MANWIDTH=80 man -l --warnings permaban.8; mandoc -T lint permaban.8 >&2",
    { cwd: folder.path },
  );
  assertEquals([said.stderr, said.status], ["", 0]);
  assertStringIncludes(said.stdout, "block for good whom fail2ban bans");
});
