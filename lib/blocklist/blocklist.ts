/**
 * A list as text: what is on it, and how it changes without losing a byte of the rest. The allowlist
 * and the pardons have the form of the blocklist.
 *
 * The bytes of the file are the truth. Of each entry it is remembered where its line begins, all else
 * is looked up there when it is wanted; an edit cuts lines out or appends some, and every comment,
 * blank line, foreign line and odd byte stays as it was.
 *
 * @module
 */

import { readLeadingIpv4 } from "../ip/address.ts";
import { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { commentBehind, endOfEntry, isBlank, isDigit } from "./line_edges.ts";
import { NewlineFinder } from "./newline_finder.ts";
import { formatNote, formatShortNote, type Note, parseNote } from "./note.ts";

/** A line that is neither a network nor a comment. */
export interface Problem {
  /** The number of the line, from 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly message: string;
}

/** A parsed blocklist, or some lines of one. */
export interface Blocklist {
  /** The lines, byte for byte. */
  readonly bytes: Uint8Array;
  /** What is blocked, a network for each entry, in the order of the lines. */
  readonly networks: NetworkList;
  /** Where the line of each entry begins in the bytes. */
  readonly starts: Float64Array;
  /** How far behind that its comment begins, or else the line ends. */
  readonly comments: Uint32Array;
  /** The number of the line of each entry, from 1. */
  readonly lines: Uint32Array;
  /** Lines that were not understood; they stay in the file. */
  readonly problems: readonly Problem[];
  /** The number of the line behind the last one. */
  readonly nextLine: number;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const DELETE = 0x7f;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** A stretch of the file that is copied rather than written for itself, in bytes. */
const SHORT = 4096;
/** What the list says where it says nothing. */
const NOTHING: Note = {};
/** The shortest line that there are many of, in bytes. */
const SHORTEST = 8;
const NONE = -1;

/**
 * Parses a blocklist: networks one a line, comments behind `#` or `;`, with or without CR.
 *
 * @param bytes The file, or some whole lines of it.
 * @param firstLine The number of the first of these lines.
 * @returns Its entries and the lines that are none.
 */
export function parseBlocklist(bytes: Uint8Array, firstLine = 1): Blocklist {
  const newlines = new NewlineFinder(bytes);
  const networks = new NetworkList();
  const problems: Problem[] = [];
  let start = firstLine === 1 && hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  // Lines are about as long as the first one.
  const room = Math.ceil(bytes.length / Math.max(SHORTEST, newlines.find(start) - start));
  networks.reserve(room);
  let starts = new Float64Array(room);
  let comments = new Uint32Array(room);
  let lines = new Uint32Array(room);
  const address = new Uint32Array(1);
  let line = firstLine;
  for (; start < bytes.length; line++) {
    // Nearly every line begins with an IPv4 address, and nothing else stands before its comment.
    const behind = readLeadingIpv4(bytes, start, bytes.length, address);
    const simple = behind < 0 ? NONE : commentBehind(bytes, behind);
    const comment = simple === NONE ? endOfEntry(bytes, start) : simple;
    let from = start;
    let to = comment;
    if (simple === NONE) {
      while (from < to && isBlank(bytes[from])) from++;
      while (to > from && isBlank(bytes[to - 1])) to--;
    }
    if (from < to) {
      const { length } = networks;
      if (length === starts.length) {
        starts = new Float64Array(starts.buffer.transfer(16 * length));
        comments = new Uint32Array(comments.buffer.transfer(8 * length));
        lines = new Uint32Array(lines.buffer.transfer(8 * length));
      }
      starts[length] = start;
      comments[length] = comment - start;
      lines[length] = line;
      if (simple === NONE) {
        const message = networks.read(bytes, from, to);
        if (message !== undefined) problems.push({ line, message });
      } else networks.pushIpv4(address[0] ?? 0);
    }
    start = newlines.find(comment) + 1;
  }
  const { length } = networks;
  return {
    bytes,
    networks,
    starts: starts.subarray(0, length),
    comments: comments.subarray(0, length),
    lines: lines.subarray(0, length),
    problems,
    nextLine: line,
  };
}

/**
 * What the list says about an entry.
 *
 * @param list The list.
 * @param index Which entry.
 * @returns Its fields and free text; for all entries without a comment the same object.
 */
export function noteOf(list: Blocklist, index: number): Note {
  const comment = commentOf(list, index);
  return comment === undefined ? NOTHING : parseNote(comment);
}

/** The text behind the `#` of an entry, from which its note is parsed; `undefined` without one. */
export function commentOf(
  { bytes, starts, comments }: Blocklist,
  index: number,
): string | undefined {
  const comment = (starts[index] ?? 0) + (comments[index] ?? 0);
  if (comment === bytes.length || bytes[comment] === NEWLINE) return undefined;
  const newline = bytes.indexOf(NEWLINE, comment);
  const end = newline < 0 ? bytes.length : newline;
  return decoder.decode(bytes.subarray(comment + 1, end));
}

/** How the comment begins that is written for an entry, with any digits. */
const WRITTEN = new TextEncoder().encode("# permaban since=0000-00-00T00:00:00Z");

/**
 * The comment of an entry, `#` included, if it is one that permaban wrote and so can stand on a line of
 * another list: to take it apart and print it again takes ten times as long.
 *
 * @param list The list.
 * @param index Which entry.
 * @returns Printable ASCII with a `since`, or `undefined` if the comment is something else.
 */
export function writtenCommentOf(
  { bytes, starts, comments }: Blocklist,
  index: number,
): Uint8Array | undefined {
  const start = (starts[index] ?? 0) + (comments[index] ?? 0);
  for (let at = 0; at < WRITTEN.length; at++) {
    const byte = bytes[start + at] ?? NEWLINE;
    if ((isDigit(byte) ? ZERO : byte) !== WRITTEN[at]) return undefined;
  }
  const fields = start + WRITTEN.length;
  const newline = bytes.indexOf(NEWLINE, fields);
  let end = newline < 0 ? bytes.length : newline;
  while (isBlank(bytes[end - 1])) end--;
  if (end > fields && bytes[fields] !== SPACE) return undefined;
  for (let at = fields; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < SPACE || byte >= DELETE) return undefined;
  }
  return bytes.subarray(start, end);
}

/**
 * What the list says about each entry: as {@linkcode noteOf}, but faster for all of them.
 *
 * @param list The list, or better a part of a long one: its text is held as long as this takes.
 */
export function* notesOf(list: Blocklist): Generator<Note> {
  const { bytes, networks, starts, comments } = list;
  const text = decoder.decode(bytes);
  // Then each byte became one character, and what stands in the bytes at a place does in the text.
  const isAligned = text.length === bytes.length;
  for (let index = 0; index < networks.length; index++) {
    if (!isAligned) {
      yield noteOf(list, index);
      continue;
    }
    const comment = (starts[index] ?? 0) + (comments[index] ?? 0);
    const newline = text.indexOf("\n", comment);
    const end = newline < 0 ? text.length : newline;
    yield comment < end ? parseNote(text, comment + 1, end) : NOTHING;
  }
}

/**
 * The list with entries added at its end.
 *
 * @param bytes The file.
 * @param networks What to add; the new lines end as those of the file do.
 * @param noteAt What to say about each, or a comment as {@linkcode writtenCommentOf} gives it; the same
 *   object for many is printed but once.
 * @param format Prints a note.
 * @returns The new file, in pieces.
 */
export function* withEntries(
  bytes: Uint8Array,
  networks: NetworkList,
  noteAt: (index: number) => Note | Uint8Array,
  format = formatNote,
): Generator<Uint8Array> {
  yield bytes;
  const newline = bytes[bytes.indexOf(NEWLINE) - 1] === 0x0d ? "\r\n" : "\n";
  const isOpen = bytes.length > 0 && bytes.at(-1) !== NEWLINE;
  const printer = new NetworkPrinter();
  if (isOpen) printer.text(encoder.encode(newline));
  const [blank, end] = [encoder.encode(" "), encoder.encode(newline)];
  let last: Note | undefined;
  let rest = new Uint8Array(0);
  for (let index = 0; index < networks.length; index++) {
    if (printer.isFull) yield printer.take();
    const note = noteAt(index);
    if (note instanceof Uint8Array) {
      printer.network(networks, index);
      for (const text of [blank, note, end]) printer.text(text);
      continue;
    }
    if (note !== last) {
      const text = format(note);
      rest = encoder.encode(text === "" ? newline : ` # ${text}${newline}`);
    }
    last = note;
    printer.network(networks, index);
    printer.text(rest);
  }
  yield printer.take();
}

/**
 * The list without some of its lines.
 *
 * @param list The list.
 * @param gone The indexes of entries, in its order.
 * @returns The new file, in pieces; every other byte stays as it was.
 */
export function* withoutEntries(
  { bytes, starts }: Blocklist,
  gone: Iterable<number>,
): Generator<Uint8Array> {
  const newlines = new NewlineFinder(bytes);
  const printer = new NetworkPrinter();
  let from = 0;
  for (const index of gone) {
    const start = starts[index] ?? 0;
    // What stands between lines that go is short, as a rule, and not worth a piece of its own.
    if (start - from < SHORT) {
      printer.text(bytes.subarray(from, start));
      if (printer.isFull) yield printer.take();
    } else {
      yield printer.take();
      yield bytes.subarray(from, start);
    }
    from = newlines.find(start) + 1;
  }
  yield printer.take();
  yield bytes.subarray(Math.min(from, bytes.length));
}

/**
 * The list without some of its lines, and with entries added at its end in the short form.
 *
 * @param list The list.
 * @param gone The indexes of entries, in its order.
 * @param networks What to add.
 * @param noteAt What to say about each.
 * @returns The new file, in pieces.
 */
export function* withEntriesInstead(
  list: Blocklist,
  gone: Iterable<number>,
  networks: NetworkList,
  noteAt: (index: number) => Note,
): Generator<Uint8Array> {
  const rest = [...withoutEntries(list, gone)];
  const bytes = new Uint8Array(rest.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of rest) {
    bytes.set(piece, at);
    at += piece.length;
  }
  yield* withEntries(bytes, networks, noteAt, formatShortNote);
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
