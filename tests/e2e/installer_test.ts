/**
 * The installer that stands beside the program.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { DEBIAN, Image } from "./image.ts";
import { shell } from "./permaban.ts";

const INSTALLER = fromFileUrl(import.meta.resolve("../../tools/install.sh"));

Deno.test("the installer takes no program away that something calls", async () => {
  using image = new Image(...DEBIAN);
  for (const name of ["permaban.bash", "_permaban", "permaban.fish"]) {
    image.write(`from/completions/${name}`, "");
  }
  for (const name of ["permaban", "permaban.8"]) image.write(`from/${name}`, "");
  const has = (path: string) => image.files()[path] !== undefined;
  const run = (words: string, env: Record<string, string> = {}) =>
    shell(`FROM='${image.at("from")}' DESTDIR='${image.path}' sh '${INSTALLER}' ${words}`, { env });
  assertEquals((await run("install")).status, 0);
  await image.run("install");
  const refused = await run("uninstall");
  assertEquals([refused.status, has("usr/local/bin/permaban")], [1, true]);
  assertStringIncludes(
    refused.stderr,
    `first take that back: ${image.at("usr/local/bin/permaban")} uninstall --root ${image.path}\n`,
  );
  // What calls another one is no reason.
  assertEquals((await run("install", { PREFIX: "/opt/x" })).status, 0);
  assertEquals((await run("uninstall", { PREFIX: "/opt/x" })).status, 0);
  assertEquals([has("opt/x/bin/permaban"), has("usr/local/bin/permaban")], [false, true]);
  await image.run("uninstall");
  assertEquals((await run("uninstall")).status, 0);
  assertEquals(has("usr/local/bin/permaban"), false);
  await run("install");
  await image.run("install");
  assertEquals((await run("uninstall", { FORCE: "yes" })).status, 0);
  assertEquals(has("usr/local/bin/permaban"), false);
});
