/**
 * What install wrote, where its record is gone.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { EMPTY_RECORD, type InstallRecord, type OwnPlaces, printOf } from "./install_record.ts";
import { readScript } from "./installed_script.ts";
import { plannedFiles, possibleFiles } from "./planned_files.ts";
import type { RootFolder } from "./root_folder.ts";
import {
  faultOfPath,
  FIREWALL_SCRIPT,
  PARTS,
  type PlannedFile,
  type SetupOptions,
} from "./setup_options.ts";

/** How every file of install's says whose it is, near its beginning. */
const HEADER = /^(?:#.*\n){0,3}#.*Written by(?: |\n# )"permaban install"/;

/**
 * Makes the record anew, of files that say that install wrote them. What they were made of is read
 * from themselves: one that is as install would make it is known, one that is not was edited by hand.
 *
 * @param root The machine.
 * @param places Where permaban's own files are, unless the script says otherwise.
 * @returns The record; an empty one where nothing was installed.
 */
export function recognizeInstall(root: RootFolder, places: OwnPlaces): InstallRecord {
  const read = (path: string) => root.readIfAble(path);
  const script = read(FIREWALL_SCRIPT) ?? "";
  const named = placesIn(script) ?? places;
  const ours = possibleFiles(named).filter(({ path, isSeed }) => {
    return !isSeed && HEADER.test((read(path) ?? "").slice(0, 1000));
  });
  if (ours.length === 0) return EMPTY_RECORD;
  const written = new Map(
    filesLike(script, named, read).map((file) => [file.path, printOf(file.text)]),
  );
  const files = ours.map(({ path }) => {
    const print = written.get(path);
    return [path, print === undefined ? [] : [print]] as const;
  });
  return { ...EMPTY_RECORD, places: named, files: Object.fromEntries(files) };
}

/** The folder of permaban's own files and the blocklist, as a script has them. */
function placesIn(script: string): OwnPlaces | undefined {
  const blocklist = readScript(script)?.blocklist ?? "";
  const state = /^places='--state ([^\s']+)/m.exec(script)?.[1] ?? dirname(blocklist);
  if ([state, blocklist].some((path) => faultOfPath(path) !== undefined)) return undefined;
  return { state, blocklist };
}

/** The files that install would make for a machine that has these. */
function filesLike(
  script: string,
  places: OwnPlaces,
  read: (path: string) => string | undefined,
): PlannedFile[] {
  const made = readScript(script);
  if (!made) return [];
  const jail = read("/etc/fail2ban/jail.d/permaban.conf") ?? "";
  const action = read("/etc/fail2ban/action.d/permaban.conf") ?? "";
  const purge = read("/etc/fail2ban/fail2ban.d/permaban.conf") ?? "";
  const scan = ["/etc/systemd/system/permaban-scan.service", "/etc/cron.d/permaban"].map((path) =>
    /--quiet .*'([^']+)\*'/.exec(read(path) ?? "")?.[1]
  );
  const options: SetupOptions = {
    ...made,
    ...places,
    parts: new Set(PARTS),
    onStop: /^actionstop = \S/m.test(action) ? "flush" : "keep",
    log: /^logpath = (.*)$/m.exec(jail)?.[1] ?? scan.find((log) => log !== undefined) ??
      "/var/log/fail2ban.log",
    purgeSection: /^\[(\w+)\]$/m.exec(purge)?.[1],
  };
  return plannedFiles(options).filter(({ isSeed }) => !isSeed);
}
