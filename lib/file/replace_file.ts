/**
 * Replaces a file whole, by a new one that is renamed over it.
 *
 * Through `node:fs`, since only that can set mode and owner of an open file and refuse to follow a
 * symbolic link: by name, whoever may write to the folder could slip in another file.
 *
 * @module
 */

import fs from "node:fs";
import { dirname } from "@std/path/posix";
import { FileError } from "./file_error.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = fs.constants;

/** How long a program may take from opening the file to appending to it. Milliseconds. */
const APPENDING = 20;
/** How much is read at once where it is not known how much there is, in bytes. */
const STRETCH = 1 << 16;

/**
 * Makes a new file, in pieces, of the old one's bytes, `undefined` where there is no file;
 * `undefined` leaves things as they are. It may be called again with a newer file, so it must not act
 * on anything else.
 */
export type Edit = (bytes: Uint8Array | undefined) => Iterable<Uint8Array> | undefined;

/** Sees a file being replaced, from before the new one is written. */
export interface Witness {
  /** Lets the pieces of the new file pass, and sees them. */
  watch(old: Uint8Array | undefined, fresh: Iterable<Uint8Array>): Iterable<Uint8Array>;
  /** Hears that the new file, known by its inode, is about to take its place: not if this throws. */
  announce(inode: number): void;
  /** Hears whether it did; in any case the last call. */
  end(isDone: boolean): void;
}

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Who may do what with a file that was not there: its owner alone unless told otherwise. */
  readonly mode?: number | undefined;
  /** Calls somebody who sees it, once there is something to see. */
  readonly witness?: (() => Promise<Witness | undefined>) | undefined;
}

/** Whose a file is, and who may do what with it. */
interface Access {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Replaces a file once, under a lock that the caller holds.
 *
 * @param target The file, no symbolic link; it is made if it is not there.
 * @param edit Makes the new file of the old one.
 * @param options The mode of what is made, and who sees it.
 * @returns Whether that was done; `false` when the file became another one meanwhile and nothing
 *   was changed.
 * @throws {Error} If the system refuses; the old file is then still there, whole, or the new one is
 *   and what was appended to the old one meanwhile could not be.
 */
export async function replaceFile(
  target: string,
  edit: Edit,
  { mode = 0o600, witness: call }: ReplaceOptions = {},
): Promise<boolean> {
  const old = openOld(target);
  try {
    const before = old === undefined ? undefined : fs.fstatSync(old);
    const bytes = old === undefined ? undefined : readRest(old, before?.size ?? 0);
    const fresh = edit(bytes);
    if (fresh === undefined) return true;
    const isSame = () => isStill(target, old, before, bytes);
    const witness = await call?.();
    let isDone = false;
    try {
      const pieces = witness ? witness.watch(bytes, fresh) : fresh;
      isDone = putInPlace(target, pieces, before ?? { mode }, isSame, witness);
    } finally {
      witness?.end(isDone);
    }
    if (!isDone) return false;
    syncFolder(dirname(target));
    if (old !== undefined) await carryOver(old, target);
    return true;
  } finally {
    if (old !== undefined) fs.closeSync(old);
  }
}

/** Writes the new file and renames it over the old one, unless that is not the one that was read. */
function putInPlace(
  target: string,
  fresh: Iterable<Uint8Array>,
  like: Access,
  isSame: () => boolean,
  witness: Witness | undefined,
): boolean {
  const temporary = `${target}.new`;
  if (lstat(temporary)?.isDirectory()) {
    throw new FileError(target, `The folder "${temporary}" is in the way`, "remove it");
  }
  try {
    const inode = writeNew(temporary, fresh, like);
    witness?.announce(inode);
    if (!isSame()) {
      fs.rmSync(temporary);
      return false;
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}

/**
 * Appends to the new file what a program without the lock appended to the old one meanwhile: right
 * before the rename, or right after it where the file was open already.
 */
async function carryOver(old: number, target: string): Promise<void> {
  for (const pause of [0, APPENDING]) {
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    const late = readRest(old, 0);
    if (late.length === 0) continue;
    const file = fs.openSync(target, O_WRONLY | O_APPEND | O_NOFOLLOW);
    try {
      writeAll(file, [late]);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  }
}

function lstat(path: string): fs.Stats | undefined {
  return fs.lstatSync(path, { throwIfNoEntry: false });
}

function openOld(target: string): number | undefined {
  return lstat(target) ? fs.openSync(target, O_RDONLY | O_NOFOLLOW) : undefined;
}

/** Whether the file is still the one that was read; lines appended to it make no difference. */
function isStill(
  target: string,
  old: number | undefined,
  before: fs.Stats | undefined,
  bytes: Uint8Array | undefined,
): boolean {
  const now = lstat(target);
  if (old === undefined || !before || !bytes || !now) return before === now;
  if (before.ino !== now.ino || before.dev !== now.dev) return false;
  if (now.size === before.size && now.mtimeMs === before.mtimeMs) return true;
  return now.size > bytes.length && beginsWith(old, bytes);
}

function beginsWith(file: number, bytes: Uint8Array): boolean {
  const again = new Uint8Array(STRETCH);
  for (let at = 0; at < bytes.length;) {
    const wanted = Math.min(again.length, bytes.length - at);
    const count = fs.readSync(file, again, 0, wanted, at);
    if (count === 0) return false;
    for (let other = 0; other < count; other++) if (again[other] !== bytes[at++]) return false;
  }
  return true;
}

/**
 * Reads a file to its end.
 *
 * @param file The file.
 * @param expected How much there should be; a file that grew meanwhile is read to its end all the
 *   same, but one that did not is held in memory once only.
 */
function readRest(file: number, expected: number): Uint8Array {
  // With one byte more there is room left when the end is met.
  let bytes = new Uint8Array(expected + 1);
  for (let length = 0;;) {
    const count = fs.readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length < bytes.length) continue;
    bytes = new Uint8Array(bytes.buffer.transfer(Math.max(2 * length, STRETCH)));
  }
}

/**
 * Writes the new file: private from the start, then with the mode and owner wanted, synced; its
 * inode.
 */
function writeNew(path: string, pieces: Iterable<Uint8Array>, { mode, uid, gid }: Access): number {
  // One that a killed process left behind; under the lock nobody else is writing it.
  fs.rmSync(path, { force: true });
  const file = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeAll(file, pieces);
    const own = fs.fstatSync(file);
    const [user, group] = [uid ?? own.uid, gid ?? own.gid];
    if (own.uid !== user || own.gid !== group) fs.fchownSync(file, user, group);
    fs.fchmodSync(file, mode & 0o7777);
    fs.fsyncSync(file);
    return own.ino;
  } finally {
    fs.closeSync(file);
  }
}

function writeAll(file: number, pieces: Iterable<Uint8Array>): void {
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length;) {
      at += fs.writeSync(file, bytes, at, bytes.length - at, null);
    }
  }
}

/** Makes the rename itself survive a loss of power, where the system can do that for a folder. */
export function syncFolder(folder: string): void {
  try {
    using handle = Deno.openSync(folder);
    handle.syncSync();
  } catch {
    // The new file is in place and synced; that its name is too can only be asked for.
  }
}
