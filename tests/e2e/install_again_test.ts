/**
 * `permaban install` where something is installed already, or is being installed.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testWith } from "../tools.ts";
import { DEBIAN, Image } from "./image.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { shell } from "./permaban.ts";

const TIMER = "etc/systemd/system/permaban.timer";
const CRON = "etc/cron.d/permaban";

/** The lines of what remains to be run. */
function remaining(stderr: string): string[] {
  return [...stderr.matchAll(/it remains to run: (.*)/g)].map(([, command = ""]) => command);
}

testWith(
  ["flock"],
  "a second install or uninstall waits for the first, a dry run for none",
  async () => {
    using image = new Image(...DEBIAN);
    const lock = image.write("etc/permaban/installed.lock", "");
    for (const command of ["install", "uninstall"]) {
      const { stdout, stderr } = await shell(`
      exec 8>'${lock}'; flock 8
      permaban ${command} --root '${image.path}' >'${image.path}/result' 2>&1 8>&- & second=$!
      permaban ${command} --root '${image.path}' --dry-run >/dev/null 2>&1 8>&-; echo "dry run: $?"
      sleep 0.5; cat '${image.path}/result'; echo freed
      exec 8>&-; wait $second; echo "second: $?"; grep -c permaban '${image.path}/result'`);
      assertEquals(stdout.split("\n").slice(0, 3), ["dry run: 0", "freed", "second: 0"], stderr);
      assert(Number(stdout.split("\n")[3]) > 10, stdout);
    }
    assertEquals(image.files()["etc/permaban/installed.lock"], undefined);
  },
);

testWith(
  ["flock"],
  "installs and uninstalls at once end as if they had come one after the other",
  async () => {
    using image = new Image(...DEBIAN, "usr/sbin/nft");
    const before = image.files();
    const run = (words: string) => `permaban ${words} --root '${image.path}' >/dev/null 2>&1 &`;
    const formats = ["iptables", "ipset", "nft"].map((format) => run(`install --format ${format}`));
    await shell(`${formats.join("\n")} wait`);
    const { options, files } = JSON.parse(image.read("etc/permaban/installed"));
    const [format] = options.format;
    const script = image.read("etc/permaban/firewall");
    assertStringIncludes(
      script,
      format === "iptables" ? "\nload_list() { each" : `--format ${format}`,
    );
    const again = await image.run("install");
    assertEquals(again.stdout.match(/^(?!unchanged).*/gm)?.filter(Boolean) ?? [], []);
    assertEquals(Object.keys(files).length, 11);
    await shell(`${formats.join("\n")} ${run("uninstall")} ${run("uninstall")} wait`);
    await image.run("uninstall", "--purge");
    assertEquals(image.files(), before);
    assertEquals((await shell(`ls -A '${image.path}/etc'`)).stdout, "cron.d\nfail2ban\nsystemd\n");
  },
);

testWith(
  ["root", "setpriv"],
  "who may not install is told so, and nothing is left behind",
  async () => {
    using image = new Image(...DEBIAN);
    await image.run("install");
    const before = image.files();
    Deno.chmodSync(image.at("etc/permaban"), 0o555);
    for (const command of ["install", "uninstall"]) {
      const { stderr, status } = await shell(
        `setpriv --bounding-set -dac_override permaban ${command} --root '${image.path}'`,
      );
      assertEquals(status, 3);
      assertStringIncludes(
        stderr,
        `Cannot write "${image.at("etc/permaban/installed")}": permission denied\n` +
          "permaban: hint: run it as root",
      );
    }
    assertEquals(image.files(), before);
  },
);

