/**
 * Reads a file whole, or the names in a folder; refuses what may never end.
 *
 * @module
 */

import { FileError } from "./file_error.ts";
import { ifThere } from "./is_there.ts";

/** What a shell makes for `<(…)`: somebody is at its other end, and it stands on the command line. */
const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/\d+$/;

/**
 * Refuses what would be waited for, perhaps for ever, or never end: a pipe with a name in a folder, a
 * socket, or a device but `/dev/null`.
 *
 * @param path The file, which need not be there.
 * @throws {FileError} If it is one of them.
 */
export function refuseEndless(path: string): void {
  const info = ifThere(() => Deno.statSync(path));
  if (!info || DESCRIPTOR.test(path)) return;
  refuseDevice(path, info);
  if (!info.isFifo && !info.isSocket) return;
  throw new FileError(
    path,
    `It is a ${info.isFifo ? "pipe" : "socket"}, and nobody might ever write to it`,
    "name a regular file",
  );
}

/**
 * Refuses a device but `/dev/null`: `/dev/zero` would be read until there is no memory left.
 *
 * @param path The file.
 * @param info What is known of it, if it is.
 * @throws {FileError} If it is one.
 */
export function refuseDevice(path: string, info: Deno.FileInfo = Deno.statSync(path)): void {
  if (!info.isCharDevice && !info.isBlockDevice) return;
  if (Deno.realPathSync(path) === "/dev/null") return;
  throw new FileError(path, "It is a device, which may never end", "name a regular file");
}

/**
 * Reads a file whole.
 *
 * @param path The file.
 * @throws {Error} If the system refuses.
 */
export function readFile(path: string): Uint8Array {
  return Deno.readFileSync(path);
}

/**
 * Reads a file whole likewise, and refuses what might never end, such as a pipe with a name. A link to
 * `/dev/null` is an empty file.
 *
 * @param path The file.
 * @throws {FileError} If it is no regular file.
 */
export function readRegularFile(path: string): Uint8Array {
  const isFile = Deno.statSync(path).isFile || Deno.realPathSync(path) === "/dev/null";
  if (!isFile) throw new FileError(path, "It is no regular file");
  return readFile(path);
}

/**
 * The names of what is in a folder, in order.
 *
 * @param path The folder.
 * @throws {Error} If the system refuses.
 */
export function readFolder(path: string): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
}
