/**
 * The unit in docs/cron.md: systemd understands it, and what it runs works.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { shell } from "./permaban.ts";

const PAGE = join(dirname(dirname(dirname(fromFileUrl(import.meta.url)))), "docs/cron.md");
const BLOCKS = [...Deno.readTextFileSync(PAGE).matchAll(/^```ini\n(.*?)^```$/gms)]
  .map(([, text = ""]) => text);
const commandsIn = (block: string) => block.match(/^ExecStart=.*\n/gm) ?? [];
const [UNIT = ""] = BLOCKS;

testWith(["systemd-analyze"], "systemd understands the unit for boot", async () => {
  using folder = new Folder();
  assertEquals(BLOCKS.map((block) => commandsIn(block).length), [2, 1, 3]);
  for (const block of BLOCKS) {
    const head = UNIT.replaceAll(/^ExecStart=.*\n/gm, "");
    folder.write(
      "permaban-restore.service",
      head.replace("[Install]", `${commandsIn(block).join("")}\n[Install]`),
    );
    const { stderr, status } = await shell("systemd-analyze verify ./permaban-restore.service", {
      cwd: folder.path,
    });
    assertEquals([status, stderr], [0, ""]);
  }
});

testWith(
  ["root", "unshare", "bash", "iptables-restore", "ip6tables-restore", "ipset", "nft"],
  "what the unit for boot runs loads the list, and again",
  async () => {
    using folder = new Folder();
    // Part of it is not understood.
    folder.write("list", "192.0.2.7\n2001:db8::7\nnonsense\n");
    const loaded: string[] = [];
    for (const block of BLOCKS) {
      const lines = commandsIn(block).map((line) =>
        line.replace(/^ExecStart=/, "").replaceAll("$$", "$").replaceAll(
          "permaban restore",
          "permaban restore --blocklist list",
        )
      );
      const show = "iptables-save; ip6tables-save; ipset save; nft list tables";
      folder.write("steps", ["set -e\n", ...lines, ...lines, show].join(""));
      const { stdout, stderr, status } = await shell("unshare -n sh steps", { cwd: folder.path });
      assertEquals(status, 0, stderr);
      const ours = /^(?:-A.*permaban|add |table inet permaban).*/gm;
      loaded.push(...(stdout.match(ours) ?? []).sort(), "");
      // That of a loader is not taken for one of permaban.
      for (const line of lines) {
        folder.write("failing", line.replace(/[^|]*'$/m, " { cat >/dev/null; exit 4; }'"));
        const failing = await shell("unshare -n sh failing", { cwd: folder.path });
        assertEquals(failing.status, 4, failing.stderr);
      }
    }
    assertEquals(loaded, [
      ...["-A INPUT -j permaban", "-A INPUT -j permaban"],
      ...["-A permaban -s 192.0.2.7/32 -j DROP", "-A permaban -s 2001:db8::7/128 -j DROP", ""],
      ...["table inet permaban", ""],
      ...["-A INPUT -j permaban", "-A INPUT -j permaban"],
      "-A permaban -m set --match-set permaban-4 src -j DROP",
      "-A permaban -m set --match-set permaban-6 src -j DROP",
      ...["add permaban-4 192.0.2.7", "add permaban-6 2001:db8::7", ""],
    ]);
  },
);
