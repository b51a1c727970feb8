import { assertEquals, assertThrows } from "@std/assert";
import { ForeignListError } from "../../lib/blocklist/foreign_list.ts";
import { formatNote } from "../../lib/blocklist/note.ts";
import { type ForeignOptions, readForeignList } from "../../lib/blocklist/read_foreign_list.ts";
import { formatNetwork } from "../../lib/ip/network.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import { random } from "../random.ts";

const BERLIN = { offsetAt: () => 3600 };

/** The format, each network with what is known about it, and the faults. */
function read(text: string | Uint8Array, options: Partial<ForeignOptions> = {}) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const { format, list } = readForeignList(bytes, { zone: UTC, ...options });
  const entries = Array.from(
    list.networks,
    (network, index) =>
      [formatNetwork(network), formatNote(list.noteAt(index)).slice("permaban ".length)]
        .join(" ").trimEnd(),
  );
  const faults = list.faults.map(({ line, message }) => `${line ?? "-"}: ${message}`);
  assertEquals(list.faultCount >= faults.length, true);
  return { format, entries, faults, passedOver: list.passedOver };
}

/** What is read of a plain list without a fault. */
function plain(text: string): string[] {
  const { format, entries, faults } = read(text);
  assertEquals([format, faults], ["plain", []]);
  return entries;
}

Deno.test("the recipe's file reads with the time of each line and the jail where it is said", () => {
  const text = "203.0.113.9  # fail2ban/2017-02-05 11:32:02: Perma-Banned\r\n" +
    "203.0.113.10 # fail2ban/2017-02-05: x\n" +
    "203.0.113.11 # fail2ban/2017-02-31 11:32:02: Perma-Banned\n" +
    "203.0.113.12 # fail2ban/$( date '+%Y-%m-%d %T' ): Perma-Banned\n" +
    "203.0.113.13 [sshd]\nfail2ban-ssh 203.0.113.14\n" +
    "203.0.113.15 # [two words] since Friday\n203.0.113.16 # fail2ban/sshd\n";
  assertEquals(read(text, { zone: BERLIN }).entries, [
    "203.0.113.9 since=2017-02-05T10:32:02Z # fail2ban/2017-02-05 11:32:02: Perma-Banned",
    "203.0.113.10 since=2017-02-04T23:00:00Z # fail2ban/2017-02-05: x",
    "203.0.113.11 # fail2ban/2017-02-31 11:32:02: Perma-Banned",
    "203.0.113.12 # fail2ban/$( date '+%Y-%m-%d %T' ): Perma-Banned",
    "203.0.113.13 jails=sshd",
    "203.0.113.14 jails=ssh",
    "203.0.113.15 jails=two%20words # [two words] since Friday",
    "203.0.113.16 jails=sshd # fail2ban/sshd",
  ]);
});

Deno.test("plain lists read with comments of all kinds and several addresses on a line", () => {
  assertEquals(plain("\uFEFF\n# head\n; more\n// and more\n  // too\n192.0.2.1 // x\n"), [
    "192.0.2.1 # x",
  ]);
  assertEquals(plain("192.0.2.1 192.0.2.2,::1 ,\t192.0.2.4/30 ; two # three"), [
    "192.0.2.1 # two # three",
    "192.0.2.2 # two # three",
    "::1 # two # three",
    "192.0.2.4/30 # two # three",
  ]);
  assertEquals(plain("192.0.2.1\t9\n192.0.2.2;x\n::ffff:192.0.2.3#y\n192.0.2.4\r\n"), [
    "192.0.2.1",
    "192.0.2.2 # x",
    "192.0.2.3 # y",
    "192.0.2.4",
  ]);
  // permaban's own notes stay as they are.
  const own =
    "since=2026-11-22T14:00:00Z bans=2 first=2026-01-03 last=2026-11-21 jails=a:2 origin=x";
  assertEquals(plain(`192.0.2.1 # permaban ${own} # why`), [`192.0.2.1 ${own} # why`]);
});

Deno.test("netsets read with their ranges", () => {
  assertEquals(
    plain(
      "# Maintainer : x\n# Source   : https://example.org/;#\n\n192.0.2.0/24\n" +
        "198.51.100.0-198.51.100.2\n2001:db8::\t- 2001:db8::1\n203.0.113.0/255.255.255.128\n",
    ),
    [
      "192.0.2.0/24",
      "198.51.100.0/31",
      "198.51.100.2",
      "2001:db8::/127",
      "203.0.113.0/25",
    ],
  );
});

