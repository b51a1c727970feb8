/**
 * The blocklist as a file: read in parts, replaced whole, never changed in place.
 *
 * A change happens under a lock beside the file: a new file is written next to it, synced, given
 * the old one's mode and owner, and renamed over it. Killed at any point, the old file or the new
 * one is there. What a program without the lock, such as the action of the well-known recipe, appends
 * meanwhile is carried over, unless this process is killed at that moment.
 *
 * @module
 */

import { FileError } from "../file/file_error.ts";
import { ifThere } from "../file/is_there.ts";
import { lockFile } from "../file/lock_file.ts";
import { refuseEndless } from "../file/read_file.ts";
import type { Edit, Witness } from "../file/replace_file.ts";

/** How long a change waits for another one to end, in milliseconds. */
const PATIENCE = 30_000;
/** How often a change starts over because another program keeps writing. */
const TRIES = 20;
const NEWLINE = 0x0a;

/** How much is read at once, in bytes: enough for many lines, and it stays in the processor's cache. */
const PART = 1 << 18;

/**
 * Reads a blocklist some lines at a time: memory for a long one in one piece would take longer to get
 * than all else takes.
 *
 * @param path The file.
 * @returns Its bytes in parts of whole lines, each good until the next is asked for, or `undefined`
 *   where there is no file. The file is open until the last is read or the generator ended.
 * @throws {FileError} If it is a pipe or a socket that stands in a folder.
 * @throws {Error} If it is there and cannot be read.
 */
export function readBlocklist(path: string): Generator<Uint8Array> | undefined {
  refuseEndless(path);
  const file = ifThere(() => Deno.openSync(path));
  return file && partsOf(file);
}

function* partsOf(file: Deno.FsFile): Generator<Uint8Array> {
  using _open = file;
  let buffer = new Uint8Array(PART);
  let length = 0;
  for (;;) {
    const count = file.readSync(buffer.subarray(length)) ?? 0;
    if (count === 0) break;
    // Only in what is new can a line end.
    const newline = buffer.subarray(length, length + count).lastIndexOf(NEWLINE);
    const end = newline < 0 ? 0 : length + newline + 1;
    length += count;
    if (end > 0) yield buffer.subarray(0, end);
    buffer.copyWithin(0, end, length);
    length -= end;
    // A line that does not fit.
    if (length === buffer.length) buffer = new Uint8Array(buffer.buffer.transfer(2 * length));
  }
  if (length > 0) yield buffer.subarray(0, length);
}

/** How a list is changed. */
export interface EditOptions {
  /** How long to wait for the lock, in milliseconds. */
  readonly patience?: number;
  /** The mode of a file that is made; readable by its owner alone unless given. */
  readonly mode?: number;
  /** The mode of a folder that is made, likewise. */
  readonly folderMode?: number;
  /** Calls somebody who sees the file change, once it does: the file, no symbolic link. */
  readonly witness?: (target: string) => Promise<Witness | undefined>;
}

/**
 * Changes a blocklist under its lock.
 *
 * A file that is not there is made, and so is the folder it is in. A symbolic link is followed only
 * within its own folder.
 *
 * @param path The file.
 * @param edit Makes the new file of the old one.
 * @param options How long to wait, and the modes of what is made.
 * @throws {FileError} If the lock is held for too long or the file is not one to replace.
 * @throws {Error} If the system refuses; the old file is then still there, whole.
 */
export async function editBlocklist(
  path: string,
  edit: Edit,
  { patience = PATIENCE, mode, folderMode, witness }: EditOptions = {},
): Promise<void> {
  using held = await lockFile(path, patience, folderMode);
  // Loaded here, because what only reads the list should not wait for it.
  const { replaceFile } = await import("../file/replace_file.ts");
  for (let tries = 0; tries < TRIES; tries++) {
    const options = { mode, witness: witness && (() => witness(held.target)) };
    if (await replaceFile(held.target, edit, options)) return;
  }
  throw new FileError(path, "Another program keeps changing the file", "try again");
}
