import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { Folder } from "../folder.ts";
import { lines } from "./place.ts";
import { TestHost } from "./test_host.ts";

/** A log with 12 bans of one address and 3 of another, a blocklist, and a configuration. */
class Place extends Folder {
  readonly log = this.write("log", lines("192.0.2.7", 12) + lines("192.0.2.8", 3, 100));
  readonly list = this.write("blocklist", "198.51.100.9\n");
  readonly file = this.at("permaban.toml");

  /** Writes the configuration; FOLDER stands for the folder. */
  configure(text: string): void {
    this.write("permaban.toml", text.replaceAll("FOLDER", this.path));
    Deno.chmodSync(this.file, 0o644);
  }

  /** Runs the program with that configuration. */
  async run(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const host = new TestHost();
    host.variables.PERMABAN_CONFIG = this.file;
    const status = await run(words, host);
    const visible = (text: string) => text.replaceAll(this.path, "FOLDER");
    return { status, stdout: visible(host.stdoutText), stderr: visible(host.stderrText) };
  }
}

/** The addresses in what `scan` prints. */
function addresses({ stdout }: { stdout: string }): string[] {
  return stdout.split("\n").slice(0, -1).map((row) => row.split("\t")[1] ?? "");
}

Deno.test("a configuration holds where the command line says nothing", async () => {
  using place = new Place();
  place.configure('state = "FOLDER"\nquiet = true\n[scan]\nmin-bans = 3\njail = ["sshd"]\n');
  assertEquals((await place.run("list")).stdout, "198.51.100.9\n");
  const scanned = await place.run("scan", place.log);
  assertEquals(addresses(scanned), ["192.0.2.7", "192.0.2.8"]);
  assertEquals(scanned.stderr, "");
  const other = await place.run("scan", place.log, "--min-bans", "4", "--no-quiet");
  assertEquals(addresses(other), ["192.0.2.7"]);
  assertStringIncludes(other.stderr, "permaban: Read 1 file");
  assertEquals(addresses(await place.run("scan", place.log, "--no-min-bans")), ["192.0.2.7"]);
  assertEquals(addresses(await place.run("scan", place.log, "--jail", "postfix")), []);
  assertEquals(addresses(await place.run("scan", place.log, "--no-config")), ["192.0.2.7"]);
});

Deno.test("a flag that is true in a configuration can be taken back", async () => {
  using place = new Place();
  place.configure('state = "FOLDER"\n[scan]\nupdate = true\n[restore]\nhook = ["INPUT"]\n');
  await place.run("scan", place.log, "--no-update");
  assertEquals(place.read("blocklist"), "198.51.100.9\n");
  await place.run("scan", place.log);
  assertStringIncludes(place.read("blocklist"), "192.0.2.7 # permaban");
  assertStringIncludes((await place.run("restore")).stdout, "\n-I INPUT -j permaban\n");
  assertEquals((await place.run("restore", "--no-hook")).stdout.includes("INPUT"), false);
  const others = (await place.run("restore", "--hook", "FORWARD")).stdout;
  assertEquals([others.includes("INPUT"), others.includes("FORWARD")], [false, true]);
});

Deno.test("which configuration is read: --config, PERMABAN_CONFIG, or none", async () => {
  using place = new Place();
  place.configure('state = "FOLDER"\n');
  const other = place.write("other.toml", 'state = "/nowhere"\n');
  assertEquals((await place.run("list")).status, 0);
  assertStringIncludes((await place.run("list", "--config", other)).stderr, '"/nowhere/blocklist"');
  assertEquals((await place.run("list", "--no-config", "--config", place.file)).status, 0);
  const missing = await place.run("list", "--config", place.at("none"));
  assertEquals(missing, {
    status: 3,
    stdout: "",
    stderr: 'permaban: error: Cannot use configuration "FOLDER/none": no such file\n',
  });
  Deno.removeSync(place.file);
  assertEquals((await place.run("list", "--no-config", "--state", place.path)).status, 0);
  assertStringIncludes((await place.run("list", "--state", place.path)).stderr, "no such file");
});

