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

import { basename, dirname, join } from "@std/path";

/** A file that cannot be changed safely; nothing was changed. */
export class BlocklistFileError extends Error {
  /** The name of the class. */
  override readonly name = "BlocklistFileError";
  /** The file. */
  readonly file: string;
  /** What to do about it, where there is something. */
  readonly hint: string | undefined;

  /** Makes an error about a file, with the reason and perhaps a way out. */
  constructor(file: string, message: string, hint?: string) {
    super(message);
    this.file = file;
    this.hint = hint;
  }
}

/** How long a change waits for another one to end, in milliseconds. */
const PATIENCE = 30_000;
/** How often a change starts over because another program keeps writing. */
const TRIES = 20;
const NEWLINE = 0x0a;

/**
 * Makes a new file, in pieces, of the old one's bytes, `undefined` where there is no file;
 * `undefined` leaves things as they are. It may be called again with a newer file, so it must not act
 * on anything else.
 */
export type Edit = (bytes: Uint8Array | undefined) => Iterable<Uint8Array> | undefined;

/** How much is read at once, in bytes: enough for many lines, and it stays in the processor's cache. */
const PART = 1 << 18;

/**
 * Reads a blocklist some lines at a time: memory for a long one in one piece would take longer to get
 * than all else takes.
 *
 * @param path The file.
 * @returns Its bytes in parts of whole lines, each good until the next is asked for, or `undefined`
 *   where there is no file. The file is open until the last is read or the generator ended.
 * @throws {Error} If it is there and cannot be read.
 */
export function readBlocklist(path: string): Generator<Uint8Array> | undefined {
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

/**
 * Changes a blocklist under its lock.
 *
 * A file that is not there is made, readable by its owner alone, and so is the folder it is in. A
 * symbolic link is followed only within its own folder.
 *
 * @param path The file.
 * @param edit Makes the new file of the old one.
 * @param patience How long to wait for the lock, in milliseconds.
 * @throws {BlocklistFileError} If the lock is held for too long or the file is not one to replace.
 * @throws {Error} If the system refuses; the old file is then still there, whole.
 */
export async function editBlocklist(
  path: string,
  edit: Edit,
  patience = PATIENCE,
): Promise<void> {
  makeFolder(path);
  const target = realTarget(path);
  using _lock = await lock(target, patience);
  // Loaded here, because what only reads the list should not wait for it.
  const { replaceFile } = await import("./replace_file.ts");
  for (let tries = 0; tries < TRIES; tries++) {
    if (await replaceFile(target, edit)) return;
  }
  throw new BlocklistFileError(path, "Another program keeps changing the file", "try again");
}

/** Makes the file's folder but not its parents: a mistyped path is better refused. */
function makeFolder(path: string): void {
  const folder = dirname(path);
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new BlocklistFileError(path, `There is no folder "${dirname(folder)}"`);
    }
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** The file behind a path, which must be in the path's own folder. */
function realTarget(path: string): string {
  if (path.endsWith("/")) throw new BlocklistFileError(path, "The path names a folder");
  const folder = Deno.realPathSync(dirname(path));
  const plain = join(folder, basename(path));
  const stat = lstat(plain);
  if (!stat?.isSymlink) return checked(path, plain);
  const target = ifThere(() => Deno.realPathSync(plain));
  if (target === undefined || dirname(target) !== folder) {
    throw new BlocklistFileError(
      path,
      "The file is a symbolic link that leads out of its folder",
      `name the file itself${target === undefined ? "" : `: --blocklist ${target}`}`,
    );
  }
  return checked(path, target);
}

function checked(path: string, target: string): string {
  const stat = lstat(target);
  if (stat && !stat.isFile) {
    throw new BlocklistFileError(path, "The path names something that is not a regular file");
  }
  return target;
}

function lstat(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.lstatSync(path));
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Holds the lock until disposed of; the system lets go of it when the process ends in any way.
 *
 * The lock file stays: removing it would let two processes hold two locks of one name.
 */
async function lock(target: string, patience: number): Promise<Disposable> {
  const path = `${target}.lock`;
  if (lstat(path)?.isFile === false) {
    throw new BlocklistFileError(target, `"${path}" is not a regular file`, "remove it");
  }
  const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patience);
  });
  try {
    if (await Promise.race([file.lock(true), late]) === "late") {
      throw new BlocklistFileError(
        target,
        `Another permaban has held the lock for ${Math.round(patience / 1000)} seconds`,
        `try again when it has ended, or see who holds ${path}`,
      );
    }
  } catch (error) {
    file.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { [Symbol.dispose]: () => file.close() };
}
