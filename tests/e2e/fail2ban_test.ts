/**
 * Against fail2ban itself: logs of real runs, and a server that bans while we look.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { fail2banClient, untilBans } from "./fail2ban_client.ts";
import { permaban, shell } from "./permaban.ts";

const RUNS = join(dirname(dirname(fromFileUrl(import.meta.url))), "testdata/fail2ban-1.0.2");

/** Bans by address, as scan prints them. */
async function scan(...args: string[]): Promise<Record<string, number>> {
  const { stdout, stderr, status } = await permaban([
    ..."scan --quiet --min-bans 1 --within 100y --ipv6-prefix 128".split(" "),
    ...args,
  ]);
  assertEquals([status, stderr], [0, ""]);
  const rows = stdout.trimEnd().split("\n").map((line) => line.split("\t"));
  return Object.fromEntries(rows.map(([bans, address]) => [address, Number(bans)]));
}

const run = (name: string) => join(RUNS, name);

Deno.test("a run of fail2ban 1.0.2 with every message counts as it does by hand", async () => {
  const byHand = {
    "203.0.113.7": 2,
    "2001:db8::abcd": 2,
    "198.51.100.0/24": 1,
    "198.51.100.9": 1,
    "198.51.100.77": 1,
    "203.0.113.50": 1,
    "203.0.113.51": 1,
    "203.0.113.99": 1,
    "2001:db8:1::/48": 1,
  };
  assertEquals(await scan(run("file.log")), byHand);
  assertEquals(await scan("--count-restored", run("file.log")), {
    ...byHand,
    "203.0.113.50": 2,
    "2001:db8:1::/48": 2,
  });
});

Deno.test("fail2ban 1.0.2's options and syslog datagrams count as they do by hand", async () => {
  for (const name of ["file-custom-format.log", "file-datetime-off.log", "file-padding-off.log"]) {
    assertEquals(await scan(run(name)), { "203.0.113.7": 1 }, name);
  }
  for (const name of ["syslog.dgram", "syslog-padded.dgram"]) {
    assertEquals(await scan(run(name)), { "203.0.113.7": 1, "2001:db8::1": 1 }, name);
  }
});

Deno.test("a thousand bans before a restart of fail2ban 1.0.2 count once", async () => {
  const log = run("file-1000-bans-then-restart.log.gz");
  const once = await scan(log);
  assertEquals([Object.keys(once).length, Math.max(...Object.values(once))], [1000, 1]);
  const twice = await scan("--count-restored", log);
  assertEquals([Object.keys(twice).length, Math.min(...Object.values(twice))], [1000, 2]);
});

Deno.test("a folder of runs counts all of them", async () => {
  const all = await scan(RUNS);
  assertEquals([all["203.0.113.7"], all["2001:db8::1"], Object.keys(all).length], [7, 2, 1010]);
});

testWith(
  ["root", "unshare", "fail2ban-server", "fail2ban-client"],
  "what a real server bans is what scan counts",
  async () => {
    using folder = new Folder();
    const client = fail2banClient(folder, ["one", "two words: x"]);
    const { status, stderr } = await shell(
      `unshare -n sh -c '
        set -e
        ${client} start; trap "${client} stop" EXIT
        ${client} set one banip 192.0.2.1 192.0.2.2 2001:db8::1
        ${client} set one unbanip 192.0.2.1
        ${client} set one banip 192.0.2.1
        ${client} set "two words: x" banip 192.0.2.1 198.51.100.0/24 ::ffff:192.0.2.77
        ${untilBans(7)}' >&2`,
      { cwd: folder.path },
    );
    assertEquals(status, 0, stderr);
    const text = folder.read("log");
    assertEquals(await scan(folder.at("log")), {
      "192.0.2.1": 3,
      "192.0.2.2": 1,
      "192.0.2.77": 1,
      "198.51.100.0/24": 1,
      "2001:db8::1": 1,
    }, text);
    const { stdout } = await permaban([
      ..."scan --min-bans 3 --quiet --json --within 1h".split(" "),
      folder.at("log"),
    ]);
    assertEquals(JSON.parse(stdout).offenders[0].jails, { one: 2, "two words: x": 1 });
  },
);
