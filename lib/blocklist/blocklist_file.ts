/**
 * The blocklist as a file: read whole, replaced whole, never in between.
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

/**
 * Makes a new file of the old one's bytes, `undefined` where there is no file; `undefined` leaves
 * things as they are. It may be called again with a newer file, so it must not act on anything else.
 */
export type Edit = (bytes: Uint8Array | undefined) => Uint8Array | undefined;

/**
 * Reads a blocklist.
 *
 * @param path The file.
 * @returns Its bytes, or `undefined` where there is no file.
 * @throws {Error} If it is there and cannot be read.
 */
export async function readBlocklist(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
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
