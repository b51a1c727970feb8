/**
 * `permaban install` and `uninstall`, on images of machines and on one of its own.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { DEBIAN, Image } from "./image.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { permaban, shell } from "./permaban.ts";

/** The files of some state in what install prints. */
function pathsOf(stdout: string, state: string): string[] {
  const rows = stdout.split("\n").map((row) => row.split("\t"));
  return rows.filter(([word]) => word === state).map(([, path = ""]) => path);
}

testWith(["git"], "what --dry-run prints is what install writes", async () => {
  using image = new Image(...DEBIAN);
  using other = new Image(...DEBIAN);
  const before = image.files();
  const { stdout, status } = await image.run("install", "--dry-run", "--target", "reject");
  assertEquals(status, 0);
  assertEquals(image.files(), before);
  const patch = other.write("patch", stdout);
  const applied = await new Deno.Command("git", {
    args: ["apply", patch],
    cwd: other.path,
    env: { GIT_CEILING_DIRECTORIES: other.path },
  }).output();
  assertEquals(applied.success, true, new TextDecoder().decode(applied.stderr));
  Deno.removeSync(patch);
  await image.run("install", "--target", "reject");
  Deno.chmodSync(image.at("etc/permaban/firewall"), 0o644);
  const { stdout: modes } = await image.run("install", "--dry-run");
  assertEquals(modes.split("\n").slice(1), ["old mode 100644", "new mode 100755", ""]);
  await image.run("install", "--target", "reject");
  const { "etc/permaban/installed": record, ...files } = image.files();
  assert(record);
  assertEquals(other.files(), files);
  assertEquals((Deno.statSync(other.at("etc/permaban/firewall")).mode ?? 0) & 0o100, 0o100);
  const gone = await image.run("uninstall", "--dry-run");
  other.write("patch", gone.stdout);
  await new Deno.Command("git", { args: ["apply", "patch"], cwd: other.path }).output();
  Deno.removeSync(other.at("patch"));
  assertEquals(other.files(), before);
  await image.run("uninstall");
  assertEquals(image.files(), before);
});

Deno.test("install writes what applies to a machine", async () => {
  const systemd = ["permaban-restore.service", "permaban-scan.service"]
    .concat("permaban.service", "permaban.timer").map((name) => `/etc/systemd/system/${name}`);
  const fail2ban = ["action.d", "filter.d", "jail.d", "fail2ban.d"]
    .map((folder) => `/etc/fail2ban/${folder}/permaban.conf`);
  const always = ["/var/lib/permaban/blocklist", "/etc/permaban/firewall"];
  const config = "/etc/permaban/permaban.toml";
  for (
    const [paths, options, expected] of [
      [DEBIAN, "", [config, ...always, ...systemd, ...fail2ban]],
      [["etc/cron.d/"], "", [config, ...always, "/etc/cron.d/permaban"]],
      [["etc/fail2ban/"], "", [config, ...always, ...fail2ban]],
      [DEBIAN, "--part cron", [...always, "/etc/cron.d/permaban"]],
      [DEBIAN, "--part fail2ban --part config", [config, ...always, ...fail2ban]],
      [[], "--part systemd", [...always, ...systemd]],
      [[], "--state /srv/p --blocklist /srv/l/list", [
        config,
        "/srv/l/list",
        "/etc/permaban/firewall",
      ]],
    ] as const
  ) {
    using image = new Image(...paths);
    const { stdout, status } = await image.run("install", ...options.split(" ").filter(Boolean));
    assertEquals([pathsOf(stdout, "new"), status], [[...expected], 0], options);
  }
});

