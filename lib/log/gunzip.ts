/**
 * Inflates gzip data, by `node:zlib`: the only reader here that knows archives of several members.
 *
 * @module
 */

import { constants, createGunzip } from "node:zlib";
import {
  always,
  chunksAfter,
  inPieces,
  LogReadError,
  type LogSource,
  type Room,
} from "./read_log.ts";

/**
 * Inflates gzip data, all members of it.
 *
 * On broken data zlib throws away what the failing piece gave before the fault. Where the source
 * can be read again, it is, and the failing piece is handed over byte by byte: so all text up to
 * the fault comes out, as from `gzip -dc`.
 */
export async function* gunzip(
  source: LogSource,
  first: () => AsyncIterable<Uint8Array>,
  room: Room = always(new Uint8Array(TEXT)),
): AsyncGenerator<Uint8Array> {
  const progress = { handed: 0, text: 0 };
  try {
    yield* inflate(inPieces(first()), progress, room);
  } catch (error) {
    if (source.rewind) yield* salvage(source, progress);
    const reason = error instanceof Error ? error.message : String(error);
    const isCut = /unexpected end of file/.test(reason);
    throw new LogReadError(`Cannot read all of the gzip data: ${reason}`, { isCut });
  }
}

async function* salvage(
  source: LogSource,
  reached: { readonly handed: number; readonly text: number },
): AsyncGenerator<Uint8Array> {
  source.rewind?.();
  let skip = reached.text;
  try {
    const pieces = splitFrom(reached.handed, inPieces(chunksAfter(new Uint8Array(0), source)));
    for await (
      const text of inflate(pieces, { handed: 0, text: 0 }, always(new Uint8Array(TEXT)))
    ) {
      const fresh = text.subarray(Math.min(skip, text.length));
      skip -= text.length - fresh.length;
      if (fresh.length > 0) yield fresh;
    }
  } catch {
    // The fault is known and said by the caller.
  }
}

/** Passes pieces on whole up to an offset and byte by byte behind it. */
async function* splitFrom(
  offset: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    at += piece.length;
    if (at <= offset) yield piece;
    else for (let i = 0; i < piece.length; i++) yield piece.subarray(i, i + 1);
  }
}

/**
 * What the streams of `node:zlib` are made of, the same in Node and in every Deno so far. Through the
 * streams themselves each piece goes round the event loop and comes back in fresh memory: that takes
 * half as long again as the inflating, and three times the memory.
 */
interface GunzipCore {
  readonly _handle: {
    onerror: (message: string) => void;
    reset(): void;
    writeSync(
      flush: number,
      from: Uint8Array,
      fromAt: number,
      fromLength: number,
      to: Uint8Array,
      toAt: number,
      toLength: number,
    ): void;
  };
  /** After a write: the room left, the bytes not used. */
  readonly _writeState: Uint32Array;
}

/** As much text is inflated at a time; it should stay in the processor's cache. */
const TEXT = 256 * 1024;

async function* inflate(
  pieces: AsyncIterable<Uint8Array>,
  /** Counts the bytes that went through whole and the text that came of them. */
  progress: { handed: number; text: number },
  room: Room,
): AsyncGenerator<Uint8Array> {
  const decoder = createGunzip({ chunkSize: 64 });
  const { _handle: handle, _writeState: state } = decoder as unknown as GunzipCore;
  let failure: Error | undefined;
  handle.onerror = (message) => {
    failure = new Error(message);
  };
  /** Inflates a piece; in the end says how many of its bytes stand behind the end of the archive. */
  function* feed(piece: Uint8Array, flush: number): Generator<Uint8Array, number> {
    for (let from = 0;;) {
      const text = room();
      handle.writeSync(flush, piece, from, piece.length - from, text, 0, text.length);
      if (failure) throw failure;
      const [free = 0, left = 0] = state;
      const length = text.length - free;
      progress.text += length;
      if (length > 0) yield text.subarray(0, length);
      from = piece.length - left;
      if (free > 0) return left;
    }
  }
  let hasEnded = false;
  try {
    for await (const piece of pieces) {
      for (let from = 0; from < piece.length;) {
        if (hasEnded) {
          // Zeros are padding (a tape's, or a file system's after a crash); what follows them is read.
          from = skipZeros(piece, from);
          if (from === piece.length) break;
          handle.reset();
          hasEnded = false;
        }
        const left = yield* feed(piece.subarray(from), constants.Z_NO_FLUSH);
        hasEnded = left > 0;
        from = piece.length - left;
      }
      progress.handed += piece.length;
    }
    // Ending apart from the last piece keeps what that piece gave when the data turns out short.
    if (!hasEnded) yield* feed(new Uint8Array(0), constants.Z_FINISH);
  } finally {
    decoder.destroy();
  }
}

function skipZeros(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0) at++;
  return at;
}
