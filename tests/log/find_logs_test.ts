import { assertEquals } from "@std/assert";
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

Deno.test("findLogs() takes files, globs, folders and standard input", async () => {
  using folder = new Folder();
  for (
    const name of ["fail2ban.log", "fail2ban.log.1", "fail2ban.log-20180805", "other", "old/a/x"]
  ) {
    folder.write(name, `${name}\n`);
  }
  folder.write("fail2ban.log.2.gz", "two\n");
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

Deno.test("findLogs() tells which archive may be a copy of which log, under whatever names", async () => {
  using folder = new Folder();
  for (const name of ["log.1", "log.1.gz", "log.2.gz", "sub/log.3", "sub/log.3.zst"]) {
    folder.write(name, `${name}\n`);
  }
  Deno.symlinkSync("sub/log.3", folder.at("a"));
  Deno.symlinkSync("sub", folder.at("other"));
  const twins = async (...patterns: string[]) => {
    const { files } = await findLogs(patterns.map((name) => folder.at(name)));
    const strip = (path: string) => path.replaceAll(folder.path + "/", "");
    return files.flatMap(({ path, twin }) => twin ? [`${strip(path)} of ${strip(twin.path)}`] : []);
  };
  assertEquals(await twins("*"), ["log.1.gz of log.1"]);
  assertEquals(await twins("log.2.gz", "log.1.gz"), []);
  assertEquals(await twins("sub"), ["sub/log.3.zst of sub/log.3"]);
  assertEquals(await twins("other/log.3.zst", "sub/log.3"), [
    "other/log.3.zst of sub/log.3",
  ]);
  assertEquals(await twins("a", "sub/*"), ["sub/log.3.zst of a"]);
});

Deno.test("findLogs() passes over pipes and folders that a glob turns up", async () => {
  using folder = new Folder();
  folder.write("log.d/inner", "x\n");
  folder.write("log.1", "x\n");
  await new Deno.Command("mkfifo", { args: [folder.at("log.pipe")] }).output();
  assertEquals((await find(folder, "log*")).files, ["log.1"]);
  assertEquals((await find(folder, "log.pipe")).files, ["log.pipe"]);
});
