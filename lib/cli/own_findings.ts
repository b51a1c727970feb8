/**
 * Whether permaban's own configuration and lists are right.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { allowedBy } from "../blocklist/allowlist.ts";
import type { Blocklist, Problem } from "../blocklist/blocklist.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { pardonsIn } from "../blocklist/pardons.ts";
import { FileError } from "../file/file_error.ts";
import { checkTarget } from "../file/lock_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { wayOutOf } from "../setup/check_logs.ts";
import { type Finding, findingsAbout } from "../setup/finding.ts";
import type { OwnPlaces } from "../setup/install_record.ts";
import type { InstalledScript } from "../setup/installed_script.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { FIREWALL_SCRIPT } from "../setup/setup_options.ts";
import {
  ALLOWLIST,
  allowlistPath,
  blocklistPath,
  type Invocation,
  pardonsPath,
} from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { Failure } from "./failure.ts";
import { type Configuration, CONFIGURATION_FILE } from "./configuration.ts";
import { readList, readListIfThere } from "./list_file.ts";
import { count } from "./messages.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

/**
 * Looks at the configuration: the one that holds, or in an image the one that is there.
 */
export async function checkConfiguration(
  root: RootFolder,
  { configuration: own }: Asked,
): Promise<Finding[]> {
  const { ok, wrong } = findingsAbout("configuration");
  const configuration = root.isMachine ? own : await configurationIn(root);
  if (!configuration) return [ok("There is no configuration: the defaults hold")];
  const { faults, refusal } = configuration;
  if (refusal) {
    return [wrong(`${refusal.message}: no command works with that`, refusal.hint ?? "mend it")];
  }
  if (faults.length === 0) return [ok(`${configuration.file} is right`)];
  return faults.map(({ line, message, hint }) => {
    // One that is empty: there is nothing to write instead.
    const wayOut = hint === "" ? "take it out there" : hint ?? "mend it there";
    return wrong(`${configuration.file}:${line}: ${message}`, wayOut);
  });
}

async function configurationIn(root: RootFolder): Promise<Configuration | undefined> {
  if (!root.has(CONFIGURATION_FILE)) return undefined;
  const { lookAtConfiguration } = await import("./read_configuration.ts");
  return lookAtConfiguration(root.at(CONFIGURATION_FILE), COMMANDS);
}

/** Whether what the configuration names is what is loaded: the files of install name their own. */
export function checkPlaces(
  script: InstalledScript | undefined,
  { configuration, given, values }: Asked,
): Finding[] {
  const { wrong } = findingsAbout("configuration");
  const configured = configuration?.tables.get("");
  const differences = [
    ["blocklist", blocklistPath(values), script?.blocklist],
    ["allowlist", allowlistPath(values), script?.allowlist],
  ] as const;
  return differences.flatMap(([kind, path, loaded]): Finding[] => {
    const names = kind === "blocklist" ? ["blocklist", "state"] : ["allowlist"];
    const setting = names.map((name) => configured?.get(name)).find((found) => found);
    const isGiven = names.some((name) => given.has(name));
    if (!setting || isGiven || loaded === undefined || path === loaded) return [];
    return [wrong(
      `${configuration?.file}:${setting.line}: commands use the ${kind} ${path}, and ` +
        `${FIREWALL_SCRIPT} loads ${loaded}`,
      "run: permaban install, which takes over what stands there; or take it out",
    )];
  });
}

/** Looks at the lists: each of them can be read and changed, and every line in it is understood. */
export function checkLists(
  places: OwnPlaces & { readonly allowlist: string },
  root: RootFolder,
  { host }: Asked,
): Finding[] {
  const { state, blocklist, allowlist } = places;
  const now = host.now();
  const asked: readonly [ListKind, string, (list: Blocklist) => readonly Problem[]][] = [
    ["blocklist", blocklist, ({ problems }) => problems],
    ["allowlist", allowlist, (list) => allowedBy(list, now).problems],
    ["pardons", pardonsPath({ state }), (list) => pardonsIn(list).problems],
  ];
  // One to which a link of an image leads is not looked at, which is said of all such files.
  const here = asked.filter(([, path]) => root.linkOn(dirname(path)) === undefined);
  return here.map(([kind, path, problemsOf]) => {
    const isNeeded = kind === "blocklist" || (kind === "allowlist" && allowlist !== ALLOWLIST);
    const read = isNeeded ? readList : readListIfThere;
    const { wrong } = findingsAbout(kind);
    try {
      checkTarget(root.at(path));
      const problems: Problem[] = [];
      let entries = 0;
      let isForAll = false;
      for (const list of read(root.at(path), kind)) {
        entries += list.networks.length;
        problems.push(...problemsOf(list));
        isForAll ||= kind === "allowlist" && hasEverybody(list);
      }
      if (isForAll) {
        return wrong(`${root.at(path)}: everybody is on it, so that nobody is blocked`, EVERYBODY);
      }
      return findingOf(kind, root.at(path), entries, problems);
    } catch (error) {
      if (error instanceof Failure) return wrong(error.message, error.hint ?? "move it away");
      if (error instanceof FileError) return notToBeChanged(kind, error);
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      return wrong(`Cannot read ${kind} "${root.at(path)}": ${reason}`, wayOutOf(reason));
    }
  });
}

/**
 * Looks whether a file of permaban's own, which need not be there, is one that can be changed.
 *
 * @param kind What it is.
 * @param file Where it is.
 * @param root The machine.
 */
export function checkOwnFile(
  kind: "history" | "journal",
  file: string,
  root: RootFolder,
): Finding[] {
  if (root.linkOn(dirname(file)) !== undefined) return [];
  const path = root.at(file);
  try {
    checkTarget(path);
    return [];
  } catch (error) {
    if (error instanceof FileError) return [notToBeChanged(kind, error)];
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return [
      findingsAbout(kind).wrong(`Cannot read ${kind} "${path}": ${reason}`, wayOutOf(reason)),
    ];
  }
}

/** Only the lists may be anywhere. */
function notToBeChanged(kind: ListKind | "history" | "journal", error: FileError): Finding {
  const target = error.hint?.split(": ")[1];
  const place = kind === "blocklist" || kind === "allowlist"
    ? `permaban install --${kind} ${target}`
    : `mv -f ${target} ${error.file}`;
  return findingsAbout(kind).wrong(
    `Cannot change ${kind} "${error.file}": ${error.message}`,
    target === undefined ? "move it away" : place,
  );
}

const EVERYBODY = "permaban allow remove 0.0.0.0/0 ::/0";

function hasEverybody({ networks }: Blocklist): boolean {
  for (let index = 0; index < networks.length; index++) {
    if (networks.at(index).prefix === 0) return true;
  }
  return false;
}

function findingOf(
  kind: ListKind,
  path: string,
  entries: number,
  problems: readonly Problem[],
): Finding {
  const { ok, wrong } = findingsAbout(kind);
  const [first] = problems;
  if (!first) return ok(`${path}: ${count(entries, "entry", "entries")}`);
  const more = problems.length > 1 ? ` (and ${count(problems.length - 1, "more line")})` : "";
  return wrong(`${path}:${first.line}: ${first.message}${more}`, "mend the line or delete it");
}
