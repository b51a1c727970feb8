/**
 * Reads one log, or a part of one, and hands out the bans in it.
 *
 * @module
 */

import type { Ban } from "./ban.ts";
import { BanFinder, type LinesSeen } from "./ban_finder.ts";
import { LogReadError, type LogSource, readLog, readPlainLog } from "./read_log.ts";
import { systemReason } from "./system_reason.ts";
import type { TimeZone } from "./time_zone.ts";

/** What was read of a log. */
export interface LogReading extends Readonly<LinesSeen> {
  /** Why the log could not be read to its end; `undefined` when it was. */
  readonly error?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** How one log is read. */
export interface LogScan {
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /** Whether it is a part of a plain log, whatever its beginning looks like. */
  readonly isPart: boolean;
  /** When the log was written last, in seconds since 1970; asked again as reading goes on. */
  notAfter(): number;
  /** Called with each ban, in the order of the log. */
  onBan(ban: Ban): void;
}

/** What is said of a log of which nothing could be read. */
export function unread(error: string, hint?: string): LogReading {
  const nothing = { lines: 0, bytes: 0, mentions: 0, familiar: false, firstLine: "", bans: 0 };
  return { ...nothing, error, hint };
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
  const { zone, onBan } = scan;
  const finder = new BanFinder({ zone, notAfter: scan.notAfter(), onBan });
  const failure: { error?: string; hint?: string | undefined } = {};
  try {
    for await (const text of scan.isPart ? readPlainLog(source) : readLog(source)) {
      // A log that is being written to has later lines than it had when it was opened.
      finder.push(text, scan.notAfter());
    }
  } catch (error) {
    const reason = error instanceof LogReadError ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    failure.error = error instanceof LogReadError ? reason : `Cannot read it: ${reason}`;
    if (error instanceof LogReadError) failure.hint = error.hint;
  }
  finder.finish(failure.error !== undefined);
  return { ...finder.seen, ...failure };
}

/**
 * Joins what was read of the parts of a log.
 *
 * @param parts At least one, in their order.
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
  };
}
