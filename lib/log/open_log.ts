/**
 * Opens logs, and holds on to the very files that were found.
 *
 * @module
 */

import { identityOf, type LogFile } from "./log_file.ts";
import type { LogSource } from "./read_log.ts";
import { systemReason } from "./system_reason.ts";

/** A log that cannot be opened; the reason is the message. */
export class LogOpenError extends Error {
  /** The name of the class. */
  override readonly name = "LogOpenError";
  /** Whether the log may be there under another name: it was rotated at this moment. */
  readonly isMoved: boolean;

  /** Makes an error with the reason. */
  constructor(message: string, isMoved: boolean) {
    super(message);
    this.isMoved = isMoved;
  }
}

/**
 * Opens a log.
 *
 * @param file The log, no standard input.
 * @returns The open file.
 * @throws {LogOpenError} If that cannot be done, or if its name is that of another file by now.
 */
export function openLog(file: LogFile): Deno.FsFile {
  let open: Deno.FsFile;
  try {
    // Not asynchronously: a file is there at once, and a pipe is read by nobody else meanwhile.
    open = Deno.openSync(file.path);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const isMoved = error instanceof Deno.errors.NotFound;
    throw new LogOpenError(`Cannot read it: ${reason}`, isMoved);
  }
  if (!file.seekable || (identityOf(open.statSync()) ?? file.identity) === file.identity) {
    return open;
  }
  open.close();
  throw new LogOpenError("Cannot read it: it was rotated at this moment, scan again", true);
}

/** A stretch of a plain log, whole lines. */
export interface LogPart {
  /** Where it begins, in bytes. */
  readonly from: number;
  /** Where it ends; `undefined` for the end of the log, which may grow. */
  readonly to: number | undefined;
}

/**
 * A part of an open log as a source of bytes.
 *
 * @param file The open log; where it stands makes no difference.
 * @param part Which part.
 * @param how Called with the number of bytes read each time; and whether others have something to do
 *   in the same thread meanwhile.
 */
export function partOf(
  file: Deno.FsFile,
  part: LogPart,
  { isPatient, onRead }: { readonly isPatient: boolean; onRead(count: number): void },
): Required<LogSource> {
  let at = NaN;
  const rewind = () => {
    at = file.seekSync(part.from, Deno.SeekMode.Start);
  };
  const read = async (buffer: Uint8Array) => {
    const room = (part.to ?? Infinity) - at;
    if (room <= 0) return null;
    const piece = room < buffer.length ? buffer.subarray(0, room) : buffer;
    // A file is there at once, and waiting for it costs more than reading it.
    const count = isPatient ? await file.read(piece) : file.readSync(piece);
    at += count ?? 0;
    if (count !== null) onRead(count);
    return count;
  };
  rewind();
  return { read, rewind };
}

/**
 * Cuts a plain log into parts of whole lines.
 *
 * @param file The open log; where it stands makes no difference, and it is moved.
 * @param size Its size in bytes.
 * @param length How long a part should be, at least.
 * @param start Where the first part begins, in bytes.
 * @returns The parts, in order.
 */
export function partsOf(
  file: Deno.FsFile,
  size: number,
  length: number,
  start = 0,
): LogPart[] {
  const parts: LogPart[] = [];
  let from = start;
  while (size - from > 2 * length) {
    const to = lineEndAfter(file, from + length);
    if (to === undefined || to >= size) break;
    parts.push({ from, to });
    from = to;
  }
  return [...parts, { from, to: undefined }];
}

/** Where the line ends that a byte is in, its line end included. */
function lineEndAfter(file: Deno.FsFile, at: number): number | undefined {
  const buffer = new Uint8Array(4096);
  file.seekSync(at, Deno.SeekMode.Start);
  for (let from = at;;) {
    const count = file.readSync(buffer);
    if (count === null) return undefined;
    const newline = buffer.subarray(0, count).indexOf(0x0a);
    if (newline >= 0) return from + newline + 1;
    from += count;
  }
}
