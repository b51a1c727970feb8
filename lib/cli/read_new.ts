/**
 * Reads what is new in the logs into the history.
 *
 * @module
 */

import { findLogs, type FoundLogs } from "../log/find_logs.ts";
import { type BanBatch, BanPacker, unpackBans } from "../log/ban_batch.ts";
import type { Ban } from "../log/ban.ts";
import { type NewText, scanNewText } from "../log/scan_new_text.ts";
import type { LogReport } from "../log/scan_logs.ts";
import { missingBans } from "../offender/missing_bans.ts";
import type { Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
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
  const pack = new NewBans((ban) => history.isForgotten(ban));
  // Of what a damaged history held, nobody knows from which logs it was.
  const unsure: Ban[] = [];
  using reading = readingOptions(found.files, invocation);
  const known = { traces, nextId, older: () => held.now(() => history.gone()) };
  const news = await scanNewText(found.files, known, {
    ...reading.options,
    onBan: history.isSalvaged ? (ban) => void unsure.push(ban) : (ban) => pack.add(ban),
    onCopy: ({ path }) => found.skipped.push({ path, because: "all its text was read before" }),
  });
  const others = (onBan: (ban: Ban) => void) => {
    history.bans(onBan);
    for (const batch of pack.batches()) unpackBans(batch, onBan);
  };
  for (const bans of [unsure, ...news.doubtful]) {
    for (const ban of held.now(() => missingBans(bans, others))) pack.add(ban);
  }
  await held.doing(async () => {
    history.dropOlder(keep, pack.newest);
    await history.commit({ ...news, batches: pack.batches() });
  });
  return news;
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
