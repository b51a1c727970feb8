/**
 * Reads and writes the file of a history.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path/posix";
import { stampOf } from "../file/file_stamp.ts";
import { isThere } from "../file/is_there.ts";
import { BEHIND, blockAt, HEADER, jsonOfBytes, lastLength } from "./history_block.ts";
import { HistoryError } from "./history_error.ts";
import { type HistoryState, stateOfJson } from "./history_state.ts";

/** As much of the end of the file holds the state nearly always. Bytes. */
const END = 16 * 1024;
const READ_CHUNK = 1 << 24;

/** The state at the end of a file, if there is a whole one, and the length of the file. */
export function stateAtEnd(target: string): { state: HistoryState; length: number } | undefined {
  if (!isThere(target)) return undefined;
  checkRegular(target);
  using file = Deno.openSync(target);
  const { size } = file.statSync();
  const header = readAt(file, 0, HEADER.length);
  if (!header.every((byte, at) => byte === HEADER[at]) || size < HEADER.length) return undefined;
  const end = readAt(file, Math.max(0, size - END), Math.min(END, size));
  const length = lastLength(end);
  if (length === undefined || length > size || length < BEHIND) return undefined;
  const from = size - length;
  const bytes = length > end.length ? readAt(file, from, length) : end.subarray(-length);
  const block = blockAt(bytes, 0, from);
  if (block?.kind !== "S" || block.to !== size) return undefined;
  return { state: stateOfJson(jsonOfBytes(block.payload)), length: size };
}

/** A pipe would be waited for, and a device may have no end. */
function checkRegular(path: string): void {
  if (Deno.statSync(path).isFile) return;
  throw new HistoryError(`"${path}" is not a regular file`, "remove it");
}

/** Reads a file to its end; nothing where there is none. */
export function readWhole(target: string): Uint8Array<ArrayBuffer> {
  if (!isThere(target)) return new Uint8Array(0);
  checkRegular(target);
  using file = Deno.openSync(target);
  return readAt(file, 0, file.statSync().size);
}

/** Reads a piece of a file, less where it ends. */
function readAt(file: Deno.FsFile, from: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(from, Deno.SeekMode.Start);
  let at = 0;
  while (at < length) {
    const count = file.readSync(bytes.subarray(at, at + READ_CHUNK));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

/**
 * Writes behind the part of a file that counts.
 *
 * @param target The file.
 * @param length How long that part is, in bytes.
 * @param stages What to write; of each stage nothing is written before the one before it is safe.
 * @throws {Error} If the system refuses; the file is as long as that part then.
 */
export function appendTo(
  target: string,
  length: number,
  stages: readonly (readonly Uint8Array[])[],
): void {
  using file = Deno.openSync(target, { read: true, write: true });
  file.truncateSync(length);
  file.seekSync(0, Deno.SeekMode.End);
  try {
    for (const pieces of stages) {
      if (pieces.length === 0) continue;
      for (const piece of pieces) writeAll(file, piece);
      file.syncDataSync();
    }
  } catch (error) {
    // On a full disk: the next run is not to take it for one that was killed.
    file.truncateSync(length);
    throw error;
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** Removes a file, if there is one. */
export function removeIfThere(path: string): void {
  if (isThere(path)) Deno.removeSync(path);
}

/**
 * Gives a file a further name beside it, `NAME.broken-TIME`, or finds the one it has already, should
 * the last run have come no further.
 *
 * @param target The file.
 * @param now The time, in seconds since 1970.
 * @returns The further name.
 */
export function linkAside(target: string, now: number): string {
  const prefix = `${basename(target)}.broken-`;
  const folder = dirname(target);
  for (const { name } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith(prefix) && stampOf(path) === stampOf(target)) return path;
  }
  const stamp = new Date(now * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  for (let number = 1;; number++) {
    const path = join(folder, `${prefix}${stamp}Z${number > 1 ? `-${number}` : ""}`);
    if (isThere(path)) continue;
    Deno.linkSync(target, path);
    return path;
  }
}
