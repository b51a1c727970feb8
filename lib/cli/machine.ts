/**
 * The machine that doctor looks at, or the image of one: what is on it that says how permaban is set
 * up, and which files are looked at.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";
import { systemReason } from "../log/system_reason.ts";
import type { Writable } from "../setup/check_permissions.ts";
import { FAIL2BAN_FOLDER } from "../setup/fail2ban_files.ts";
import {
  EMPTY_RECORD,
  type InstallRecord,
  type OwnPlaces,
  RECORD_PATH,
} from "../setup/install_record.ts";
import { type InstalledScript, readScript } from "../setup/installed_script.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { dropInsOf, type Schedule, schedulesOn, SERVICES } from "../setup/schedule.ts";
import { FIREWALL_SCRIPT } from "../setup/setup_options.ts";
import { fail2banConfiguration, fail2banSettings } from "../setup/survey.ts";
import {
  ALLOWLIST,
  blocklistPath,
  historyPath,
  type Invocation,
  journalPath,
  pardonsPath,
  STATE_FOLDER,
} from "./command.ts";
import { CONFIGURATION_FILE } from "./configuration.ts";
import { Failure } from "./failure.ts";
import { readRecord, rootFolder } from "./setup_root.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

/** What is looked at. */
export interface Machine {
  readonly root: RootFolder;
  /** What install wrote; nothing where that is not known. */
  readonly record: InstallRecord;
  readonly places: OwnPlaces;
  readonly allowlist: string;
  readonly script: InstalledScript | undefined;
  readonly schedules: readonly Schedule[];
  /** The files of fail2ban's configuration. */
  readonly configuration: ReadonlyMap<string, string>;
  /** The log that install was told, if it was. */
  readonly told: string | undefined;
  /** Where fail2ban logs to, a path or a word. */
  readonly log: string;
  /** Reads a file, `undefined` where there is none that could be read. */
  read(path: string): string | undefined;
  /** Files that could not be read, and why. */
  readonly closed: ReadonlyMap<string, string>;
}

/** Reads what says how permaban is set up. */
export function lookAround({ values, configuration: own }: Asked): Machine {
  const root = rootFolder(values.root);
  const closed = new Map<string, string>();
  const read = (path: string) => {
    try {
      return root.hasFolder(path) ? undefined : root.readThrough(path);
    } catch (error) {
      if (error instanceof FileError) {
        if (/regular file$/.test(error.message)) closed.set(path, "it is no regular file");
        return undefined;
      }
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      closed.set(path, reason);
      return undefined;
    }
  };
  const configuration = fail2banConfiguration(root, read);
  const record = recordOf(root);
  const told = logTold(record, own);
  const script = readScript(read(FIREWALL_SCRIPT) ?? "");
  return {
    root,
    record,
    places: placesOf(values, record),
    allowlist: values.allowlist ?? script?.allowlist ?? ALLOWLIST,
    script,
    schedules: schedulesOn(root, read),
    configuration,
    told,
    log: values.log ?? told ?? fail2banSettings(configuration).log,
    read,
    closed,
  };
}

/** Those that install was told, unless others are named. */
function placesOf(values: Asked["values"], { places }: InstallRecord): OwnPlaces {
  const isUsual = values.state === STATE_FOLDER && values.blocklist === undefined;
  return (isUsual ? places : undefined) ??
    { state: values.state, blocklist: blocklistPath(values) };
}

/** The log that install was told, if it was: fail2ban may log to syslog, and that to a file. */
function logTold(
  { options }: InstallRecord,
  own: Asked["configuration"],
): string | undefined {
  const texts = options["log"] ?? own?.tables.get("install")?.get("log")?.texts;
  return texts?.[0];
}

function recordOf(root: RootFolder) {
  try {
    return readRecord(root);
  } catch (error) {
    // It is said where what was installed is looked at.
    if (error instanceof Failure) return EMPTY_RECORD;
    throw error;
  }
}

/**
 * The files that only root may write to.
 *
 * @param machine The machine.
 * @param more Others, for which that is not said elsewhere.
 */
export function writableFiles(
  { root, record, places, allowlist, script, configuration, log }: Machine,
  more: readonly string[],
): Writable {
  const changes = [...SERVICES, "permaban.timer"].flatMap((unit) => dropInsOf(unit, root));
  const jail = [...configuration.keys()].filter((path) => /\/permaban\.local$/.test(path));
  return {
    files: [
      ...[RECORD_PATH, ...more, FIREWALL_SCRIPT, allowlist],
      ...[places.blocklist, pardonsPath(places), historyPath(places), journalPath(places)],
      ...(script ? [script.program] : []),
      ...Object.keys(record.files).filter((path) => path !== CONFIGURATION_FILE),
      ...changes,
      ...jail.map((path) => `${FAIL2BAN_FOLDER}/${path}`),
    ],
    folders: [dirname(RECORD_PATH), places.state, "/run/permaban"],
    logs: log.startsWith("/") ? logsBeside(log, root) : [],
  };
}

/** What is read wherever links lead to, unless that is seen to. */
export function pathsRead(machine: Machine): string[] {
  const { log, root, places, allowlist } = machine;
  return [
    ...[places.state, dirname(places.blocklist), dirname(allowlist)],
    ...(log.startsWith("/") ? [log, ...logsBeside(log, root)] : []),
    ...fail2banPaths(machine),
  ];
}

/** The files of fail2ban's that are read, and their folders. */
export function fail2banPaths({ configuration }: Machine): string[] {
  const folders = ["jail.d", "filter.d", "action.d", "fail2ban.d"];
  const names = [...folders, ...configuration.keys()];
  return [FAIL2BAN_FOLDER, ...names.map((name) => `${FAIL2BAN_FOLDER}/${name}`)];
}

/** A log, and those that were rotated. */
export function logsBeside(log: string, root: RootFolder): string[] {
  const names = root.names(dirname(log)).filter((name) => name.startsWith(basename(log)));
  return names.map((name) => join(dirname(log), name));
}
