/**
 * Reads one log, or a part of one, and hands out the bans in it.
 *
 * @module
 */

import type { Ban, BanListener } from "./ban.ts";
import { BanFinder, type LinesSeen } from "./ban_finder.ts";
import { isFingerprintOf } from "./fingerprint.ts";
import type { LogStart } from "./log_file.ts";
import { LogReadError, type LogSource, readLog, readPlainLog } from "./read_log.ts";
import { systemReason } from "./system_reason.ts";
import { join, lastOf, TextEdges } from "./text_edges.ts";
import type { TimeZone } from "./time_zone.ts";

/** How far a log was read that had a {@linkcode LogStart}. */
export interface LogReach {
  /** Where the last line ends that has an end: bytes of text, those that were known included. */
  readonly position: number;
  /** How long the text is, that last line included. */
  readonly length: number;
  /** The first bytes of what was read. */
  readonly head: Uint8Array;
  /** The last bytes before the position, as far as they were read. */
  readonly tail: Uint8Array;
  /** The ban in a last line without an end. */
  readonly open?: Ban | undefined;
  /** Whether the log is not the one that was known: its text is shorter, or another one. */
  readonly isOther: boolean;
}

/** What was read of a log. */
export interface LogReading extends Readonly<LinesSeen> {
  /** Why the log could not be read to its end; `undefined` when it was. */
  readonly error?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** What is at fault: the content, perhaps only by ending too early, or the system. */
  readonly fault?: "content" | "cut" | "system" | undefined;
  /** How far it was read, if that was asked for. */
  readonly reach?: LogReach | undefined;
}

/** How one log is read. */
export interface LogScan extends BanListener {
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /** Whether it is a part of a plain log, whatever its beginning looks like. */
  readonly isPart: boolean;
  /** From where to hand out bans, and whether to tell how far was read. */
  readonly start?: LogStart | undefined;
  /** When the log was written last, in seconds since 1970; asked again as reading goes on. */
  notAfter(): number;
}

/** What is said of a log of which nothing could be read. */
export function unread(error: string, hint?: string): LogReading {
  const nothing = { lines: 0, bytes: 0, mentions: 0, familiar: false, firstLine: "", bans: 0 };
  return { ...nothing, error, hint, fault: "system" };
}

/**
 * Reads a log.
 *
 * Memory does not grow with its size. When it cannot be read to its end, what was read counts.
 *
 * @param source The bytes of the log, at their beginning.
 * @param scan Zone, clock, and what to call with each ban.
 * @returns What was read.
 */
export async function scanLog(source: LogSource, scan: LogScan): Promise<LogReading> {
  const { zone, onBan, onFlatBans, start } = scan;
  let open: Ban | undefined;
  const onOpenBan = start && ((ban: Ban) => void (open = ban));
  const finder = new BanFinder({ zone, notAfter: scan.notAfter(), onBan, onFlatBans, onOpenBan });
  const text = start && new ResumedText(start, scan.isPart);
  let failure: Pick<LogReading, "error" | "hint" | "fault"> = {};
  try {
    const room = () => finder.room;
    const chunks = scan.isPart ? readPlainLog(source, room) : readLog(source, { room });
    for await (const chunk of chunks) {
      const fresh = text ? text.freshOf(chunk) : chunk;
      if (text?.isOther) break;
      // A log that is being written to has later lines than it had when it was opened.
      finder.push(fresh, scan.notAfter());
    }
  } catch (error) {
    failure = failureOf(error);
  }
  finder.finish(failure.error !== undefined);
  return { ...finder.seen, ...failure, reach: text && { ...text.reach(), open } };
}

function failureOf(error: unknown): Pick<LogReading, "error" | "hint" | "fault"> {
  if (error instanceof LogReadError) {
    return { error: error.message, hint: error.hint, fault: error.isCut ? "cut" : "content" };
  }
  const reason = systemReason(error);
  if (reason === undefined) throw error;
  return { error: `Cannot read it: ${reason}`, fault: "system" };
}

/** The text of a log of which the beginning is known. */
class ResumedText {
  /** Whether it is not the text that was known. */
  isOther = false;
  readonly #edges = new TextEdges();
  readonly #start: LogStart;
  /** Bytes of text that were not even read, since they are known. */
  readonly #skipped: number;

  /** Takes what is known, and whether the text comes without it. */
  constructor(start: LogStart, isRest: boolean) {
    this.#start = start;
    this.#skipped = isRest ? start.position : 0;
  }

  /** What of the next chunk is new. */
  freshOf(chunk: Uint8Array): Uint8Array {
    const edges = this.#edges;
    const known = this.#start.position - this.#skipped - edges.length;
    if (known > 0) {
      edges.push(chunk.subarray(0, known));
      if (known <= chunk.length) this.isOther = !this.#isKnown();
    }
    const fresh = chunk.subarray(Math.max(0, known));
    edges.push(fresh);
    return fresh;
  }

  /** How far it was read. */
  reach(): LogReach {
    const { head, tail } = this.#edges;
    const position = this.#skipped + this.#edges.end;
    const length = this.#skipped + this.#edges.length;
    return { position, length, head, tail, isOther: this.isOther || length < this.#start.position };
  }

  #isKnown(): boolean {
    const { tail } = this.#start;
    return !tail || isFingerprintOf(tail, this.#edges.tail.subarray(-tail.length));
  }
}

/**
 * Joins what was read of the parts of a log.
 *
 * @param parts At least one, in any order.
 */
export function joinReadings(parts: readonly LogReading[]): LogReading {
  const sum = (field: "lines" | "bytes" | "mentions" | "bans") =>
    parts.reduce((total, part) => total + part[field], 0);
  const failed = parts.find(({ error }) => error !== undefined);
  return {
    lines: sum("lines"),
    bytes: sum("bytes"),
    mentions: sum("mentions"),
    bans: sum("bans"),
    familiar: parts.some(({ familiar }) => familiar),
    firstLine: parts.find(({ firstLine }) => firstLine !== "")?.firstLine ?? "",
    error: failed?.error,
    hint: failed?.hint,
    fault: failed?.fault,
    reach: joinReaches(parts.flatMap(({ reach }) => reach ?? [])),
  };
}

/** How far parts were read that stand one behind the other. */
function joinReaches(reaches: readonly LogReach[]): LogReach | undefined {
  const [first, ...others] = reaches.toSorted((a, b) =>
    a.position - b.position || a.length - b.length
  );
  return first && others.reduce(
    (before, next) => ({
      ...next,
      head: before.head,
      tail: lastOf(join(before.tail, next.tail)),
      isOther: before.isOther || next.isOther,
    }),
    first,
  );
}
