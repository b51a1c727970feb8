/**
 * The blocklist under fire: two writers, a killed one, a full disk, a program that just appends.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { permaban, shell, start } from "./permaban.ts";

Deno.test("writers at the same time lose nothing", async () => {
  using folder = new Folder();
  const list = folder.write("list", "# head\n");
  const ended = await Promise.all(
    Array.from(
      { length: 12 },
      (_, at) =>
        at % 3 < 2 ? permaban(["add", `192.0.2.${at}`, "--blocklist", list]) : permaban([
          "remove",
          `192.0.2.${at + 100}`,
          "--blocklist",
          list,
          "--state",
          folder.path,
        ]),
    ),
  );
  for (const { status, stderr } of ended) assertEquals(status, 0, stderr);
  const lines = folder.read("list").trimEnd().split("\n");
  assertEquals(lines[0], "# head");
  assertEquals(lines.slice(1).map((line) => line.split(" ")[0]).sort(), [
    "192.0.2.0",
    "192.0.2.1",
    "192.0.2.10",
    "192.0.2.3",
    "192.0.2.4",
    "192.0.2.6",
    "192.0.2.7",
    "192.0.2.9",
  ]);
});

const numbered = (at: number) => `10.7.${at >> 8}.${at & 255}`;

Deno.test("what a program appends without the lock is kept", async () => {
  using folder = new Folder();
  // Long, so that the program appends while the list is being read and written.
  const head = Array.from({ length: 60_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}\n`).join("");
  const list = folder.write("list", head);
  let isDone = false;
  let appended = 0;
  // As the recipe's action does: echo … >> list.
  const appending = (async () => {
    while (!isDone) {
      Deno.writeTextFileSync(list, `${numbered(appended)}\n`, { append: true });
      appended++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  for (let at = 0; at < 8; at++) {
    const { status, stderr } = await permaban(["add", `192.0.2.${at}`, "--blocklist", list, "-q"]);
    assertEquals([status, stderr], [0, ""]);
  }
  isDone = true;
  await appending;
  const addresses = folder.read("list").trimEnd().split("\n").map((line) => line.split(" ")[0]);
  for (let at = 0; at < appended; at++) {
    assert(addresses.includes(numbered(at)), `${numbered(at)} of ${appended} is lost`);
  }
  for (let at = 0; at < 8; at++) assert(addresses.includes(`192.0.2.${at}`));
});

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It ended by itself a moment ago.
    if (!(error instanceof TypeError)) throw error;
  }
}

Deno.test("a writer killed at any moment leaves a whole file", async () => {
  using folder = new Folder();
  const before = Array.from({ length: 30_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}\n`).join(
    "",
  );
  const more = Array.from({ length: 30_000 }, (_, at) => `10.9.${at >> 8}.${at & 255}\n`).join("");
  const whole = new Set<number>();
  for (let round = 0; round < 12; round++) {
    const list = folder.write("list", before);
    const child = start(["add", "-", "--blocklist", list]);
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(more));
    await writer.close();
    const timer = setTimeout(() => kill(child), round * 15);
    await child.output();
    clearTimeout(timer);
    const text = folder.read("list");
    assertStringIncludes(text, before);
    const lines = text.split("\n").length - 1;
    assert(lines === 30_000 || lines === 60_000, `${lines} lines`);
    whole.add(lines);
  }
  // And the next one is not held up by what the killed ones left.
  const { status } = await permaban(["add", "192.0.2.1", "--blocklist", folder.at("list")]);
  assertEquals(status, 0);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
    "list",
    "list.lock",
  ]);
});

testWith(["root"], "the file keeps its mode and owner", async () => {
  using folder = new Folder();
  const list = folder.write("list", "192.0.2.1\n");
  Deno.chmodSync(list, 0o640);
  Deno.chownSync(list, 12, 34);
  await permaban(["add", "192.0.2.2", "--blocklist", list]);
  await permaban(["remove", "192.0.2.1", "--blocklist", list, "--no-pardon"]);
  const { mode, uid, gid } = Deno.statSync(list);
  assertEquals([(mode ?? 0) & 0o7777, uid, gid], [0o640, 12, 34]);
  assertEquals(folder.read("list").split(" ")[0], "192.0.2.2");
});

Deno.test("a new file and its folder are its owner's alone from the start", async () => {
  using folder = new Folder();
  const { status } = await shell("umask 0; permaban add 192.0.2.1 --blocklist new/list -q", {
    cwd: folder.path,
  });
  assertEquals(status, 0);
  const modes = ["new", "new/list", "new/list.lock"].map((name) =>
    (Deno.statSync(folder.at(name)).mode ?? 0) & 0o777
  );
  assertEquals(modes, [0o700, 0o600, 0o600]);
});

testWith(["root", "setpriv"], "a folder that cannot be looked into is no failure", async () => {
  using folder = new Folder();
  folder.write("d/list", "192.0.2.1\n");
  Deno.chmodSync(folder.at("d"), 0o300);
  const { status, stderr } = await shell(
    "setpriv --bounding-set -dac_override,-dac_read_search permaban add -q 192.0.2.2 --blocklist d/list",
    { cwd: folder.path },
  );
  assertEquals([status, stderr], [0, ""]);
  assertEquals(folder.read("d/list").split("\n").length, 3);
});

Deno.test("a file that may not grow is said to be one", async () => {
  using folder = new Folder();
  const { status, stderr } = await shell(
    "trap '' XFSZ; ulimit -f 1; permaban completions bash >file",
    { cwd: folder.path },
  );
  assertEquals(
    [status, stderr],
    [3, "permaban: error: Cannot write to standard output: the file would be too large\n"],
  );
});

testWith(["root", "unshare", "mount"], "a full disk leaves the old file", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await shell(
    `mkdir small; unshare -m sh -c '
      mount -t tmpfs -o size=64k none small
      echo 192.0.2.1 > small/list
      seq -f 10.0.0.%g 0 255 | sed "s/$/ # a comment to fill the disk with, again and again/" > more
      for i in 1 2 3 4; do sed "s/10[.]0/10.$i/" more; done | permaban add - --blocklist small/list
      echo $?; cat small/list; ls small'`,
    { cwd: folder.path },
  );
  assertEquals(stdout, "3\n192.0.2.1\nlist\nlist.lock\n");
  assertEquals(
    stderr,
    'permaban: error: Cannot change blocklist "small/list": the disk is full\n',
  );
});

testWith(["flock"], "a writer waits for another one's lock", async () => {
  using folder = new Folder();
  const list = folder.write("list", "");
  const { stdout, status } = await shell(
    `flock list.lock sh -c 'sleep 1; echo other' & sleep 0.3
    permaban add 192.0.2.1 -q --blocklist list; echo $? ours; wait`,
    { cwd: folder.path },
  );
  assertEquals([status, stdout], [0, "other\n0 ours\n"]);
  assertEquals(Deno.readTextFileSync(list).split(" ")[0], "192.0.2.1");
});

testWith(
  ["mkfifo", "timeout"],
  "a pipe, a socket or a device in place of a list is refused at once",
  async () => {
    using folder = new Folder();
    folder.write("list", "192.0.2.1\n");
    using _socket = Deno.listen({ transport: "unix", path: folder.at("socket") });
    const { stdout, stderr } = await shell(
      `mkfifo pipe; ln -s pipe pardons; ln -s pipe link; ln -s /dev/zero zero
    try() { timeout 5 permaban "$@" -q >out 2>>errors; echo "$?"; }
    for list in pipe link socket zero; do
      try add 192.0.2.7 --blocklist new --allowlist $list
      try restore --blocklist list --allowlist $list
      try list --blocklist $list
      try remove 192.0.2.7 --blocklist $list
      try allow list --allowlist $list
    done
    try add 192.0.2.7 --unless-pardoned --state . --blocklist new
    try verify zero --blocklist list; try restore --blocklist list --live zero
    ls new 2>/dev/null; sort -u errors
    # Nothing at all, and what a shell opens for a list on the command line.
    try restore --blocklist list --allowlist /dev/null; grep -c DROP out
    timeout 5 bash -c 'permaban restore -q --blocklist list --allowlist <(echo 192.0.2.1)'`,
      { cwd: folder.path },
    );
    const lines = stdout.split("\n");
    assertEquals(lines.slice(0, 23), new Array(23).fill("3"), stderr);
    const read = lines.filter((line) => line.includes("Cannot read"));
    const why = (what: string) => `It is a ${what}, and nobody might ever write to it`;
    assertEquals(read, [
      `permaban: error: Cannot read "zero": It is a device, which may never end`,
      `permaban: error: Cannot read allowlist "link": ${why("pipe")}`,
      `permaban: error: Cannot read allowlist "pipe": ${why("pipe")}`,
      `permaban: error: Cannot read allowlist "socket": ${why("socket")}`,
      `permaban: error: Cannot read allowlist "zero": It is a device, which may never end`,
      `permaban: error: Cannot read blocklist "link": ${why("pipe")}`,
      `permaban: error: Cannot read blocklist "pipe": ${why("pipe")}`,
      `permaban: error: Cannot read blocklist "socket": ${why("socket")}`,
      `permaban: error: Cannot read blocklist "zero": It is a device, which may never end`,
      `permaban: error: Cannot read pardons "./pardons": ${why("pipe")}`,
    ]);
    assertEquals(lines.includes("new"), false);
    const after = lines.slice(lines.indexOf("permaban: hint: name a regular file") + 1);
    assertEquals(after.filter((line) => !line.startsWith("#")), [
      "0",
      "1",
      "*filter",
      ":permaban - [0:0]",
      "COMMIT",
      "",
    ]);
  },
);
