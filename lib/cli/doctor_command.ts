/**
 * `permaban doctor`.
 *
 * @module
 */

import { Fail2banConfig } from "../blocklist/fail2ban_config.ts";
import { FileError } from "../file/file_error.ts";
import { findLogs, type FoundLogs } from "../log/find_logs.ts";
import { scanLogs } from "../log/scan_logs.ts";
import { systemReason } from "../log/system_reason.ts";
import { checkFail2ban } from "../setup/check_fail2ban.ts";
import type { Fail2banFolder } from "../setup/check_jail.ts";
import { checkHistory, waitingLogs } from "../setup/check_history.ts";
import { checkInstalled } from "../setup/check_installed.ts";
import { checkLogs, wayOutOf } from "../setup/check_logs.ts";
import { checkPermissions } from "../setup/check_permissions.ts";
import { checkReach, type Reach } from "../setup/check_reach.ts";
import { checkRotation } from "../setup/check_rotation.ts";
import { checkBoot, checkSchedules } from "../setup/check_schedule.ts";
import { FAIL2BAN_FOLDER } from "../setup/fail2ban_files.ts";
import { type Finding, findingsAbout } from "../setup/finding.ts";
import {
  EMPTY_RECORD,
  type InstallRecord,
  type OwnPlaces,
  RECORD_PATH,
} from "../setup/install_record.ts";
import { type InstalledScript, readScript } from "../setup/installed_script.ts";
import { rotationOf } from "../setup/logrotate_file.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { type Schedule, schedulesOn } from "../setup/schedule.ts";
import { FIREWALL_SCRIPT } from "../setup/setup_options.ts";
import { fail2banConfiguration, fail2banSettings } from "../setup/survey.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { tabbed } from "./columns.ts";
import {
  ALLOWLIST,
  blocklistPath,
  historyPath,
  type Invocation,
  journalPath,
  pardonsPath,
  type Run,
  STATE_FOLDER,
} from "./command.ts";
import { CONFIGURATION_FILE } from "./configuration.ts";
import { readDump } from "./dump_file.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import { lookAtHistory } from "./history_file.ts";
import { firstLineAfter } from "./line_time.ts";
import { type DumpPart, dumpParts, liveFindings } from "./live_findings.ts";
import { checkConfiguration, checkLists, checkOwnFile, checkPlaces } from "./own_findings.ts";
import { count, escapeControls, Messages } from "./messages.ts";
import { readRecord, rootFolder } from "./setup_root.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

/** What is looked at. */
interface Machine {
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
  /** Files that could not be read for want of rights. */
  readonly closed: Set<string>;
}

/** Looks at everything, and prints what needs doing. */
export const doctor: Run<typeof DOCTOR_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  if (operands.includes("-") && host.stdin.isTerminal()) {
    throw usageError(
      "Standard input is the terminal, and a dump is expected there",
      "pipe one: iptables-save | permaban doctor -",
    );
  }
  const dumps = await readDumps(invocation);
  const findings = await allFindings(dumps, invocation);
  const wrong = findings.filter(({ state }) => state === "wrong").length;
  if (values.json) {
    const told = findings.map(({ wayOut, ...rest }) => ({ ...rest, wayOut: wayOut ?? null }));
    await host.stdout.write(JSON.stringify({ findings: told, wrong }, null, 2) + "\n");
  } else {
    const isShown = ({ state }: Finding) =>
      state === "wrong" || (state === "ok" ? values.verbose : !values.quiet);
    await host.stdout.write(print(findings.filter(isShown), host.stdout.isTerminal()));
  }
  messages.note(
    `Looked at ${count(findings.length, "thing")}: ` +
      (wrong === 0 ? "nothing needs doing" : `${count(wrong, "thing")} to do`),
  );
  return wrong > 0 ? EXIT.no : EXIT.done;
};

function print(findings: readonly Finding[], isTerminal: boolean): string {
  if (!isTerminal) {
    return tabbed(findings.map(({ state, about, message, wayOut }) => {
      return [state, about, message, ...(wayOut === undefined ? [] : [wayOut])];
    }));
  }
  return findings.map(({ state, message, wayOut }) => {
    const text = wayOut === undefined ? message : `${message}; ${wayOut}`;
    return `${state.padEnd(7)}  ${escapeControls(text)}\n`;
  }).join("");
}

async function readDumps({ operands, host }: Asked): Promise<Map<DumpPart, string> | undefined> {
  if (operands.length === 0) return undefined;
  const dumps = new Map<DumpPart, string>();
  for (const path of operands) {
    const bytes = await readDump(path, host, "give it what iptables-save prints");
    for (const [part, text] of dumpParts(new TextDecoder().decode(bytes))) dumps.set(part, text);
  }
  return dumps;
}

async function allFindings(
  dumps: ReadonlyMap<DumpPart, string> | undefined,
  invocation: Asked,
): Promise<Finding[]> {
  const machine = lookAround(invocation);
  const { root, read, record, schedules, places, allowlist, script, log, told } = machine;
  const found = log.startsWith("/") ? await findLogs([root.at(log) + "*"]) : NOTHING_FOUND;
  const lists = await examine("lists", () => {
    return checkLists({ ...places, allowlist }, root, invocation);
  });
  // What cannot be read cannot be compared with what is loaded.
  const isUnread = lists.some(({ message }) => UNREAD.test(message));
  const findings = [
    ...await ownFindings(machine, invocation),
    ...lists,
    ...await examine("units", () => script ? checkReach(reachOf(machine, script), root, read) : []),
    ...await examine("fail2ban", () => checkFail2ban(fail2banOn(machine, invocation), told)),
    ...await examine("logs", () => logFindings(machine, found, invocation)),
    ...await examine("history", () => historyFindings(machine, found, invocation)),
    ...await examine("journal", () => checkOwnFile("journal", root.at(journalPath(places)))),
    ...await examine("logrotate", () => rotationFindings(machine)),
    ...await examine("schedule", () => [
      ...checkSchedules(schedules, log.startsWith("/") ? log : undefined, root),
      ...checkBoot(root, read, record),
    ]),
    ...await examine(
      "firewall",
      () =>
        isUnread
          ? []
          : liveFindings(dumps, script, (families) => listed(families, machine, invocation)),
    ),
  ];
  const { unknown } = findingsAbout("files");
  const closed = [...machine.closed].map((path) =>
    unknown(`Cannot read ${path}`, "run it as root")
  );
  return [...findings, ...closed];
}

