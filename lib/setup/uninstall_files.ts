/**
 * Takes back the files that install wrote.
 *
 * @module
 */

import { basename, dirname } from "@std/path/posix";
import { freeName, saveRecord } from "./install_files.ts";
import { type InstallRecord, type OwnPlaces, printOf, RECORD_PATH } from "./install_record.ts";
import { partOf, possibleFiles } from "./planned_files.ts";
import type { RootFolder } from "./root_folder.ts";
import type { Part } from "./setup_options.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** What becomes of a file. */
export interface UninstallStep {
  /** Where it is. */
  readonly path: string;
  /** What stands there, where that is a text. */
  readonly before: string | undefined;
  /** `removed`, or `aside` where it was edited by hand: then it is kept under another name. */
  readonly state: "removed" | "aside";
  /** Where it is kept. */
  readonly aside: string | undefined;
}

/** Shows what is taken away, as a diff. */
export function removalOf({ path, before }: UninstallStep): string {
  if (before === undefined) return "";
  return unifiedDiff({ path, before, after: undefined, mode: 0 });
}

/** Files of permaban's own that are data, by their names in its folder: no others than it makes. */
const DATA =
  /^(?:(?:blocklist|history|pardons|journal)(?:\.lock|\.new)?|journal\.1|history\.broken-[\w.-]+|undo-\d+-[a-z]+(?:-\d+)?)$/;
/** And in that of its configuration. */
const CONFIGURATION = /^(?:allowlist(?:\.lock|\.new)?|permaban\.toml)$/;
const UNIT_FOLDER = "/etc/systemd/system";
const CONFIGURATION_FOLDER = "/etc/permaban";
/** Folders that are nobody else's, whoever made them: an uninstall before may have left them. */
const OWN_FOLDERS = [CONFIGURATION_FOLDER, "/var/lib/permaban"];

/**
 * Decides which files to take back.
 *
 * What was edited by hand does not stay in its place: a jail without its filter would keep fail2ban
 * from starting. No file is touched that install could not have written, whatever the record says.
 *
 * @param record What was written.
 * @param root The machine.
 * @param places Where permaban's own files are.
 * @param how Whether files that were edited by hand are removed, and whether data are.
 */
export function planUninstall(
  record: InstallRecord,
  root: RootFolder,
  places: OwnPlaces,
  how: { readonly force: boolean; readonly purge: boolean },
): UninstallStep[] {
  const { force, purge } = how;
  const possible = new Map(possibleFiles(places).map((file) => [file.path, file]));
  const prints = new Map(Object.entries(record.files));
  for (const [path, print] of Object.entries(record.aside)) prints.set(path, [print]);
  const steps = [...prints].flatMap(([path, known]): UninstallStep[] => {
    const original = path.replace(/(?:\.\d+)?~$/, "");
    const file = possible.get(original);
    if (!file || !root.has(path)) return [];
    const before = root.readIfAble(path);
    const step = { path, before, state: "removed", aside: undefined } as const;
    if (before !== undefined && known.includes(printOf(before))) return [step];
    // Data, or what is out of the way already.
    if (file.isSeed || original !== path) return [];
    return [
      force && !root.hasFolder(path)
        ? step
        : { ...step, state: "aside", aside: freeName(path, root, record) },
    ];
  });
  // Before systemd is told to forget the units: without them it complains of what it removes.
  steps.push(...linksTo(steps, root));
  if (!purge) return steps;
  const known = new Set(steps.map(({ path }) => path));
  const others = dataOf(places, root).filter((path) => !known.has(path) && !root.hasFolder(path));
  return [
    ...steps,
    ...others.map((path) => {
      return { path, before: root.readIfAble(path), state: "removed", aside: undefined } as const;
    }),
  ];
}

/** The links by which systemd has enabled units. */
function linksTo(steps: readonly UninstallStep[], root: RootFolder): UninstallStep[] {
  const units = steps.filter(({ path }) => dirname(path) === UNIT_FOLDER);
  const folders = root.names(UNIT_FOLDER).filter((name) => /\.(?:wants|requires)$/.test(name));
  const paths = units.flatMap(({ path }) =>
    folders.map((folder) => `${UNIT_FOLDER}/${folder}/${basename(path)}`)
  );
  return paths.filter((path) => root.linkAt(path) !== undefined).map((path) => {
    return { path, before: undefined, state: "removed", aside: undefined };
  });
}