Deno.test("P2P lists, DShield's rows and lines of servers read", () => {
  assertEquals(plain("Some Org, Inc: x:192.0.2.0-192.0.2.255\n:192.0.3.1 - 192.0.3.1"), [
    "192.0.2.0/24 # Some Org, Inc: x",
    "192.0.3.1",
  ]);
  assertEquals(plain("192.0.2.0\t192.0.2.255\t24\t1234\tSOME NET\tXX\tx@example.org\n"), [
    "192.0.2.0/24",
  ]);
  assertEquals(
    plain(
      "ALL: 192.0.2.0/255.255.255.0\nsshd: [2001:db8::]/32 192.0.3.1\nALL : [::1]\n" +
        "deny 192.0.4.0/24;\n  Require not ip 192.0.5.0/24 192.0.6.1",
    ),
    [
      "192.0.2.0/24",
      "2001:db8::/32",
      "192.0.3.1",
      "::1",
      "192.0.4.0/24",
      "192.0.5.0/24",
      "192.0.6.1",
    ],
  );
});

Deno.test("what is no line of a list is a fault as a whole", () => {
  for (
    const line of [
      '192.0.2.1 - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.0" 200 2326',
      "Oct 10 13:55:36 host sshd[7]: Failed password for root from 192.0.2.1 port 22",
      "2026-11-20 10:00:00,100 fail2ban.actions [7]: NOTICE [sshd] Ban 192.0.2.4",
      "192.0.2.1 example.org",
      "example.org",
      "192.0.2.0\t192.0.2.255\t25\t1",
      "192.0.2.1 [sshd] x",
      "allow 192.0.2.1;",
      "ALL: ALL EXCEPT 192.0.2.1",
      "<p>192.0.2.1</p>",
      "[192.0.2.1]",
      "x".repeat(100_000),
      "12",
      "dead:beef::1/32",
      "2001:db8::1/32 # x:192.0.2.0-192.0.2.255",
      "junk # x:192.0.2.0-192.0.2.255",
    ]
  ) {
    const { entries, faults } = read(`192.0.2.99\n${line}\n`, { format: "plain" });
    assertEquals(entries, ["192.0.2.99"], line);
    assertEquals([faults.length, faults[0]?.startsWith("2: Cannot parse")], [1, true], line);
  }
});

Deno.test("of several on a line only the wrong ones are faults", () => {
  const { entries, faults } = read("192.0.2.1 192.0.2.1/24 192.0.2.300 192.0.2.9-192.0.2.8 ::2\n");
  assertEquals(entries, ["192.0.2.1", "::2"]);
  assertEquals(faults, [
    '1: Cannot parse network "192.0.2.1/24": host bits are set, did you mean "192.0.2.0/24"',
    '1: Cannot parse network "192.0.2.300": a number is greater than 255',
    '1: Cannot parse range "192.0.2.9-192.0.2.8": it ends before it begins',
  ]);
});

Deno.test("what fail2ban-client prints reads with the jails", () => {
  assertEquals(read(`[{'sshd': ['192.0.2.1', '::1']}, {"it's": ['192.0.2.2']}, {'none': []}]\n`), {
    format: "fail2ban",
    entries: ["192.0.2.1 jails=sshd", "::1 jails=sshd", "192.0.2.2 jails=it's"],
    faults: [],
    passedOver: 0,
  });
  const status = (jail: string, list: string) =>
    `Status for the jail: ${jail}\n|- Filter\n|  |- Currently failed:\t0\n|  |- Total failed:\t0\n` +
    "|  `- File list:\t/var/log/auth.log\n`- Actions\n   |- Currently banned:\t2\n" +
    `   |- Total banned:\t2\n   \`- Banned IP list:\t${list}\n`;
  assertEquals(
    read(status("two words", "192.0.2.1 2001:db8::1") + status("none", "") + status("x", "::1")),
    {
      format: "fail2ban",
      entries: ["192.0.2.1 jails=two%20words", "2001:db8::1 jails=two%20words", "::1 jails=x"],
      faults: [],
      passedOver: 0,
    },
  );
  assertEquals(
    read(
      "192.0.2.1 \t2026-11-24 05:39:34 + -1 = 9999-12-31 23:59:59\n" +
        "198.51.100.0/24 \t2026-11-23 05:39:34 + 600 = 2026-11-23 05:49:34\nnonsense\n",
    ),
    {
      format: "fail2ban",
      entries: [
        "192.0.2.1 first=2026-11-24 last=2026-11-24",
        "198.51.100.0/24 first=2026-11-23 last=2026-11-23",
      ],
      faults: ["3: Expected a line as fail2ban-client prints it"],
      passedOver: 0,
    },
  );
  assertEquals(read("[{'sshd': ['192.0.2.1', '192.0").faults, ["1: It ends too early"]);
});

