/**
 * Reads a log or a part of one from an open file.
 *
 * @module
 */

import type { BanListener } from "./ban.ts";
import type { LogTask } from "./log_task.ts";
import { partOf } from "./open_log.ts";
import { type LogReading, scanLog } from "./scan_log.ts";
import type { TimeZone } from "./time_zone.ts";

/** How a task is read. */
export interface TaskReading extends BanListener {
  /** Now, in seconds since 1970: when a pipe was last written, if it may be one. */
  readonly now?: number;
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /** Whether others have something to do in the same thread meanwhile. */
  readonly isPatient: boolean;
  /** Called with the number of bytes of the file read each time, compressed or not. */
  onRead(bytes: number): void;
}

/**
 * Reads a task's log.
 *
 * @param task The task.
 * @param open Its log, open; a pipe is read as it comes.
 * @param how Zone, and what to call.
 * @returns What was read.
 */
export async function readTask(
  { file, part }: LogTask,
  open: Deno.FsFile,
  { zone, now, isPatient, onBan, onFlatBans, onRead }: TaskReading,
): Promise<LogReading> {
  let notAfter = file.seekable
    ? Math.max(file.mtime ?? -Infinity, writtenAt(open))
    : now ?? -Infinity;
  const noteRead = (bytes: number) => {
    notAfter = Math.max(notAfter, writtenAt(open));
    onRead(bytes);
  };
  const read = async (buffer: Uint8Array) => {
    const count = await open.read(buffer);
    noteRead(count ?? 0);
    return count;
  };
  const whole = { from: 0, to: undefined };
  const source = file.seekable
    ? partOf(open, part ?? whole, { isPatient, onRead: noteRead })
    : { read };
  const isPart = part !== undefined;
  const start = file.start && part ? { position: part.from } : file.start;
  const how = { zone, isPart, start, notAfter: () => notAfter, onBan, onFlatBans };
  const reading = await scanLog(source, how);
  // Who knows how far a log was read finds the rest in its copy.
  if (!file.seekable || start || reading.error !== undefined || open.statSync().size >= file.size) {
    return reading;
  }
  return {
    ...reading,
    error: "Cannot read all of it: it was cut short meanwhile",
    hint: 'logrotate does that where it is told to "copytruncate": scan the copy, too',
  };
}

/** When a file was last written, in seconds since 1970; long ago for what is no file. */
function writtenAt(open: Deno.FsFile): number {
  const info = open.statSync();
  return info.isFile && info.mtime ? info.mtime.getTime() / 1000 : -Infinity;
}
