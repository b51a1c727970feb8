/**
 * Replaces a file whole, by a new one that is renamed over it.
 *
 * Through `node:fs`, since only that can set mode and owner of an open file and refuse to follow a
 * symbolic link: by name, whoever may write to the folder could slip in another file.
 *
 * @module
 */

import fs from "node:fs";
import { dirname } from "@std/path";
import { joinBytes } from "../log/join_bytes.ts";
import type { Edit } from "./blocklist_file.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = fs.constants;

/**
 * Replaces a file once, under a lock that the caller holds.
 *
 * @param target The file, no symbolic link; it is made if it is not there.
 * @param edit Makes the new file of the old one.
 * @returns What was appended to the old file after it was read (mostly nothing), or `"changed"` when
 *   the file became another one meanwhile and nothing was done.
 */
export function replaceFile(
  target: string,
  edit: Edit,
): Uint8Array | "changed" {
  const old = openOld(target);
  try {
    const before = old === undefined ? undefined : fs.fstatSync(old);
    const fresh = edit(old === undefined ? undefined : readRest(old));
    if (fresh === undefined) return new Uint8Array(0);
    const temporary = `${target}.new`;
    try {
      writeNew(temporary, fresh, before);
      if (!isSame(before, lstat(target))) {
        fs.rmSync(temporary);
        return "changed";
      }
      fs.renameSync(temporary, target);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(target));
    return old === undefined ? new Uint8Array(0) : readRest(old);
  } finally {
    if (old !== undefined) fs.closeSync(old);
  }
}

function lstat(path: string): fs.Stats | undefined {
  return fs.lstatSync(path, { throwIfNoEntry: false });
}

function openOld(target: string): number | undefined {
  return lstat(target) ? fs.openSync(target, O_RDONLY | O_NOFOLLOW) : undefined;
}

function isSame(before: fs.Stats | undefined, now: fs.Stats | undefined): boolean {
  return before?.ino === now?.ino && before?.size === now?.size && before?.mtimeMs === now?.mtimeMs;
}

function readRest(file: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = new Uint8Array(1 << 20);
    const count = fs.readSync(file, part, 0, part.length, null);
    if (count === 0) return joinBytes(parts);
    parts.push(part.subarray(0, count));
  }
}

/** Writes the new file: private from the start, then with the old one's mode and owner, synced. */
function writeNew(path: string, bytes: Uint8Array, like: fs.Stats | undefined): void {
  // One that a killed process left behind; under the lock nobody else is writing it.
  fs.rmSync(path, { force: true });
  const file = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    for (let at = 0; at < bytes.length;) {
      at += fs.writeSync(file, bytes, at, bytes.length - at, null);
    }
    if (like) {
      const own = fs.fstatSync(file);
      if (own.uid !== like.uid || own.gid !== like.gid) fs.fchownSync(file, like.uid, like.gid);
      fs.fchmodSync(file, like.mode & 0o7777);
    }
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Makes the rename itself survive a loss of power. */
function syncFolder(folder: string): void {
  using handle = Deno.openSync(folder);
  handle.syncSync();
}
