/**
 * A file that permaban cannot work with.
 *
 * @module
 */

/** A file that cannot be read or changed safely; nothing was changed. */
export class FileError extends Error {
  /** The name of the class. */
  override readonly name = "FileError";
  /** The file. */
  readonly file: string;
  /** What to do about it, where there is something. */
  readonly hint: string | undefined;
  /** Whether another process holds it. */
  readonly isHeld: boolean;

  /** Makes an error about a file, with the reason and perhaps a way out. */
  constructor(file: string, message: string, hint?: string, isHeld = false) {
    super(message);
    this.file = file;
    this.hint = hint;
    this.isHeld = isHeld;
  }
}
