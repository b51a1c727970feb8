/**
 * `permaban doctor`.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { Fail2banConfig } from "../blocklist/fail2ban_config.ts";
import { FileError } from "../file/file_error.ts";
import { findLogs, type FoundLogs } from "../log/find_logs.ts";
import { scanLogs } from "../log/scan_logs.ts";
import { systemReason } from "../log/system_reason.ts";
import { checkCron } from "../setup/check_cron.ts";
import { checkDropIns } from "../setup/check_drop_ins.ts";
import { checkFail2ban } from "../setup/check_fail2ban.ts";
import type { Fail2banFolder } from "../setup/check_jail.ts";
import { checkHistory, waitingLogs } from "../setup/check_history.ts";
import { checkInstalled } from "../setup/check_installed.ts";
import { checkLinks } from "../setup/check_links.ts";
import { checkLogs, wayOutOf } from "../setup/check_logs.ts";
import { checkPermissions } from "../setup/check_permissions.ts";
import { checkReach, type Reach } from "../setup/check_reach.ts";
import { checkRotation } from "../setup/check_rotation.ts";
import { checkBoot, checkSchedules } from "../setup/check_schedule.ts";
import { checkVersion } from "../setup/check_version.ts";
import { FAIL2BAN_FOLDER } from "../setup/fail2ban_files.ts";
import { type Finding, findingsAbout } from "../setup/finding.ts";
import type { InstalledScript } from "../setup/installed_script.ts";
import { rotationOf } from "../setup/logrotate_file.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { tabbed } from "./columns.ts";
import { historyPath, type Invocation, journalPath, type Run } from "./command.ts";
import { CONFIGURATION_FILE } from "./configuration.ts";
import { readDump } from "./dump_file.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import { lookAtHistory } from "./history_file.ts";
import { firstLineAfter } from "./line_time.ts";
import { type DumpPart, dumpParts, liveFindings } from "./live_findings.ts";
import { checkConfiguration, checkLists, checkOwnFile, checkPlaces } from "./own_findings.ts";
import { count, escapeControls, Messages } from "./messages.ts";
import { readRecord } from "./setup_root.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

import {
  fail2banPaths,
  logsBeside,
  lookAround,
  type Machine,
  pathsRead,
  writableFiles,
} from "./machine.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

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
  const { root, read, places, allowlist, script, told } = machine;
  const found = await logsOn(machine);
  const lists = await examine("lists", () => {
    return checkLists({ ...places, allowlist }, root, invocation);
  });
  // What cannot be read cannot be compared with what is loaded.
  const isUnread = root.linkOn(dirname(places.blocklist)) !== undefined ||
    lists.some(({ message }) => UNREAD.test(message));
  const findings = [
    ...await ownFindings(machine, invocation),
    ...lists,
    ...checkLinks(pathsRead(machine), root),
    ...await examine("units", () => [
      ...(script ? checkReach(reachOf(machine, script), root, read) : []),
      ...checkDropIns(root, read),
    ]),
    ...await examine("fail2ban", () => {
      // A jail of which a part is elsewhere is not judged by the rest.
      const isWhole = fail2banPaths(machine).every((path) => root.linkOn(path) === undefined);
      return isWhole ? checkFail2ban(fail2banOn(machine, invocation), told) : [];
    }),
    ...await examine("logs", () => logFindings(machine, found, invocation)),
    ...await examine("history", () => historyFindings(machine, found, invocation)),
    ...await examine("journal", () => checkOwnFile("journal", journalPath(places), root)),
    ...await examine("logrotate", () => rotationFindings(machine)),
    ...await examine("schedule", () => scheduleFindings(machine)),
    ...await examine(
      "firewall",
      () =>
        isUnread
          ? []
          : liveFindings(dumps, script, (families) => listed(families, machine, invocation)),
    ),
  ];
  const { unknown } = findingsAbout("files");
  const closed = [...machine.closed].filter(([path]) =>
    !findings.some(({ message }) => message.includes(root.at(path)) && UNREAD.test(message))
  );
  return [
    ...findings,
    ...closed.map(([path, reason]) =>
      unknown(`Cannot read ${path}: ${reason}`, wayOutOf(reason) ?? "move it away")
    ),
  ];
}

/** How the finding begins or ends that a list is none to be read. */
const UNREAD = /^(?:Cannot read|There is no) |regular file$/;

/** Looks at what is permaban's own but the lists. */
async function ownFindings(machine: Machine, invocation: Asked): Promise<Finding[]> {
  const { root, script } = machine;
  const settings = await examine("configuration", () => checkConfiguration(root, invocation));
  const isTold = settings.some(({ wayOut }) => wayOut?.startsWith("chmod go-w"));
  // That others can write to it is told once.
  const writable = writableFiles(machine, isTold ? [] : [CONFIGURATION_FILE]);
  return [
    ...settings,
    ...(root.isMachine ? checkPlaces(script, invocation) : []),
    ...await examine("files", () => [
      ...checkInstalled(readRecord(root), script, root),
      ...checkVersion(machine.record, root),
    ]),
    ...await examine("permissions", () => checkPermissions(writable, root)),
  ];
}

async function logsOn({ log, root }: Machine): Promise<FoundLogs> {
  if (!log.startsWith("/") || root.linkOn(dirname(log)) !== undefined) return NOTHING_FOUND;
  const paths = root.isMachine
    ? [`${root.at(log)}*`]
    : logsBeside(log, root).filter((path) => !root.linkOn(path)).map((path) => root.at(path));
  const found = await findLogs(paths);
  // Nobody knows whether what is no file ever ends.
  const files = found.files.filter(({ seekable }) => seekable);
  const others = found.files.filter(({ seekable }) => !seekable);
  const problems = others.map(({ path }) => ({ path, message: "it is no regular file" }));
  return { ...found, files, problems: [...found.problems, ...problems] };
}

const NOTHING_FOUND: FoundLogs = { files: [], problems: [], skipped: [] };

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
  if (log.startsWith("/") && root.linkOn(log) !== undefined) return [];
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
  const refused = checkOwnFile("history", path, root);
  if (refused.length > 0) return refused;
  // That is said of all that is read.
  if (root.linkOn(places.state) !== undefined) return [];
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

function scheduleFindings({ root, read, schedules, log, record, script }: Machine): Finding[] {
  const cron = checkCron(root, read, script);
  // What a file cannot do it is not said to do.
  const broken = cron.filter(({ state }) => state === "wrong").map(({ message }) =>
    /^[^\s:]+/.exec(message)?.[0] ?? message
  );
  const own = checkSchedules(schedules, log.startsWith("/") ? log : undefined, root, record);
  return [
    ...own.filter(({ state, message }) =>
      state !== "ok" || !broken.some((path) => message.startsWith(path))
    ),
    ...cron,
    ...checkBoot(root, read, record),
  ];
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
