/**
 * Unpacks zstd data, by fzstd: Deno's own reader stops after the first frame and takes a truncated one
 * for a whole.
 *
 * @module
 */

import { Decompress } from "fzstd";
import { inPieces, LogReadError } from "./read_log.ts";

/**
 * Bytes handed to fzstd at a time. It goes one call deeper for each frame that ends in them, and
 * sets aside a window for each, so a large piece of very small frames would take gigabytes.
 */
const FRAMES = 1024;

/** Unpacks zstd data, all frames of it. */
export async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((text) => ready.push(text));
  let failure: unknown;
  const push = (piece: Uint8Array, final: boolean) => {
    try {
      decoder.push(piece, final);
    } catch (error) {
      failure = error;
    }
  };
  for await (const piece of inPieces(chunks, FRAMES)) {
    // fzstd keeps a view of what it has not used up yet.
    push(piece.slice(), false);
    yield* ready.splice(0);
    if (failure) break;
  }
  if (!failure) push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (!failure) return;
  const reason = failure instanceof Error ? failure.message : String(failure);
  const isCut = /unexpected EOF/.test(reason);
  throw new LogReadError(`Cannot read all of the zstd data: ${reason}`, { isCut });
}
