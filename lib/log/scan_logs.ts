/**
 * Reads logs, several at a time, and hands out the bans in them.
 *
 * @module
 */

import type { BanListener } from "./ban.ts";
import { type LogFile, STDIN } from "./log_file.ts";
import { isCopyOf } from "./is_copy_of.ts";
import { type LogTask, logTasks, readersFor } from "./log_task.ts";
import { LogOpenError } from "./open_log.ts";
import { OPEN_AT_ONCE, OpenLogs } from "./open_logs.ts";
import type { LogSource } from "./read_log.ts";
import { readTask } from "./read_task.ts";
import { joinReadings, type LogReading, scanLog, unread } from "./scan_log.ts";
import { LOCAL, remembering, type TimeZone, UTC } from "./time_zone.ts";

/** What was read of one log. */
export interface LogReport extends LogReading {
  /** Its path, or `-` for standard input. */
  readonly path: string;
}

/** How logs are read. */
export interface ReadOptions extends BanListener {
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /** Now, in seconds since 1970: when standard input was last written. */
  readonly now: number;
  /** Where `-` is read from. */
  readonly stdin?: LogSource | undefined;
  /**
   * How many logs, or parts of one, are read at a time; 1 unless told otherwise. More need a thread
   * each, so they are only used for much text, and only if the zone is {@linkcode UTC} or
   * {@linkcode LOCAL}: no other one can be told to a thread.
   */
  readonly jobs?: number | undefined;
  /** How much plain text is worth a thread, in bytes; so much that it gains time, unless told. */
  readonly share?: number | undefined;
  /** Called as reading goes on, with more bytes of files read, compressed or not. */
  onRead?(bytes: number): void;
  /** Called with each log that has been read. */
  onEnd?(file: LogFile): void;
}

/** How logs are read that may be copies of one another. */
export interface ScanOptions extends ReadOptions {
  /** Called with each archive that was left out, because it is a copy of another log. */
  onCopy?(file: LogFile, of: LogFile): void;
}

/**
 * How much plain text is worth a thread, in bytes. It takes a while to start and to get warm: on two
 * cores, somewhat longer than it then saves of this where few lines are bans; with many, or on more
 * cores, less.
 */
const SHARE = 64 << 20;
/** A reader needs so many file descriptors to start and to read, with some to spare. */
const DESCRIPTORS = 24;

/**
 * Reads logs.
 *
 * Memory does not grow with the size of a log. A log that cannot be read to its end is reported,
 * what was read of it counts, and the others are read all the same. Reports and counts are the same
 * however many logs are read at a time.
 *
 * @param files The logs, as {@linkcode findLogs} gives them.
 * @param options Zone, clock, and what to call with each ban; with those of the first log first, if one
 *   is read at a time.
 * @returns A report on each log that was read, in the same order.
 */
export async function scanLogs(
  files: readonly LogFile[],
  options: ScanOptions,
): Promise<LogReport[]> {
  // Opened before the first is read: a log that is rotated meanwhile is still the one that was found.
  using opened = new OpenLogs();
  for (const file of files.filter(({ seekable }) => seekable).slice(0, OPEN_AT_ONCE)) {
    opened.open(file);
  }
  const kept = await withoutCopies(files, opened, options);
  return await readLogs(kept, opened, options);
}

/**
 * Reads logs as they are, copies or not.
 *
 * @param files The logs.
 * @param opened Where they are opened, unless they are open already; each is closed when it is read.
 * @param options Zone, clock, and what to call with each ban.
 * @returns A report on each log, in the same order.
 */
export async function readLogs(
  files: readonly LogFile[],
  opened: OpenLogs,
  options: ReadOptions,
): Promise<LogReport[]> {
  const mayShare = options.zone === UTC || options.zone === LOCAL;
  const { jobs = 1, share = SHARE } = options;
  const readers = mayShare ? affordable(readersFor(files, jobs, share), files) : 1;
  const tasks = logTasks(files, readers, (file) => opened.held(file));
  const zone = remembering(options.zone);
  const readings = await readTasks(tasks, { ...options, zone, isLocal: options.zone === LOCAL }, {
    readers,
    opened,
  });
  return files.map((file) => ({ path: file.path, ...readings(file) }));
}

/**
 * As many of some readers as there are file descriptors for: where a thread finds none to start with,
 * Deno gives up the whole process.
 */
