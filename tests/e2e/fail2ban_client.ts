/**
 * A fail2ban of its own for a test.
 *
 * @module
 */

import type { Folder } from "../folder.ts";

/**
 * Sets a fail2ban up in a folder, with jails that do nothing but count.
 *
 * @param folder The folder; its file `log` is the log.
 * @param jails The names of the jails.
 * @returns The command line of `fail2ban-client`, which a command such as `start` follows.
 */
export function fail2banClient(folder: Folder, jails: readonly string[]): string {
  const path = (name: string) => folder.at(name);
  folder.write(
    "etc/fail2ban.conf",
    `[Definition]\nloglevel = INFO\nlogtarget = ${path("log")}\nsyslogsocket = auto\n` +
      `socket = ${path("sock")}\npidfile = ${path("pid")}\ndbfile = None\n` +
      "dbpurgeage = 1d\ndbmaxmatches = 10\n",
  );
  const log = folder.write("app.log", "");
  folder.write(
    "etc/jail.conf",
    "[DEFAULT]\nbantime = 600\nusedns = no\nbackend = polling\n" +
      jails.map((jail) => `[${jail}]\nenabled = true\nfilter = none\nlogpath = ${log}\naction =\n`)
        .join(""),
  );
  folder.write("etc/filter.d/none.conf", "[Definition]\nfailregex = ^bad <ADDR>$\n");
  folder.write("etc/action.d/none", "");
  return `fail2ban-client -c ${path("etc")} -s ${path("sock")} -p ${path("pid")}`;
}

/** Shell words that wait, ten seconds at most, until `log` in the working folder has so many bans. */
export function untilBans(count: number): string {
  return `for try in $(seq 100); do
    [ "$(grep -c " Ban " log)" -lt ${count} ] || break
    sleep 0.1
  done`;
}
