import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { findLogs } from "../../lib/log/find_logs.ts";
import { Folder } from "../folder.ts";

/** What is found, with the folder taken off the paths. */
async function find(folder: Folder, ...patterns: string[]) {
  const strip = (text: string) => text.replaceAll(folder.path + "/", "");
  const found = await findLogs(patterns.map((name) => name === "-" ? name : folder.at(name)));
  return {
    files: found.files.map(({ path }) => strip(path)),
    problems: found.problems.map(({ path, message }) => `${strip(path)}: ${message}`),
    skipped: found.skipped.map(({ path, because }) => `${strip(path)}: ${strip(because)}`),
  };
}

const gzip = (text: string) => new Uint8Array(gzipSync(text));

Deno.test("findLogs() takes files, globs, folders and standard input", async () => {
  using folder = new Folder();
  for (
    const name of ["fail2ban.log", "fail2ban.log.1", "fail2ban.log-20180805", "other", "old/a/x"]
  ) {
    folder.write(name, `${name}\n`);
  }
  folder.write("fail2ban.log.2.gz", gzip("two\n"));
  const { files, problems } = await find(folder, "fail2ban.log*", "-", "old", "other", "-");
  assertEquals(files, [
    "fail2ban.log",
    "fail2ban.log-20180805",
    "fail2ban.log.1",
    "fail2ban.log.2.gz",
    "-",
    "old/a/x",
    "other",
  ]);
  assertEquals(problems, []);
});

Deno.test("findLogs() names what is not there", async () => {
  using folder = new Folder();
  Deno.symlinkSync("nowhere", folder.at("dangling.log"));
  assertEquals((await find(folder, "missing", "missing*", "*.log")).problems, [
    "missing: no such file",
    "missing*: no file matches",
    "dangling.log: no such file",
  ]);
});

Deno.test("findLogs() takes a path with glob characters for a file if there is one", async () => {
  using folder = new Folder();
  folder.write("a[1].log", "x\n");
  folder.write("a1.log", "y\n");
  assertEquals((await find(folder, "a[1].log")).files, ["a[1].log"]);
});

Deno.test("findLogs() takes a file under several names once", async () => {
  using folder = new Folder();
  folder.write("a", "x\n");
  Deno.linkSync(folder.at("a"), folder.at("b"));
  Deno.symlinkSync("a", folder.at("c"));
  const { files, skipped } = await find(folder, "a", "*", "a");
  assertEquals(files, ["a"]);
  assertEquals(skipped, ['b: it is the same file as "a"', 'c: it is the same file as "a"']);
});

Deno.test("findLogs() leaves out an archive that its log is being made into", async () => {
  using folder = new Folder();
  const text = "2026-01-02 03:04:05,006 a line\n".repeat(1000);
  for (
    const [name, archive] of Object.entries({
      whole: gzip(text),
      growing: gzip(text).slice(0, 60),
      begun: new Uint8Array(0),
      head: gzip(text).slice(0, 5),
    })
  ) {
    folder.write(name, text);
    folder.write(`${name}.gz`, archive);
  }
  const { files, skipped } = await find(folder, "*");
  assertEquals(files, ["begun", "growing", "head", "whole"]);
  assertEquals(skipped.length, 4);
});

Deno.test("findLogs() keeps an archive with another text than its neighbour", async () => {
  using folder = new Folder();
  folder.write("log.1", "2026-03-01 new\n".repeat(100));
  folder.write("log.1.gz", gzip("2026-01-01 old\n".repeat(100)));
  folder.write("log.2", "");
  folder.write("log.2.gz", gzip("2026-01-01 older\n"));
  folder.write("alone.gz", gzip("x\n"));
  assertEquals((await find(folder, "*")).files, [
    "alone.gz",
    "log.1",
    "log.1.gz",
    "log.2",
    "log.2.gz",
  ]);
});

Deno.test("findLogs() keeps an archive that holds more, or is broken, or of a kind not read", async () => {
  using folder = new Folder();
  const text = "2026-01-02 03:04:05,006 a line\n".repeat(5000);
  for (const name of ["more", "broken", "packed"]) folder.write(name, text);
  folder.write("more.gz", gzip(text + "and another one\n"));
  folder.write("broken.gz", new Uint8Array([0x1f, 0x8b, ...new TextEncoder().encode("garbage")]));
  folder.write("packed.xz", new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]));
  assertEquals((await find(folder, "*")).skipped, []);
});

Deno.test("findLogs() knows a log and its archive under whatever names", async () => {
  using folder = new Folder();
  folder.write("sub/log", "x\n");
  folder.write("sub/log.gz", gzip("x\n"));
  const here = Deno.cwd();
  try {
    Deno.chdir(folder.path);
    const found = await findLogs(["sub/../sub/log", folder.at("sub/log.gz")]);
    assertEquals(found.files.map(({ path }) => path), ["sub/../sub/log"]);
  } finally {
    Deno.chdir(here);
  }
});

Deno.test("findLogs() passes over pipes and folders that a glob turns up", async () => {
  using folder = new Folder();
  folder.write("log.d/inner", "x\n");
  folder.write("log.1", "x\n");
  await new Deno.Command("mkfifo", { args: [folder.at("log.pipe")] }).output();
  assertEquals((await find(folder, "log*")).files, ["log.1"]);
  assertEquals((await find(folder, "log.pipe")).files, ["log.pipe"]);
});
