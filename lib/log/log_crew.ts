/**
 * Readers in threads of their own.
 *
 * All take their tasks from one list, the next one as soon as they have ended one; nobody hands out
 * work and nobody waits for it. Bans come back in batches, a few at a time: a reader that is far ahead
 * waits until its batches were taken, so that memory stays bounded.
 *
 * @module
 */

import { type BanBatch, unpackBans } from "./ban_batch.ts";
import type { BanListener } from "./ban.ts";
import { eachFlatBan, type FlatBans } from "./flat_bans.ts";
import type { LogTask } from "./log_task.ts";
import type { LogReading } from "./scan_log.ts";

/** What a reader is told at its start. */
export interface CrewOrders {
  /** Everybody's tasks. */
  readonly tasks: readonly LogTask[];
  /** The zone of times that name none. */
  readonly zone: "UTC" | "LOCAL";
  /** Shared by all: the number of the next task. */
  readonly next: Int32Array<SharedArrayBuffer>;
  /** The reader's own: how many of its batches were taken. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What a reader says. */
export type CrewNews =
  /** Bans, those of single addresses apart, and how many more bytes of files were read. */
  | {
    readonly kind: "bans";
    readonly flat: FlatBans;
    readonly batch: BanBatch;
    readonly read: number;
  }
  /** A task is done. */
  | { readonly kind: "done"; readonly task: number; readonly reading: LogReading }
  /** The name is that of another file by now: who holds the right one open must read it. */
  | { readonly kind: "moved"; readonly task: number }
  /** There are no tasks left. */
  | { readonly kind: "end" };

/** Batches on their way at a time. */
export const BATCHES = 8;

/** What is called with what readers say. */
export interface CrewListener extends BanListener {
  /** More bytes of files were read. */
  onRead(bytes: number): void;
  /** A task is done. */
  onDone(task: number, reading: LogReading): void;
  /** A task is handed back. */
  onMoved(task: number): void;
}

/** Readers at work. */
export interface LogCrew {
  /** When all have ended; fails when one of them breaks. */
  readonly ended: Promise<void>;
  /** Ends them at once. */
  [Symbol.dispose](): void;
}

/** The program of a reader; in a bundle all parts are JavaScript, and so is this one. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./scan_worker.ts" : "./scan_worker.js",
  import.meta.url,
);

/**
 * Starts readers.
 *
 * @param count How many.
 * @param orders Tasks, zone and the number of the next task.
 * @param listener What is called with what they say.
 */
export function startCrew(
  count: number,
  orders: Omit<CrewOrders, "taken">,
  listener: CrewListener,
): LogCrew {
  const workers: Worker[] = [];
  const ends: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    let worker: Worker;
    try {
      worker = new Worker(PROGRAM, { type: "module" });
    } catch {
      // Where no more threads are to be had, those that are there do the work.
      break;
    }
    const taken = new Int32Array(new SharedArrayBuffer(4));
    workers.push(worker);
    ends.push(listen(worker, taken, listener));
    worker.postMessage({ ...orders, taken } satisfies CrewOrders);
  }
  const ended = Promise.all(ends).then(() => {});
  // Whoever waits for the end is told; until then nothing is lost.
  ended.catch(() => {});
  return {
    ended,
    [Symbol.dispose]: () => workers.forEach((worker) => worker.terminate()),
  };
}

function listen(
  worker: Worker,
  taken: Int32Array<SharedArrayBuffer>,
  { onBan, onFlatBans, onRead, onDone, onMoved }: CrewListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`A reader of logs broke: ${event.message}`));
    };
    worker.onmessage = ({ data: news }: MessageEvent<CrewNews>) => {
      if (news.kind === "bans") {
        Atomics.add(taken, 0, 1);
        Atomics.notify(taken, 0);
        onRead(news.read);
        unpackBans(news.batch, onBan);
        if (onFlatBans) onFlatBans(news.flat);
        else eachFlatBan(news.flat, onBan);
      } else if (news.kind === "done") onDone(news.task, news.reading);
      else if (news.kind === "moved") onMoved(news.task);
      else resolve();
    };
  });
}
