import fs from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { FileError } from "../../lib/file/file_error.ts";
import { isThere } from "../../lib/file/is_there.ts";
import { readTrustedFile, refuseOthers } from "../../lib/file/trusted_file.ts";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";

Deno.test("readTrustedFile() reads all of a file", () => {
  using folder = new Folder();
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at);
  assertEquals(readTrustedFile(folder.write("file", bytes), 70_000), bytes);
  assertEquals(readTrustedFile(folder.write("empty", ""), 0), new Uint8Array(0));
  assertThrows(() => readTrustedFile(folder.at("file"), 69_999), FileError, "far too large");
  assertThrows(() => readTrustedFile(folder.at("none"), 1), Deno.errors.NotFound);
});

testWith(["mkfifo"], "readTrustedFile() does not wait for a pipe", async () => {
  using folder = new Folder();
  await new Deno.Command("mkfifo", { args: ["-m", "600", folder.at("pipe")] }).output();
  assertThrows(() => readTrustedFile(folder.at("pipe"), 1), FileError, "not a regular file");
});

testWith(["root"], "readTrustedFile() follows a link to a file of its owner only", () => {
  using folder = new Folder();
  const file = folder.write("file", "x");
  Deno.symlinkSync(file, folder.at("link"));
  assertEquals(readTrustedFile(folder.at("link"), 1).length, 1);
  Deno.chownSync(file, 12_345, 12_345);
  assertThrows(() => readTrustedFile(folder.at("link"), 1), FileError, "another user");
  Deno.chownSync(file, 0, 0);
  assertEquals(readTrustedFile(file, 1).length, 1);
  fs.lchownSync(folder.at("link"), 12_345, 12_345);
  assertThrows(() => readTrustedFile(folder.at("link"), 1), FileError, "another owner");
});

Deno.test("refuseOthers() wants a file of this user or of root that nobody else can write to", () => {
  const user = Deno.uid() ?? 0;
  for (const uid of [0, user]) refuseOthers("/file", { mode: 0o100644, uid });
  const other = user + 12_345;
  for (const file of [{ mode: 0o100600, uid: other }, { mode: 0o100664, uid: user }]) {
    assertThrows(() => refuseOthers("/file", file), FileError);
  }
});

Deno.test("isThere() sees whatever has a name", () => {
  using folder = new Folder();
  Deno.symlinkSync("nowhere", folder.at("dangling"));
  assertEquals(isThere(folder.at("dangling")), true);
  assertEquals(isThere(folder.path), true);
  assertEquals(isThere(folder.at("none/none")), false);
  assertThrows(() => isThere(`${folder.write("file", "")}/none`));
});