Deno.test("install makes the files of its options", async () => {
  using image = new Image(...DEBIAN, "usr/sbin/nft", "opt/permaban");
  const install = async (...options: readonly string[]) => {
    const { stderr, status } = await image.run("install", "--quiet", ...options);
    assertEquals([stderr, status], ["", 0]);
    return image.files();
  };
  const script = (files: Record<string, string>) => files["etc/permaban/firewall"] ?? "";
  let files = await install("--hook", "INPUT", "--hook", "DOCKER-USER", "--target", "reject");
  assertStringIncludes(script(files), "--target reject --hook INPUT --hook DOCKER-USER");
  assertStringIncludes(script(files), "REJECT --reject-with icmp6-port-unreachable");
  files = await install("--state", "/srv/p", "--program", "/opt/permaban", "--on-stop", "flush");
  assertStringIncludes(script(files), "\npermaban=/opt/permaban\nplaces='--state /srv/p'\n");
  const unit = files["etc/systemd/system/permaban-scan.service"] ?? "";
  assertStringIncludes(
    unit,
    "\nExecStart=/opt/permaban scan --incremental --update --wait --quiet --state /srv/p\n",
  );
  assertStringIncludes(unit, "\nReadWritePaths=/srv/p\n");
  assertStringIncludes(
    files["etc/fail2ban/action.d/permaban.conf"] ?? "",
    "\nactionstop = /etc/permaban/firewall flush || [ $? = 4 ]\n",
  );
  image.write("etc/fail2ban/fail2ban.local", "[Definition]\nlogtarget = /srv/f2b.log\n");
  image.write("srv/f2b.log", "");
  assertStringIncludes(script(files), "--target reject --hook INPUT --hook DOCKER-USER");
  files = await install(
    ...["--part", "cron", "--part", "fail2ban", "--format", "nft", "--no-state", "--no-target"],
  );
  assertStringIncludes(script(files), "--target drop --hook prerouting >");
  assertStringIncludes(
    files["etc/cron.d/permaban"] ?? "",
    "--state /var/lib/permaban '/srv/f2b.log*';",
  );
  assertStringIncludes(
    files["etc/fail2ban/jail.d/permaban.conf"] ?? "",
    "\nlogpath = /srv/f2b.log\n",
  );
  files = await install("--log", "/var/log/fail2ban.log", "--format", "ipset");
  assertStringIncludes(script(files), "ipset add -exist permaban-6");
});

Deno.test("uninstall takes back what says that install wrote it, where the record is gone", async () => {
  const options = ["--hook", "DOCKER-USER", "--target", "reject", "--on-stop", "flush", "--state"]
    .concat("/srv/p", "--format", "ipset", "--log", "/srv/f2b.log", "--allowlist", "/srv/allowed");
  for (const words of [[], options, ["--format", "nft", "--part", "cron"]]) {
    using image = new Image(...DEBIAN);
    image.write("etc/fail2ban/jail.d/other.conf", '# Not "permaban install"\n');
    const before = image.files();
    await image.run("install", ...words);
    Deno.removeSync(image.at("etc/permaban/installed"));
    const { stderr, status } = await image.run("uninstall");
    assertEquals([status, stderr.includes("edited")], [0, false], stderr);
    const { "etc/permaban/permaban.toml": _toml, ...rest } = image.files();
    for (const data of ["var/lib/permaban/blocklist", "srv/p/blocklist"]) delete rest[data];
    assertEquals(rest, before);
  }
  using image = new Image(...DEBIAN);
  await image.run("install");
  Deno.removeSync(image.at("etc/permaban/installed"));
  const jail = image.read("etc/fail2ban/jail.d/permaban.conf");
  image.write("etc/fail2ban/jail.d/permaban.conf", `${jail}# mine\n`);
  image.write("etc/fail2ban/filter.d/permaban.conf", "# by hand\n");
  const { stdout } = await image.run("uninstall");
  assertEquals(pathsOf(stdout, "aside"), ["/etc/fail2ban/jail.d/permaban.conf"]);
  assertEquals(image.read("etc/fail2ban/jail.d/permaban.conf~"), `${jail}# mine\n`);
  assertEquals(image.read("etc/fail2ban/filter.d/permaban.conf"), "# by hand\n");
});

Deno.test("--purge removes what permaban makes, by its name, and no folder", async () => {
  using image = new Image(...DEBIAN);
  await image.run("install", "--blocklist", "/srv/list");
  image.write("srv/list", "192.0.2.1\n");
  for (const name of ["blocklist.mine", "pardons", "history.lock", "journal/x"]) {
    image.write(`var/lib/permaban/${name}`, "");
  }
  image.write("etc/permaban/allowlist.old", "");
  Deno.removeSync(image.at("etc/permaban/firewall"));
  image.write("etc/permaban/firewall/mine", "");
  const { stdout, stderr, status } = await image.run("uninstall", "--purge", "--force");
  assertEquals([pathsOf(stdout, "aside"), status], [["/etc/permaban/firewall"], 0], stderr);
  assertStringIncludes(stderr, '"/var/lib/permaban/journal" is a folder and stays');
  assertStringIncludes(stderr, '"/srv/list" is outside of "/var/lib/permaban" and stays');
  assertEquals(
    Object.keys(image.files()).filter((path) => /permaban.|^srv/.test(path)),
    [
      "etc/permaban/allowlist.old",
      "etc/permaban/firewall~/mine",
      "srv/list",
      "usr/local/bin/permaban",
      "var/lib/permaban/blocklist.mine",
      "var/lib/permaban/journal/x",
    ].filter((path) => /permaban.|^srv/.test(path)),
  );
});

