/**
 * Searches text for line ends and ban lines, sixteen bytes at a time.
 *
 * JavaScript looks at one byte after the other. The vector instructions of WebAssembly are five times
 * faster, so the loops that see every byte of a log are written in it (`byte_search.wat`). Where a
 * processor lacks the instructions, as some virtual ones do, the same is done here.
 *
 * @module
 */

import { BYTE_SEARCH_WASM } from "./byte_search_wasm.ts";

/** A window of text and what searches it. */
export interface ByteSearch {
  /** The window, {@linkcode WINDOW} bytes. */
  readonly bytes: Uint8Array;
  /**
   * What was found last: where its line begins and ends, the line end not included; and how many lines
   * were seen in all that have a ` Ban ` only where none can stand.
   */
  readonly found: Uint32Array;
  /** Counts the line ends from one place of the window to another. */
  lines(from: number, to: number): number;
  /**
   * Finds the first line with a ` Ban ` behind `]` or `] Restore`, as every line has that is a ban.
   *
   * @param from Where a line begins.
   * @param to Where a line has ended.
   * @param longest The length of the longest line that counts.
   * @returns The place of the `B`, or -1; the rest is in `found`.
   */
  candidate(from: number, to: number, longest: number): number;
}

/** The size of a window in bytes, as `byte_search.wat` has it. */
export const WINDOW: number = 6 * 64 * 1024;
/**
 * What is searched must keep away from both ends of the window by this many bytes: the search looks
 * at whole vectors and at their neighbours, and says at the beginning what it found.
 */
export const MARGIN = 32;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const BRACKET = 0x5d;
const [B, A, N] = [0x42, 0x61, 0x6e];
const RESTORE = new TextEncoder().encode("] Restore ");

let compiled: WebAssembly.Module | undefined;

/** Makes a window with the fastest search there is. */
export function byteSearch(): ByteSearch {
  try {
    compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(BYTE_SEARCH_WASM), (char) => char.charCodeAt(0)),
    );
    const { memory, ...search } = new WebAssembly.Instance(compiled).exports as unknown as
      & { memory: WebAssembly.Memory }
      & Pick<ByteSearch, "lines" | "candidate">;
    const { buffer } = memory;
    return { bytes: new Uint8Array(buffer), found: new Uint32Array(buffer, 0, 3), ...search };
  } catch {
    // No vector instructions, or no address space for the guard pages around such a memory.
    return plainByteSearch();
  }
}

/** Makes a window that is searched byte by byte. */
export function plainByteSearch(): ByteSearch {
  const bytes = new Uint8Array(WINDOW);
  const found = new Uint32Array(3);
  return {
    bytes,
    found,
    lines(from, to) {
      let count = 0;
      for (let at = from; at < to; at++) {
        if (bytes[at] === NEWLINE) count++;
      }
      return count;
    },
    candidate(from, to, longest) {
      for (let start = from, end = from; start < to; start = end + 1) {
        const first = indexOfBan(bytes, start, to);
        if (first < 0) break;
        start = Math.max(start, bytes.lastIndexOf(NEWLINE, first) + 1);
        end = bytes.indexOf(NEWLINE, first);
        if (end - start > longest) continue;
        for (let mark = first; mark >= 0; mark = indexOfBan(bytes, mark + 1, end)) {
          if (!followsJail(bytes, mark, start)) continue;
          found.set([start, end]);
          return mark;
        }
        found[2]!++;
      }
      return -1;
    },
  };
}

/** Where the next ` Ban ` begins with its `B`, or -1. */
function indexOfBan(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(B, from); at >= 0 && at < to; at = bytes.indexOf(B, at + 1)) {
    if (
      bytes[at + 1] === A && bytes[at + 2] === N && bytes[at + 3] === SPACE &&
      bytes[at - 1] === SPACE
    ) return at;
  }
  return -1;
}

function followsJail(bytes: Uint8Array, mark: number, start: number): boolean {
  if (bytes[mark - 2] === BRACKET) return mark - 2 >= start;
  const from = mark - RESTORE.length;
  return from >= start && RESTORE.every((byte, index) => bytes[from + index] === byte);
}
