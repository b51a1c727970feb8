/**
 * Where permaban's own files are to be: other folders, links to folders, what is none of a list's places.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { testWith } from "../tools.ts";
import { DEBIAN, Image } from "./image.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { shell } from "./permaban.ts";

/** The folders and links of an image. */
async function foldersOf(image: Image): Promise<string[]> {
  return (await shell(`find . ! -type f | sort`, { cwd: image.path })).stdout.trim().split("\n");
}

Deno.test("--purge removes the folders that install made and those with permaban's name, and no others", async () => {
  for (
    const places of [["--state", "/srv/own/p"], ["--state", "/srv/p", "--blocklist", "/srv/l/b"]]
  ) {
    for (const isMade of [false, true]) {
      using image = new Image(...DEBIAN, ...isMade ? ["srv/own/p/", "srv/p/", "srv/l/"] : []);
      const [before, files] = [await foldersOf(image), image.files()];
      await image.run("install", ...places);
      await image.run("uninstall", "--purge");
      assertEquals(await foldersOf(image), before);
      if (places.length === 2) assertEquals(image.files(), files);
    }
  }
  // What an uninstall without --purge leaves, one with it takes.
  using image = new Image(...DEBIAN, "var/lib/");
  const before = await foldersOf(image);
  await image.run("install");
  image.write("var/lib/permaban/blocklist", "192.0.2.1\n");
  await image.run("uninstall");
  await image.run("uninstall", "--purge");
  assertEquals(await foldersOf(image), before);
});

testWith(MACHINE_TOOLS, "--purge leaves a folder in which something is mounted", async () => {
  const { stdout, stderr } = await onMachine(`
    mkdir -m 700 /var/lib/permaban; mount -t tmpfs -o mode=700 none /var/lib/permaban
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
    ${PROGRAM} add -q 192.0.2.1
    ${PROGRAM} uninstall --quiet --purge >/dev/null; echo "status $?"
    ls -A /var/lib/permaban; ls -d /etc/permaban 2>&1`);
  assertEquals(
    stdout,
    "status 0\nls: cannot access '/etc/permaban': No such file or directory\n",
    stderr,
  );
});
