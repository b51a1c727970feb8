/**
 * Where on a line an entry stands.
 *
 * @module
 */

const NEWLINE = 0x0a;
const HASH = 0x23;
const SEMICOLON = 0x3b;

/** Where the comment of a line begins, or else where the line ends. */
export function endOfEntry(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE || byte === HASH || byte === SEMICOLON) break;
  }
  return at;
}

/**
 * Where the comment behind an entry begins, or else its line ends.
 *
 * @returns -1 if something else than blanks stands before that.
 */
export function commentBehind(bytes: Uint8Array, end: number): number {
  let at = end;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE || byte === HASH || byte === SEMICOLON) break;
    if (!isBlank(byte)) return -1;
  }
  return at;
}

/** Whether a byte is a space, a tab, or what ends a line or a page. */
export function isBlank(byte = 0): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Whether a byte, or the code of a character, is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