Deno.test("of cron and systemd, the one that is set up later takes the place of the other", async () => {
  using image = new Image(...DEBIAN);
  const has = (path: string) => image.files()[path] !== undefined;
  await image.run("install");
  const dry = await image.run("install", "--dry-run", "--part", "cron");
  assertStringIncludes(dry.stdout, `diff --git a/${TIMER} b/${TIMER}\ndeleted file`);
  assertEquals([has(TIMER), has(CRON)], [true, false]);
  const { stdout, stderr, status } = await image.run("install", "--part", "cron");
  assertEquals([has(TIMER), has(CRON), status], [false, true, 0]);
  assertStringIncludes(stdout, `removed\t/${TIMER}\n`);
  assertStringIncludes(stderr, "cron takes the place of systemd, whose files are taken back");
  assertStringIncludes(stderr, "Left as it was, since --part does not name it: fail2ban");
  assertEquals(remaining(stderr), []);
  // It stays so, and nothing else is lost.
  const plain = await image.run("install");
  assertStringIncludes(plain.stderr, "As before: --part config --part fail2ban --part cron (");
  assertEquals(plain.stdout.match(/^(?!unchanged).*/gm)?.filter(Boolean) ?? [], []);
  // What was edited is not thrown away.
  image.write(CRON, `${image.read(CRON)}# mine\n`);
  const back = await image.run("install", "--part", "systemd", "--json");
  const { files, remaining: commands } = JSON.parse(back.stdout);
  assertEquals(files.at(-1), {
    path: `/${CRON}`,
    mode: null,
    state: "aside",
    aside: `/${CRON}~`,
  });
  assertEquals([has(TIMER), has(CRON), commands.length], [true, false, 1]);
  assertStringIncludes(image.read(`${CRON}~`), "# mine");
  // Who asks for both gets both.
  await image.run("install", "--part", "systemd", "--part", "cron");
  await image.run("install");
  assertEquals([has(TIMER), has(CRON)], [true, true]);
  Deno.removeSync(image.at(`${CRON}~`));
  await image.run("uninstall", "--purge");
  assertEquals([has(TIMER), has(CRON), has("etc/permaban/installed")], [false, false, false]);
});

testWith(
  ["systemctl"],
  "units are taken back with the links that enabled them",
  async () => {
    for (const last of ["uninstall", "install --part cron"]) {
      using image = new Image(...DEBIAN);
      const first = await image.run("install");
      const enabled = await shell(remaining(first.stderr).join("\n"));
      assertStringIncludes(enabled.stderr, "Created symlink");
      const { stdout, stderr } = await image.run(...last.split(" ") as [string, ...string[]]);
      assertStringIncludes(
        stdout,
        `removed\t/etc/systemd/system/timers.target.wants/permaban.timer\n`,
      );
      assertEquals(remaining(stderr), []);
      assertEquals((await shell(`find '${image.path}/etc/systemd' -type l`)).stdout, "");
    }
  },
);

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "the commands that are said take out the jump from a chain that is no hook any more",
  async () => {
    const { stdout, stderr } = await onMachine(`
      install() { ${PROGRAM} install --part config --program ${PROGRAM} "$@" >/dev/null 2>/run/hints; }
      run_hints() { sed -n 's/.*it remains to run: //p' /run/hints | grep -v scan >/run/todo; sh -e /run/todo; }
      show() { { iptables-save -t filter; ip6tables-save -t filter; } | grep -e '-j permaban' | tr '\\n' ';'; echo; }
      ${PROGRAM} add -q 192.0.2.1 2001:db8::1
      for format in iptables ipset; do
        install --format $format --hook INPUT --hook FORWARD; run_hints; show
        install --hook INPUT; run_hints; show; grep -e -D /run/todo
        install --hook FORWARD; run_hints; show
      done
      install --format nft --no-hook; run_hints; show
      install --hook prerouting --hook forward; run_hints
      install --hook forward; run_hints; nft list table inet permaban | grep hook
      # All that was ever loaded goes in the end.
      install --format iptables --no-hook; /etc/permaban/firewall load
      ${PROGRAM} uninstall >/dev/null 2>/run/hints; run_hints; show
      sed -n 's/.*unless that was taken out then, run: //p' /run/hints
      nft delete table inet permaban; nft list tables | grep permaban; ipset list -n`);
    const jump = (...hooks: string[]) => hooks.map((hook) => `-A ${hook} -j permaban;`).join("");
    const both = (...hooks: string[]) => jump(...hooks) + jump(...hooks);
    const unhook = ["iptables -w -D FORWARD -j permaban", "ip6tables -w -D FORWARD -j permaban"];
    const lines = [both("INPUT", "FORWARD"), both("INPUT"), ...unhook, both("FORWARD")];
    assertEquals(
      stdout.split("\n").map((line) => line.trim()),
      [
        ...[...lines, ...lines, ""],
        ...["type filter hook forward priority raw; policy accept;", ""],
        // What was taken out before is known to be gone.
        "nft delete table inet permaban",
        "",
      ],
      stderr,
    );
  },
);
