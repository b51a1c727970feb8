/**
 * The blocklist as text: what is on it, and how it changes without losing a byte of the rest.
 *
 * The bytes of the file are the truth. Entries remember where their lines stand; an edit cuts lines
 * out or appends some, and every comment, blank line, foreign line and odd byte stays as it was.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { formatNetwork, type Network, readNetwork } from "../ip/network.ts";
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

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Parses a blocklist: networks one a line, comments behind `#` or `;`, with or without CR.
 *
 * @param bytes The file.
 * @returns Its entries and the lines that are none.
 */
export function parseBlocklist(bytes: Uint8Array): Blocklist {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  // One character a byte, so that places in the text are places in the file.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  let start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline + 1;
    const [word, comment] = splitLine(text.slice(start, end));
    if (word !== "") {
      const network = readNetwork(word);
      if (typeof network === "string") {
        const shown = decodeUtf8(Buffer.from(network, "latin1"));
        problems.push({ line, message: shown });
      } else {
        entries.push({ network, line, start, end, comment: start + comment });
      }
    }
    start = end;
  }
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

/** The word before a comment, and where the comment's text begins. */
function splitLine(line: string): [word: string, comment: number] {
  const hash = line.search(/[#;]/);
  if (hash < 0) return [line.trim(), line.length];
  return [line.slice(0, hash).trim(), hash + 1];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
