/**
 * Reads a file whole, or the names in a folder.
 *
 * @module
 */

import { FileError } from "./file_error.ts";

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
