/**
 * The journal under fire: killed runs, a full disk, many runs at once, others' folders.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { BIN, environment, permaban, shell } from "./permaban.ts";

interface Change {
  readonly run: number;
  readonly command: string;
  readonly isDone: boolean;
  readonly added: readonly string[] | null;
}

async function changesIn(folder: Folder): Promise<Change[]> {
  const { stdout, stderr, status } = await permaban(["log", "--json", "--state", folder.path]);
  assertEquals([status, stderr], [0, ""]);
  return JSON.parse(stdout).changes;
}

Deno.test("a run killed at any moment leaves a journal that says what happened", async () => {
  using folder = new Folder();
  const state = ["--state", folder.path];
  const head = Array.from({ length: 40_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}\n`).join("");
  folder.write("blocklist", head);
  const seen = { done: 0, not: 0 };
  for (let round = 0; round < 9; round++) {
    const name = `192.0.2.${round}`;
    const child = new Deno.Command(join(BIN, "permaban"), {
      args: ["add", name, "-q", ...state],
      env: environment(),
      clearEnv: true,
    }).spawn();
    const timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }, 40 + round * 18);
    await child.status;
    clearTimeout(timer);
    const isListed = folder.read("blocklist").includes(`\n${name} `);
    seen[isListed ? "done" : "not"]++;
    const claims = (await changesIn(folder)).some(({ isDone, added }) =>
      isDone && added?.[0]?.startsWith(`${name} `)
    );
    assertEquals(claims, isListed, `round ${round}`);
  }
  assert(seen.not > 0, JSON.stringify(seen));
  const { status, stderr } = await permaban(["add", "203.0.113.1", ...state]);
  assertEquals(status, 0, stderr);
  const changes = await changesIn(folder);
  assertEquals(changes.filter(({ isDone }) => isDone).length, seen.done + 1);
  // And all of it can be taken back.
  for (const { run, isDone } of changes.toReversed()) {
    if (isDone) assertEquals((await permaban(["undo", `${run}`, ...state, "-q"])).status, 0);
  }
  assertEquals(folder.read("blocklist"), head);
});

Deno.test("runs at the same time have numbers of their own", async () => {
  using folder = new Folder();
  const ended = await Promise.all(Array.from({ length: 10 }, (_, at) =>
    permaban([
      ...[["add"], ["pardon"], ["remove", "--no-pardon"], ["allow", "add"]][at % 4] ?? [],
      `192.0.2.${at % 4 === 2 ? 0 : at}`,
      ...["--state", folder.path, "--allowlist", folder.at("allow"), "-q"],
    ])));
  // The allowlist is not there for whom it is named before it is made.
  const { length } = ended.filter(({ status }) => status === 0);
  const changes = await changesIn(folder);
  assert(length > 0 && changes.length <= length);
  assertEquals(new Set(changes.map(({ run }) => run)).size, changes.length);
  assert(changes.every(({ isDone }) => isDone));
});

testWith(["root", "unshare", "mount"], "without room for a record nothing changes", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await shell(
    `mkdir small; unshare -m sh -c '
      mount -t tmpfs -o size=16k none small
      echo 192.0.2.1 > list
      permaban add 192.0.2.2 --blocklist list --state small -q
      dd if=/dev/zero of=small/fill bs=1k 2> /dev/null
      for at in $(seq 3 99); do
        permaban add 192.0.2.$at --blocklist list --state small --comment "$(seq 999 | tr -d "\\n")" || break
      done
      echo $at; grep -c "" list; permaban log --state small | wc -l; tail -c 1 small/journal | od -c'`,
    { cwd: folder.path },
  );
  const [at, lines = "", records = ""] = stdout.split("\n");
  assert(Number(at) < 99, stderr);
  // One is from before there was a journal.
  assertEquals(Number(lines), Number(records) + 1, stdout);
  assert(stdout.includes("\\n"), stdout);
  assert(
    stderr.includes('Cannot write journal "small/journal": the disk is full') ||
      stderr.includes('Cannot write journal "small/journal": no space'),
    stderr,
  );
});

testWith(["root", "unshare", "mount"], "a list elsewhere needs no journal", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await shell(
    `mkdir state; echo > list; unshare -m sh -c '
      mount -t tmpfs -o ro none state
      permaban add 192.0.2.1 --blocklist list --state state -q; echo $?
      permaban add 192.0.2.1 --state state -q; echo $?'; grep -o "^192[^ ]*" list`,
    { cwd: folder.path },
  );
  assertEquals(stdout, "0\n3\n192.0.2.1\n", stderr);
  assertEquals(
    stderr,
    'permaban: error: Cannot change blocklist "state/blocklist": the disk is read-only\n',
  );
});

Deno.test("a list elsewhere is written down where there is a folder for it", async () => {
  using folder = new Folder();
  const list = folder.write("elsewhere/list", "");
  const add = (address: string) =>
    permaban(["add", address, "-q", "--blocklist", list, "--state", folder.at("state")]);
  assertEquals((await add("192.0.2.1")).status, 0);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["elsewhere"]);
  Deno.mkdirSync(folder.at("state"));
  assertEquals((await add("192.0.2.2")).status, 0);
  const { stdout } = await permaban(["log", "--state", folder.at("state")]);
  assert(/\tcron\tadd\tblocklist\t\+192\.0\.2\.2\n$/.test(stdout), stdout);
});

Deno.test("the journal knows who it was", async () => {
  using folder = new Folder();
  let number = 0;
  const who = async (env: Record<string, string>) => {
    await permaban(["pardon", `192.0.2.${number++}`, "-q", "--state", folder.path], { env });
    const { stdout } = await permaban(["log", "--state", folder.path]);
    return stdout.trimEnd().split("\n").at(-1)?.split("\t")[2];
  };
  assertEquals(await who({ USER: "root", SUDO_USER: "alice" }), "alice (sudo)");
  assertEquals(await who({ USER: "bob" }), "bob");
  assertEquals(await who({}), "cron");
  assertEquals(await who({ USER: "x\ty\nz" }), "x\\x09y\\x0az");
});
