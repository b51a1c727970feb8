/**
 * `permaban doctor`.
 *
 * @module
 */

import { Fail2banConfig } from "../blocklist/fail2ban_config.ts";
import { FileError } from "../file/file_error.ts";
import { checkTarget } from "../file/lock_file.ts";
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
import { EMPTY_RECORD, type OwnPlaces, RECORD_PATH } from "../setup/install_record.ts";
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
import { checkConfiguration, checkLists } from "./own_findings.ts";
import { count, escapeControls, Messages } from "./messages.ts";
import { readRecord, rootFolder } from "./setup_root.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

/** What is looked at. */
interface Machine {
  readonly root: RootFolder;
  readonly places: OwnPlaces;
  readonly allowlist: string;
  readonly script: InstalledScript | undefined;
  readonly schedules: readonly Schedule[];
  /** The files of fail2ban's configuration. */
  readonly configuration: ReadonlyMap<string, string>;
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
  const { root, ...rest } = lookAround(invocation);
  const machine = { root, ...rest };
  const { read, schedules, places, allowlist, script, log } = machine;
  const { configuration: own } = invocation;
  const found = log.startsWith("/") ? await findLogs([root.at(log) + "*"]) : NOTHING_FOUND;
  const settings = await examine("configuration", () => checkConfiguration(root, invocation));
  // What others can write to is told once.
  const isTold = settings.some(({ wayOut }) => wayOut?.startsWith("chmod go-w"));
  const files = [
    ...[RECORD_PATH, FIREWALL_SCRIPT, allowlist, places.blocklist],
    ...(isTold ? [] : [CONFIGURATION_FILE]),
    ...[pardonsPath, historyPath, journalPath].map((pathOf) => pathOf(places)),
    ...Object.keys(recordOf(root).files),
  ];
  const findings = [
    ...settings,
    ...await examine("lists", () => checkLists({ ...places, allowlist }, root, invocation)),
    ...await examine("files", () => checkInstalled(readRecord(root), script, root)),
    ...await examine(
      "permissions",
      () => checkPermissions([...files, ...(script ? [script.program] : [])], root),
    ),
    ...await examine("units", () => script ? checkReach(reachOf(machine, script), root, read) : []),
    ...await examine("fail2ban", () => checkFail2ban(fail2banOn(machine), logTold(root, own))),
    ...await examine("logs", () => logFindings(machine, found, invocation)),
    ...await examine("history", () => historyFindings(machine, found, invocation)),
    ...await examine("logrotate", () => rotationFindings(machine)),
    ...await examine("schedule", () => [
      ...checkSchedules(schedules, log.startsWith("/") ? log : undefined, root),
      ...checkBoot(root, read),
    ]),
    ...await examine(
      "firewall",
      () => liveFindings(dumps, script, (families) => listed(families, machine, invocation)),
    ),
  ];
  const { unknown } = findingsAbout("files");
  const closed = [...machine.closed].map((path) =>
    unknown(`Cannot read ${path}`, "run it as root")
  );
  return [...findings, ...closed];
}

const NOTHING_FOUND: FoundLogs = { files: [], problems: [], skipped: [] };

function lookAround({ values, configuration: own }: Asked): Machine {
  const root = rootFolder(values.root);
  const closed = new Set<string>();
  const read = (path: string) => {
    try {
      return root.hasFolder(path) ? undefined : root.read(path);
    } catch (error) {
      const reason = error instanceof FileError ? "" : systemReason(error);
      if (reason === undefined) throw error;
      if (reason !== "") closed.add(path);
      return undefined;
    }
  };
  const configuration = fail2banConfiguration(root);
  const script = readScript(read(FIREWALL_SCRIPT) ?? "");
  return {
    root,
    places: placesOf(values, root),
    allowlist: values.allowlist ?? script?.allowlist ?? ALLOWLIST,
    script,
    schedules: schedulesOn(root, read),
    configuration,
    log: values.log ?? logTold(root, own) ?? fail2banSettings(configuration).log,
    read,
    closed,
  };
}

/** Those that install was told, unless others are named. */
function placesOf(values: Asked["values"], root: RootFolder): OwnPlaces {
  const isUsual = values.state === STATE_FOLDER && values.blocklist === undefined;
  const record = isUsual ? recordOf(root) : EMPTY_RECORD;
  return record.places ?? { state: values.state, blocklist: blocklistPath(values) };
}

function reachOf({ places, allowlist, log }: Machine, { program }: InstalledScript): Reach {
  return { ...places, program, allowlist, log: log.startsWith("/") ? log : undefined };
}

function fail2banOn({ root, configuration: files }: Machine): Fail2banFolder | undefined {
  if (files.size === 0) return undefined;
  const path = root.at(FAIL2BAN_FOLDER);
  return { path, files, jails: new Fail2banConfig(path) };
}

/** The log that install was told, if it was: fail2ban may log to syslog, and that to a file. */
function logTold(root: RootFolder, own: Asked["configuration"]): string | undefined {
  const texts = recordOf(root).options["log"] ?? own?.tables.get("install")?.get("log")?.texts;
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
  return checkLogs(log, root.has(log), found, await scanLogs(found.files, options));
}

function historyFindings(
  { root, places, schedules }: Machine,
  { files }: FoundLogs,
  { host }: Asked,
): Finding[] {
  const path = historyPath(places);
  checkTarget(root.at(path));
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
