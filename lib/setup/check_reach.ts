/**
 * Whether what has to run can run where it is, and whether the units of systemd see what they need.
 *
 * @module
 */

import { dirname, resolve } from "@std/path/posix";
import { type Finding, findingsAbout } from "./finding.ts";
import { type Mount, mountOf } from "./mount_table.ts";
import { dropInsOf, SERVICES } from "./schedule.ts";
import type { RootFolder } from "./root_folder.ts";
import { isHiddenFromUnits } from "./systemd_units.ts";

const { wrong } = findingsAbout("units");

/** Where things are. */
export interface Reach {
  /** The executable. */
  readonly program: string;
  readonly state: string;
  readonly blocklist: string;
  readonly allowlist: string;
  /** The log that fail2ban writes, if it is a file. */
  readonly log: string | undefined;
}

const UNIT_FOLDER = "/etc/systemd/system";
/** Where the self-unpacking executable unpacks when root starts it; the units do not see the second. */
const CACHES = ["/var/cache/permaban", "/root/.cache/permaban"];

/**
 * Looks for what cannot work.
 *
 * @param reach Where things are.
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 */
export function checkReach(
  reach: Reach,
  root: RootFolder,
  read: (path: string) => string | undefined,
): Finding[] {
  const hasUnits = root.has(`${UNIT_FOLDER}/permaban-scan.service`);
  const changes = SERVICES.flatMap((unit) => dropInsOf(unit, root))
    .map((path) => read(path) ?? "").join("\n");
  // An admin who has seen to it.
  const hidden = !hasUnits || /^ProtectHome=/m.test(changes) ? [] : checkHidden(reach, root);
  const isElsewhere = changes.includes("PERMABAN_CACHE=");
  return [...hidden, ...checkNoexec(reach.program, hasUnits, isElsewhere, root, read)];
}

function checkHidden(reach: Reach, root: RootFolder): Finding[] {
  const { program, state, blocklist, allowlist, log } = reach;
  const home = isHiddenFromUnits(state) ? "/var/lib/permaban" : state;
  const wanted: readonly (readonly [what: string, path: string | undefined, wayOut: string])[] = [
    [
      "executable",
      program,
      "cp --remove-destination FILE /usr/local/bin/permaban; " +
      "permaban install --program /usr/local/bin/permaban",
    ],
    ["state folder", state, "move it, then: permaban install --state /var/lib/permaban"],
    [
      "blocklist",
      dirname(blocklist) === state ? undefined : blocklist,
      `move it, then: permaban install --blocklist ${home}/blocklist`,
    ],
    ["allowlist", allowlist, "move it, then: permaban install --allowlist /etc/permaban/allowlist"],
    [
      "log",
      log,
      'set "logtarget = /var/log/fail2ban.log" in /etc/fail2ban/fail2ban.local, then: ' +
      "permaban install --no-log",
    ],
  ];
  return wanted.flatMap(([what, path, wayOut]): Finding[] => {
    if (path === undefined) return [];
    const link = root.linkAt(path);
    const target = link === undefined ? path : resolve(dirname(path), link);
    const hidden = [path, target].find(isHiddenFromUnits);
    if (hidden === undefined) return [];
    return [wrong(
      `The units do not see the ${what} ${hidden}, since ProtectHome=yes`,
      wayOut.replace("FILE", hidden),
    )];
  });
}

function checkNoexec(
  program: string,
  hasUnits: boolean,
  isElsewhere: boolean,
  root: RootFolder,
  read: (path: string) => string | undefined,
): Finding[] {
  const table = read("/etc/fstab") ?? "";
  const place = ({ folder, line }: Mount) => `${root.at("/etc/fstab")}:${line}: ${folder}`;
  const own = noexecAt(program, table);
  if (own) {
    return [wrong(
      `${place(own)} is mounted noexec, so ${program} does not start`,
      "put it elsewhere, then: permaban install --program FILE",
    )];
  }
  const [cache, spare] = CACHES.map((path) => noexecAt(path, table));
  if (!cache || isElsewhere || (!hasUnits && !spare)) return [];
  if (!root.beginning(program, 100).includes("the self-unpacking form")) return [];
  return [wrong(
    `${place(cache)} is mounted noexec, and ${program} unpacks itself into ${CACHES[0]}`,
    `take "noexec" out there, then: mount -o remount,exec ${cache.folder}`,
  )];
}

/** The line of fstab that keeps what is at a path from being run. */
function noexecAt(path: string, table: string): Mount | undefined {
  const mount = mountOf(path, table);
  const words = mount?.options.filter((word) => /^(?:no)?exec$|^users?$/.test(word)) ?? [];
  return words.length > 0 && words.at(-1) !== "exec" ? mount : undefined;
}
