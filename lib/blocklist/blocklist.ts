/**
 * The blocklist as text: what is on it, and how it changes without losing a byte of the rest.
 *
 * The bytes of the file are the truth. Entries remember where their lines stand; an edit cuts lines
 * out or appends some, and every comment, blank line, foreign line and odd byte stays as it was.
 *
 * @module
 */

import { readIpv4 } from "../ip/address.ts";
import { formatNetwork, FULL_PREFIX, type Network, readNetwork } from "../ip/network.ts";
import { joinBytes } from "../log/join_bytes.ts";
import { formatNote, type Note, parseNote } from "./note.ts";

/** A line of the list that names a network. */
export interface Entry {
  /** What is blocked. */
  readonly network: Network;
  /** The number of its line, from 1. */
  readonly line: number;
  /** Where the line begins in the file, in bytes. */
  readonly start: number;
  /** Where the line ends, its line end included. */
  readonly end: number;
  /** Where the text behind `#` or `;` begins; the end of the line's text where there is none. */
  readonly comment: number;
}

/** A line that is neither a network nor a comment. */
export interface Problem {
  /** The number of the line, from 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly message: string;
}

/** A parsed blocklist. */
export interface Blocklist {
  /** The file, byte for byte. */
  readonly bytes: Uint8Array;
  /** Its entries, in the order of the file. */
  readonly entries: readonly Entry[];
  /** Lines that were not understood; they stay in the file. */
  readonly problems: readonly Problem[];
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const SEMICOLON = 0x3b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a blocklist: networks one a line, comments behind `#` or `;`, with or without CR.
 *
 * @param bytes The file.
 * @param onEntry Called with each entry, in the order of the file.
 * @param onProblem Called with each line that is neither an entry nor a comment.
 */
export function readEntries(
  bytes: Uint8Array,
  onEntry: (entry: Entry) => void,
  onProblem: (problem: Problem) => void,
): void {
  let start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    let comment = start;
    while (comment < end && bytes[comment] !== HASH && bytes[comment] !== SEMICOLON) comment++;
    let [from, to] = [start, comment];
    while (from < to && isBlank(bytes[from])) from++;
    while (to > from && isBlank(bytes[to - 1])) to--;
    if (from < to) {
      const network = networkIn(bytes, from, to);
      if (typeof network === "string") onProblem({ line, message: network });
      else onEntry({ network, line, start, end, comment: Math.min(comment + 1, end) });
    }
    start = end;
  }
}

/**
 * Parses a blocklist.
 *
 * @param bytes The file.
 * @returns Its entries and the lines that are none, as {@linkcode readEntries} finds them.
 */
export function parseBlocklist(bytes: Uint8Array): Blocklist {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  readEntries(bytes, (entry) => entries.push(entry), (problem) => problems.push(problem));
  return { bytes, entries, problems };
}

/**
 * What the list says about an entry.
 *
 * @param list The list the entry is from.
 * @param entry The entry.
 * @returns Its fields and free text.
 */
export function noteOf(list: Blocklist, entry: Entry): Note {
  return parseNote(decodeUtf8(list.bytes.subarray(entry.comment, entry.end)));
}

/** Prints an entry as a line of the list, without a line end. */
export function formatEntry(network: Network, note: Note): string {
  return `${formatNetwork(network)} # ${formatNote(note)}`;
}

/**
 * The list with lines added at its end.
 *
 * @param bytes The file.
 * @param lines Lines without line ends; they get those the file has.
 * @returns The new file.
 */
export function withLines(bytes: Uint8Array, lines: readonly string[]): Uint8Array {
  const firstEnd = bytes.indexOf(0x0a);
  const newline = bytes[firstEnd - 1] === 0x0d ? "\r\n" : "\n";
  const isOpen = bytes.length > 0 && bytes.at(-1) !== 0x0a;
  const added = lines.map((line) => line + newline).join("");
  return joinBytes([bytes, new TextEncoder().encode((isOpen ? newline : "") + added)]);
}

/**
 * The list without some of its lines.
 *
 * @param list The list.
 * @param entries Entries of it, in its order.
 * @returns The new file; every other byte stays as it was.
 */
export function withoutEntries(list: Blocklist, entries: readonly Entry[]): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of entries) {
    kept.push(list.bytes.subarray(from, start));
    from = end;
  }
  kept.push(list.bytes.subarray(from));
  return joinBytes(kept);
}

/** Nearly every entry is a single IPv4 address, which needs no string. */
function networkIn(bytes: Uint8Array, from: number, to: number): Network | string {
  const address = readIpv4(bytes, from, to);
  if (address !== undefined) return { family: 4, address, prefix: FULL_PREFIX[4] };
  return readNetwork(decodeUtf8(bytes.subarray(from, to)));
}

/** Space, tab, and what ends a line or a page. */
function isBlank(byte = 0): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
