/**
 * The blocklist as commands use it: its faults said, its failures turned into words.
 *
 * @module
 */

import { type Blocklist, parseBlocklist } from "../blocklist/blocklist.ts";
import { editBlocklist, readBlocklist } from "../blocklist/blocklist_file.ts";
import { FileError } from "../file/file_error.ts";
import { ifThere } from "../file/lock_file.ts";
import { readFile } from "../file/read_file.ts";
import type { Edit } from "../file/replace_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { Failure } from "./failure.ts";
import type { Messages } from "./messages.ts";

/**
 * Reads a blocklist that must be there, some lines at a time.
 *
 * @param path The file.
 * @returns The list in parts, each good until the next is asked for.
 * @throws {Failure} If there is no such file or it cannot be read.
 */
export function* readList(path: string): Generator<Blocklist> {
  let line = 1;
  try {
    for (const bytes of readBlocklist(path) ?? missing(path)) {
      const list = parseBlocklist(bytes, line);
      yield list;
      line = list.nextLine;
    }
  } catch (error) {
    throw failureOf(path, "read", error);
  }
}

/** Makes sure that there is a blocklist that can be read. */
export function checkList(path: string): void {
  for (const _ of readList(path)) return;
}

/**
 * Changes a blocklist.
 *
 * @param path The file.
 * @param edit Makes the new file of the old one.
 * @throws {Failure} If it cannot be changed; nothing is then.
 */
export async function changeList(path: string, edit: Edit): Promise<void> {
  try {
    await editBlocklist(path, edit);
  } catch (error) {
    throw failureOf(path, "change", error);
  }
}

/**
 * Has an edit look at a blocklist that is not there to be changed.
 *
 * @param path The file, which need not be there.
 * @param edit Sees the file; what it makes of it is let go.
 * @throws {Failure} If it cannot be read.
 */
export function lookAtList(path: string, edit: Edit): void {
  try {
    edit(ifThere(() => readFile(path)));
  } catch (error) {
    throw failureOf(path, "read", error);
  }
}

/** Names the lines of a list that were not understood; whether there are any. */
export function sayProblems(path: string, list: Blocklist, messages: Messages): boolean {
  for (const { line, message } of list.problems) messages.error(`${path}:${line}: ${message}`);
  return list.problems.length > 0;
}

function missing(path: string): never {
  throw new Failure(
    `There is no blocklist "${path}"`,
    'name it with --blocklist, or make one: "permaban scan --update" or "permaban add"',
  );
}

/** What kept the file from being read or changed, in words; a bug stays as it is. */
function failureOf(path: string, verb: "read" | "change", error: unknown): unknown {
  if (error instanceof Failure) return error;
  const isOurs = error instanceof FileError;
  const reason = isOurs ? error.message : systemReason(error);
  if (reason === undefined) return error;
  return new Failure(
    `Cannot ${verb} blocklist "${path}": ${reason}`,
    isOurs ? error.hint : undefined,
  );
}
