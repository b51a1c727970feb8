/**
 * Whether permaban's own configuration and lists are right.
 *
 * @module
 */

import { allowedBy } from "../blocklist/allowlist.ts";
import type { Blocklist, Problem } from "../blocklist/blocklist.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { pardonsIn } from "../blocklist/pardons.ts";
import { type Finding, findingsAbout } from "../setup/finding.ts";
import type { OwnPlaces } from "../setup/install_record.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { type Invocation, pardonsPath } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CONFIGURATION_FILE } from "./configuration.ts";
import { readList, readListIfThere } from "./list_file.ts";
import { count } from "./messages.ts";
import type { DOCTOR_OPTIONS } from "./spec/doctor_spec.ts";

type Asked = Invocation<typeof DOCTOR_OPTIONS>;

/**
 * Looks at the configuration: the one that holds, or in an image the one that is there.
 *
 * @throws {Failure} If it cannot be read.
 */
export async function checkConfiguration(
  root: RootFolder,
  { configuration: own }: Asked,
): Promise<Finding[]> {
  const { ok, wrong } = findingsAbout("configuration");
  const file = root.at(CONFIGURATION_FILE);
  const configuration = root.isMachine || !root.has(CONFIGURATION_FILE)
    ? root.isMachine ? own : undefined
    : (await import("./read_configuration.ts")).readConfiguration(file, COMMANDS);
  if (!configuration) return [ok("There is no configuration: the defaults hold")];
  const { faults } = configuration;
  if (faults.length === 0) return [ok(`${configuration.file} is right`)];
  return faults.map(({ line, message, hint }) => {
    return wrong(`${configuration.file}:${line}: ${message}`, hint ?? "mend it there");
  });
}

/**
 * Looks at the lists.
 *
 * @throws {Failure} If one of them cannot be read.
 */
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
    const problems: Problem[] = [];
    let entries = 0;
    for (const list of read(root.at(path), kind)) {
      entries += list.networks.length;
      problems.push(...problemsOf(list));
    }
    return findingOf(kind, root.at(path), entries, problems);
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
