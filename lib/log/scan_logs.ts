/**
 * Reads logs and hands out the bans in them.
 *
 * @module
 */

import { type Network, readNetwork } from "../ip/network.ts";
import { BanFinder } from "./ban_finder.ts";
import { parseBanLine } from "./ban_line.ts";
import { identityOf, type LogFile, STDIN } from "./find_logs.ts";
import { isCopyOf } from "./is_copy_of.ts";
import { LogReadError, type LogSource, readLog } from "./read_log.ts";
import { systemReason } from "./system_reason.ts";
import { instantOf, remembering, type TimeZone } from "./time_zone.ts";

/** A ban that fail2ban logged. */
export interface Ban {
  /** What was banned; `undefined` where the ID is no address or network. */
  readonly network: Network | undefined;
  /** The jail that banned. */
  readonly jail: string;
  /** When, in seconds since 1970. */
  readonly time: number;
  /** Whether fail2ban only put an old ban back after a restart. */
  readonly restored: boolean;
}

/** What was read of one log. */
export interface LogReport {
  /** Its path, or `-` for standard input. */
  readonly path: string;
  /** Bytes of text, after decompression. */
  readonly bytes: number;
  /** Lines of text. */
  readonly lines: number;
  /** Lines in which fail2ban says that it banned, restored bans not among them. */
  readonly bans: number;
  /** Lines with the word in them that are no ban: other messages, text of attackers. */
  readonly mentions: number;
  /** Whether some line looked like fail2ban's. */
  readonly familiar: boolean;
  /** The beginning of the first line that is not blank. */
  readonly firstLine: string;
  /** Why the log could not be read to its end; `undefined` when it was. */
  readonly error?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** How logs are read. */
export interface ScanOptions {
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /** Now, in seconds since 1970: when standard input was last written. */
  readonly now: number;
  /** Where `-` is read from. */
  readonly stdin?: LogSource | undefined;
  /** Called with each ban, in the order of the log. */
  onBan(ban: Ban): void;
  /** Called with each archive that was left out, because it is a copy of another log. */
  onCopy?(file: LogFile, of: LogFile): void;
  /** Called as reading goes on, with the bytes of the file read so far, compressed or not. */
  onProgress?(file: LogFile, read: number): void;
}

/** As many files are held open at most: more than there are logs, fewer than a process may. */
const OPEN_AT_ONCE = 64;

/**
 * Reads logs one after the other.
 *
 * Memory does not grow with the size of a log. A log that cannot be read to its end is reported,
 * what was read of it counts, and the next one follows.
 *
 * @param files The logs, as {@linkcode findLogs} gives them.
 * @param options Zone, clock, and what to call with each ban.
 * @returns A report on each log that was read, in the same order.
 */
export async function scanLogs(
  files: readonly LogFile[],
  options: ScanOptions,
): Promise<LogReport[]> {
  const settings = { ...options, zone: remembering(options.zone) };
  // Opened before the first is read: a log that is rotated meanwhile is still the one that was found.
  const opened = new Map<LogFile["identity"], LogSource | string>();
  const reports: LogReport[] = [];
  try {
    for (const file of files.filter(({ seekable }) => seekable).slice(0, OPEN_AT_ONCE)) {
      await openOnce(opened, file);
    }
    for (const file of files) {
      const source = await openOnce(opened, file, options.stdin);
      const twin = file.twin && await openOnce(opened, file.twin);
      if (file.twin && twin && await isCopy(source, twin)) {
        options.onCopy?.(file, file.twin);
      } else {
        reports.push(await scanLog(file, source, settings));
      }
      // A log stays open for the archive that may be a copy of it.
      if (!files.some(({ twin }) => twin?.identity === file.identity)) close(opened, file);
    }
    return reports;
  } finally {
    for (const file of files) close(opened, file);
  }
}

/** Whether an open archive is a copy of an open log; both are at their beginning afterwards. */
async function isCopy(archive: LogSource | string, log: LogSource | string): Promise<boolean> {
  if (!(archive instanceof Deno.FsFile && log instanceof Deno.FsFile)) return false;
  const rewind = () => [archive, log].forEach((file) => file.seekSync(0, Deno.SeekMode.Start));
  rewind();
  try {
    return await isCopyOf(archive, log);
  } finally {
    rewind();
  }
}

function close(opened: Map<string, LogSource | string>, { identity }: LogFile): void {
  const source = opened.get(identity);
  if (source instanceof Deno.FsFile) source.close();
  opened.delete(identity);
}

async function openOnce(
  opened: Map<string, LogSource | string>,
  file: LogFile,
  stdin?: LogSource,
): Promise<LogSource | string> {
  const source = opened.get(file.identity) ?? await openLog(file, stdin);
  opened.set(file.identity, source);
  return source;
}

/** Opens a log, or says why it cannot be opened. */
async function openLog(file: LogFile, stdin?: LogSource): Promise<LogSource | string> {
  if (file.path === STDIN) return stdin ?? "There is no standard input";
  let open: Deno.FsFile;
  try {
    open = await Deno.open(file.path);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return `Cannot read it: ${reason}`;
  }
  if (!file.seekable || (identityOf(await open.stat()) ?? file.identity) === file.identity) {
    return open;
  }
  open.close();
  return "Cannot read it: it was rotated at this moment, scan again";
}

async function scanLog(
  file: LogFile,
  source: LogSource | string,
  options: ScanOptions,
): Promise<LogReport> {
  const counts = { bans: 0, mentions: 0 };
  let notAfter = file.mtime ?? options.now;
  const finder = new BanFinder((line) => {
    const ban = parseBanLine(line, { notAfter, zone: options.zone });
    if (!ban) {
      counts.mentions++;
      return;
    }
    if (!ban.restored) counts.bans++;
    const network = readNetwork(ban.id);
    options.onBan({
      network: typeof network === "string" ? undefined : network,
      jail: ban.jail,
      time: ban.time ? instantOf(ban.time, options.zone) : Math.floor(notAfter),
      restored: ban.restored,
    });
  });
  const failure = await pump(file, source, options, (text) => {
    // A log that is being written to has later lines than it had when it was found.
    notAfter = Math.max(notAfter, writtenAt(source));
    finder.push(text);
  });
  finder.finish(failure.error !== undefined);
  const mentions = finder.seen.mentions + counts.mentions;
  return { path: file.path, ...finder.seen, ...counts, mentions, ...failure };
}

/** When a file was last written, in seconds since 1970; long ago for what is no file. */
function writtenAt(source: LogSource | string): number {
  if (!(source instanceof Deno.FsFile)) return -Infinity;
  const info = source.statSync();
  return info.isFile && info.mtime ? info.mtime.getTime() / 1000 : -Infinity;
}

async function pump(
  file: LogFile,
  source: LogSource | string,
  options: ScanOptions,
  take: (text: Uint8Array) => void,
): Promise<{ error?: string; hint?: string | undefined }> {
  if (typeof source === "string") return { error: source };
  try {
    for await (const text of readLog(watched(source, file, options))) take(text);
    return {};
  } catch (error) {
    if (error instanceof LogReadError) return { error: error.message, hint: error.hint };
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return { error: `Cannot read it: ${reason}` };
  }
}

/** A source that tells how far it has been read; an open file can go back to its beginning. */
function watched(
  source: LogSource | Deno.FsFile,
  file: LogFile,
  { onProgress }: ScanOptions,
): LogSource {
  let total = 0;
  const read = async (buffer: Uint8Array) => {
    const count = await source.read(buffer);
    onProgress?.(file, total += count ?? 0);
    return count;
  };
  if (!file.seekable || !("seekSync" in source)) return { read };
  const rewind = () => {
    total = source.seekSync(0, Deno.SeekMode.Start);
  };
  return { read, rewind };
}