function affordable(readers: number, [file]: readonly LogFile[]): number {
  if (!file || readers === 1) return 1;
  const probes: Deno.FsFile[] = [];
  try {
    while (probes.length < (readers - 1) * DESCRIPTORS) probes.push(Deno.openSync(file.path));
  } catch {
    // So many there are, and no more.
  }
  for (const probe of probes) probe.close();
  return 1 + Math.floor(probes.length / DESCRIPTORS);
}

/** The logs without those archives that only hold the beginning of another log. */
async function withoutCopies(
  files: readonly LogFile[],
  opened: OpenLogs,
  options: ScanOptions,
): Promise<LogFile[]> {
  const kept: LogFile[] = [];
  for (const file of files) {
    const { twin } = file;
    if (twin && await isCopy(opened.open(file), opened.open(twin))) {
      options.onCopy?.(file, twin);
      opened.close(file);
    } else {
      kept.push(file);
    }
    if (twin && opened.size > OPEN_AT_ONCE) [file, twin].forEach((log) => opened.close(log));
  }
  return kept;
}

async function isCopy(
  archive: Deno.FsFile | LogOpenError,
  log: Deno.FsFile | LogOpenError,
): Promise<boolean> {
  if (archive instanceof LogOpenError || log instanceof LogOpenError) return false;
  for (const file of [archive, log]) file.seekSync(0, Deno.SeekMode.Start);
  return await isCopyOf(archive, log);
}

/** Reads tasks here and, if there are several readers, in threads; gives what was read of a log. */
async function readTasks(
  tasks: readonly LogTask[],
  options: ReadOptions & { readonly isLocal: boolean },
  { readers, opened }: { readonly readers: number; readonly opened: OpenLogs },
): Promise<(file: LogFile) => LogReading> {
  const readings: LogReading[] = [];
  const done = (number: number, reading: LogReading) => {
    readings[number] = reading;
    const { file } = tasks[number] ?? {};
    const isLast = tasks.every((task, at) => task.file !== file || readings[at]);
    if (!file || !isLast) return;
    opened.close(file);
    options.onEnd?.(file);
  };
  const read = async (number: number) => {
    const task = tasks[number];
    if (task) done(number, await readHere(task, opened, options, readers > 1));
  };
  if (readers === 1) { for (const number of tasks.keys()) await read(number); }
  else await shareTasks(tasks, options, readers, { read, done });
  return (file) => joinReadings(readings.filter((_, number) => tasks[number]?.file === file));
}

/** Reads tasks with a crew; what cannot be told by its name is read here. */
async function shareTasks(
  tasks: readonly LogTask[],
  { onBan, onFlatBans, onRead, isLocal }: ReadOptions & { readonly isLocal: boolean },
  readers: number,
  here: {
    read(number: number): Promise<void>;
    done(number: number, reading: LogReading): void;
  },
): Promise<void> {
  const { startCrew } = await import("./log_crew.ts");
  const isOurs = (task: LogTask | undefined) => task?.file.seekable === false;
  const shared = tasks.filter((task) => !isOurs(task));
  const numbers = shared.map((task) => tasks.indexOf(task));
  const moved: number[] = [];
  const next = new Int32Array(new SharedArrayBuffer(4));
  const orders = { tasks: shared, zone: isLocal ? "LOCAL" : "UTC", next } as const;
  using crew = startCrew(readers - 1, orders, {
    onBan,
    onFlatBans,
    onRead: (bytes) => onRead?.(bytes),
    onDone: (at, reading) => here.done(numbers[at] ?? -1, reading),
    onMoved: (at) => moved.push(numbers[at] ?? -1),
  });
  for (const number of tasks.keys()) if (isOurs(tasks[number])) await here.read(number);
  for (let at; (at = Atomics.add(next, 0, 1)) < shared.length;) await here.read(numbers[at] ?? -1);
  await crew.ended;
  for (const number of moved) await here.read(number);
}

async function readHere(
  task: LogTask,
  opened: OpenLogs,
  options: ReadOptions,
  isPatient: boolean,
): Promise<LogReading> {
  const { zone, now, stdin, onBan, onFlatBans } = options;
  const onRead = (bytes: number) => options.onRead?.(bytes);
  if (task.file.path === STDIN) {
    if (!stdin) return unread("There is no standard input");
    const read = async (buffer: Uint8Array) => {
      const count = await stdin.read(buffer);
      onRead(count ?? 0);
      return count;
    };
    const notAfter = () => now;
    return await scanLog({ read }, { zone, isPart: false, notAfter, onBan, onFlatBans });
  }
  const open = opened.open(task.file);
  if (open instanceof LogOpenError) return unread(open.message);
  return await readTask(task, open, { zone, now, isPatient, onBan, onFlatBans, onRead });
}
