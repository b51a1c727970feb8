/**
 * Whether permaban's own configuration and lists are right.
 *
 * @module
 */

import { allowedBy } from "../blocklist/allowlist.ts";
import type { Blocklist, Problem } from "../blocklist/blocklist.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { pardonsIn } from "../blocklist/pardons.ts";
import { FileError } from "../file/file_error.ts";
import { checkTarget } from "../file/lock_file.ts";
import { type Finding, findingsAbout } from "../setup/finding.ts";
import type { OwnPlaces } from "../setup/install_record.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { type Invocation, pardonsPath } from "./command.ts";
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
    return wrong(`${configuration.file}:${line}: ${message}`, hint ?? "mend it there");
  });
}

async function configurationIn(root: RootFolder): Promise<Configuration | undefined> {
  if (!root.has(CONFIGURATION_FILE)) return undefined;
  const { lookAtConfiguration } = await import("./read_configuration.ts");
  return lookAtConfiguration(root.at(CONFIGURATION_FILE), COMMANDS);
}

/** Looks at the lists: each of them can be read and changed, and every line in it is understood. */
export function checkLists(
  places: OwnPlaces & { readonly allowlist: string },
  root: RootFolder,
  { host, values }: Asked,
): Finding[] {
  const { state, blocklist, allowlist } = places;
  const now = host.now();
  const asked: readonly [ListKind, string, (list: Blocklist) => readonly Problem[]][] = [
    ["blocklist", blocklist, ({ problems }) => problems],
    ["allowlist", allowlist, (list) => allowedBy(list, now).problems],
    ["pardons", pardonsPath({ state }), (list) => pardonsIn(list).problems],
  ];
  return asked.map(([kind, path, problemsOf]) => {
    const isNeeded = kind === "blocklist" || (kind === "allowlist" && values.allowlist);
    const read = isNeeded ? readList : readListIfThere;
    const { wrong } = findingsAbout(kind);
    try {
      checkTarget(root.at(path));
      const problems: Problem[] = [];
      let entries = 0;
      for (const list of read(root.at(path), kind)) {
        entries += list.networks.length;
        problems.push(...problemsOf(list));
      }
      return findingOf(kind, root.at(path), entries, problems);
    } catch (error) {
      if (error instanceof Failure) return wrong(error.message, error.hint ?? "mend it");
      if (!(error instanceof FileError)) throw error;
      return wrong(`Cannot change ${kind} "${error.file}": ${error.message}`, error.hint);
    }
  });
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
