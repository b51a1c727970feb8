/**
 * Whom fail2ban ignores, on made-up configurations, beside what fail2ban itself makes of them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Fail2banConfig } from "../../lib/blocklist/fail2ban_config.ts";
import { ignoredBy } from "../../lib/blocklist/fail2ban_ignored.ts";
import { formatNetwork } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";

/** Reads configurations with fail2ban's own reader; a line of JSON for each. */
const READER = `
import json, logging, sys
sys.path.insert(0, "/usr/lib/python3/dist-packages")
from fail2ban.client.configreader import ConfigReader
from fail2ban.helpers import splitwords
from fail2ban.server.ipdns import IPAddr
logging.getLogger("fail2ban").setLevel(logging.CRITICAL + 1)
for folder in sys.argv[1:]:
    reader = ConfigReader(share_config={}, basedir=folder)
    try:
        reader.read("jail")
    except Exception as error:
        print(json.dumps(None))
        continue
    reader.merge_defaults({"fail2ban_version": "1", "fail2ban_confpath": folder})
    jails = {}
    for name in ["DEFAULT"] + list(reader.sections()):
        if name == "INCLUDES": continue
        try:
            value = reader.get(name, "ignoreip")
        except Exception as error:
            jails[name] = "none" if type(error).__name__ == "NoOptionError" else "fault"
            continue
        networks = []
        for word in splitwords(value):
            try: ip = IPAddr(word)
            except Exception: continue
            if ip.isValid: networks.append(str(ip))
        jails[name] = [value, networks]
    print(json.dumps(jails))
`;

const FILES = [
  "jail.conf",
  "jail.local",
  "jail.d/a.conf",
  "jail.d/a.local",
  "jail.d/b.conf",
  "jail.d/B.local",
  "more.conf",
  "more.local",
];
const SECTIONS = ["DEFAULT", "sshd", "postfix", "Other jail", "INCLUDES", "sshd?x=1"];
const WORDS = [
  "192.0.2.1",
  "192.0.2.9/24",
  "192.0.2.0/255.255.255.128",
  "::1",
  "[2001:db8::1]",
  "2001:db8::1/32",
  "::ffff:192.0.2.7",
  "host.example",
  "127.0.0.1/8",
  "%(own)s",
  "%(Own)s",
  "%(known/ignoreip)s",
  "%(known/own)s",
  "%(default/own)s",
  "%(DEFAULT/own)s",
  "%(sshd/own)s",
  "%(__name__)s",
  "%(fail2ban_confpath)s",
  "%%",
];
const RARE_WORDS = ["%", "%(", "%()s", "%(none)s", "%(sshd/none)s", "%(ignoreip)s", "% x"];

/** A made-up configuration file. */
function madeUp(file: string, next: () => number): string {
  // What more.local includes, more.conf does too: a circle that fail2ban does not notice.
  const includes = file.startsWith("more")
    ? ["none.conf", "jail.d/b.conf"]
    : ["more.conf", "more.conf\n  jail.d/a.conf", "none.conf", "%(own)s", "jail.conf"];
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)]!;
  const words = () =>
    Array.from({ length: Math.floor(next() * 4) }, () => pick(next() < 0.03 ? RARE_WORDS : WORDS))
      .join(pick([" ", ",", ", ", "\n  ", "\n\n\t", "\n# between\n  ", " ; not this\n  ", "  "]));
  let text = next() < 0.1 ? "# a comment\n\n; another\n" : "";
  for (let sections = 0; sections < 1 + next() * 3; sections++) {
    const section = pick(SECTIONS);
    if (text.includes(`[${section}]`) && next() < 0.98) continue;
    text += `[${section}]${next() < 0.1 ? " # behind" : ""}\n`;
    const options = section === "INCLUDES" ? ["before", "after"] : ["ignoreip", "own", "IgnoreIP"];
    const set = new Set<string>();
    for (let lines = 0; lines < next() * 4; lines++) {
      const option = pick(options);
      if (set.has(option.toLowerCase()) && next() < 0.98) continue;
      set.add(option.toLowerCase());
      const value = section === "INCLUDES" ? pick(includes) : words();
      const space = next() < 0.05 ? "  " : "";
      text += `${space}${option}${pick([" = ", "=", ": ", " :\t"])}${value}\n`;
    }
    if (next() < 0.02) text += "no option at all\n";
  }
  return next() < 0.1 ? text.replaceAll("\n", "\r\n") : text;
}

