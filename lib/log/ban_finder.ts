/**
 * Finds the bans in the bytes of a log that comes in chunks of any size.
 *
 * Most lines are no ban, so none of them is made a string: the bytes are searched for a `Ban `, and
 * only the line around it is looked at. Memory is bounded by the longest line that can be a ban, not
 * by the longest line there is.
 *
 * @module
 */

import type { Ban, BanListener } from "./ban.ts";
import { looksLikeFail2ban } from "./ban_line.ts";
import { BanReader } from "./ban_reader.ts";
import { type ByteSearch, byteSearch, FOUND, MARGIN, WINDOW } from "./byte_search.ts";
import type { TimeZone } from "./time_zone.ts";

/** A line longer than this is no ban: jail and ID of a real one are far shorter. Bytes. */
export const LONGEST_LINE = 64 * 1024;

/** As much of a chunk is searched at a time; with an open line before it, it fits the window. */
const PIECE = WINDOW - 2 * MARGIN - LONGEST_LINE;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** As much of a log is looked at to tell whether it is fail2ban's, at a time. Bytes. */
const SAMPLE = 64 * 1024;
/** As much of the first line is kept, in bytes. */
const BEGINNING = 120;

/** What was seen in a log. */
export interface LinesSeen {
  /** Lines, a last one without an end included. */
  lines: number;
  /** Bytes of text. */
  bytes: number;
  /** Lines in which fail2ban says that it banned, restored bans not among them. */
  bans: number;
  /** Lines with the word in them that are no ban: other messages, text of attackers. */
  mentions: number;
  /** Whether some line looked like fail2ban's. */
  familiar: boolean;
  /** The beginning of the first line that is not blank. */
  firstLine: string;
}

/** How a log is read. */
export interface BanFinderOptions extends BanListener {
  /** The zone of times that name none. */
  readonly zone: TimeZone;
  /**
   * When the log was written last, in seconds since 1970: it gives yearless times their year, and
   * lines without a time theirs. {@linkcode BanFinder.push} may move it.
   */
  readonly notAfter: number;
  /** Called instead with a ban in a last line without an end, if it is to be told from others. */
  onOpenBan?: ((ban: Ban) => void) | undefined;
  /**
   * What searches the text; the fastest there is unless told otherwise.
   *
   * @ignore
   */
  readonly search?: ByteSearch | undefined;
}

/** Windows that are not in use: making one takes longer than reading a short log. */
const spare: ByteSearch[] = [];

/** Takes the chunks of one log and hands out the bans in them. */
export class BanFinder {
  /** What was seen so far; the line that is still open is not counted. */
  readonly seen: LinesSeen = {
    lines: 0,
    bytes: 0,
    bans: 0,
    mentions: 0,
    familiar: false,
    firstLine: "",
  };
  readonly #onOpenBan: ((ban: Ban) => void) | undefined;
  readonly #search: ByteSearch;
  /** Whether the window may go to another finder afterwards. */
  readonly #isOurs: boolean;
  readonly #reader: BanReader;
  /** The length of the open line, which stands at the beginning of the window. */
  #open = 0;
  /** Whether the open line is too long already, its beginning thrown away. */
  #overlong = false;

  /** Makes a finder for one log. */
  constructor({ zone, notAfter, onBan, onFlatBans, onOpenBan, search }: BanFinderOptions) {
    this.#onOpenBan = onOpenBan;
    this.#isOurs = search === undefined;
    this.#search = search ?? spare.pop() ?? byteSearch();
    this.#reader = new BanReader(this.#search, zone, notAfter, { onBan, onFlatBans });
  }

  /**
   * Where the next chunk is best put, by whoever makes it: there it need not be moved. It is another
   * place after each {@linkcode BanFinder.push}.
   */
  get room(): Uint8Array {
    const start = MARGIN + this.#open;
    return this.#search.bytes.subarray(start, start + PIECE);
  }

