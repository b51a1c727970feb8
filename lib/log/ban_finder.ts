/**
 * Finds the ban lines in the bytes of a log that comes in chunks of any size.
 *
 * Most lines are no ban, so none of them is made a string: the bytes are searched for a `Ban ` and
 * only the line around it is decoded. Memory is bounded by the longest line that can be a ban, not
 * by the longest line there is.
 *
 * @module
 */

import { looksLikeFail2ban } from "./ban_line.ts";
import { joinBytes } from "./join_bytes.ts";

/** A line longer than this is no ban: jail and ID of a real one are far shorter. Bytes. */
export const LONGEST_LINE = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const B = 0x42;
const BRACKET = 0x5d;
const RESTORE = new TextEncoder().encode("Restore");
/** As much of a log is looked at to tell whether it is fail2ban's, at a time. Bytes. */
const SAMPLE = 64 * 1024;

/** What was seen in a log besides its bans. */
export interface LinesSeen {
  /** Lines, a last one without an end included. */
  lines: number;
  /** Bytes of text. */
  bytes: number;
  /** Lines with a `Ban ` in them in a place where no ban has it. */
  mentions: number;
  /** Whether some line looked like fail2ban's. */
  familiar: boolean;
  /** The beginning of the first line that is not blank. */
  firstLine: string;
}

/** Takes the chunks of one log and hands out its lines that may be bans. */
export class BanFinder {
  /** What was seen so far; the line that is still open is not counted. */
  readonly seen: LinesSeen = { lines: 0, bytes: 0, mentions: 0, familiar: false, firstLine: "" };
  readonly #onCandidate: (line: string) => void;
  readonly #decoder = new TextDecoder();
  /** The beginning of a line whose end has not come yet. */
  #open: Uint8Array = new Uint8Array(0);
  /** Whether the open line is too long already, its beginning thrown away. */
  #overlong = false;

  /**
   * Makes a finder for one log.
   *
   * @param onCandidate Called with each line, without its end, that holds `] Ban ` or
   *   `] Restore Ban `. Bytes that are no UTF-8 come as U+FFFD.
   */
  constructor(onCandidate: (line: string) => void) {
    this.#onCandidate = onCandidate;
  }

  /** Takes the next chunk; its buffer may be used again afterwards. */
  push(chunk: Uint8Array): void {
    this.seen.bytes += chunk.length;
    let from = 0;
    if (this.#open.length > 0 || this.#overlong) {
      const end = chunk.indexOf(NEWLINE);
      if (end < 0) return this.#keepOpen(chunk);
      if (!this.#overlong && this.#open.length + end <= LONGEST_LINE) {
        this.#lines(joinBytes([this.#open, chunk.subarray(0, end + 1)]));
      } else {
        this.seen.lines++;
      }
      this.#open = new Uint8Array(0);
      this.#overlong = false;
      from = end + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= from) this.#lines(chunk.subarray(from, last + 1));
    this.#keepOpen(chunk.subarray(Math.max(from, last + 1)));
  }

  /**
   * Says that the log has ended; a last line without an end counts as a line.
   *
   * @param isCut Whether it was cut off by a fault. The last line then may lack its end, and with
   *   it a digit of an address, so it is no candidate.
   */
  finish(isCut = false): void {
    if (this.#overlong || (isCut && this.#open.length > 0)) this.seen.lines++;
    else if (this.#open.length > 0) this.#lines(joinBytes([this.#open, Uint8Array.of(NEWLINE)]));
    this.#open = new Uint8Array(0);
    this.#overlong = false;
  }

  #keepOpen(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#overlong) return;
    this.#overlong = this.#open.length + bytes.length > LONGEST_LINE;
    this.#open = this.#overlong ? new Uint8Array(0) : joinBytes([this.#open, bytes]);
  }

  /** Looks at whole lines; the last byte is a line end. */
  #lines(bytes: Uint8Array): void {
    this.#recognize(bytes);
    this.seen.lines += countNewlines(bytes);
    let mention = -1;
    for (let at = indexOfBan(bytes, 0); at >= 0; at = indexOfBan(bytes, at + 1)) {
      if (!followsJail(bytes, at)) {
        // Of several mentions in a line one counts, and none where a candidate follows.
        if (mention < 0 || bytes.subarray(mention, at).includes(NEWLINE)) this.seen.mentions++;
        mention = at;
        continue;
      }
      const start = bytes.lastIndexOf(NEWLINE, at) + 1;
      if (mention >= start) this.seen.mentions--;
      const end = bytes.indexOf(NEWLINE, at);
      // Within one chunk a line may still be longer than what may be carried between chunks.
      if (end - start <= LONGEST_LINE) this.#onCandidate(this.#text(bytes, start, end));
      at = end;
    }
  }

  #text(bytes: Uint8Array, start: number, end: number): string {
    const stop = bytes[end - 1] === RETURN ? end - 1 : end;
    return this.#decoder.decode(bytes.subarray(start, stop));
  }

  #recognize(bytes: Uint8Array): void {
    const { seen } = this;
    if (seen.familiar) return;
    if (seen.firstLine === "") {
      const start = bytes.findIndex((byte) => byte > 0x20);
      if (start >= 0) {
        const end = Math.min(bytes.indexOf(NEWLINE, start), start + 120);
        seen.firstLine = this.#text(bytes, start, end);
      }
    }
    for (let from = 0; from < bytes.length && !seen.familiar; from += SAMPLE) {
      // Samples overlap, so that a mark across their border is seen.
      const sample = bytes.subarray(from, from + SAMPLE + 256);
      seen.familiar = looksLikeFail2ban(this.#decoder.decode(sample));
    }
  }
}

/** By a plain loop: a native search for each line is no faster, and far slower on short lines. */
function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === NEWLINE) count++;
  }
  return count;
}

/** Whether a `Ban ` stands behind `]` or `] Restore`, as it does in every line that is a ban. */
function followsJail(bytes: Uint8Array, at: number): boolean {
  if (bytes[at - 2] === BRACKET) return true;
  const from = at - RESTORE.length - 1;
  return bytes[from - 2] === BRACKET &&
    RESTORE.every((byte, index) => bytes[from + index] === byte);
}

/** Where the next ` Ban ` begins with its `B`, or -1. */
function indexOfBan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(B, from); at >= 0; at = bytes.indexOf(B, at + 1)) {
    if (
      bytes[at + 1] === 0x61 && bytes[at + 2] === 0x6e && bytes[at + 3] === 0x20 &&
      bytes[at - 1] === 0x20
    ) return at;
  }
  return -1;
}
