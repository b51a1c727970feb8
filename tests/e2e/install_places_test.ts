/**
 * Where permaban's own files are to be: other folders, links to folders, what is none of a list's places.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testWith } from "../tools.ts";
import { DEBIAN, Image } from "./image.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { shell } from "./permaban.ts";

/** The folders and links of an image. */
async function foldersOf(image: Image): Promise<string[]> {
  return (await shell(`find . ! -type f | sort`, { cwd: image.path })).stdout.trim().split("\n");
}

/** All that is in an image, with sizes and targets. */
async function allOf(image: Image): Promise<string> {
  return (await shell("find . -printf '%p %y %s %l\\n' | sort", { cwd: image.path })).stdout;
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

Deno.test("a link on the way is refused by a dry run, too, and what is said then works", async () => {
  using image = new Image(...DEBIAN, "srv/pb/");
  await shell("mkdir -p var/lib etc/permaban && ln -s /srv/pb var/lib/permaban", {
    cwd: image.path,
  });
  const refused = async (file: string, words: string, ...options: string[]) => {
    const before = await allOf(image);
    for (const more of [[], ["--dry-run"]]) {
      const { stdout, stderr, status } = await image.run("install", ...options, ...more);
      assertEquals([stdout, status], ["", 3], stderr);
      assertStringIncludes(stderr, `Cannot use "${image.at(file)}": It is `);
      assertStringIncludes(stderr, `permaban: hint: ${words}\n`);
      assertEquals(await allOf(image), before);
    }
    return words.split("permaban install ")[1]?.split(" ") ?? [];
  };
  const way = await refused(
    "var/lib/permaban",
    "name what it leads to: permaban install --state /srv/pb",
  );
  const { status } = await image.run("install", ...way);
  assertEquals([status, image.read("srv/pb/blocklist")], [0, ""]);
  assertEquals((await image.run("uninstall", "--purge")).status, 0);
  assertEquals((await foldersOf(image)).filter((path) => /pb|permaban/.test(path)), [
    "./srv/pb",
    "./var/lib/permaban",
  ]);
  await shell("ln -s ../srv srv/link", { cwd: image.path });
  await refused(
    "srv/link",
    "name what it leads to: permaban install --blocklist /srv/pb/list",
    ...["--state", "/srv/pb", "--blocklist", "/srv/link/pb/list"],
  );
  await refused(
    "usr/local/bin/permaban",
    "move it away, or say with --state where else",
    ...["--state", "/usr/local/bin/permaban"],
  );
  await shell("ln -s /srv etc/fail2ban/jail.d", { cwd: image.path });
  const parts = await refused(
    "etc/fail2ban/jail.d",
    "make it a folder, or leave fail2ban out: permaban install --part config --part systemd",
    ...["--state", "/srv/pb"],
  );
  assertEquals((await image.run("install", "--state", "/srv/pb", ...parts)).status, 0);
  await image.run("uninstall", "--purge");
  await shell("ln -s /srv etc/permaban", { cwd: image.path });
  await refused("etc/permaban", "make it a folder", "--state", "/srv/pb");
});

Deno.test("what was moved and is linked since stays, and a purge says so", async () => {
  using image = new Image(...DEBIAN, "srv/");
  await image.run("install");
  image.write("var/lib/permaban/blocklist", "192.0.2.1\n");
  await shell("mv var/lib/permaban srv/pb && ln -s /srv/pb var/lib/permaban", { cwd: image.path });
  const { stderr, status } = await image.run("uninstall", "--purge");
  assertEquals(status, 0, stderr);
  assertStringIncludes(
    stderr,
    'warning: "/var/lib/permaban" is a symbolic link, and what it leads to stays\n',
  );
  assertEquals((await allOf(image)).match(/\S*(?:pb|permaban\/)\S*/g), [
    "./srv/pb",
    "./srv/pb/blocklist",
    "/srv/pb",
  ]);
});

testWith(
  MACHINE_TOOLS,
  "where a link leads to the folder of its own, all commands work on it",
  async () => {
    const { stdout, stderr } = await onMachine(`
    mkdir -m 700 /srv/pb; ln -s /srv/pb /var/lib/permaban
    ${PROGRAM} install --quiet --state /srv/pb --program ${PROGRAM} --part config >/dev/null
    ${PROGRAM} add -q 192.0.2.1; ${PROGRAM} scan --incremental --update -q
    /etc/permaban/firewall load; iptables -S permaban | grep -c DROP
    ls /srv/pb | grep -v '\\.lock$' | tr '\\n' ' '
    ${PROGRAM} doctor 2>&1 | grep -e /srv/pb -e lib/permaban || echo sound
    ${PROGRAM} uninstall --quiet --purge >/dev/null; ls -A /srv/pb; ls -d /var/lib/permaban /srv/pb`);
    assertEquals(
      stdout.split("\n"),
      ["1", "blocklist history journal sound", "/srv/pb", "/var/lib/permaban", ""],
      stderr,
    );
  },
);

Deno.test("install refuses a list that is none, and leaves alone one in use", async () => {
  using image = new Image(...DEBIAN, "srv/");
  image.write("etc/shadow", "root:*:20000:0:99999:7:::\ndaemon:*:20000:0:99999:7:::\n");
  image.write("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n192.0.2.1\n");
  image.write("srv/binary", "\x00\xff\x7f\n".repeat(50_000));
  const recipe = "192.0.2.1  # fail2ban/2025-11-22: Perma-Banned\n; old\nnonsense\n192.0.2.2\n";
  image.write("srv/list", recipe);
  const before = await allOf(image);
  for (
    const [path, status, words] of [
      ["/etc/permaban/firewall", 2, "is written by install and is no list"],
      ["/etc/permaban/permaban.toml", 2, "is written by install and is no list"],
      ["/etc/fail2ban/jail.d/permaban.conf", 2, "is written by install and is no list"],
      ["/etc/cron.d", 2, "is a folder"],
      ["/etc/shadow", 3, "does not look like a list of addresses"],
      ["/etc/hosts", 3, "does not look like a list of addresses"],
      ["/srv/binary", 3, "does not look like a list of addresses"],
    ] as const
  ) {
    for (const option of ["--blocklist", "--allowlist"]) {
      for (const more of [[], ["--dry-run"]]) {
        const ended = await image.run("install", option, path, ...more);
        assertEquals([ended.status, ended.stdout], [status, ""], ended.stderr);
        assertStringIncludes(ended.stderr, words);
        assertEquals(await allOf(image), before);
      }
    }
  }
  const lists = ["--blocklist", "/srv/list", "--allowlist", "/srv/empty"];
  image.write("srv/empty", "");
  assertEquals((await image.run("install", ...lists)).status, 0);
  for (const path of ["srv/list", "srv/empty"]) image.write(path, "all\nbroken\n");
  assertEquals((await image.run("install")).status, 0);
});

Deno.test("install warns of what is gone at the next start, and of a program that is not there", async () => {
  using image = new Image(...DEBIAN, "opt/permaban");
  image.write(
    "etc/fstab",
    "# /srv/fast\nUUID=1 / ext4 defaults 0 1\ntmp /srv/fast tmpfs size=1g 0 0\nUUID=2 /srv/fast/kept ext4\n",
  );
  const warned = async (...options: string[]) => {
    const { stderr, status } = await image.run("install", "--quiet", "--dry-run", ...options);
    assertEquals(status, 0);
    return [...stderr.matchAll(/warning: .*?"(.*)" is gone|no program "(.*)"/g)]
      .map(([, lost, missing]) => lost ?? missing);
  };
  assertEquals(await warned(), []);
  for (const path of ["/tmp/p", "/run/p", "/var/run/p", "/dev/shm/p", "/srv/fast", "/srv/fast/p"]) {
    assertEquals(await warned("--state", path), [path]);
    const lists = [`${path}/b`, `${path}/a`] as const;
    assertEquals(await warned("--blocklist", lists[0], "--allowlist", lists[1]), [...lists]);
  }
  for (const path of ["/srv/fast/kept/p", "/srv/faster", "/running", "/tmpfs", "/srv"]) {
    assertEquals(await warned("--state", path), []);
  }
  assertEquals(await warned("--program", "/opt/permaban"), []);
  assertEquals(await warned("--program", "/nonexistent"), [image.at("nonexistent")]);
  assertEquals(await warned("--program", "/opt"), [image.at("opt")]);
  assert((await image.run("install", "--program", "/nonexistent")).status === 0);
});
