/**
 * What there is on a machine that decides how permaban is set up.
 *
 * @module
 */

import { parseDuration } from "../offender/duration.ts";
import { FileError } from "../file/file_error.ts";
import { FAIL2BAN_FOLDER } from "./fail2ban_files.ts";
import { type Fail2banSetting, settingsOf } from "./fail2ban_settings.ts";
import type { RootFolder } from "./root_folder.ts";
import { type FirewallFormat, type Part, YEAR } from "./setup_options.ts";

/** Where programs are. */
const PROGRAM_FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** Where fail2ban logs unless its configuration says otherwise. */
export const USUAL_LOG = "/var/log/fail2ban.log";

/** The path of a program on the machine, or `undefined`. */
export function findProgram(name: string, root: RootFolder): string | undefined {
  return PROGRAM_FOLDERS.map((folder) => `${folder}/${name}`).find((path) => root.has(path));
}

/** The parts that apply to a machine. */
export function usualParts(root: RootFolder): Part[] {
  const parts: Part[] = ["config"];
  if (root.hasFolder(FAIL2BAN_FOLDER)) parts.push("fail2ban");
  // In an image nothing runs yet.
  const systemd = root.isMachine ? "/run/systemd/system" : "/etc/systemd/system";
  if (root.hasFolder(systemd)) parts.push("systemd");
  else if (root.hasFolder("/etc/cron.d")) parts.push("cron");
  return parts;
}

/** The format for a machine, or `undefined` where it has no firewall to load. */
export function usualFormat(root: RootFolder): FirewallFormat | undefined {
  if (findProgram("iptables-restore", root)) return "iptables";
  return findProgram("nft", root) ? "nft" : undefined;
}

/**
 * Reads fail2ban's configuration.
 *
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 * @returns Files by their paths in fail2ban's folder; of lists only the names.
 */
export function fail2banConfiguration(
  root: RootFolder,
  read = (path: string) => textAt(path, root),
): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ["", "action.d/", "filter.d/", "jail.d/", "fail2ban.d/"]) {
    for (const name of root.names(`${FAIL2BAN_FOLDER}/${folder}`)) {
      const path = folder + name;
      if (/\.(?:conf|local)$/.test(name)) files.set(path, read(`${FAIL2BAN_FOLDER}/${path}`) ?? "");
      else if (folder === "" && name.startsWith("ip.blocklist.")) files.set(path, "");
    }
  }
  return files;
}

/** What is no plain file is none that install knows its way in. */
function textAt(path: string, root: RootFolder): string | undefined {
  try {
    return root.readThrough(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** What fail2ban's own configuration says. */
export interface Fail2banSettings {
  /** Where it logs: a path, or a word such as `SYSLOG`. */
  readonly log: string;
  /** The section that takes `dbpurgeage`; `undefined` where that is a year or more already. */
  readonly purgeSection: string | undefined;
}

/**
 * The setting of fail2ban itself that holds.
 *
 * @param name Such as `loglevel`.
 * @param files The files in its folder.
 */
export function fail2banSetting(
  name: string,
  files: ReadonlyMap<string, string>,
): Fail2banSetting | undefined {
  const found = settingsOf("fail2ban", files).filter((setting) => setting.name === name);
  const lastIn = (wanted: string) => found.findLast(({ section }) => section === wanted);
  return lastIn("Definition") ?? lastIn("DEFAULT");
}

/**
 * Reads what fail2ban's own configuration says.
 *
 * @param files The files in its folder; permaban's own among them say nothing.
 */
export function fail2banSettings(files: ReadonlyMap<string, string>): Fail2banSettings {
  const others = new Map(files);
  others.delete("fail2ban.d/permaban.conf");
  const age = fail2banSetting("dbpurgeage", others);
  // Older versions set it where a default would not count.
  const section = age?.section === "Definition" ? "Definition" : "DEFAULT";
  return {
    log: fail2banSetting("logtarget", others)?.value ?? USUAL_LOG,
    purgeSection: secondsOf(age?.value ?? "") >= YEAR ? undefined : section,
  };
}

/** A length of time as fail2ban writes it, in seconds; 0 for what fail2ban alone understands. */
export function secondsOf(text: string): number {
  try {
    return parseDuration(text.replaceAll(/\s/g, ""));
  } catch {
    return 0;
  }
}