testWith(["python3", "fail2ban-client"], "ignoreip is read as fail2ban reads it", async () => {
  using folder = new Folder();
  const next = random(7);
  const folders = Array.from({ length: 250 }, (_, at) => {
    for (const file of FILES) {
      const isThere = next() < (file === "jail.conf" ? 0.95 : 0.4);
      if (isThere) folder.write(`${at}/${file}`, madeUp(file, next));
    }
    folder.write(`${at}/jail.d/README`, "");
    return folder.at(`${at}`);
  });
  const { stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: ["-c", READER, ...folders],
  }).output();
  const answers = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertEquals(answers.length, folders.length, new TextDecoder().decode(stderr));
  const seen = { whole: 0, values: 0, faults: 0, broken: 0, circles: 0 };
  folders.forEach((path, at) => {
    const answer = JSON.parse(answers[at]!);
    const config = new Fail2banConfig(path);
    // What it refuses to read at all is read here as far as it goes, and something is said.
    if (answer === null) {
      seen.broken++;
      return assert(config.faults.length > 0, path);
    }
    const files = FILES.filter((name) => config.files.includes(`${path}/${name}`))
      .map((name) => `${name}:\n${folder.read(`${at}/${name}`)}`).join("\n");
    // Includes in circles end some time, and here before that.
    if (config.faults.some(({ message }) => message.includes("without end"))) return seen.circles++;
    assertEquals(config.faults, [], files);
    seen.whole++;
    const { networks } = ignoredBy(config);
    for (const [section, expected] of Object.entries(answer)) {
      const value = config.get(section, "ignoreip");
      if (expected === "none") {
        assertEquals(value, undefined, files);
        continue;
      }
      if (expected === "fault") {
        seen.faults++;
        assert(value && "fault" in value, `${section} in\n${files}`);
        continue;
      }
      const [text, ignored] = expected as [string, string[]];
      assertEquals(value && "text" in value ? value.text : value, text, `${section} in\n${files}`);
      seen.values++;
      for (const name of ignored) {
        const isThere = networks.some(({ network, jail }) =>
          formatNetwork(network) === name && (jail === undefined || jail === section)
        );
        assert(isThere, `${name} of ${section} in\n${files}`);
      }
    }
    const known = Object.values(answer).flatMap((expected) =>
      Array.isArray(expected) ? expected[1] as string[] : []
    );
    for (const { network } of networks) assert(known.includes(formatNetwork(network)), files);
  });
  // Each kind has to be among them, or nothing is shown.
  assert(
    seen.whole > 90 && seen.values > 200 && seen.faults > 30 && seen.broken > 20 &&
      seen.circles < 20,
    JSON.stringify(seen),
  );
});

Deno.test("files that include each other without end are read as far as that makes sense", () => {
  using folder = new Folder();
  folder.write("jail.conf", "[INCLUDES]\nbefore = more.conf\n[DEFAULT]\nignoreip = 192.0.2.1\n");
  folder.write("more.conf", "[sshd]\nignoreip = 192.0.2.2\n");
  folder.write("more.local", "[INCLUDES]\nafter = more.conf\n");
  const config = new Fail2banConfig(folder.path);
  assertEquals(config.faults, [{
    file: folder.at("more.local"),
    line: 2,
    message: "Files include each other without end",
  }]);
  assertEquals(
    ignoredBy(config).networks.map(({ network, jail }) => [formatNetwork(network), jail]),
    [
      ["192.0.2.1", undefined],
      ["192.0.2.2", "sshd"],
    ],
  );
});

Deno.test("values that grow without end are given up", () => {
  using folder = new Folder();
  const names = Array.from({ length: 8 }, (_, at) => `a${at} = ${`%(a${at + 1})s`.repeat(40)}\n`);
  folder.write("jail.conf", `[DEFAULT]\nignoreip = %(a0)s\n${names.join("")}a8 = x\n`);
  const [fault] = ignoredBy(new Fail2banConfig(folder.path)).faults;
  assertEquals(fault?.message, "%(…)s makes a text that is far too long");
});
