/**
 * Lists that are longer than what is read or printed at once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { Folder } from "../folder.ts";
import { TestHost } from "./test_host.ts";

const ENTRIES = 30_000;
const address = (at: number) => `10.${at >> 14}.${(at >> 6) & 255}.${(at & 63) * 2}`;
/** Here and there a comment that is no ASCII, or is no UTF-8 where it is cut. */
const comment = (at: number) => at % 9000 === 7 ? "grün 😀" : `c${at}`;
const LIST = Array.from(
  { length: ENTRIES },
  (_, at) => `${address(at)} # permaban bans=${at} # ${comment(at)}\n`,
).join("");

async function play(list: string, ...words: string[]): Promise<TestHost> {
  const host = new TestHost();
  await run([...words, "--blocklist", list], host);
  return host;
}

Deno.test("list prints every entry of a long list in each form", async () => {
  using folder = new Folder();
  const list = folder.write("list", LIST);
  const all = Array.from({ length: ENTRIES }, (_, at) => at);
  const plain = await play(list, "list");
  assertEquals(plain.stdoutText, all.map((at) => `${address(at)}\n`).join(""));
  const long = await play(list, "list", "--long");
  assertEquals(
    long.stdoutText,
    all.map((at) => `${address(at)}\t-\t${at}\t-\t-\t-\t${comment(at)}\t-\t-\n`).join(""),
  );
  const json = await play(list, "list", "--json");
  const entries = all.map((at) => ({
    address: address(at),
    line: at + 1,
    bans: at,
    comment: comment(at),
  }));
  assertEquals(json.stdoutText, JSON.stringify({ entries }, null, 2) + "\n");
});

Deno.test("list prints an empty list in each form", async () => {
  using folder = new Folder();
  for (const text of ["", "# nothing\n"]) {
    const list = folder.write("list", text);
    assertEquals((await play(list, "list")).stdoutText, "");
    assertEquals((await play(list, "list", "--long")).stdoutText, "");
    assertEquals((await play(list, "list", "--json")).stdoutText, '{\n  "entries": []\n}\n');
  }
});

Deno.test("faults far down in a long list are named by their lines", async () => {
  using folder = new Folder();
  const list = folder.write("list", `${LIST}x\n8.0.0.0/7\n${LIST}y`);
  const { stderrText, stdoutText } = await play(list, "restore", "-q", "--layout", "flat");
  assertEquals(
    stderrText.replaceAll(folder.path, "").split("\n").filter((line) => line.includes("error"))
      .map((line) => line.replace(/^.*list:(\d+): (\S+ \S+).*$/, "$1 $2")),
    ["30001 Cannot parse", "30002 8.0.0.0/7 is", "60003 Cannot parse"],
  );
  assertEquals(stdoutText.match(/^-A /gm)?.length, ENTRIES);
});

Deno.test("add and remove undo each other on a long list", async () => {
  using folder = new Folder();
  const list = folder.write("list", LIST);
  const others = LIST.replaceAll(/^10\./gm, "172.").replaceAll("# permaban", "#permaban");
  const host = new TestHost();
  host.input = new TextEncoder().encode(others + LIST);
  assertEquals(await run(["add", "-", "--blocklist", list], host), 0);
  assertEquals(
    host.stderrText,
    "permaban: 30,000 addresses listed or covered already\n" +
      `permaban: Added 30,000 entries to "${list}"\n`,
  );
  const added = Deno.readTextFileSync(list);
  assertEquals(added.startsWith(LIST), true);
  assertEquals(
    added.split("\n")[ENTRIES + 5]?.replace(/since=\S+ /, ""),
    others
      .split("\n")[5]?.replace("#permaban", "# permaban"),
  );
  const back = new TestHost();
  back.input = new TextEncoder().encode(others);
  assertEquals(await run(["remove", "-", "--blocklist", list, "--state", folder.path], back), 0);
  assertEquals(back.stderrText.split("\n")[0], `permaban: Removed 30,000 entries from "${list}"`);
  assertEquals(folder.read("pardons").split("\n").length, ENTRIES + 1);
  assertEquals(Deno.readTextFileSync(list), LIST);
});

Deno.test("remove says what still blocks, but not what was asked for itself", async () => {
  using folder = new Folder();
  const list = folder.write("list", "10.1.0.0/16\n10.1.2.3\n10.9.0.0/16\n10.9.2.3\n");
  const asked = ["10.0.0.0/8", "10.1.2.3", "10.9.2.3", "10.9.0.0/16"];
  const host = await play(list, "remove", "--no-pardon", ...asked);
  assertEquals(
    host.stderrText,
    "permaban: warning: 10.0.0.0/8 is not on the list\n" +
      "permaban: warning: 10.1.2.3 is still blocked by 10.1.0.0/16 of the list\n" +
      'permaban: hint: "permaban allow add 10.1.2.3" leaves it out of each batch\n' +
      `permaban: Removed 3 entries from "${list}"\n` +
      "permaban: hint: blocked until the next load: " +
      `permaban restore --blocklist ${list} | iptables-restore -w --noflush\n` +
      "permaban: hint: fail2ban may still ban it: " +
      "fail2ban-client unban 10.1.2.3 10.9.2.3 10.9.0.0/16\n",
  );
});
