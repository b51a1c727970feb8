import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
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

/** What a heading is called in a link. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");
}

async function withoutFences(path: string): Promise<string> {
  return (await Deno.readTextFile(path)).replaceAll(/^```.*?^```$/gms, "");
}

/** What is wrong with the links of a page. The packages have the pages in the same places. */
async function deadLinks(page: string): Promise<string[]> {
  const dead: string[] = [];
  for (const [, link = ""] of (await withoutFences(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(link)) continue;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    const text = await withoutFences(target).catch(() => undefined);
    const anchors = [...text?.matchAll(/^#+ (.*)$/gm) ?? []].map(([, words = ""]) =>
      anchorOf(words)
    );
    if (text === undefined || (anchor !== undefined && !anchors.includes(anchor))) dead.push(link);
  }
  return dead;
}

Deno.test("the links of README and the pages lead somewhere", async () => {
  const pages = [...Deno.readDirSync(join(ROOT, "docs"))].map(({ name }) => `docs/${name}`);
  for (const page of ["README.md", ...pages.filter((name) => name.endsWith(".md"))]) {
    assertEquals(await deadLinks(join(ROOT, page)), [], page);
  }
});
