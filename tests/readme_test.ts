import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { commandHelp, programHelp } from "../lib/cli/help.ts";
import { COMMANDS } from "../lib/cli/commands.ts";

const ROOT = dirname(dirname(fromFileUrl(import.meta.url)));

/** The texts in fences of a page that begin with a usage line or the program's help. */
function fences(page: string): string[] {
  return [...page.matchAll(/^```\n((?:Usage: permaban|permaban blocks).*?)^```$/gms)]
    .map(([, text = ""]) => text);
}

async function helpIn(path: string): Promise<string[]> {
  return fences(await Deno.readTextFile(join(ROOT, path)));
}

Deno.test("README and the page of commands show the help as it is", async () => {
  assertEquals(await helpIn("README.md"), [programHelp()]);
  assertEquals(await helpIn("docs/commands.md"), COMMANDS.map(commandHelp));
});
