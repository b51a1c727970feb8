/**
 * Reads a file whose word is taken, so that nobody but who runs this, or root, may have a say in it.
 *
 * @module
 */

import { FileError } from "./file_error.ts";

/** The bits of a mode that let the group and others write. */
const OTHERS_WRITE = 0o022;

/**
 * Makes sure that a file is root's or this user's, and that nobody else can write to it.
 *
 * @param path The file, for messages.
 * @param info What the system says of it.
 * @throws {FileError} If it is not so.
 */
export function refuseOthers(
  path: string,
  { mode, uid }: { readonly mode: number | null; readonly uid: number | null },
): void {
  if ((mode ?? 0) & OTHERS_WRITE) {
    throw new FileError(path, "Others can write to it", `chmod go-w '${path}'`);
  }
  const user = Deno.uid();
  if (uid === 0 || uid === user) return;
  const hint = user === 0
    ? `if what it says is right: chown root '${path}'`
    : "use a copy of your own, or run this as its owner";
  throw new FileError(path, `It belongs to another user, number ${uid}`, hint);
}

/**
 * Reads a file that nobody but this user or root has a say in, whole.
 *
 * @param path The file, or a symbolic link to it by the same owner.
 * @param most How large it may be, in bytes.
 * @throws {FileError} If others have a say in it, it is not a regular file or is too large.
 * @throws {Error} If the system refuses.
 */
export function readTrustedFile(path: string, most: number): Uint8Array {
  const link = Deno.lstatSync(path);
  // To open a pipe would be to wait for its other end.
  if (!Deno.statSync(path).isFile) throw new FileError(path, "It is not a regular file");
  using file = Deno.openSync(path);
  const info = file.statSync();
  refuseOthers(path, info);
  if (link.uid !== info.uid) {
    throw new FileError(path, "It is a link to a file of another owner", "make it a file");
  }
  if (info.size > most) throw new FileError(path, "It is far too large");
  const bytes = new Uint8Array(info.size);
  for (let length = 0; length < bytes.length;) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
  }
  return bytes;
}