Deno.test("decisions of CrowdSec read if they ban an address or a range", () => {
  const decision = (more: object) => ({
    duration: "3h",
    origin: "crowdsec",
    scenario: "crowdsecurity/ssh-bf",
    scope: "Ip",
    type: "ban",
    value: "192.0.2.1",
    ...more,
  });
  const decisions = [
    decision({}),
    decision({ scope: "Range", value: "192.0.2.0/24", origin: "cscli" }),
    decision({ scope: "Country", value: "XX" }),
    decision({ type: "captcha" }),
    decision({ simulated: true }),
  ];
  const expected: ReturnType<typeof read> = {
    format: "crowdsec",
    entries: [
      "192.0.2.1 # crowdsecurity/ssh-bf (crowdsec)",
      "192.0.2.0/24 # crowdsecurity/ssh-bf (cscli)",
    ],
    faults: [],
    passedOver: 3,
  };
  assertEquals(read(JSON.stringify([{ id: 1, decisions }, { decisions: [] }], null, 1)), expected);
  assertEquals(read(JSON.stringify(decisions)), expected);
  assertEquals(read("null", { format: "crowdsec" }).entries, []);
  assertEquals(
    read(
      "id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id\n" +
        '1,crowdsec,Ip:192.0.2.1,crowdsecurity/ssh-bf,ban,ZZ,"64500 EXAMPLE, Inc",5,3h,false,1\n' +
        "2,cscli,Range:192.0.2.0/24,crowdsecurity/ssh-bf,ban,,,,,,\n" +
        "3,CAPI,Country:XX,x,ban,,,,,false,2\n4,cscli,Ip:192.0.2.3,x,captcha,,,,,,\n" +
        "5,cscli,Ip:192.0.2.4,x,ban,,,,3h,true,4\n",
    ),
    expected,
  );
});

Deno.test("tables read by the name of a column", () => {
  const table = '# feed\r\n"first";"dst ip"\r\n"x";"192.0.2.1"\r\n"a\r\n;b";192.0.2.2\r\n' +
    "y;\r\nz\r\n7;nonsense\r\n";
  assertEquals(read(table, { column: "DST IP" }), {
    format: "csv",
    entries: ["192.0.2.1", "192.0.2.2"],
    faults: [
      "7: The row is too short",
      '8: Cannot parse network "nonsense": expected an IPv4 or IPv6 address, or one with a prefix ' +
      "length",
    ],
    passedOver: 1,
  });
  assertEquals(read("when\tIP\n1\t192.0.2.1\n").entries, ["192.0.2.1"]);
  assertEquals(read('ip,x\n192.0.2.1,"open\n192.0.2.2,y\n').faults, ["2: A quote is not closed"]);
  const error = assertThrows(() => read(table, { column: "src" }), ForeignListError);
  assertEquals(error.hint, "name one of them with --column: first, dst ip");
  assertThrows(() => read(table, { format: "csv" }), ForeignListError);
  assertThrows(() => read("nothing", { format: "crowdsec" }), ForeignListError);
  assertEquals(read("", { format: "csv", column: "x" }).entries, []);
});

Deno.test("JSON of feeds reads", () => {
  assertEquals(read('["192.0.2.1", null, 7]'), {
    format: "json",
    entries: ["192.0.2.1"],
    faults: ["-: Expected an address or an object with one"],
    passedOver: 0,
  });
  assertEquals(
    read('{"cidr":"192.0.2.0/24","sblid":"x"}\n\n{"cidr"\n{"type":"metadata"}\n').entries,
    ["192.0.2.0/24"],
  );
  assertEquals(read('{"meta":{},"data":[{"ipAddress":"192.0.2.1"}]}').entries, ["192.0.2.1"]);
  for (const broken of ['[{"ip":"192.0.2.1"},', "{", "[".repeat(100_000)]) {
    const { entries, faults } = read(broken);
    assertEquals([entries, faults.length], [[], 1]);
  }
  const deep = '{"data":['.repeat(10_000) + '"192.0.2.1"' + "]}".repeat(10_000);
  assertEquals(read(deep).entries, []);
});

Deno.test("of many faults only the first are kept, and all are counted", () => {
  const { list } = readForeignList(new TextEncoder().encode("x\n".repeat(1000)), { zone: UTC });
  assertEquals([list.faultCount, list.faults.length], [1000, 20]);
});

Deno.test("no text keeps the reader long or brings it down", () => {
  const next = random(23);
  const parts = [" ", "-", ":", "/", "#", "{'", '"', "\\", ",", "192.0.2.1", "a", "\n", "\t"];
  const began = performance.now();
  for (const part of parts) {
    read(part.repeat(100_000) + "192.0.2.1");
    for (const format of ["plain", "fail2ban", "json"] as const) {
      read(`192.0.2.1${part.repeat(100_000)}x`, { format });
    }
    read(`ip,x\n${part.repeat(100_000)}x`, { format: "csv" });
    const crowdsec = { format: "crowdsec" } as const;
    if (part === "{'") continue;
    assertThrows(() => read(`${part.repeat(100_000)}x`, crowdsec), ForeignListError);
  }
  for (let round = 0; round < 500; round++) {
    const length = Math.floor(next() * 30);
    const text = Array.from({ length }, () => parts[Math.floor(next() * parts.length)]).join("");
    read(text);
    read(Uint8Array.from(text, (character) => character.charCodeAt(0) | (next() < 0.1 ? 128 : 0)));
  }
  assertEquals(performance.now() - began < 10_000, true);
});
