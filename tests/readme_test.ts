import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { commandHelp, programHelp } from "../lib/cli/help.ts";
import { COMMANDS } from "../lib/cli/commands.ts";

const ROOT = dirname(dirname(fromFileUrl(import.meta.url)));

/** The texts in fences of the README that begin with a usage line or the program's help. */
function fences(readme: string): string[] {
  return [...readme.matchAll(/^```\n((?:Usage: permaban|permaban blocks).*?)^```$/gms)]
    .map(([, text = ""]) => text);
}

Deno.test("the README shows the help as it is", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  assertEquals(fences(readme), [programHelp(), ...COMMANDS.map(commandHelp)]);
});
