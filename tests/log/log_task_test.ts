import { assertEquals } from "@std/assert";
import type { LogFile } from "../../lib/log/log_file.ts";
import { readersFor } from "../../lib/log/log_task.ts";

const MB = 1 << 20;

function log(path: string, size: number, seekable = true): LogFile {
  return { path, size, mtime: undefined, seekable, identity: path };
}

Deno.test("readersFor() wants work for each reader, and a piece of it", () => {
  const of = (files: LogFile[], most = 4) => readersFor(files, most, 100 * MB);
  assertEquals(of([]), 1);
  assertEquals(of([log("a", 199 * MB)]), 1);
  assertEquals(of([log("a", 200 * MB)]), 2);
  assertEquals(of([log("a", 100 * MB), log("b", 200 * MB)]), 3);
  assertEquals(of([log("a", 9000 * MB)]), 4);
  assertEquals(of([log("a", 9000 * MB)], 2), 2);
  // Archives hold more text than they have bytes, and take longer; one is read by one reader.
  assertEquals(of([log("a.gz", 100 * MB)]), 1);
  assertEquals(of([log("a.gz", 4 * MB), log("b.gz", 4 * MB)]), 2);
  assertEquals(of([log("a.gz", 2 * MB), log("b.gz", 2 * MB)]), 1);
  // Of a pipe nobody knows how much comes.
  assertEquals(of([log("pipe", 900 * MB, false)]), 1);
});
