/**
 * The machine, or the image of one, that install and uninstall work on.
 *
 * @module
 */

import { FileError } from "../file/file_error.ts";
import { systemReason } from "../log/system_reason.ts";
import {
  EMPTY_RECORD,
  type InstallRecord,
  type OwnPlaces,
  parseRecord,
  RECORD_PATH,
} from "../setup/install_record.ts";
import { type InstallLock, lockInstall } from "../setup/install_lock.ts";
import { RootFolder } from "../setup/root_folder.ts";
import { faultOfPath } from "../setup/setup_options.ts";
import { blocklistPath } from "./command.ts";
import { Failure, usageError } from "./failure.ts";

/**
 * Looks at the folder that stands for `/`.
 *
 * @param path The folder.
 * @throws {Failure} If there is none.
 */
export function rootFolder(path: string): RootFolder {
  const root = new RootFolder(path);
  if (root.hasFolder("/")) return root;
  throw usageError(`Option --root: there is no folder "${path}"`);
}

/**
 * Where permaban's own files are, fit to stand in files of others.
 *
 * @throws {Failure} If they are not.
 */
export function ownPlaces(values: Parameters<typeof blocklistPath>[0]): OwnPlaces {
  const state = checkedPath(values.state.replace(/\/+$/, ""), "state");
  return { state, blocklist: checkedPath(blocklistPath(values), "blocklist") };
}

/**
 * A path that may stand in a script.
 *
 * @throws {Failure} If it may not.
 */
export function checkedPath(path: string, option: string): string {
  const fault = faultOfPath(path);
  if (fault !== undefined) throw usageError(`Option --${option}: ${fault}`);
  return path;
}

/**
 * Reads what install wrote before.
 *
 * @param root The machine.
 * @throws {Failure} If there is something else in its place.
 */
export function readRecord(root: RootFolder): InstallRecord {
  const text = asked(() => root.read(RECORD_PATH), "read");
  const record = text === undefined ? EMPTY_RECORD : parseRecord(text);
  if (record) return record;
  throw new Failure(
    `"${root.at(RECORD_PATH)}" is not what permaban install wrote there`,
    "remove it: uninstall then goes by what the files say of themselves, and install takes them for " +
      "edited by hand",
  );
}

/**
 * Does something with the machine's files.
 *
 * @param work What to do.
 * @param verb What that is, in a word.
 * @throws {Failure} If the system refuses, or a file is not one to touch.
 */
export function asked<Result>(work: () => Result, verb: "read" | "write" = "write"): Result {
  try {
    return work();
  } catch (error) {
    throw inWords(error, verb);
  }
}

/**
 * Waits until no other install or uninstall works on the machine.
 *
 * @throws {Failure} If one does so for too long, or the system refuses.
 */
export async function lockMachine(root: RootFolder): Promise<InstallLock> {
  try {
    return await lockInstall(root);
  } catch (error) {
    throw inWords(error, "write", root.at(RECORD_PATH));
  }
}

function inWords(error: unknown, verb: string, file?: string): unknown {
  if (error instanceof FileError) {
    return new Failure(`Cannot use "${error.file}": ${error.message}`, error.hint);
  }
  const reason = systemReason(error);
  if (reason === undefined) return error;
  const path = error instanceof Error && "path" in error ? error.path : file;
  const named = path === undefined ? "" : ` "${path}"`;
  return new Failure(`Cannot ${verb}${named}: ${reason}`, hintFor(reason));
}

function hintFor(reason: string): string | undefined {
  return reason.includes("permi") ? "run it as root" : undefined;
}
