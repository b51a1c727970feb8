/**
 * Reads standard input whole.
 *
 * @module
 */

import type { Host } from "./host.ts";

/** How much of standard input there is room for at first, in bytes. */
const FIRST_ROOM = 1 << 16;

/** Reads standard input to its end. */
export async function readAll(input: Host["stdin"]): Promise<Uint8Array> {
  let bytes = new Uint8Array(FIRST_ROOM);
  for (let length = 0;;) {
    const count = await input.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    // Moved rather than joined from pieces at the end, when all of it would be there twice.
    if (length === bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(2 * length));
  }
}
