/**
 * Whether an archive holds nothing but the beginning of a log.
 *
 * @module
 */

import { LogReadError, type LogSource, readLog } from "./read_log.ts";

/**
 * Whether all text of an archive is the beginning of a log, so that the archive adds nothing.
 *
 * An archive that is still being made ends in the middle, which is no difference. One that is broken
 * in any other way, or cannot be read here, is no copy: it is to be read and named.
 *
 * @param archive The archive, at its beginning.
 * @param log The log, at its beginning.
 * @returns Whether the archive can be left out.
 * @throws {Error} If the system refuses to read one of them.
 */
export async function isCopyOf(archive: LogSource, log: LogSource): Promise<boolean> {
  const expected = readLog(log);
  let ahead: Uint8Array = new Uint8Array(0);
  try {
    for await (const text of readLog(archive)) {
      for (let at = 0; at < text.length;) {
        if (ahead.length === 0) {
          const next = await nextOf(expected);
          if (!next) return false;
          ahead = next;
        }
        const length = Math.min(ahead.length, text.length - at);
        if (!isSame(ahead.subarray(0, length), text.subarray(at, at + length))) return false;
        at += length;
        ahead = ahead.subarray(length);
      }
    }
    return true;
  } catch (error) {
    if (error instanceof LogReadError) return error.isCut;
    throw error;
  } finally {
    await expected.return(undefined);
  }
}

/** The next chunk of the log; none where it has ended or is itself broken. */
async function nextOf(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { value, done } = await chunks.next();
    return done ? undefined : value;
  } catch (error) {
    if (error instanceof LogReadError) return undefined;
    throw error;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, at) => byte === b[at]);
}
