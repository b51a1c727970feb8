/**
 * Changes what single entries say, and nothing else.
 *
 * @module
 */

import type { Blocklist } from "./blocklist.ts";
import { NewlineFinder } from "./newline_finder.ts";
import { endOfFields, formatShortNote, hasFields, type Note, oneLine, withFields } from "./note.ts";

const CARRIAGE_RETURN = 0x0d;

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

/**
 * The list with other remarks on some of its entries.
 *
 * @param list The list.
 * @param remarks The remarks by the indexes of entries.
 * @returns The new file, in pieces; all but the remarks stays as it was.
 */
export function* withRemarks(
  { bytes, starts, comments }: Blocklist,
  remarks: ReadonlyMap<number, string>,
): Generator<Uint8Array> {
  const newlines = new NewlineFinder(bytes);
  let from = 0;
  for (const [index, remark] of [...remarks].sort(([a], [b]) => a - b)) {
    const start = starts[index] ?? 0;
    const newline = newlines.find(start);
    const end = bytes[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
    const mark = Math.min(start + (comments[index] ?? 0), end);
    const text = textOf(bytes.subarray(mark + 1, end));
    const fields = hasFields(text) ? endOfFields(text) : 0;
    yield bytes.subarray(from, Math.min(mark + 1 + fields, end));
    const behind = fields > 0 ? `# ${oneLine(remark)}` : formatShortNote({ comment: remark });
    yield encoder.encode(mark < end ? ` ${behind}` : ` # ${behind}`);
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

const encoder = new TextEncoder();
