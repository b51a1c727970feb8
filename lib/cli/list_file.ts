/**
 * The blocklist as commands use it: its faults said, its failures turned into words.
 *
 * @module
 */

import type { Blocklist } from "../blocklist/blocklist.ts";
import {
  BlocklistFileError,
  type Edit,
  editBlocklist,
  readBlocklist,
} from "../blocklist/blocklist_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { Failure } from "./failure.ts";
import type { Messages } from "./messages.ts";

/**
 * Reads a blocklist that must be there.
 *
 * @param path The file.
 * @returns Its bytes.
 * @throws {Failure} If there is no such file or it cannot be read.
 */
export async function readList(path: string): Promise<Uint8Array> {
  const bytes = await failing(path, "read", () => readBlocklist(path));
  if (bytes) return bytes;
  throw new Failure(
    `There is no blocklist "${path}"`,
    'name it with --blocklist, or make one: "permaban scan --update" or "permaban add"',
  );
}

/**
 * Changes a blocklist.
 *
 * @param path The file.
 * @param edit Makes the new file of the old one.
 * @throws {Failure} If it cannot be changed; nothing is then.
 */
export async function changeList(path: string, edit: Edit): Promise<void> {
  await failing(path, "change", () => editBlocklist(path, edit));
}

/** Names the lines of a list that were not understood; whether there are any. */
export function sayProblems(path: string, list: Blocklist, messages: Messages): boolean {
  for (const { line, message } of list.problems) messages.error(`${path}:${line}: ${message}`);
  return list.problems.length > 0;
}

async function failing<Result>(
  path: string,
  verb: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof BlocklistFileError ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    const hint = error instanceof BlocklistFileError ? error.hint : undefined;
    throw new Failure(`Cannot ${verb} blocklist "${path}": ${reason}`, hint);
  }
}