Deno.test("the Debian package takes back what install wrote when it is purged, and nothing else", async () => {
  using image = new Image(...DEBIAN);
  const other = "etc/fail2ban/action.d/permaban.conf";
  const before = { ...image.files(), [other]: "# by hand\n" };
  for (const options of [[], ["--part", "cron"]]) {
    await image.run("install", ...options);
    image.write(other, "# by hand\n");
    const link = image.at("etc/systemd/system/timers.target.wants/permaban.timer");
    Deno.mkdirSync(dirname(link), { recursive: true });
    Deno.symlinkSync("/etc/systemd/system/permaban.timer", link);
    const postrm = fromFileUrl(import.meta.resolve("../../tools/deb/postrm"));
    const { success, stderr } = await new Deno.Command("sh", {
      args: [postrm, "purge"],
      env: { DPKG_ROOT: image.path },
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertEquals(image.files(), before);
  }
});

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "the commands that are said take everything out of the firewall again",
  async () => {
    const { stdout, stderr } = await onMachine(`
      iptables -A INPUT -s 198.51.100.1 -j DROP
      show() {
        { iptables-save -t filter; ip6tables-save -t filter; ipset save; nft list tables; } |
          grep -e permaban -e 198.51 | sed 's/ hashsize.*//'
      }
      run_hints() { sed -n "s/.*it remains to run: //p" /run/hints | grep -e "$1" >/run/todo || :; sh -e /run/todo; }
      install() { ${PROGRAM} install --part config --program ${PROGRAM} "$@" >/dev/null 2>/run/hints; }
      ${PROGRAM} add -q 192.0.2.1 2001:db8::1
      for format in iptables ipset nft; do
        install --format $format
        /etc/permaban/firewall load
        ${PROGRAM} uninstall >/dev/null 2>/run/hints
        head -n 1 /run/hints | cut -c 1-40
        run_hints permaban
        show
      done
      # From each format to the next one.
      for format in nft ipset iptables nft; do
        install --format $format
        /etc/permaban/firewall load
        run_hints "save\\|ipset destroy\\|nft delete"
        echo "$format:"; show | grep -c -e permaban || :
      done
      ${PROGRAM} uninstall --quiet >/dev/null; nft delete table inet permaban; show`);
    const alone = "-A INPUT -s 198.51.100.1/32 -j DROP";
    const hint = (command: string) => `permaban: hint: it remains to run: ${command}`.slice(0, 40);
    assertEquals(
      stdout.split("\n"),
      [
        ...[hint("iptables"), alone, hint("iptables"), alone, hint("nft delete"), alone],
        ...["nft:", "1", "ipset:", "10", "iptables:", "6", "nft:", "1", alone, ""],
      ],
      stderr,
    );
  },
);

Deno.test("a second install keeps the options of the first, and says so", async () => {
  using image = new Image(...DEBIAN);
  const first = ["--hook", "INPUT", "--hook", "DOCKER-USER", "--target", "reject"];
  const places = ["--on-stop", "flush", "--state", "/srv/p", "--part", "fail2ban"];
  await image.run("install", ...first, ...places);
  const files = image.files();
  const { stdout, stderr, status } = await image.run("install");
  assertEquals([pathsOf(stdout, "changed"), pathsOf(stdout, "new"), status], [[], [], 0]);
  assertStringIncludes(
    stderr,
    "As before: --part fail2ban --hook INPUT --hook DOCKER-USER --target reject --on-stop flush " +
      "--state /srv/p (--no-NAME takes an option back)\n",
  );
  assertEquals(image.files(), files);
  // One that is given anew holds from then on, one that is taken back does not.
  await image.run("install", "--quiet", "--no-hook", "--target", "drop", "--part", "cron");
  const third = await image.run("install");
  assertStringIncludes(
    third.stderr,
    "As before: --part fail2ban --part cron --target drop --on-stop flush --state /srv/p (",
  );
  assertStringIncludes(image.read("etc/permaban/firewall"), "--target drop --hook INPUT;");
  await image.run("install", "--quiet", "--hook", "DOCKER-USER");
  const nft = await image.run("install", "--format", "nft");
  assertStringIncludes(nft.stderr, "since --format is another one: --hook DOCKER-USER\n");
  assertStringIncludes(image.read("etc/permaban/firewall"), "--target drop --hook prerouting ");
});

Deno.test("install refuses what it cannot do, and writes nothing then", async () => {
  using image = new Image(...DEBIAN);
  const before = image.files();
  const fails = async (status: number, words: string, ...options: readonly string[]) => {
    const ended = await image.run("install", ...options);
    assertEquals([ended.status, ended.stdout], [status, ""], words);
    assertStringIncludes(ended.stderr, words);
    assertEquals(image.files(), before);
  };
  await fails(
    2,
    'Option --part takes one of fail2ban, systemd, cron, config, not "crom"',
    "--part",
    "crom",
  );
  await fails(2, "did you mean cron?", "--part", "crom");
  await fails(2, 'has " " in it', "--state", "/var/my lib");
  await fails(2, 'has "%" in it', "--log", "/var/log/%h");
  await fails(2, "must begin with a slash", "--program", "permaban");
  await fails(2, "must not go upwards", "--program", "/opt/../permaban");
  await fails(2, "Option --hook", "--hook", "permaban");
  await fails(2, "names a chain twice", "--hook", "INPUT", "--hook", "INPUT");
  await fails(2, 'not at "DOCKER-USER"', "--format", "nft", "--hook", "DOCKER-USER");
  const nowhere = await permaban(["install", "--root", `${image.path}/none`]);
  assertStringIncludes(nowhere.stderr, "there is no folder");
  using bare = new Folder();
  const { stderr } = await permaban(["install", "--root", bare.path]);
  assertStringIncludes(stderr, "There is neither iptables-restore nor nft");
  const second = await permaban(["install", "--root", bare.path, "--format", "nft"]);
  assertStringIncludes(second.stderr, 'There is no "permaban" where the system looks');
  assertEquals([...Deno.readDirSync(bare.path)], []);
  image.write("etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = SYSLOG\n");
  Object.assign(before, image.files());
  await fails(3, "fail2ban logs to SYSLOG, not to a file");
  image.write("etc/permaban/installed", "{}");
  Object.assign(before, image.files());
  await fails(3, "is not what permaban install wrote there", "--log", "/var/log/fail2ban.log");
});

Deno.test("a log that is missing is said, since fail2ban would not start", async () => {
  using image = new Image("etc/fail2ban/");
  const { stderr, status } = await image.run("install");
  assertEquals(status, 0);
  const log = image.at("var/log/fail2ban.log");
  assertStringIncludes(stderr, `There is no log "${log}"`);
  const said = (text: string) => /make it before fail2ban is reloaded: (.*)/.exec(text)?.[1] ?? "";
  assertStringIncludes(
    said(stderr),
    `mkdir -p ${dirname(log)} && touch ${log} && chmod 600 ${log}`,
  );
  await shell(said(stderr));
  assertEquals((Deno.statSync(log).mode ?? 0) & 0o777, 0o600);
  assertEquals(said((await image.run("install")).stderr), "");
  Deno.removeSync(log);
  image.write("etc/group", "root:x:0:\nadm:x:4:syslog\n");
  assertEquals(
    said((await image.run("install")).stderr),
    `touch ${log} && chmod 640 ${log} && chown root:adm ${log}`,
  );
});

Deno.test("install says what else must be there", async () => {
  for (
    const [paths, options, words] of [
      [["etc/fail2ban/", "var/log/fail2ban.log"], [], "neither systemd nor cron here"],
      [["etc/cron.d/"], [], "each run will say that there is nothing to read"],
      [DEBIAN, [], ""],
      [["etc/fail2ban/", "var/log/fail2ban.log"], ["--part", "fail2ban"], ""],
    ] as const
  ) {
    using image = new Image(...paths);
    const { stderr, status } = await image.run("install", ...options);
    assertEquals(status, 0);
    assertStringIncludes(stderr, words);
    assertEquals(stderr.includes("warning"), words !== "", stderr);
  }
  using image = new Image(...DEBIAN);
  await image.run("install");
  const dry = await image.run("install", "--dry-run", "--target", "reject");
  assertStringIncludes(dry.stderr, '"/etc/permaban/firewall" would be kept as');
});

Deno.test("install takes the recipe over, once, and says how to switch it off", async () => {
  using image = new Image(...DEBIAN);
  image.write(
    "etc/fail2ban/jail.local",
    "[repeatoffender]\nenabled = true\nfilter = repeatoffender\nbanaction = repeatoffender\n",
  );
  image.write("etc/fail2ban/filter.d/repeatoffender.conf", "[Definition]\nfailregex = x\n");
  image.write("etc/fail2ban/action.d/repeatoffender.conf", "[Definition]\nactionban = x\n");
  image.write(
    "etc/fail2ban/ip.blocklist.repeatoffender",
    "192.0.2.1  # fail2ban/2025-11-22: Perma-Banned\n192.0.2.2\nnonsense\n",
  );
  const list = () => image.read("var/lib/permaban/blocklist");
  const dry = await image.run("install", "--dry-run");
  assertStringIncludes(dry.stderr, `jail.local:2: The recipe's jail "repeatoffender" is enabled`);
  const source = image.at("etc/fail2ban/ip.blocklist.repeatoffender");
  assertStringIncludes(dry.stderr, `Would take over 2 entries of "${source}"`);
  assertStringIncludes(dry.stderr, `${source}:3: `);
  assertEquals([dry.status, image.files()["var/lib/permaban/blocklist"]], [4, undefined]);
  const { stderr, stdout, status } = await image.run("install", "--json");
  assertEquals(status, 4);
  assertStringIncludes(stderr, `Took over 2 entries of "${source}"`);
  assertStringIncludes(
    stderr,
    `set "enabled = false" there, then: fail2ban-client stop repeatoffender`,
  );
  assertStringIncludes(
    stderr,
    "/etc/fail2ban/action.d/repeatoffender.conf, /etc/fail2ban/filter.d/",
  );
  const { imported, recipe } = JSON.parse(stdout);
  assertEquals(imported, [
    { list: "ip.blocklist.repeatoffender", added: 2, known: 0, understood: false },
  ]);
  assertEquals(recipe.jails, [
    { name: "repeatoffender", file: "jail.local", line: 2, isEnabled: true },
  ]);
  assertEquals(list().match(/^192.0.2.[12] /gm)?.length, 2);
  assertStringIncludes(list(), "Perma-Banned");
  // What somebody removed since then does not come back.
  image.write("var/lib/permaban/blocklist", "192.0.2.2\n");
  const again = await image.run("install");
  assertEquals([again.status, list()], [0, "192.0.2.2\n"]);
  assertEquals((await image.run("install", "--dry-run")).stderr.includes("take over"), false);
});

Deno.test("what is wrong in a configuration keeps nobody from taking back, nor another's table from installing", async () => {
  using image = new Image(...DEBIAN);
  using folder = new Folder();
  const has = (path: string) => image.files()[path.slice(1)] !== undefined;
  const config = ["--config", folder.write("twice.toml", "[scan]\n[scan]\nmin-bans = 5\n")];
  const installed = await image.run("install", ...config);
  assertStringIncludes(installed.stderr, "twice.toml:2: Table [scan] is there twice");
  assertEquals([installed.status, has("/etc/permaban/firewall")], [4, true]);
  // What concerns all commands might say where the list is.
  const before = image.files();
  folder.write("twice.toml", '# here\nstat = "/srv/p"\n');
  const refused = await image.run("install", "--target", "reject", ...config);
  assertEquals([refused.stdout, refused.status, image.files()], ["", 3, before]);
  assertStringIncludes(
    refused.stderr,
    `twice.toml:2: There is no key "stat"\npermaban: hint: did you mean "state"?\n` +
      `permaban: hint: nothing is done until that is mended; "permaban config --config ${
        config[1]
      }"`,
  );
  folder.write("twice.toml", "= nonsense");
  assertEquals((await image.run("uninstall", ...config)).status, 0);
  assertEquals(has("/etc/permaban/firewall"), false);
});

Deno.test("the configuration of an image is its own, and must be its owner's alone", async () => {
  using image = new Image(...DEBIAN);
  const own = image.write("etc/permaban/permaban.toml", '[install]\ntarget = "reject"\n');
  const run = (words: string) =>
    shell(`unset PERMABAN_CONFIG; permaban ${words} --root '${image.path}'`);
  const before = image.files();
  await run("install");
  assertStringIncludes(image.read("etc/permaban/firewall"), "--target reject");
  Deno.chmodSync(own, 0o666);
  const { stderr, status } = await run("install");
  assertEquals(status, 3);
  assertStringIncludes(
    stderr,
    `"${own}": Others can write to it\npermaban: hint: chmod go-w '${own}'`,
  );
  assertEquals((await run("uninstall")).status, 0);
  const { "var/lib/permaban/blocklist": _list, ...rest } = image.files();
  assertEquals(rest, before);
  assertEquals((await shell(/hint: (chmod .*)/.exec(stderr)?.[1] ?? "false")).status, 0);
  assertEquals((await run("install --dry-run")).status, 0);
});

Deno.test("install says that [restore] of the configuration is not for what it installs", async () => {
  using image = new Image(...DEBIAN);
  const install = async (configuration: string, ...words: string[]) => {
    image.write("etc/permaban/permaban.toml", configuration);
    const { stderr } = await shell(
      `unset PERMABAN_CONFIG; permaban install ${words.join(" ")} --root '${image.path}'`,
    );
    return stderr.match(/\[restore\] \w+|what is installed has .*/g) ?? [];
  };
  assertEquals(await install('[restore]\ntarget = "reject"\nhook = ["INPUT", "DOCKER-USER"]\n'), [
    "[restore] target",
    "what is installed has --target drop (install --target reject sets it, or target in [install])",
    "[restore] hook",
    "what is installed has --hook INPUT (install --hook INPUT --hook DOCKER-USER sets it, or hook in " +
    "[install])",
  ]);
  // The same, or somebody has said what it is to be.
  assertEquals(await install('[restore]\ntarget = "drop"\nhook = ["INPUT"]\n'), []);
  const reject = '[restore]\ntarget = "reject"\n';
  assertEquals(await install(`${reject}[install]\ntarget = "drop"\n`), []);
  assertEquals(await install(reject, "--target drop"), []);
  assertEquals(await install(reject), []);
});

Deno.test("install says what remains to be run", async () => {
  using image = new Image(...DEBIAN);
  const { stdout } = await image.run("install", "--json");
  const { files, remaining } = JSON.parse(stdout);
  assertEquals(files[2], {
    path: "/etc/permaban/firewall",
    mode: "0755",
    state: "new",
    aside: null,
  });
  assertEquals(remaining, [
    `systemctl --root=${image.path} enable permaban-restore.service permaban.timer`,
  ]);
  const gone = await image.run("uninstall", "--json");
  assertEquals(JSON.parse(gone.stdout).remaining, []);
  const nothing = await image.run("uninstall");
  assertEquals([nothing.stdout, nothing.status], ["", 0]);
  assertStringIncludes(nothing.stderr, "Nothing was installed here");
});

testWith(MACHINE_TOOLS, "the script loads, refreshes, bans and flushes", async () => {
  const { stdout, stderr, status } = await onMachine(`
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
    firewall() { /etc/permaban/firewall "$@" || echo "status $?"; }
    rules() {
      { iptables-save; ip6tables-save; } | grep -e '-A' | tr '\\n' ';'
      echo
    }
    ${PROGRAM} add -q 192.0.2.1 2001:db8::1
    firewall load; firewall load; rules
    firewall ban 192.0.2.2 sshd; firewall ban 192.0.2.2 sshd; rules
    firewall ban 2001:db8::2; rules
    firewall ban 198.51.100.0/31; rules
    firewall flush; rules
    firewall refresh; rules
    firewall load; rules
    iptables -F INPUT; firewall refresh; rules
    ${PROGRAM} remove -q 192.0.2.1 2001:db8::1; firewall refresh; rules
    grep -o '^[^#]*\\|jails=.*' /var/lib/permaban/blocklist | tr -s '\\n ' ' '; echo
    stat -c %a /run/permaban`);
  const jumps = (...rules: string[]) => {
    const of = (family: 4 | 6) => rules.filter((rule) => rule.includes(":") === (family === 6));
    const print = (rule: string) => `-A permaban -s ${rule} -j DROP;`;
    const four = `-A INPUT -j permaban;${of(4).map(print).join("")}`;
    return `${four}-A INPUT -j permaban;${of(6).map(print).join("")}`;
  };
  const [one, one6] = ["192.0.2.1/32", "2001:db8::1/128"];
  const all = ["192.0.2.1/32", "192.0.2.2/32", "198.51.100.0/31", one6, "2001:db8::2/128"];
  assertEquals(
    stdout.split("\n"),
    [
      jumps(one, one6),
      // The second time a load has put it where it belongs.
      jumps(one, "192.0.2.2/32", one6),
      jumps(one, "192.0.2.2/32", "2001:db8::2/128", one6),
      jumps(...all),
      jumps(),
      jumps(),
      jumps(...all),
      jumps(...all),
      jumps("192.0.2.2/32", "198.51.100.0/31", "2001:db8::2/128"),
      "192.0.2.2 jails=sshd 2001:db8::2 198.51.100.0/31 ",
      "700",
      "",
    ],
    stderr,
  );
  assertEquals(status, 0);
});

testWith(MACHINE_TOOLS, "the script fails loudly, and changes nothing then", async () => {
  const { stdout, stderr } = await onMachine(`
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
    firewall() { /etc/permaban/firewall "$@" && echo done || echo "status $?"; }
    ${PROGRAM} add -q 192.0.2.1; firewall load
    iptables-save | grep -v '^#' >/run/before
    firewall ban nonsense
    firewall ban '$(touch /run/owned)' 'sshd"; touch /run/owned; "'
    firewall ban '; touch /run/owned #'
    firewall ban -- x y; firewall ban; firewall; firewall id; firewall load 192.0.2.1
    mv /var/lib/permaban/blocklist /run/list; firewall load; firewall refresh; firewall flush
    mv /run/list /var/lib/permaban/blocklist
    firewall load
    iptables-save | grep -v '^#' | diff - /run/before && echo same
    echo nonsense >>/var/lib/permaban/blocklist
    firewall load; firewall refresh
    ls /run/owned 2>&1 || :
    printf '#!/bin/sh\\nexit 1\\n' >/run/false; chmod +x /run/false
    for tool in iptables-save iptables-restore ip6tables-restore; do
      sed "s#^PATH=.*#PATH=/run/bin:\\$PATH#" /etc/permaban/firewall >/run/firewall
      rm -rf /run/bin; mkdir /run/bin; cp /run/false /run/bin/$tool
      sh /run/firewall load && echo done || echo "status $?"
    done
    # Status 4 of a loader is not that of permaban.
    rm -rf /run/bin; mkdir /run/bin
    printf '#!/bin/sh\\nexit 4\\n' >/run/bin/iptables-restore; chmod +x /run/bin/iptables-restore
    sh /run/firewall load && echo done || echo "status $?"`);
  assertEquals(
    stdout.split("\n"),
    [
      "done",
      ...["status 4", "status 4", "status 4"],
      ...["status 2", "status 2", "status 2", "status 2", "status 2"],
      ...["status 3", "status 3", "done", "done", "same"],
      ...["status 4", "done"],
      "ls: cannot access '/run/owned': No such file or directory",
      ...["status 3", "status 3", "status 3", "status 3"],
      "",
    ],
    stderr,
  );
});

testWith(
  [...MACHINE_TOOLS, "nft", "iptables-nft-save"],
  "the script adds no jump where iptables cannot show the table",
  async () => {
    const { stdout, stderr } = await onMachine(`
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
    firewall() { /etc/permaban/firewall "$@" && echo done || echo "status $?"; }
    ${PROGRAM} add -q 192.0.2.1; firewall load
    nft add rule ip filter INPUT ct state vmap '{ new : accept }'
    firewall load; firewall refresh; firewall refresh; firewall ban 192.0.2.2
    nft list chain ip filter INPUT | grep -c permaban`);
    assertEquals(
      stdout.split("\n"),
      ["done", "status 3", "status 3", "status 3", "done", "1", ""],
      stderr,
    );
    assertStringIncludes(stderr, 'Table "filter" has rules of nft that iptables cannot show');
  },
);

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "a refresh sees that others have emptied the rules, and a load keeps them for a list of nonsense",
  async () => {
    const { stdout, stderr } = await onMachine(`
      firewall() { /etc/permaban/firewall "$@" 2>/run/errors || echo "status $?"; }
      rules() {
        (set +e; iptables -S permaban; ip6tables -S permaban; nft list table inet permaban) 2>/dev/null |
          grep -c -e '-A' -e '@blocked'
      }
      for format in iptables ipset nft; do
        ${PROGRAM} install --quiet --format $format --program ${PROGRAM} >/dev/null
        printf '192.0.2.1\\n2001:db8::1\\n' >/var/lib/permaban/blocklist
        firewall load; rules
        case $format in
        nft) nft flush chain inet permaban prerouting ;;
        *) iptables -F permaban; ip6tables -F permaban ;;
        esac
        rules || :
        firewall refresh; rules
        # One that has nothing of a family is loaded all the same.
        printf 'x\\n192.0.2.1\\n' >/var/lib/permaban/blocklist; firewall load; rules
        printf 'x\\ny\\n' >/var/lib/permaban/blocklist; firewall refresh; firewall load; rules
        grep -c 'No line of /var/lib/permaban/blocklist is understood' /run/errors
        : >/var/lib/permaban/blocklist; firewall refresh; firewall refresh
        case $format in
        nft) nft delete table inet permaban ;;
        *) iptables-save | sed /permaban/d | iptables-restore; ip6tables-save | sed /permaban/d | ip6tables-restore ;;
        esac
      done`);
    const refused = ["status 3", "status 3"];
    assertEquals(
      stdout.split("\n"),
      [
        ...["2", "0", "2", "status 4", "1", ...refused, "1", "1"],
        ...["2", "0", "2", "status 4", "2", ...refused, "2", "1"],
        ...["2", "0", "2", "status 4", "2", ...refused, "2", "1"],
        "",
      ],
      stderr,
    );
  },
);

