/**
 * What can be seen of a log before it is read.
 *
 * @module
 */

import type { LogSight } from "./log_trace.ts";
import { partOf } from "./open_log.ts";
import { kindOf, LogReadError, readLog } from "./read_log.ts";
import { EDGE, join } from "./text_edges.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

/** What a look at a log gives. */
export interface SightOfLog {
  /** What is seen of it. */
  readonly sight: LogSight;
  /** Whether it is no archive. */
  readonly isPlain: boolean;
  /** Whether it is an archive that ends before any of its text. */
  readonly isCutAtOnce: boolean;
}

/**
 * Looks at an open log.
 *
 * @param open The log; where it stands makes no difference, and it is moved.
 * @throws {Error} If the system refuses.
 */
export async function sightOf(open: Deno.FsFile): Promise<SightOfLog> {
  const pieceAt = (from: number, length: number) => {
    const piece = new Uint8Array(length);
    open.seekSync(from, Deno.SeekMode.Start);
    let at = 0;
    for (let count; at < length && (count = open.readSync(piece.subarray(at))) !== null;) {
      at += count;
    }
    return piece.subarray(0, at);
  };
  const length = open.statSync().size;
  const bytes = pieceAt(0, EDGE);
  if (kindOf(bytes) === "plain") {
    return { sight: { head: bytes, length, pieceAt }, isPlain: true, isCutAtOnce: false };
  }
  const { head, isCut } = await beginningOf(open);
  const sight = { head, length: undefined, pieceAt: () => NOTHING };
  return { sight, isPlain: false, isCutAtOnce: isCut && head.length === 0 };
}

/** The first bytes of the text in an archive, as far as they can be had, and whether it ends there. */
async function beginningOf(open: Deno.FsFile): Promise<{ head: Uint8Array; isCut: boolean }> {
  const whole = partOf(open, { from: 0, to: undefined }, { isPatient: false, onRead: () => {} });
  let head = NOTHING;
  try {
    for await (const text of readLog(whole)) {
      head = join(head, text.subarray(0, EDGE - head.length));
      if (head.length === EDGE) break;
    }
  } catch (error) {
    if (!(error instanceof LogReadError)) throw error;
    return { head, isCut: error.isCut };
  }
  return { head, isCut: false };
}
