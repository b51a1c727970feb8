/**
 * Reads what is new in the logs into the history.
 *
 * @module
 */

import { dirname, resolve } from "@std/path/posix";
import { findLogs, type FoundLogs } from "../log/find_logs.ts";
import { type BanBatch, BanPacker, unpackBans } from "../log/ban_batch.ts";
import type { Ban } from "../log/ban.ts";
import { COMPRESSED, type LogFile } from "../log/log_file.ts";
import type { LogTrace } from "../log/log_trace.ts";
import { type NewText, scanNewText } from "../log/scan_new_text.ts";
import type { LogReport } from "../log/scan_logs.ts";
import type { History } from "../offender/history.ts";
import { missingBans } from "../offender/missing_bans.ts";
import type { Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { count } from "./messages.ts";
import type { HeldHistory } from "./history_file.ts";
import { readingOptions } from "./reading_options.ts";

/** How often logs are looked for again, when they are rotated at that very moment. */
const TRIES = 3;

/** Which logs to read, and how long to keep what is in them. */
export interface NewLogs {
  /** What was asked for. */
  readonly patterns: readonly string[];
  /** What was found. */
  readonly found: FoundLogs;
  /** How long bans are kept, in seconds. */
  readonly keep: number;
}

/** What was read. */
export interface ReadNews {
  /** The logs and what stood in the way of others. */
  readonly found: FoundLogs;
  /** A report on each log of which something was read. */
  readonly reports: readonly LogReport[];
}

/**
 * Reads what is new into the history, for good.
 *
 * @param held The history.
 * @param logs Which logs.
 * @param invocation Options and host.
 * @throws {Failure} If the history cannot be written; it is as it was then.
 */
export async function readNew(
  held: HeldHistory,
  { patterns, found, keep }: NewLogs,
  invocation: Invocation<typeof SCAN_OPTIONS>,
): Promise<ReadNews> {
  const reports: LogReport[] = [];
  for (let left = TRIES, now = found;; now = await findLogs(patterns)) {
    const news = await readOnce(held, now, keep, invocation);
    reports.push(...news.reports);
    if (--left === 0 || !news.isMoved) {
      return { found: { ...found, skipped: now.skipped }, reports };
    }
  }
}

async function readOnce(
  held: HeldHistory,
  found: FoundLogs,
  keep: number,
  invocation: Invocation<typeof SCAN_OPTIONS>,
): Promise<NewText> {
  const { history } = held;
  const { traces, nextId } = history.state;
  const fresh = new NewBans((ban) => history.isForgotten(ban));
  const isNew = history.newest === -Infinity && traces.length === 0;
  using reading = readingOptions(found.files, invocation);
  const known = { traces, nextId, isNew, older: () => held.now(() => history.gone()) };
  const news = await scanNewText(found.files, known, {
    ...reading.options,
    onBan: (ban) => fresh.add(ban),
    onCopy: ({ path }) => found.skipped.push({ path, because: "all its text was read before" }),
  });
  const settled = held.now(() => settle(history, fresh, news));
  await held.doing(async () => {
    history.dropOlder(keep, Math.max(fresh.newest, ...newestOpens(settled)));
    const batches = fresh.batches();
    const old = history.tooOld(batches);
    if (old > 0) {
      invocation.messages.note(`Left out ${count(old, "ban")} older than what is kept (--keep)`);
    }
    await history.commit({ ...news, ...settled, batches });
  });
  const reports = news.reports.filter(({ path, fault, bytes }) => {
    const file = found.files.find((file) => file.path === path);
    if (fault !== "content" || bytes > 0 || !file || !wasRead(file, traces)) return true;
    found.skipped.push({ path, because: "it is as old as a log that was read to its end" });
    return false;
  });
  return { ...news, reports };
}

/**
 * Whether an archive that cannot be read here is of a log that was: what compresses a log leaves it its
 * date, and one that was written to later has another.
 */
function wasRead({ path, mtime }: LogFile, traces: readonly LogTrace[]): boolean {
  if (mtime === undefined || !COMPRESSED.test(path)) return false;
  const folder = dirname(resolve(path));
  return traces.some(({ fault, position, files }) =>
    fault === undefined && position > 0 &&
    files.some((file) => file.isSettled && file.mtime === mtime && dirname(file.path) === folder)
  );
}

/**
 * Adds what is not known yet of bans that may be, and drops what is known, or was forgotten, of bans in
 * last lines without an end.
 *
 * @returns The traces of the logs, as they are to be kept.
 */
function settle(
  history: History,
  fresh: NewBans,
  news: NewText,
): Pick<NewText, "traces" | "gone"> {
  const there = new Set(news.traces.map(({ id }) => id));
  const known = (onBan: (ban: Ban) => void) => {
    history.wholeBans(onBan);
    for (const batch of fresh.batches()) unpackBans(batch, onBan);
    const gone = [...news.gone, ...history.gone()].filter(({ id }) => !there.has(id));
    const settled = news.traces.filter(({ id }) => !news.unsure.has(id));
    for (const { open } of [...settled, ...gone]) if (open) onBan(open);
  };
  for (const bans of news.doubtful) {
    // What is later than all that is known is new: nearly always that is all.
    const newest = Math.max(history.newest, fresh.newest, ...newestOpens(news));
    const mayBeKnown = bans.some(({ time }) => time <= newest);
    for (const ban of missingBans(bans, mayBeKnown ? known : () => {})) fresh.add(ban);
  }
  const isKept = ({ id, open }: LogTrace) =>
    !open || !history.isForgotten(open) &&
      (!news.unsure.has(id) || missingBans([open], known).length > 0);
  return {
    traces: news.traces.map((trace) => isKept(trace) ? trace : { ...trace, open: undefined }),
    gone: news.gone,
  };
}

/** When the bans in last lines without an end were. */
function newestOpens({ traces, gone }: Pick<NewText, "traces" | "gone">): number[] {
  return [...traces, ...gone].flatMap(({ open }) => open?.time ?? []);
}

/** New bans, packed as they come. */
class NewBans {
  /** The time of the latest, in seconds since 1970. */
  newest = -Infinity;
  readonly #isForgotten: (ban: Ban) => boolean;
  readonly #batches: BanBatch[] = [];
  readonly #packer = new BanPacker((batch) => this.#batches.push(batch));

  constructor(isForgotten: (ban: Ban) => boolean) {
    this.#isForgotten = isForgotten;
  }

  /** Adds one, unless it was forgotten. */
  add(ban: Ban): void {
    if (this.#isForgotten(ban)) return;
    this.newest = Math.max(this.newest, ban.time);
    this.#packer.add(ban);
  }

  /** All so far. */
  batches(): readonly BanBatch[] {
    this.#packer.flush();
    return this.#batches;
  }
}
