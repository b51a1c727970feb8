/**
 * Writes files, and takes them back.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import {
  type InstallRecord,
  type OwnPlaces,
  printOf,
  printRecord,
  RECORD_PATH,
} from "./install_record.ts";
import type { RootFolder } from "./root_folder.ts";
import type { PlannedFile } from "./setup_options.ts";

/** What becomes of a file. */
export interface InstallStep extends PlannedFile {
  /** What stands there. */
  readonly before: string | undefined;
  /**
   * `new` where there is nothing, `unchanged` where it is as it would be written, `changed` where it
   * or its mode is replaced, `edited` where it is not because it was edited by hand.
   */
  readonly state: "new" | "unchanged" | "changed" | "edited";
  /** The mode that it has and should not have. */
  readonly wrongMode: number | undefined;
  /** Where what stood there is kept, if it is replaced by another text. */
  readonly aside: string | undefined;
}

/**
 * Decides what becomes of each file.
 *
 * @param files What is to be there.
 * @param root The machine.
 * @param record What was written before.
 * @param force Whether files that were edited by hand are replaced.
 * @throws {FileError} If a file is not one to replace.
 */
export function planInstall(
  files: readonly PlannedFile[],
  root: RootFolder,
  record: InstallRecord,
  force: boolean,
): InstallStep[] {
  return files.map((file) => {
    // What somebody made of a seed may be as long as they like.
    const isThere = file.isSeed && root.has(file.path);
    const before = isThere ? file.text : root.read(file.path);
    const mode = file.isSeed ? undefined : root.standing(file.path)?.mode;
    const wrongMode = mode === file.mode ? undefined : mode;
    const isOurs = before !== undefined && isWritten(record, file.path, before);
    const state = before === undefined
      ? "new"
      : before === file.text
      ? wrongMode === undefined ? "unchanged" : "changed"
      : isOurs || force
      ? "changed"
      : "edited";
    const isReplaced = state === "changed" && before !== file.text;
    const aside = isReplaced ? freeName(file.path, root, record) : undefined;
    return { ...file, before, state, wrongMode, aside };
  });
}

/** Whether a text is one that install wrote there. */
function isWritten({ files }: InstallRecord, path: string, text: string): boolean {
  return files[path]?.includes(printOf(text)) ?? false;
}

/**
 * A name for what is kept aside. Neither cron nor systemd nor fail2ban reads a file whose name ends
 * like this.
 */
export function freeName(path: string, root: RootFolder, record: InstallRecord): string {
  for (let count = 1;; count++) {
    const name = count === 1 ? `${path}~` : `${path}.${count}~`;
    const print = record.aside[name];
    if (!root.has(name)) return name;
    // An older text of our own is worth less than a short name.
    if (print !== undefined && print === printOf(root.read(name) ?? "")) return name;
  }
}

/**
 * Writes the files, all or none.
 *
 * @param steps What is to become of each.
 * @param root The machine.
 * @param places Where permaban's own files are.
 * @param old What was written before.
 * @returns What has been written now.
 * @throws {Error} If the system refuses; nothing is changed then.
 */
export function installFiles(
  steps: readonly InstallStep[],
  root: RootFolder,
  places: OwnPlaces,
  old: InstallRecord,
): InstallRecord {
  const undo: (() => void)[] = [];
  const folders = [...old.folders];
  const makeFolder = (path: string) => {
    const made = root.makeFolder(path, path === places.state ? 0o700 : 0o755);
    folders.push(...made.filter((folder) => !folders.includes(folder)));
    undo.unshift(() => made.toReversed().forEach((folder) => root.removeFolder(folder)));
  };
  try {
    for (const folder of new Set([places.state, ...steps.map(({ path }) => dirname(path))])) {
      makeFolder(folder);
    }
    const record = recordOf(steps, { ...old, places, folders });
    const before = root.read(RECORD_PATH);
    // First of all: what is written without a record would be taken for edited by hand.
    saveRecord(record, root);
    undo.unshift(() => {
      if (before === undefined) root.remove(RECORD_PATH);
      else root.place(RECORD_PATH, before, 0o600);
    });
    for (const step of steps) writeStep(step, root, undo);
    return record;
  } catch (error) {
    for (const back of undo) back();
    throw error;
  }
}

/** Writes what was written. */
export function saveRecord(record: InstallRecord, root: RootFolder): void {
  root.place(RECORD_PATH, printRecord(record), 0o600);
}

function writeStep(step: InstallStep, root: RootFolder, undo: (() => void)[]): void {
  const { path, text, mode, state, wrongMode, aside } = step;
  if (state === "new") {
    root.place(path, text, mode);
    undo.unshift(() => root.remove(path));
  } else if (state === "changed" && aside !== undefined) {
    root.remove(aside);
    root.link(path, aside);
    undo.unshift(() => {
      // To rename one name of a file to another one of it does nothing.
      root.rename(aside, path);
      root.remove(aside);
    });
    root.place(path, text, mode);
  } else if (state === "changed" && wrongMode !== undefined) {
    root.place(path, text, mode);
    undo.unshift(() => root.place(path, text, wrongMode));
  }
}

/** The record after some steps. A text is known from before it is written until it is gone. */
function recordOf(steps: readonly InstallStep[], old: InstallRecord): InstallRecord {
  const files = { ...old.files };
  const aside = { ...old.aside };
  for (const step of steps) {
    const { path, before, state } = step;
    const fresh = state === "edited" || (step.isSeed && state !== "new")
      ? []
      : [printOf(step.text)];
    const known = [...new Set([...files[path] ?? [], ...fresh])];
    if (known.length > 0) files[path] = known;
    if (step.aside === undefined || before === undefined) continue;
    // Only what install itself wrote is taken away again.
    if (isWritten(old, path, before)) aside[step.aside] = printOf(before);
    else delete aside[step.aside];
  }
  return { ...old, files, aside };
}