Deno.test("a fault stops the commands that it concerns and shows in the status of others", async () => {
  using place = new Place();
  place.configure('state = "FOLDER"\n[scan]\nupdate = true\nmin-bans = 0\n[list]\nlonng = true\n');
  const stopped = await place.run("scan", place.log);
  assertEquals([stopped.status, stopped.stdout], [3, ""]);
  assertEquals(place.read("blocklist"), "198.51.100.9\n");
  const stderr =
    'permaban: error: FOLDER/permaban.toml:4: Option --min-bans takes a whole number from 1 on, not "0"\n' +
    'permaban: error: FOLDER/permaban.toml:6: There is no key "lonng"\n' +
    'permaban: hint: did you mean "long"?\n';
  const undone = 'nothing is done until that is mended; "permaban config --config FOLDER/';
  assertEquals(stopped.stderr.slice(0, stderr.length), stderr);
  assertStringIncludes(stopped.stderr, `permaban: hint: ${undone}permaban.toml" says what is left`);
  const other = await place.run("restore");
  assertEquals([other.status, other.stderr.startsWith(stderr)], [4, true]);
  assertEquals(other.stderr.includes("nothing is done"), false);
  assertStringIncludes(other.stdout, "-A permaban -s 198.51.100.9/32 -j DROP\n");
  // Not even a value on the command line makes a wrong table a right one.
  assertEquals((await place.run("scan", "--min-bans", "3", place.log)).status, 3);
  assertEquals((await place.run("scan", "--no-config", place.log)).status, 0);
  // A failure stays one.
  assertEquals((await place.run("restore", "--blocklist", "/nowhere/list")).status, 3);
  for (const text of ["quite = true", "[scna]\n", "quiet = yes"]) {
    place.configure(`state = "FOLDER"\n${text}\n`);
    assertEquals((await place.run("list")).status, 3, text);
  }
});

Deno.test("help and version are there whatever the configuration says", async () => {
  using place = new Place();
  place.configure("=");
  for (const words of [["--version"], ["--help"], ["scan", "--help"], ["list", "-V"], ["help"]]) {
    const { status, stderr } = await place.run(...words);
    assertEquals([status, stderr], [0, ""], words.join(" "));
  }
  assertEquals((await place.run("scan", "--bogus")).status, 2);
});

Deno.test("what a configuration says need not go together with the command line", async () => {
  using place = new Place();
  place.configure(
    'state = "FOLDER"\n[scan]\nkeep = "3y"\nwait = true\n[restore]\nhook-position = 3\n',
  );
  assertEquals(addresses(await place.run("scan", place.log)), ["192.0.2.7"]);
  assertEquals((await place.run("scan", "--keep", "3y", place.log)).status, 2);
  assertEquals((await place.run("scan", "--no-keep", place.log)).status, 0);
  assertEquals((await place.run("restore")).status, 0);
  assertEquals((await place.run("restore", "--hook-position", "2")).status, 2);
  assertStringIncludes((await place.run("restore", "--hook", "INPUT")).stdout, "-I INPUT 3 ");
});

Deno.test("a failure names the lines of the options that it is about", async () => {
  using place = new Place();
  place.configure(
    'state = "FOLDER"\n[scan]\nincremental = true\nkeep = "1d"\n[restore]\nchain = "a b"\n',
  );
  const shown = async (...words: string[]) => (await place.run(...words)).stderr;
  assertEquals(
    await shown("scan", place.log),
    "permaban: error: Option --keep is shorter than what --within looks back (1y unless it is given)\n" +
      "permaban: hint: bans must be kept as long as they are to count; " +
      "--keep stands in FOLDER/permaban.toml:4\n",
  );
  assertStringIncludes(
    await shown("scan", "-"),
    "; --incremental stands in FOLDER/permaban.toml:3\n",
  );
  assertEquals((await shown("scan", "--keep", "1d", place.log)).includes("permaban.toml"), false);
  assertStringIncludes(
    await shown("restore"),
    "permaban: hint: --chain stands in FOLDER/permaban.toml:6\n",
  );
});

Deno.test("what config prints is a configuration that says the same", async () => {
  using place = new Place();
  place.configure(
    'blocklist = "/x/\\u001b[31m\\u202e\\"\\\\\\u007f"\nquiet = true\n[scan]\nwithin = 500\n' +
      'jail = ["a", "7"]\nkeep = "3y"\n[restore]\nhook = ["INPUT"]\nhook-position = 3\n',
  );
  const first = await place.run("config");
  assertEquals([first.status, first.stderr], [0, ""]);
  assertEquals(/[^\n -~]/.test(first.stdout), false);
  place.configure(first.stdout);
  const second = await place.run("config");
  assertEquals([second.status, second.stderr], [0, ""]);
  const values = (text: string) => text.replaceAll(/ {2}# .*$/gm, "");
  assertEquals(values(second.stdout), values(first.stdout));
});
