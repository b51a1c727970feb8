/**
 * Which lines of a list changed, found while the new list is being written.
 *
 * @module
 */

import { NewlineFinder } from "./newline_finder.ts";

/** Whole lines that went (`-`) or came (`+`). */
export interface Part {
  /** Which of the two. */
  readonly sign: "-" | "+";
  /** Where they begin: in the old bytes what went, in the new ones what came. */
  readonly at: number;
  /** The lines with their ends; only the last line of a file may lack it. */
  readonly bytes: Uint8Array;
}

/** How much of the old list is searched for lines that stand elsewhere, for each of its bytes. */
const SEARCHES = 4;
const NEWLINE = 0x0a;

/**
 * Compares a list with the one that it becomes, line by line.
 *
 * Lines keep their order in every edit but for those that come; of a new list that is put together
 * otherwise more lines may count as gone and come than need be. What is a view of the old bytes is not
 * looked at.
 *
 * @param old The old list.
 * @param fresh The pieces of the new one.
 * @param onPart Told of the lines that went and came; its bytes are good until it returns.
 * @returns The pieces as they are.
 */
export function* watchDifference(
  old: Uint8Array,
  fresh: Iterable<Uint8Array>,
  onPart: (part: Part) => void,
): Generator<Uint8Array> {
  const difference = new Difference(old, onPart);
  for (const piece of fresh) {
    difference.take(piece);
    yield piece;
  }
  difference.finish();
}

class Difference {
  readonly #old: Uint8Array;
  readonly #newlines: NewlineFinder;
  readonly #onPart: (part: Part) => void;
  /** Up to where the old lines are accounted for. */
  #from = 0;
  /** Up to where the new ones are. */
  #to = 0;
  /** The beginning of a new line whose end is in the next piece. */
  #begun = new Uint8Array(0);
  #left: number;

  constructor(old: Uint8Array, onPart: (part: Part) => void) {
    this.#old = old;
    this.#newlines = new NewlineFinder(old);
    this.#onPart = onPart;
    this.#left = SEARCHES * old.length;
  }

  take(piece: Uint8Array): void {
    let rest = piece;
    if (this.#begun.length > 0) {
      const end = piece.indexOf(NEWLINE) + 1;
      const first = piece.subarray(0, end === 0 ? piece.length : end);
      const line = new Uint8Array(this.#begun.length + first.length);
      line.set(this.#begun);
      line.set(first, this.#begun.length);
      this.#begun = new Uint8Array(0);
      if (end === 0) {
        this.#begun = line;
        return;
      }
      this.#line(line);
      rest = piece.subarray(end);
    }
    const length = rest.lastIndexOf(NEWLINE) + 1;
    if (length > 0) this.#lines(rest.subarray(0, length));
    this.#begun = rest.slice(length);
  }

  finish(): void {
    if (this.#begun.length > 0) this.#line(this.#begun);
    if (this.#from < this.#old.length) this.#gone(this.#old.length);
  }

  #lines(lines: Uint8Array): void {
    if (this.#isKept(lines)) return;
    const newlines = new NewlineFinder(lines);
    for (let at = 0; at < lines.length;) {
      // Behind the old lines there are new ones only.
      if (this.#from === this.#old.length) return this.#come(lines.subarray(at));
      const end = newlines.find(at) + 1;
      this.#line(lines.subarray(at, end));
      at = end;
    }
  }

  /** Takes lines that are a view of old ones, if they are. */
  #isKept(lines: Uint8Array): boolean {
    if (lines.buffer !== this.#old.buffer) return false;
    const at = lines.byteOffset - this.#old.byteOffset;
    if (at < this.#from || at + lines.length > this.#old.length) return false;
    if (at > 0 && this.#old[at - 1] !== NEWLINE) return false;
    if (at > this.#from) this.#gone(at);
    this.#from = at + lines.length;
    this.#to += lines.length;
    return true;
  }

  #line(line: Uint8Array): void {
    const at = this.#find(line);
    if (at < 0) return this.#come(line);
    if (at > this.#from) this.#gone(at);
    this.#from = at + line.length;
    this.#to += line.length;
  }

  /** Where a new line stands among the old ones that are left, or -1. */
  #find(line: Uint8Array): number {
    if (this.#isAt(this.#from, line)) return this.#from;
    for (let at = this.#from; at < this.#old.length && this.#left > 0;) {
      const next = this.#newlines.find(at) + 1;
      this.#left -= next - at;
      at = next;
      if (this.#isAt(at, line)) return at;
    }
    return -1;
  }

  #isAt(start: number, line: Uint8Array): boolean {
    const end = start + line.length;
    if (end > this.#old.length || line.length === 0) return false;
    if (line.at(-1) !== NEWLINE && end !== this.#old.length) return false;
    for (let at = line.length - 1; at >= 0; at--) {
      if (this.#old[start + at] !== line[at]) return false;
    }
    return true;
  }

  #gone(end: number): void {
    this.#onPart({ sign: "-", at: this.#from, bytes: this.#old.subarray(this.#from, end) });
    this.#from = end;
  }

  #come(lines: Uint8Array): void {
    this.#onPart({ sign: "+", at: this.#to, bytes: lines });
    this.#to += lines.length;
  }
}