/** How the finding begins or ends that a list is none to be read. */
const UNREAD = /^(?:Cannot read|There is no) |regular file$/;

/** Looks at what is permaban's own but the lists. */
async function ownFindings(
  { root, record, places, allowlist, script }: Machine,
  invocation: Asked,
): Promise<Finding[]> {
  const settings = await examine("configuration", () => checkConfiguration(root, invocation));
  const isTold = settings.some(({ wayOut }) => wayOut?.startsWith("chmod go-w"));
  const files = [
    // That others can write to it is told once.
    ...[RECORD_PATH, ...(isTold ? [] : [CONFIGURATION_FILE]), FIREWALL_SCRIPT, allowlist],
    ...[places.blocklist, pardonsPath(places), historyPath(places), journalPath(places)],
    ...["/run/permaban", ...(script ? [script.program] : [])],
    ...Object.keys(record.files).filter((path) => path !== CONFIGURATION_FILE),
  ];
  return [
    ...settings,
    ...(root.isMachine ? checkPlaces(script, invocation) : []),
    ...await examine("files", () => checkInstalled(readRecord(root), script, root)),
    ...await examine("permissions", () => checkPermissions(files, root)),
  ];
}

const NOTHING_FOUND: FoundLogs = { files: [], problems: [], skipped: [] };

function lookAround({ values, configuration: own }: Asked): Machine {
  const root = rootFolder(values.root);
  const closed = new Set<string>();
  const read = (path: string) => {
    try {
      return root.hasFolder(path) ? undefined : root.readThrough(path);
    } catch (error) {
      const reason = error instanceof FileError ? "" : systemReason(error);
      if (reason === undefined) throw error;
      if (reason !== "") closed.add(path);
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

function reachOf({ places, allowlist, log }: Machine, { program }: InstalledScript): Reach {
  return { ...places, program, allowlist, log: log.startsWith("/") ? log : undefined };
}

function fail2banOn(
  { root, configuration: files }: Machine,
  { configuration: own }: Asked,
): Fail2banFolder | undefined {
  if (files.size === 0) return undefined;
  const path = root.at(FAIL2BAN_FOLDER);
  const asked = (name: string) => own?.tables.get("scan")?.get(name)?.texts[0];
  const meant = new Map([["maxretry", asked("min-bans")], ["findtime", asked("within")]]);
  return { path, files, jails: new Fail2banConfig(path), meant };
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

/** What keeps something from being looked at is a finding, too. */
async function examine(
  about: string,
  look: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  const { wrong } = findingsAbout(about);
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure) return [wrong(error.message, error.hint)];
    if (error instanceof FileError) {
      return [wrong(`Cannot use ${error.file}: ${error.message}`, error.hint)];
    }
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const path = error instanceof Error && "path" in error ? `${error.path}: ` : "";
    return [wrong(`${path}${reason}`, wayOutOf(reason))];
  }
}

async function logFindings(
  { log, root }: Machine,
  found: FoundLogs,
  { host }: Asked,
): Promise<Finding[]> {
  const options = { zone: host.zone, now: host.now(), jobs: host.cores, onBan() {} };
  return checkLogs(
    log,
    root.has(log) && !root.hasFolder(log),
    found,
    await scanLogs(found.files, options),
  );
}

function historyFindings(
  { root, places, schedules }: Machine,
  { files }: FoundLogs,
  { host }: Asked,
): Finding[] {
  const path = historyPath(places);
  const refused = checkOwnFile("history", root.at(path));
  if (refused.length > 0) return refused;
  const state = root.has(path) ? lookAtHistory(root.at(path), host).state : undefined;
  const since = firstLineAfter(host.zone);
  const waiting = state ? waitingLogs(files, state, since) : [];
  return checkHistory({ path: root.at(path), state }, waiting, schedules, host.now());
}

function rotationFindings({ root, read, log, schedules }: Machine): Finding[] {
  if (!log.startsWith("/")) return [];
  const rotation = rotationOf(log, "/etc/logrotate.conf", {
    read,
    names: (path) => root.names(path),
  });
  return checkRotation(log, rotation, schedules.filter(({ isEnabled }) => isEnabled));
}

/** What should be loaded; what is wrong with the lists is said elsewhere. */
function listed(
  families: readonly (4 | 6)[],
  { root, places, allowlist }: Machine,
  { values, host, configuration }: Asked,
) {
  const wide = configuration?.tables.get("restore")?.get("allow-wide")?.texts.length ?? 0;
  const asked = {
    state: root.at(places.state),
    blocklist: root.at(places.blocklist),
    allowlist: root.has(allowlist) || values.allowlist ? root.at(allowlist) : undefined,
    "allow-wide": wide > 0,
  };
  const nobody = { stderr: { write: () => {}, isTerminal: () => false } };
  const silent = new Messages(nobody, { quiet: true, verbose: false, color: false });
  return blockedNetworks(families, asked, host, silent).networks;
}
