/**
 * Who takes somebody off a list is told what frees them at once.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";
import { permaban } from "./permaban.ts";

testWith(
  [...MACHINE_TOOLS, "nft", "ipset"],
  "where install is in effect, what is said after remove, allow and undo frees at once",
  async () => {
    const { stdout, stderr } = await onMachine(`
      said() { sed -n 's/.*until the next \\(load\\|batch is loaded\\): //p' /run/said; }
      show() { { iptables-save; ip6tables-save; ipset save; nft list ruleset; } | grep -o -e '192.0.2.[0-9]' -e '2001:db8::[0-9]' | sort -u | tr '\\n' ' '; echo; }
      for format in ipset nft; do
        ${PROGRAM} install --quiet --format $format --program ${PROGRAM} >/dev/null
        ${PROGRAM} add -q 192.0.2.1 192.0.2.4 192.0.2.6 2001:db8::1
        /etc/permaban/firewall load; show
        ${PROGRAM} remove --no-pardon 192.0.2.1 2001:db8::1 2>/run/said; said; sh -e -c "$(said)"; show
        ${PROGRAM} allow add 192.0.2.4 2>/run/said; said; sh -e -c "$(said)"; show
        ${PROGRAM} undo 2>/run/said; said; sh -e -c "$(said)"; show
        # Not by the script, which loads another list.
        printf '192.0.2.7\\n' >/run/list
        ${PROGRAM} remove 192.0.2.7 --blocklist /run/list 2>&1 | grep next
        /etc/permaban/firewall flush
        ${PROGRAM} uninstall --purge >/dev/null 2>&1
        iptables-save | sed /permaban/d | iptables-restore; ip6tables-save | sed /permaban/d | ip6tables-restore
        ipset destroy; nft delete table inet permaban 2>/dev/null || :
      done
      # Over a link to the folder of the list, too.
      mkdir -m 700 /srv/pb; ln -s /srv/pb /var/lib/permaban
      ${PROGRAM} install --quiet --state /srv/pb --program ${PROGRAM} >/dev/null
      ${PROGRAM} add -q 192.0.2.1; ${PROGRAM} remove 192.0.2.1 2>/run/said; said`);
    const refresh = "/etc/permaban/firewall refresh";
    const [two, three] = ["192.0.2.4 192.0.2.6 ", "192.0.2.6 "];
    const one = [
      `192.0.2.1 ${two}2001:db8::1 `,
      ...[refresh, two, refresh, three, refresh, two],
      "permaban: hint: blocked until the next load: permaban restore --blocklist /run/list | " +
      "iptables-restore -w --noflush",
    ];
    assertEquals(stdout.split("\n"), [...one, ...one, refresh, ""], stderr);
  },
);

Deno.test("where it is not, what loads a batch in the format of the configuration is named", async () => {
  using folder = new Folder();
  const said = async (text: string, ...addresses: string[]) => {
    const list = folder.write("my list", addresses.map((address) => `${address}\n`).join(""));
    const config = folder.write("permaban.toml", text);
    const { stderr } = await permaban(
      ["remove", "--config", config, "--no-pardon", "--blocklist", list, ...addresses],
    );
    const words = `permaban restore --blocklist '${list}' --config ${config}`;
    return stderr.replaceAll(words, "RESTORE")
      .split("\n").flatMap((line) => line.split("until the next load: ")[1] ?? []);
  };
  const four = "RESTORE | iptables-restore -w --noflush";
  const six = "RESTORE -6 | ip6tables-restore -w --noflush";
  assertEquals(await said("", "192.0.2.1"), [four]);
  assertEquals(await said("", "2001:db8::1", "192.0.2.1"), [four, six]);
  const both = ["192.0.2.1", "2001:db8::1"];
  assertEquals(await said('[restore]\nformat = "nft"\n', ...both), ["RESTORE | nft -f -"]);
  assertEquals(await said('[restore]\nformat = "ipset"\n', ...both), ["RESTORE | ipset restore"]);
  assertEquals(await said('[restore]\nformat = "ip6tables"\n', ...both), [
    "RESTORE --format iptables | iptables-restore -w --noflush",
    "RESTORE | ip6tables-restore -w --noflush",
  ]);
  // The command takes all of these words.
  const list = folder.write("list", "192.0.2.9\n");
  const { stdout } = await permaban(["restore", "--blocklist", list, "--format", "nft"]);
  assertStringIncludes(stdout, "192.0.2.9");
});
