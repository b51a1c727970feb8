/**
 * Searches text for line ends and bans, sixteen bytes at a time.
 *
 * JavaScript looks at one byte after the other. The vector instructions of WebAssembly are five times
 * faster, so the two loops that see every byte of a log are written in it (`byte_search.wat`). Where
 * a processor lacks the instructions, as some virtual ones do, the same is done here.
 *
 * @module
 */

import { BYTE_SEARCH_WASM } from "./byte_search_wasm.ts";

/** A window of text and what searches it. */
export interface ByteSearch {
  /** The window, {@linkcode WINDOW} bytes. */
  readonly bytes: Uint8Array;
  /** Counts the line ends from one place of the window to another. */
  lines(from: number, to: number): number;
  /** Finds the `B` of the first ` Ban ` between two places of the window, or -1. */
  ban(from: number, to: number): number;
  /** Finds where the line around a place begins, not before another place. */
  lineStart(place: number, from: number): number;
  /** Finds the first line end from a place on; there must be one. */
  lineEnd(from: number): number;
}

/** The size of a window in bytes, as `byte_search.wat` has it. */
export const WINDOW = 6 * 64 * 1024;
/**
 * What is searched must keep away from both ends of the window by this many bytes: the search looks
 * at whole vectors and at their neighbours.
 */
export const MARGIN = 32;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const [B, A, N] = [0x42, 0x61, 0x6e];

let compiled: WebAssembly.Module | undefined;

/** Makes a window with the fastest search there is. */
export function byteSearch(): ByteSearch {
  try {
    compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(BYTE_SEARCH_WASM), (char) => char.charCodeAt(0)),
    );
    const { memory, ...search } = new WebAssembly.Instance(compiled).exports as unknown as
      & { memory: WebAssembly.Memory }
      & Omit<ByteSearch, "bytes">;
    return { bytes: new Uint8Array(memory.buffer), ...search };
  } catch {
    // No vector instructions, or no address space for the guard pages around such a memory.
    return plainByteSearch();
  }
}

/** Makes a window that is searched byte by byte. */
export function plainByteSearch(): ByteSearch {
  const bytes = new Uint8Array(WINDOW);
  return {
    bytes,
    lines(from, to) {
      let count = 0;
      for (let at = from; at < to; at++) {
        if (bytes[at] === NEWLINE) count++;
      }
      return count;
    },
    ban(from, to) {
      for (let at = bytes.indexOf(B, from); at >= 0 && at < to; at = bytes.indexOf(B, at + 1)) {
        if (
          bytes[at + 1] === A && bytes[at + 2] === N && bytes[at + 3] === SPACE &&
          bytes[at - 1] === SPACE
        ) return at;
      }
      return -1;
    },
    lineStart(place, from) {
      let at = place;
      while (at > from && bytes[at - 1] !== NEWLINE) at--;
      return at;
    },
    lineEnd(from) {
      let at = from;
      while (bytes[at] !== NEWLINE) at++;
      return at;
    },
  };
}
