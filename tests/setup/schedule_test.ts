import { assertEquals } from "@std/assert";
import { schedulesOn } from "../../lib/setup/schedule.ts";
import { RootFolder } from "../../lib/setup/root_folder.ts";
import { Folder } from "../folder.ts";

function schedules(files: Record<string, string>) {
  using folder = new Folder();
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  const root = new RootFolder(folder.path);
  return schedulesOn(root, (path) => root.has(path) ? root.read(path) : undefined);
}

Deno.test("schedulesOn() knows how often cron reads the logs", () => {
  const command = "permaban scan --update";
  const gapOf = (when: string) =>
    schedules({ "var/spool/cron/crontabs/root": `${when} ${command}\n` }).map(({ gap }) => gap);
  const [minute, hour, day] = [60, 3600, 86_400];
  for (
    const [when, gap] of [
      ["*/5 * * * *", 5 * minute],
      ["* * * * *", minute],
      ["7,37 * * * *", 30 * minute],
      ["0-10 * * * *", 50 * minute],
      ["5/20 * * * *", 20 * minute],
      ["12 * * * *", hour],
      ["12 */6 * * *", 6 * hour],
      ["12 4 * * *", 24 * hour],
      ["12 4 * * mon", 7 * day],
      ["12 4 1 * *", 31 * day],
      ["12 4 1 6 *", 366 * day],
      ["@hourly", hour],
      ["@weekly", 7 * day],
      ["@reboot", Infinity],
      ["x y * * *", 24 * hour],
    ] as const
  ) assertEquals(gapOf(when), [gap], when);
});

Deno.test("schedulesOn() finds what reads the logs, and nothing else", () => {
  const line = "*/5 * * * * root";
  const found = schedules({
    "etc/crontab":
      `SHELL=/bin/sh\n${line} /usr/local/bin/permaban scan --incremental --update -q\n`,
    "etc/cron.d/permaban": `# ${line} permaban scan --update\n${line} permaban report\n`,
    "etc/cron.d/other~": `${line} permaban scan --update\n`,
    "etc/cron.d/plain": `${line} permaban scan\n${line} permaban scanner --update\n`,
    "etc/cron.daily/bans": "#!/bin/sh\n'permaban' scan --update\n",
    "usr/lib/systemd/system/permaban.timer": "[Timer]\nOnBootSec=2min\nOnUnitInactiveSec=5min\n",
    "usr/lib/systemd/system/permaban-scan.service":
      "[Service]\nExecStart=/usr/bin/permaban scan --incremental --update\n",
    "etc/systemd/system/timers.target.wants/permaban.timer": "",
  });
  assertEquals(
    found.map(({ place, gap, isEnabled, isIncremental }) => [place, gap, isEnabled, isIncremental]),
    [
      ["permaban.timer", 300, true, true],
      ["/etc/crontab:2", 300, true, true],
      ["/etc/cron.daily/bans", 86_400, true, false],
    ],
  );
});
