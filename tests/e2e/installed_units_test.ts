/**
 * The units that install writes, as systemd understands them, and what they allow.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { testWith } from "../tools.ts";
import { MACHINE_TOOLS, onMachine, PROGRAM } from "./machine.ts";

const TOOLS = [...MACHINE_TOOLS, "systemd-analyze"] as const;

testWith(TOOLS, "systemd understands the units that install writes", async () => {
  const { stdout, stderr, status } = await onMachine(`
    ${PROGRAM} install --quiet --part systemd --program ${PROGRAM} >/dev/null 2>&1
    cd /etc/systemd/system; ls permaban*
    systemd-analyze verify ./permaban*
    # What it does not know it only warns of.
    sed -i 's/^Nice=/Nicer=/' permaban-scan.service
    systemd-analyze verify ./permaban-scan.service 2>&1 | grep -c Nicer`);
  assertEquals([stdout.split("\n"), stderr, status], [
    [
      ...["permaban-restore.service", "permaban-scan.service", "permaban.service"],
      ...["permaban.timer", "1", ""],
    ],
    "",
    0,
  ]);
});

testWith(
  MACHINE_TOOLS,
  "a list that is read in part is no failure of a unit, and its owner stays",
  async () => {
    const { stdout, stderr } = await onMachine(`
    ${PROGRAM} install --quiet --part systemd --program ${PROGRAM} >/dev/null
    cd /etc/systemd/system; grep -c '^SuccessExitStatus=4$' permaban*.service
    sed -n 's/^CapabilityBoundingSet=//p' permaban-scan.service`);
    assertEquals(
      stdout,
      "permaban-restore.service:1\npermaban-scan.service:1\npermaban.service:1\n" +
        "CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER\n",
      stderr,
    );
  },
);

testWith(TOOLS, "the units let their programs do little else than their work", async () => {
  const { stdout, stderr } = await onMachine(`
    ${PROGRAM} install --quiet --part systemd --program ${PROGRAM} >/dev/null
    for unit in permaban-restore permaban-scan permaban; do
      systemd-analyze security --offline=true --no-pager /etc/systemd/system/$unit.service |
        sed -n "s/.*Overall exposure level for $unit.service: \\([0-9.]*\\).*/\\1/p"
    done`);
  const levels = stdout.trim().split("\n").map(Number);
  assertEquals(levels.length, 3, stderr);
  // Of ten; a service without any of it has 9.6.
  for (const level of levels) assert(level > 0 && level < 4, stdout);
});
