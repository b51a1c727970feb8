/**
 * Changes what single entries say, and nothing else.
 *
 * @module
 */

import type { Blocklist } from "./blocklist.ts";
import { NewlineFinder } from "./newline_finder.ts";
import { type Note, withFields } from "./note.ts";

/** What becomes of entries, by their indexes: new values for fields, or `undefined` to remove it. */
export type Changes = ReadonlyMap<number, Note | undefined>;

/**
 * The list with some of its entries changed or removed.
 *
 * Of a changed line the bytes before its fields stay, and those behind them, such as a remark; so do
 * fields that are not changed, be they of a later version. Every other line stays as it was.
 *
 * @param list The list.
 * @param changes What becomes of entries; those to be changed have fields already.
 * @returns The new file, in pieces.
 */
export function* withChanges(
  { bytes, starts, comments }: Blocklist,
  changes: Changes,
): Generator<Uint8Array> {
  const newlines = new NewlineFinder(bytes);
  let from = 0;
  for (const index of [...changes.keys()].sort((a, b) => a - b)) {
    const start = starts[index] ?? 0;
    const fields = changes.get(index);
    const end = newlines.find(start);
    if (fields === undefined) {
      yield bytes.subarray(from, start);
      from = Math.min(end + 1, bytes.length);
      continue;
    }
    const comment = Math.min(start + (comments[index] ?? 0) + 1, end);
    yield bytes.subarray(from, comment);
    yield bytesOf(withFields(textOf(bytes.subarray(comment, end)), fields));
    from = end;
  }
  yield bytes.subarray(from);
}

/** Each byte as a character of the same number, so that bytes that are no UTF-8 stay too. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
