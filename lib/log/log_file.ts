/**
 * A log to be read, as it was found.
 *
 * @module
 */

import type { Fingerprint } from "./fingerprint.ts";

/** The name of standard input among the arguments. */
export const STDIN = "-";

/** Names of archives. */
export const COMPRESSED: RegExp = /\.(?:gz|zst|xz|bz2)$/;

/** From where a log is to be read, when it is to be known how far it was. */
export interface LogStart {
  /** As much of its text is known, in bytes: whole lines. */
  readonly position: number;
  /** What the known text ends with, where that only shows in reading: in an archive. */
  readonly tail?: Fingerprint | undefined;
}

/** A log to be read. */
export interface LogFile {
  /** Its path, or `-` for standard input. */
  readonly path: string;
  /** Bytes on disk; 0 where that cannot be known. */
  readonly size: number;
  /** When it was last written, in seconds since 1970; absent for standard input. */
  readonly mtime: number | undefined;
  /** Whether it is a plain file, which can be read from the beginning again. */
  readonly seekable: boolean;
  /** What tells it from every other file, whatever its name. */
  readonly identity: string;
  /** The log that this one, by its name, may be a compressed copy of. */
  readonly twin?: LogFile;
  /** From where it is to be read, if not just from its beginning. */
  readonly start?: LogStart;
}

/** What tells a file from every other one; `undefined` where the system has no such thing. */
export function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null ? undefined : `${dev}:${ino}`;
}