testWith([...MACHINE_TOOLS, "nft"], "a ban is a rule of nft until the next load", async () => {
  const { stdout, stderr, status } = await onMachine(`
    firewall() { /etc/permaban/firewall "$@" || echo "status $?"; }
    show() {
      nft -s list table inet permaban | tr -s '[:space:]' ' ' >/run/table
      grep -o -e 'elements = {[^}]*}' -e 'ip6\\? [sd]addr [^ ]* counter [a-z]*' /run/table
      echo
    }
    install() { ${PROGRAM} install --quiet --format nft --program ${PROGRAM} "$@" >/dev/null; }
    install --hook INPUT --hook output
    ${PROGRAM} add -q 192.0.2.1 2001:db8::1
    firewall load
    firewall ban 192.0.2.2 sshd; firewall ban 2001:db8::2; show
    nft -j list ruleset | ${PROGRAM} verify -q --hook INPUT --hook output; echo "verified $?"
    firewall ban 192.0.2.2; show
    firewall ban ::ffff:192.0.2.3; firewall ban 192.0.2.7; firewall ban 192.0.2.8/31; show
    ${PROGRAM} remove -q 2001:db8::1 2001:db8::2 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.7
    install --target reject --no-hook
    firewall load; firewall ban 2001:db8::3; show
    firewall flush; show`);
  const [ask, leave] = ["ip saddr @blocked4 counter drop", "ip daddr @blocked4 counter drop"];
  const [ask6, leave6] = ["ip6 saddr @blocked6 counter drop", "ip6 daddr @blocked6 counter drop"];
  const usual = [ask, ask6, leave, leave6];
  const rejects = ["ip saddr @blocked4 counter reject", "ip6 saddr @blocked6 counter reject"];
  assertEquals(
    stdout.split("\n"),
    [
      ...["elements = { 192.0.2.1 }", "elements = { 2001:db8::1 }"],
      ...["ip6 saddr 2001:db8::2 counter drop", "ip saddr 192.0.2.2 counter drop", ask, ask6],
      ...["ip6 daddr 2001:db8::2 counter drop", "ip daddr 192.0.2.2 counter drop", leave, leave6],
      ...["", "verified 0"],
      ...["elements = { 192.0.2.1, 192.0.2.2 }", "elements = { 2001:db8::1, 2001:db8::2 }"],
      ...[...usual, ""],
      ...["elements = { 192.0.2.1, 192.0.2.2/31, 192.0.2.7, 192.0.2.8/31 }"],
      ...["elements = { 2001:db8::1, 2001:db8::2 }", ...usual, ""],
      ...["elements = { 192.0.2.8/31 }"],
      ...["ip6 saddr 2001:db8::3 counter reject", ...rejects, ""],
      ...[...rejects, ""],
      "",
    ],
    stderr,
  );
  assertEquals(status, 0);
});

testWith(MACHINE_TOOLS, "loads at the same time add one jump", async () => {
  const { stdout, stderr } = await onMachine(`
    ${PROGRAM} install --quiet --program ${PROGRAM} >/dev/null
    ${PROGRAM} add -q 192.0.2.1
    for run in 1 2 3 4 5 6; do /etc/permaban/firewall load & done; wait
    iptables-save | grep -c -e '-j permaban'`);
  assertEquals(stdout, "1\n", stderr);
});
