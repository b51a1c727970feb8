/**
 * Holds a file of permaban's own, so that only one process changes it at a time.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path/posix";
import { FileError } from "./file_error.ts";
import { ifThere } from "./is_there.ts";

/** A file that this process alone may change until it is disposed of. */
export interface LockedFile extends Disposable {
  /** The file behind the path: no symbolic link. */
  readonly target: string;
}

/**
 * Waits until no other process holds a file, and holds it.
 *
 * The folder of the file is made where it is not there, but not the folders above. A symbolic link is
 * followed only within its own folder. The lock is a file beside it; the system lets go of it when the
 * process ends in any way.
 *
 * @param path The file, which need not be there.
 * @param patience How long to wait, in milliseconds.
 * @param folderMode Who may do what in a folder that is made: its owner alone unless told otherwise.
 * @throws {FileError} If another process holds it for so long, or it is not one to change.
 * @throws {Error} If the system refuses.
 */
export async function lockFile(
  path: string,
  patience: number,
  folderMode = 0o700,
): Promise<LockedFile> {
  for (;;) {
    makeFolder(path, folderMode);
    const target = realTarget(path);
    const lock = await lockBeside(target, patience);
    if (lock) return { target, [Symbol.dispose]: () => lock.close() };
  }
}

/** The path of a file's lock. */
export function lockOf(path: string): string {
  return `${path}.lock`;
}

/** Makes the file's folder but not its parents: a mistyped path is better refused. */
function makeFolder(path: string, mode: number): void {
  const folder = dirname(path);
  try {
    Deno.mkdirSync(folder, { mode });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new FileError(path, `There is no folder "${dirname(folder)}"`);
    }
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/**
 * Says in advance that a file, if it is there, is none to change.
 *
 * @param path The file.
 * @throws {FileError} If it is not.
 */
export function checkTarget(path: string): void {
  ifThere(() => realTarget(path));
}

/** The file behind a path, which must be in the path's own folder. */
function realTarget(path: string): string {
  if (path.endsWith("/")) throw new FileError(path, "The path names a folder");
  const folder = Deno.realPathSync(dirname(path));
  const plain = join(folder, basename(path));
  const stat = lstat(plain);
  if (!stat?.isSymlink) return checked(path, plain);
  const target = ifThere(() => Deno.realPathSync(plain));
  if (target === undefined || dirname(target) !== folder) {
    throw new FileError(
      path,
      "The file is a symbolic link that leads out of its folder",
      `name the file itself${target === undefined ? "" : `: ${target}`}`,
    );
  }
  return checked(path, target);
}

function checked(path: string, target: string): string {
  const stat = lstat(target);
  if (stat && !stat.isFile) {
    throw new FileError(path, "The path names something that is not a regular file");
  }
  return target;
}

function lstat(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.lstatSync(path));
}

/**
 * The lock file stays, unless all is taken back: who removes it holds it, and who has waited for it
 * then holds what has no name any more, and gets `undefined`.
 */
async function lockBeside(target: string, patience: number): Promise<Deno.FsFile | undefined> {
  const path = lockOf(target);
  if (lstat(path)?.isFile === false) {
    throw new FileError(target, `"${path}" is not a regular file`, "remove it");
  }
  const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  try {
    if (await isLocked(file, path, patience)) {
      if (lstat(path)?.ino === file.statSync().ino) return file;
      file.close();
      return undefined;
    }
    throw new FileError(
      target,
      `Another permaban has held the lock for ${Math.round(patience / 1000)} seconds`,
      `try again when it has ended, or see who holds ${path}`,
      true,
    );
  } catch (error) {
    file.close();
    throw error;
  }
}

async function isLocked(file: Deno.FsFile, path: string, patience: number): Promise<boolean> {
  const locked = file.lock(true).then(() => true);
  // Nearly always nobody holds it, and it takes longer to load what a timer needs than to get it.
  const soon = Deno.stat(path).then(() => false);
  const isFree = await Promise.race([locked, soon]);
  await soon;
  if (isFree) return true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  try {
    return await Promise.race([locked, late]);
  } finally {
    clearTimeout(timer);
  }
}
