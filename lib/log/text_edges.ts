/**
 * The beginning of a text and its end, by which it is known again.
 *
 * @module
 */

/** As much is kept of either. Bytes. */
export const EDGE = 1024;

const NEWLINE = 0x0a;
const NOTHING: Uint8Array = new Uint8Array(0);

/** Takes a text in chunks of any size and keeps its edges. */
export class TextEdges {
  /** Its first bytes, {@linkcode EDGE} at most. */
  head: Uint8Array = NOTHING;
  /** The last bytes before {@linkcode TextEdges.end}, {@linkcode EDGE} at most. */
  tail: Uint8Array = NOTHING;
  /** Where the last line ends that has an end; in bytes, that end included. */
  end = 0;
  /** How many bytes there were. */
  length = 0;
  /** The last bytes behind the end. */
  #open: Uint8Array = NOTHING;

  /** Takes the next chunk; its buffer may be used again afterwards. */
  push(chunk: Uint8Array): void {
    if (this.head.length < EDGE) {
      this.head = join(this.head, chunk.subarray(0, EDGE)).slice(0, EDGE);
    }
    const lineEnd = chunk.lastIndexOf(NEWLINE) + 1;
    if (lineEnd > 0) {
      const before = lineEnd < EDGE ? join(this.tail, this.#open) : NOTHING;
      this.tail = lastOf(join(before, chunk.subarray(Math.max(0, lineEnd - EDGE), lineEnd)));
      this.end = this.length + lineEnd;
      this.#open = NOTHING;
    }
    this.#open = lastOf(join(this.#open, lastOf(chunk.subarray(lineEnd))));
    this.length += chunk.length;
  }
}

/** The last bytes of a text, {@linkcode EDGE} at most. */
export function lastOf(text: Uint8Array): Uint8Array {
  return text.subarray(Math.max(0, text.length - EDGE));
}

/** One text behind another, in memory of its own. */
export function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
