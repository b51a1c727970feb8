/**
 * Searches text for line ends and ban lines, sixteen bytes at a time.
 *
 * JavaScript looks at one byte after the other. The vector instructions of WebAssembly are five times
 * faster, and need no time to get warm, so the loops that see every byte of a log are written in it
 * (`byte_search.wat`). Where a processor lacks the instructions, as some virtual ones do, the same is
 * done here, but for reading lines by a layout.
 *
 * @module
 */

import type { LineLayout } from "./line_layout.ts";
import { type FlatBans, ROW, ROW_TIME } from "./flat_bans.ts";
import { BYTE_SEARCH_WASM } from "./byte_search_wasm.ts";

/** A window of text and what searches it. */
export interface ByteSearch {
  /** The window, {@linkcode WINDOW} bytes. */
  readonly bytes: Uint8Array;
  /** What was found last, at the places of {@linkcode FOUND}. */
  readonly found: Uint32Array;
  /** The bans that were read whole, as `flat_bans.ts` has them. */
  readonly kept: Omit<FlatBans, "count" | "jails">;
  /** Counts the line ends from one place of the window to another. */
  lines(from: number, to: number): number;
  /**
   * Finds the first line with a ` Ban ` behind `]` or `] Restore`, as every line has that is a ban,
   * but those that are read whole and kept on the way: of a known layout, jail and stretch of time,
   * of an address.
   *
   * @param from Where a line begins.
   * @param to Where a line has ended.
   * @param longest The length of the longest line that counts.
   * @returns The place of the `B`, or -1; the rest is in `found`.
   */
  candidate(from: number, to: number, longest: number): number;
  /** Takes a layout by which candidates can be read, in one of {@linkcode LAYOUTS} slots. */
  setLayout(slot: number, layout: LineLayout): void;
  /** Takes the name of a jail, which gets the next number from 0; whether there was room for it. */
  addJail(name: Uint8Array): boolean;
  /**
   * Takes the stretch of time of which the instants are known, {@linkcode STRETCH} long.
   *
   * @param date Its date, as in 20261122.
   * @param second The second of that day with which it begins.
   * @param midnight The instant of the beginning of that day, as the clock of the stretch has it.
   */
  setStretch(date: number, second: number, midnight: number): void;
  /** Forgets layouts, jails and the stretch of time. */
  forget(): void;
}

/** The places in what was found. */
export const FOUND = {
  /** Where the line begins. */
  start: 0,
  /** Where it ends, its line end not included. */
  end: 1,
  /** How many lines were seen in all that have a ` Ban ` only where none can stand. */
  mentions: 2,
  /** The number of the layout by which the line was read, plus one; 0 if it was not. */
  layout: 3,
  /** The number of its jail, or {@linkcode NO_JAIL}. */
  jail: 4,
  /** 1 if the ban was restored. */
  restored: 5,
  /** 4 or 6 if the ID is an address, 0 if it is something else, or written in another way. */
  family: 6,
  /** That address, if it is of IPv4. */
  address: 7,
  /** The date, as in 20261122, where the layout has a time without a zone. */
  date: 8,
  /** And the second of the day. */
  second: 9,
  /** How many bans are kept; whoever takes them sets it to 0. */
  kept: 10,
  /** And how many of them were restored. */
  keptRestored: 13,
} as const;

/** The length of a stretch of time of which the instants are known, in seconds. */
export const STRETCH = 900;

/** The number of a jail whose name is not known, and perhaps no name. */
export const NO_JAIL = 0xffffffff;

/** Layouts held at a time: hosts or servers that log to one file take turns. */
export const LAYOUTS = 4;

/** The size of a window in bytes, as `byte_search.wat` has it. */
export const WINDOW: number = 6 * 64 * 1024;
/**
 * What is searched must keep away from both ends of the window by this many bytes: the search looks
 * at whole vectors and at their neighbours, and says at the beginning what it found.
 */
export const MARGIN = 64;

// Where things stand behind the window, as `byte_search.wat` has it.
const LAYOUT = { at: 0x60000, size: 1056, time: 4, least: 16, more: 528, longest: 496 } as const;
const JAIL = { at: 0x62000, size: 64, most: 256 } as const;
const KEPT = { at: 0x66000, most: 3328 } as const;
const FOUND_WORDS = 14;
/** A date that no line has, and that stands for no time either. */
const NO_DATE = 0xfffffffe;
const STRETCH_AT = { date: 44, second: 48, midnight: 56 } as const;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const BRACKET = 0x5d;
const [B, A, N] = [0x42, 0x61, 0x6e];
const RESTORE = new TextEncoder().encode("] Restore ");

let compiled: WebAssembly.Module | undefined;

/** Makes a window with the fastest search there is. */
export function byteSearch(): ByteSearch {
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.fromHex(BYTE_SEARCH_WASM));
    const { memory, ...search } = new WebAssembly.Instance(compiled).exports as unknown as
      & { memory: WebAssembly.Memory }
      & Pick<ByteSearch, "lines" | "candidate">;
    const { buffer } = memory;
    return {
      bytes: new Uint8Array(buffer, 0, WINDOW),
      found: new Uint32Array(buffer, 0, FOUND_WORDS),
      kept: {
        words: new Uint32Array(buffer, KEPT.at, KEPT.most * ROW.words),
        times: new Float64Array(buffer, KEPT.at, KEPT.most * ROW_TIME.doubles),
      },
      ...search,
      ...memoryOf(new Uint8Array(buffer), new DataView(buffer)),
    };
  } catch {
    // No vector instructions, or no address space for the guard pages around such a memory.
    return plainByteSearch();
  }
}

/** What is told to the compiled search. */
function memoryOf(bytes: Uint8Array, view: DataView) {
  let jails = 0;
  return {
    setLayout(slot: number, { least, more, time, isLocal }: LineLayout) {
      const at = LAYOUT.at + slot * LAYOUT.size;
      bytes.set(least.subarray(0, LAYOUT.longest), at + LAYOUT.least);
      bytes.set(more.subarray(0, LAYOUT.longest), at + LAYOUT.more);
      view.setInt32(at + LAYOUT.time, time && isLocal ? time[0] : -1, true);
      view.setUint32(at, least.length > LAYOUT.longest ? 0 : least.length, true);
    },
    addJail(name: Uint8Array) {
      if (jails === JAIL.most || name.length >= JAIL.size) return false;
      const at = JAIL.at + jails++ * JAIL.size;
      bytes[at] = name.length;
      bytes.set(name, at + 1);
      return true;
    },
    setStretch(date: number, second: number, midnight: number) {
      view.setUint32(STRETCH_AT.date, date, true);
      view.setUint32(STRETCH_AT.second, second, true);
      view.setFloat64(STRETCH_AT.midnight, midnight, true);
    },
    forget() {
      view.setUint32(STRETCH_AT.date, NO_DATE, true);
      for (let slot = 0; slot < LAYOUTS; slot++) {
        view.setUint32(LAYOUT.at + slot * LAYOUT.size, 0, true);
      }
      bytes.fill(0, JAIL.at, JAIL.at + jails * JAIL.size);
      jails = 0;
    },
  };
}

/** Makes a window that is searched byte by byte. */
export function plainByteSearch(): ByteSearch {
  const bytes = new Uint8Array(WINDOW);
  const found = new Uint32Array(FOUND_WORDS);
  return {
    bytes,
    found,
    kept: { words: new Uint32Array(0), times: new Float64Array(0) },
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
        found[FOUND.mentions]!++;
      }
      return -1;
    },
    setLayout() {},
    addJail: () => false,
    setStretch() {},
    forget() {},
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