  /**
   * Takes the next chunk.
   *
   * @param chunk The text; its buffer may be used again afterwards.
   * @param notAfter When the log was written last, should that have changed.
   */
  push(chunk: Uint8Array, notAfter: number = this.#reader.notAfter): void {
    this.#reader.notAfter = notAfter;
    this.seen.bytes += chunk.length;
    for (let at = 0; at < chunk.length; at += PIECE) this.#take(chunk.subarray(at, at + PIECE));
  }

  /**
   * Says that the log has ended; a last line without an end counts as a line.
   *
   * The finder must not be used afterwards.
   *
   * @param isCut Whether it was cut off by a fault. The last line then may lack its end, and with
   *   it a digit of an address, so it is no candidate.
   */
  finish(isCut = false): void {
    if (this.#overlong || (isCut && this.#open > 0)) this.seen.lines++;
    else if (this.#open > 0) this.#takeLast();
    this.#open = 0;
    this.#overlong = false;
    if (this.#isOurs) spare.push(this.#search);
  }

  #takeLast(): void {
    if (this.#onOpenBan) this.#reader.tell({ onBan: this.#onOpenBan });
    this.#take(Uint8Array.of(NEWLINE));
  }

  #take(piece: Uint8Array): void {
    const { bytes } = this.#search;
    let fresh = piece;
    if (this.#overlong) {
      const end = piece.indexOf(NEWLINE);
      if (end < 0) return;
      this.seen.lines++;
      this.#overlong = false;
      fresh = piece.subarray(end + 1);
    }
    const start = MARGIN + this.#open;
    const end = start + fresh.length;
    const isThere = fresh.buffer === bytes.buffer && fresh.byteOffset === bytes.byteOffset + start;
    if (!isThere) bytes.set(fresh, start);
    // Looked for where it is now: what was moved within the window may be overwritten where it was.
    const last = bytes.subarray(start, end).lastIndexOf(NEWLINE);
    const whole = last < 0 ? MARGIN : start + last + 1;
    if (whole > MARGIN) this.#lines(MARGIN, whole);
    this.#open = end - whole;
    this.#overlong = this.#open > LONGEST_LINE;
    if (this.#overlong) this.#open = 0;
    else if (whole > MARGIN) bytes.copyWithin(MARGIN, whole, end);
  }

  /** Looks at the whole lines in a part of the window. */
  #lines(from: number, to: number): void {
    const { seen } = this;
    const search = this.#search;
    seen.lines += search.lines(from, to);
    const { found } = search;
    found[FOUND.mentions] = 0;
    for (let at = from;;) {
      const mark = search.candidate(at, to, LONGEST_LINE);
      seen.bans += this.#reader.takeKept();
      if (mark < 0) break;
      at = (found[FOUND.end] ?? 0) + 1;
      const kind = this.#reader.read(mark);
      if (kind === "ban") seen.bans++;
      else if (kind === "none") seen.mentions++;
    }
    seen.mentions += found[FOUND.mentions] ?? 0;
    seen.familiar ||= seen.bans > 0;
    if (!seen.familiar || seen.firstLine === "") this.#recognize(search.bytes.subarray(from, to));
  }

  #recognize(bytes: Uint8Array): void {
    const { seen } = this;
    const decoder = new TextDecoder();
    if (seen.firstLine === "") {
      let start = 0;
      while (start < bytes.length && (bytes[start] ?? 0) <= 0x20) start++;
      if (start < bytes.length) {
        const end = bytes.indexOf(NEWLINE, start);
        const stop = bytes[end - 1] === RETURN ? end - 1 : end;
        seen.firstLine = decoder.decode(bytes.subarray(start, Math.min(stop, start + BEGINNING)));
      }
    }
    for (let from = 0; from < bytes.length && !seen.familiar; from += SAMPLE) {
      // Samples overlap, so that a mark across their border is seen.
      const sample = bytes.subarray(from, from + SAMPLE + 256);
      seen.familiar = looksLikeFail2ban(decoder.decode(sample));
    }
  }
}
