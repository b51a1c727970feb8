/**
 * What there is to read of logs, cut up for several readers.
 *
 * @module
 */

import { COMPRESSED, type LogFile, type LogStart } from "./log_file.ts";
import { type LogPart, partsOf } from "./open_log.ts";
import { kindOf } from "./read_log.ts";

/** A log or a part of one to be read by one reader. */
export interface LogTask {
  /** The log. */
  readonly file: LogFile;
  /** Which part of it; the whole log, if it is not plain or not to be cut. */
  readonly part?: LogPart | undefined;
}

/** An archive holds about so much more text than it has bytes. */
const DENSITY = 10;
/** And each byte of that takes so many times as long as one of plain text. */
const INFLATING = 3;
/** A part of a log is at least so long, in bytes. */
const LEAST = 8 << 20;

/** Parts that large logs are cut into for each reader: the more, the less is left to do at the end. */
const PARTS = 32;

/** The text in a log, about, in bytes. */
function textIn({ path, size, start }: LogFile): number {
  return COMPRESSED.test(path) ? size * DENSITY : size - (restOf(start)?.from ?? 0);
}

/** How long a log takes to read, as if it were so many bytes of plain text. */
function workIn(file: LogFile): number {
  return textIn(file) * (COMPRESSED.test(file.path) ? INFLATING : 1);
}

/** What there is to read of a plain log of which the beginning is known. */
function restOf(start: LogStart | undefined): LogPart | undefined {
  return start && !start.tail ? { from: start.position, to: undefined } : undefined;
}

/**
 * How many readers some logs are worth.
 *
 * @param files The logs.
 * @param most No more than that.
 * @param share How much plain text, in bytes, is worth a reader of its own.
 */
export function readersFor(files: readonly LogFile[], most: number, share: number): number {
  const known = files.filter(({ seekable }) => seekable);
  const work = known.reduce((total, file) => total + workIn(file), 0);
  // An archive cannot be cut up.
  const pieces = known.reduce(
    (total, file) => total + (COMPRESSED.test(file.path) ? 1 : Math.ceil(textIn(file) / LEAST)),
    0,
  );
  return Math.max(1, Math.min(most, pieces, Math.floor(work / share)));
}

/**
 * Cuts logs up for several readers, the largest task first, so that none has much left to do when the
 * others have ended.
 *
 * @param files The logs.
 * @param readers How many readers there are.
 * @param openOf The open file of a log, if it is open.
 */
export function logTasks(
  files: readonly LogFile[],
  readers: number,
  openOf: (file: LogFile) => Deno.FsFile | undefined,
): LogTask[] {
  if (readers === 1) return files.map((file) => ({ file, part: restOf(file.start) }));
  const text = files.reduce((total, file) => total + textIn(file), 0);
  const length = Math.max(LEAST, Math.ceil(text / readers / PARTS));
  return files
    .flatMap((file): { task: LogTask; weight: number }[] => {
      const open = openOf(file);
      const part = restOf(file.start);
      if (!open || textIn(file) < 2 * length || !(part || isPlain(open))) {
        return [{ task: { file, part }, weight: workIn(file) }];
      }
      return partsOf(open, file.size, length, part?.from)
        .map((part) => ({ task: { file, part }, weight: (part.to ?? file.size) - part.from }));
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ task }) => task);
}

function isPlain(open: Deno.FsFile): boolean {
  const head = new Uint8Array(16);
  open.seekSync(0, Deno.SeekMode.Start);
  return kindOf(head.subarray(0, open.readSync(head) ?? 0)) === "plain";
}
