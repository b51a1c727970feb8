/**
 * What is kept of a log that was read, to know it again: renamed, compressed, copied or cut off.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import type { Ban } from "./ban.ts";
import { type Fingerprint, fingerprintOf, isFingerprintOf } from "./fingerprint.ts";
import type { LogFile } from "./log_file.ts";
import type { LogReach } from "./scan_log.ts";
import { EDGE, join, lastOf } from "./text_edges.ts";

/** A file that held the text of a log, as it was when that was read. */
export interface TracedFile {
  /** Its path, from the root. */
  readonly path: string;
  /** What tells it from every other file. */
  readonly identity: string;
  /** Its size, in bytes. */
  readonly size: number;
  /** When it was last written, in seconds since 1970. */
  readonly mtime: number | undefined;
  /** Whether another size or time would show if it were written to again. */
  readonly isSettled: boolean;
}

/** What is kept of a log. */
export interface LogTrace {
  /** Tells it from the traces of other logs. */
  readonly id: number;
  /** How far its text was read, in bytes: whole lines. */
  readonly position: number;
  /** How long it was, a last line without an end included. */
  readonly length: number;
  /** The beginning of the text. */
  readonly head: Fingerprint;
  /** The first few bytes, by which a text is suspected that is shorter than that beginning. */
  readonly first: Fingerprint;
  /** The text right before the position. */
  readonly tail: Fingerprint;
  /** The ban in a last line without an end, behind the position. */
  readonly open?: Ban | undefined;
  /** Whether what comes of that line may be known from another log. */
  readonly isUnsure?: true | undefined;
  /** Why not all of it could be read. */
  readonly fault?: string | undefined;
  /** The files that held the text when it was read last. */
  readonly files: readonly TracedFile[];
}

/** What can be seen of a log before it is read. */
export interface LogSight {
  /** The first bytes of its text, {@linkcode EDGE} at most. */
  readonly head: Uint8Array;
  /** How long its text is, in bytes; `undefined` where only reading tells, as with an archive. */
  readonly length: number | undefined;
  /** Reads a piece of its text; only of a log of known length. */
  pieceAt(from: number, length: number): Uint8Array;
}

/** As many bytes hold a time and no ban. */
const FEW = 32;
/** A file's timestamp may stand still for so long while it is written to. Seconds. */
const TICK = 2;

/**
 * The trace of a file to which nothing has happened since it was read, if there is one.
 *
 * @param file The file.
 * @param traces Those to choose from.
 */
export function traceOfUnchanged(
  file: LogFile,
  traces: Iterable<LogTrace>,
): LogTrace | undefined {
  for (const trace of traces) {
    if (trace.files.some((traced) => traced.isSettled && isSame(traced, file))) return trace;
  }
  return undefined;
}

function isSame(traced: TracedFile, { identity, size, mtime }: LogFile): boolean {
  return traced.identity === identity && traced.size === size && traced.mtime === mtime;
}

/**
 * A file as its trace has it.
 *
 * @param file The file, as it was found before it was read.
 * @param now When that was, in seconds since 1970.
 * @param isFinal Whether it is an archive, which is written to only once.
 */
export function tracedFile(
  { path, identity, size, mtime }: LogFile,
  now: number,
  isFinal: boolean,
): TracedFile {
  const isSettled = isFinal || (mtime !== undefined && Math.abs(now - mtime) > TICK);
  return { path: resolve(path), identity, size, mtime, isSettled };
}

/**
 * The traces with whose text a log may begin, the longest first.
 *
 * Behind these come those that only begin with the same few bytes: of logs that were changed by hand.
 *
 * @param sight The log.
 * @param traces Those to choose from.
 */
export function kinOf(sight: LogSight, traces: Iterable<LogTrace>): LogTrace[] {
  const known = new Map<number, string>();
  const digestOf = (length: number) => {
    let digest = known.get(length);
    if (digest === undefined) {
      digest = fingerprintOf(sight.head.subarray(0, length)).digest;
      known.set(length, digest);
    }
    return digest;
  };
  const beginsWith = ({ length, digest }: Fingerprint) =>
    length > 0 && length <= sight.head.length && digestOf(length) === digest;
  const isClose = ({ head, first }: LogTrace) =>
    beginsWith(head.length <= sight.head.length ? head : first);
  const byLength = (some: LogTrace[]) => some.sort((a, b) => b.position - a.position);
  const kin = Array.from(traces).filter(({ first }) => beginsWith(first));
  return [
    ...byLength(kin.filter(isClose)),
    ...byLength(kin.filter((trace) => !isClose(trace))),
  ];
}

/**
 * The last bytes of a log's text that were read already, {@linkcode EDGE} at most, or `undefined`
 * when it does not have that text, as far as its ends show.
 */
export function knownEnd(
  sight: LogSight,
  { position, tail }: LogTrace,
): Uint8Array | undefined {
  if (sight.length === undefined || sight.length < position) return undefined;
  const from = Math.max(0, position - EDGE);
  const end = sight.pieceAt(from, position - from);
  const isKnown = isFingerprintOf(tail, end.subarray(end.length - tail.length));
  return isKnown && end.length === position - from ? end : undefined;
}

/**
 * A trace after more of its log was read.
 *
 * @param trace The trace, or a new one of position 0.
 * @param reach How far was read.
 * @param before The text before that, as {@linkcode knownEnd} gives it.
 * @param head The beginning of the text, as it was seen before it was read.
 */
export function traceAfter(
  trace: LogTrace,
  reach: LogReach,
  { before, head }: { readonly before: Uint8Array; readonly head: Uint8Array },
): LogTrace {
  const { position, tail } = reach;
  // An old copy may lack a part of the last line.
  const isLess = position === trace.position && reach.length < trace.length;
  // It may have grown since it was seen.
  const longest = trace.position === 0 && reach.head.length > head.length ? reach.head : head;
  const isLonger = longest.length > trace.head.length;
  return {
    ...trace,
    position,
    length: isLess ? trace.length : reach.length,
    head: isLonger ? fingerprintOf(longest) : trace.head,
    first: isLonger ? fingerprintOf(longest.subarray(0, FEW)) : trace.first,
    tail: position > trace.position ? fingerprintOf(lastOf(join(before, tail))) : trace.tail,
    open: isLess ? trace.open : reach.open,
  };
}
