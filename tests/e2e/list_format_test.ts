/**
 * What `list --format` prints, read by those that it is for.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";
import { permaban, shell } from "./permaban.ts";

/** A list of many kinds of entries. */
function someList(seed: number): string {
  const next = random(seed);
  const below = (end: number) => Math.floor(next() * end);
  return Array.from({ length: 500 }, (_, at) => {
    const four = `${1 + below(220)}.${below(256)}.${below(256)}`;
    const six = `2001:db8:${below(65536).toString(16)}`;
    const network = [`${four}.${below(256)}`, `${four}.0/24`, `${six}::/48`, `${six}::${at + 1}`][
      below(4)
    ];
    const note = [
      "",
      ' # =1+1, "x"',
      " # permaban since=2026-01-02T03:04:05Z bans=3 jails=a%2Cb:3,-c origin=x # -why",
      "; 192.0.2.1-192.0.2.9",
    ];
    return network + (note[below(4)] ?? "");
  }).join("\n");
}

/** The entries of a list, as it prints them in JSON, without what an import says of its own. */
async function entriesOf(path: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await permaban(["list", "--json", "--blocklist", path]);
  return JSON.parse(stdout).entries;
}

for (const format of ["plain", "json", "csv", "hosts.deny", "nginx", "apache"]) {
  Deno.test(`what list --format ${format} prints is imported again`, async () => {
    using folder = new Folder();
    // Each network once, as an import takes it.
    folder.write("some", someList(format.length));
    await permaban(["import", "--blocklist", folder.at("first"), folder.at("some")]);
    const args = ["list", "--blocklist", folder.at("first"), "--format", format];
    const { stdout, stderr, status } = await permaban(args);
    assertEquals([status, stderr], [0, ""]);
    folder.write("printed", stdout);
    const done = await permaban([
      ..."import --quiet --blocklist".split(" "),
      folder.at("second"),
      folder.at("printed"),
    ]);
    assertEquals([done.status, done.stderr], [0, ""]);
    const [first, second] = [
      await entriesOf(folder.at("first")),
      await entriesOf(folder.at("second")),
    ];
    assertEquals(first.length > 400, true);
    if (format === "json" || format === "csv") return assertEquals(second, first);
    const addresses = (entries: typeof first) => entries.map(({ address }) => address);
    const expected = format === "plain" ? addresses(first) : await loaded(folder.at("first"));
    assertEquals(addresses(second), expected);
  });
}

/** The networks that restore would load for a list. */
async function loaded(path: string): Promise<string[]> {
  const networks: string[] = [];
  for (const format of ["iptables", "ip6tables"]) {
    const words = ["restore", "--format", format, "--json", "--blocklist", path];
    networks.push(...JSON.parse((await permaban(words)).stdout).networks);
  }
  return networks;
}

/** Prints a list with entries of all kinds for a server's configuration. */
async function printFor(folder: Folder, format: string): Promise<string> {
  const list = folder.write("list", "192.0.2.0/24\n192.0.3.7\n10.0.0.0/31\n2001:db8::/48\n::5\n");
  const { stdout, stderr } = await permaban(["list", "--blocklist", list, "--format", format]);
  assertEquals(stderr, "");
  return folder.write(format, stdout);
}

testWith(["root", "nginx"], "nginx takes the lines that are printed for it", async () => {
  using folder = new Folder();
  const lines = await printFor(folder, "nginx");
  const conf = folder.write(
    "nginx.conf",
    `pid ${folder.at("pid")};\nevents {}\nhttp { access_log off; include ${lines};\n` +
      `server { listen unix:${folder.at("sock")}; } }\n`,
  );
  const test = `nginx -t -e stderr -p ${folder.path} -c ${conf}`;
  const { status, stderr } = await shell(test);
  assertEquals(status, 0, stderr);
  folder.write("nginx", folder.read("nginx") + "deny 192.0.2.0/2x;\n");
  assertEquals((await shell(test)).status, 1);
});

testWith(["apache2"], "Apache takes the lines that are printed for it", async () => {
  using folder = new Folder();
  const lines = await printFor(folder, "apache");
  const modules = ["mpm_event", "authz_core", "authz_host"].map((name) =>
    `LoadModule ${name}_module modules/mod_${name}.so\n`
  ).join("");
  const conf = folder.write(
    "apache.conf",
    `ServerRoot /usr/lib/apache2\nServerName localhost\nPidFile ${folder.at("pid")}\n` +
      `ErrorLog ${folder.at("errors")}\nListen 127.0.0.1:18081\n${modules}` +
      `<Location />\n<RequireAll>\nRequire all granted\nInclude ${lines}\n` +
      "</RequireAll>\n</Location>\n",
  );
  const test = `apache2 -t -f ${conf}`;
  const { status, stderr } = await shell(test);
  assertEquals(status, 0, stderr);
  folder.write("apache", folder.read("apache") + "Require not ip 192.0.2.0/2x\n");
  assertEquals((await shell(test)).status, 1);
});

testWith(
  ["tcpdmatch"],
  "the lines of hosts.deny deny what is listed and nothing else",
  async () => {
    using folder = new Folder();
    await printFor(folder, "hosts.deny");
    folder.write("hosts.allow", "");
    const listed = [
      "192.0.2.0",
      "192.0.2.255",
      "192.0.3.7",
      "10.0.0.1",
      "2001:db8:0:ffff::1",
      "::5",
    ];
    const others = ["192.0.1.255", "192.0.3.70", "192.0.3.0", "10.0.0.2", "2001:db8:1::", "::6"];
    const script = [...listed, ...others].map((address) => `tcpdmatch -d sshd ${address}`).join(
      "\n",
    );
    const { stdout } = await shell(script, { cwd: folder.path });
    const answers = [...stdout.matchAll(/^access: +(\w+)$/gm)].map(([, answer]) => answer);
    assertEquals(answers, [...listed.map(() => "denied"), ...others.map(() => "granted")], stdout);
  },
);
