import { assertEquals, assertThrows } from "@std/assert";
import { FileError } from "../../lib/file/file_error.ts";
import { isThere } from "../../lib/file/is_there.ts";
import { readTrustedFile } from "../../lib/file/trusted_file.ts";
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
  assertThrows(() => readTrustedFile(folder.at("link"), 1), FileError, "another owner");
  assertEquals(readTrustedFile(file, 1).length, 1);
});

Deno.test("isThere() sees whatever has a name", () => {
  using folder = new Folder();
  Deno.symlinkSync("nowhere", folder.at("dangling"));
  assertEquals(isThere(folder.at("dangling")), true);
  assertEquals(isThere(folder.path), true);
  assertEquals(isThere(folder.at("none/none")), false);
  assertThrows(() => isThere(`${folder.write("file", "")}/none`));
});