/**
 * Decides which files of one part to take back.
 *
 * @param part The part.
 * @param record What was written.
 * @param root The machine.
 * @param places Where permaban's own files are.
 */
export function planTakingBack(
  part: Part,
  record: InstallRecord,
  root: RootFolder,
  places: OwnPlaces,
): UninstallStep[] {
  const own = filterRecord(record, (path) => partOf(path) === part);
  return planUninstall(own, root, places, { force: false, purge: false });
}

/**
 * Takes the files of one part back.
 *
 * @param steps What is to become of each.
 * @param part The part.
 * @param root The machine.
 * @param record What was written.
 * @returns What is still there of it.
 * @throws {Error} If the system refuses; what has been done till then is done.
 */
export function takePartBack(
  steps: readonly UninstallStep[],
  part: Part,
  root: RootFolder,
  record: InstallRecord,
): InstallRecord {
  takeAway(steps, root);
  const rest = filterRecord(record, (path) => partOf(path) !== part);
  saveRecord(rest, root);
  return rest;
}

function filterRecord(record: InstallRecord, isIn: (path: string) => boolean): InstallRecord {
  const those = <Value>(all: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(all).filter(([path]) => isIn(path)));
  return { ...record, files: those(record.files), aside: those(record.aside) };
}

function dataOf(places: OwnPlaces, root: RootFolder): string[] {
  const { state, blocklist } = places;
  const own = [
    ...pathsIn(state, DATA, root),
    ...[blocklist, `${blocklist}.lock`].filter((path) => dirname(path) === state && root.has(path)),
    ...pathsIn(CONFIGURATION_FOLDER, CONFIGURATION, root),
  ];
  return [...new Set(own)];
}

/**
 * What --purge leaves where data would be: folders, a blocklist that somebody keeps elsewhere, and what
 * a link leads to.
 *
 * @param steps What is to become of the files.
 * @param root The machine.
 * @param places Where permaban's own files are.
 * @returns Paths.
 */
export function leftByPurge(
  steps: readonly UninstallStep[],
  root: RootFolder,
  places: OwnPlaces,
): string[] {
  const link = root.obstacleOn(`${places.state}/history`);
  if (link) return [link.at];
  const known = new Set(steps.map(({ path }) => path));
  return [...new Set([...dataOf(places, root), places.blocklist])].filter((path) => {
    return !known.has(path) && root.has(path);
  });
}

function pathsIn(folder: string, names: RegExp, root: RootFolder): string[] {
  if (root.obstacleOn(`${folder}/x`)) return [];
  return root.names(folder).filter((name) => names.test(name)).map((name) => `${folder}/${name}`);
}

/**
 * Takes the files back, and the folders that are then empty.
 *
 * @param steps What is to become of each.
 * @param root The machine.
 * @param places Where permaban's own files are.
 * @param record What was written.
 * @param isPurge Whether the folders that bear permaban's name go too, whoever made them.
 * @returns The folders that were to go, the outer ones first: something may still be in them.
 * @throws {Error} If the system refuses; what has been done till then is done.
 */
export function uninstallFiles(
  steps: readonly UninstallStep[],
  root: RootFolder,
  places: OwnPlaces,
  record: InstallRecord,
  isPurge: boolean,
): string[] {
  takeAway(steps, root);
  root.remove(RECORD_PATH);
  const paths = [`${places.state}/history`, ...possibleFiles(places).map(({ path }) => path)];
  const possible = new Set(paths.flatMap(foldersAbove));
  const own = isPurge ? OWN_FOLDERS : [];
  const folders = [...record.folders.filter((folder) => possible.has(folder)), ...own];
  for (const folder of folders.toReversed()) root.removeFolder(folder);
  return folders;
}

/** What calls others goes before them: a jail before its script. */
function takeAway(steps: readonly UninstallStep[], root: RootFolder): void {
  for (const { path, aside } of steps.toReversed()) {
    if (aside === undefined) root.remove(path);
    else root.rename(path, aside);
  }
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === "/" ? [] : [...foldersAbove(folder), folder];
}
