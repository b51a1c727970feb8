/**
 * Lists that other programs print, and feeds that change.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { minimalNetworks } from "../../lib/ip/minimal_networks.ts";
import { formatNetwork, parseNetwork } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";
import { fail2banClient, untilBans } from "./fail2ban_client.ts";
import { permaban, shell } from "./permaban.ts";

/** The entries of a list, as it prints them in JSON, without what an import says of its own. */
async function entriesOf(path: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await permaban(["list", "--json", "--blocklist", path]);
  return JSON.parse(stdout).entries;
}

testWith(
  ["root", "unshare", "fail2ban-server", "fail2ban-client"],
  "what a real fail2ban-client prints is imported",
  async () => {
    using folder = new Folder();
    const client = fail2banClient(folder, ["one", "two words: x", "it's", "none"]);
    folder.write(
      "run",
      `set -e
      ${client} start; trap "${client} stop" EXIT
      ${client} set one banip 192.0.2.1 192.0.2.2 2001:db8::1
      ${client} set "two words: x" banip 192.0.2.1 198.51.100.0/24 ::ffff:192.0.2.77
      ${client} set "it's" banip 203.0.113.7
      ${untilBans(7)}
      ${client} banned >banned
      for jail in one "two words: x" none; do ${client} status "$jail"; done >status
      ${client} get one banip >banip
      ${client} get "two words: x" banip --with-time >time`,
    );
    const run = await shell("unshare -n sh run >&2", { cwd: folder.path });
    assertEquals(run.status, 0, run.stderr);
    const imported = async (name: string, ...more: string[]) => {
      const list = folder.at(`${name}.list`);
      const args = ["import", "--quiet", "--blocklist", list, folder.at(name), ...more];
      const { stderr, status } = await permaban(args);
      assertEquals([status, stderr], [0, ""], folder.read(name));
      return (await entriesOf(list)).map(({ address, jails, origin, first }) => {
        assertEquals(origin, "fail2ban");
        const day = first === undefined ? "" : /^\d{4}-\d\d-\d\d$/.test(`${first}`) ? " day" : " ?";
        return `${address} ${Object.keys(jails ?? {})}${day}`;
      });
    };
    const one = ["192.0.2.1 one", "192.0.2.2 one", "2001:db8::1 one"];
    const two = ["198.51.100.0/24 two words: x", "192.0.2.77 two words: x"];
    assertEquals(await imported("banned"), [...one, ...two, "203.0.113.7 it's"]);
    assertEquals(await imported("status"), [...one, ...two]);
    assertEquals(await imported("banip", "--jail", "one", "--origin", "fail2ban"), one);
    assertEquals(await imported("time"), [
      "192.0.2.1  day",
      "198.51.100.0/24  day",
      "192.0.2.77  day",
    ]);
  },
);

Deno.test("a feed replaces its own entries and touches no others", async () => {
  const next = random(24);
  // Few enough addresses for all to meet: networks of two to eight of 256.
  const some = (length: number) =>
    Array.from({ length }, () => {
      const prefix = 29 + Math.floor(next() * 4);
      const address = Math.floor(next() * 256) >> (32 - prefix) << (32 - prefix);
      return formatNetwork(parseNetwork(`192.0.2.${address}/${prefix}`));
    });
  const covered = (networks: readonly string[]) =>
    Array.from(minimalNetworks(networks.map(parseNetwork)), formatNetwork);
  for (let round = 0; round < 8; round++) {
    using folder = new Folder();
    const note = (origin: string) => ` # permaban since=2026-01-01T00:00:00Z origin=${origin}`;
    const lines = some(40).map((network) =>
      network + ["", " # mine", note("feed"), note("other")][Math.floor(next() * 4)]
    );
    const list = folder.write("list", ["# head", ...lines, "# tail"].join("\n"));
    const feed = some(20);
    folder.write("new", feed.join("\n"));
    const args = ["import", "--blocklist", list, "--replace-origin", "feed", folder.at("new")];
    const dry = await permaban([...args, "--dry-run"]);
    assertEquals(folder.read("list"), ["# head", ...lines, "# tail"].join("\n"));
    const { status, stderr } = await permaban(args);
    assertEquals(status, 0, stderr);
    const after = folder.read("list").trimEnd().split("\n");
    const isFeed = (line: string) => line.includes("origin=feed");
    const others = ["# head", ...lines, "# tail"].filter((line) => !isFeed(line));
    assertEquals(after.filter((line) => !isFeed(line)), others);
    const networkOf = (line: string) => line.split(" ")[0] ?? "";
    const now = after.filter(isFeed).map(networkOf);
    assertEquals(now.filter((network) => !feed.includes(network)), []);
    const blocked = after.filter((line) => !line.startsWith("#")).map(networkOf);
    const rest = others.filter((line) => !line.startsWith("#")).map(networkOf);
    assertEquals(covered(blocked), covered([...rest, ...feed]));
    const fresh = after.slice(after.indexOf("# tail") + 1).map((line) => `+ ${networkOf(line)}`);
    const gone = lines.filter((line) => isFeed(line) && !feed.includes(networkOf(line)))
      .map((line) => `- ${networkOf(line)}`);
    assertEquals(dry.stdout.split("\n").filter((line) => line !== ""), [...gone, ...fresh]);
  }
});
