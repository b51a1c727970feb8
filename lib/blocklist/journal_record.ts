/**
 * A record of the journal: one line that says who changed which list when, and how.
 *
 * Its fields have tabs between: the instant; the number of the run; `done`, `void` where it never
 * happened, or, until that is known, `?` and the inode of the new file; who; the command; which list;
 * its path; how many lines went and came, `-1 +2`; and then each of these lines behind its sign and
 * its place in the old or the new file, or, of many, the file that holds them: `=undo-17-blocklist`
 * and how many bytes of it are lines. Backslashes, controls and what is no UTF-8 are escaped, `\c`
 * stands for a line end that is not there.
 *
 * @module
 */

import { formatSince, parseSince } from "./note.ts";
import type { Part } from "./line_difference.ts";

/** Which of the lists, all of one form, a file is. */
export type ListKind = "blocklist" | "allowlist" | "pardons";

/** Whether a change happened: the number is the inode that the list has if it did. */
export type RecordState = "done" | "void" | number;

/** Lines of a change that are too many for the journal, in a file beside it. */
export interface Apart {
  /** The name of the file. */
  readonly name: string;
  /** How many of its bytes are lines; behind them it says which went and came. */
  readonly length: number;
}

/** What a record says. */
export interface JournalRecord {
  /** When, in seconds since 1970. */
  readonly at: number;
  /** The number of the run. */
  readonly run: number;
  /** Whether it happened. */
  readonly state: RecordState;
  /** Who it was, as far as the environment says. */
  readonly who: string;
  /** The command. */
  readonly command: string;
  /** Which list was changed. */
  readonly kind: ListKind;
  /** The file. */
  readonly path: string;
  /** How many lines went. */
  readonly removed: number;
  /** How many came. */
  readonly added: number;
  /** Which, or where they are. */
  readonly lines: readonly Part[] | Apart;
}

/** What never changes in a record's line. */
const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d{1,15})\t(done|void|\?\d{1,20}) *\t([^\t]*)\t([^\t]*)\t(blocklist|allowlist|pardons)\t(\/[^\t]*)\t-(\d{1,15}) \+(\d{1,15})((?:\t[-+]\d{1,15} [^\t]*)*|\t=undo-\d{1,15}-[a-z]+(?:-\d+)? \d{1,15})$/;
/** Room for `done` and `void`. */
const STATE_WIDTH = 4;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;

/** Prints a record as a line with its end. */
export function formatRecord(record: JournalRecord): string {
  const { at, run, state, who, command, kind, path, removed, added, lines } = record;
  const fields = [
    formatSince(at),
    `${run}`,
    (typeof state === "number" ? `?${state}` : state).padEnd(STATE_WIDTH),
    escapeText(encoder.encode(who)),
    escapeText(encoder.encode(command)),
    kind,
    escapeText(encoder.encode(path)),
    `-${removed} +${added}`,
    ..."name" in lines
      ? [`=${lines.name} ${lines.length}`]
      : linesOf(lines).map(({ sign, at, bytes }) => `${sign}${at} ${escapeLine(bytes)}`),
  ];
  return `${fields.join("\t")}\n`;
}

/**
 * Parses a record.
 *
 * @param line The line, without its end.
 * @returns What it says, or `undefined` if it is none.
 */
export function parseRecord(line: string): JournalRecord | undefined {
  const [
    ,
    at = "",
    run = "",
    state = "",
    who = "",
    command = "",
    kind = "",
    path = "",
    removed,
    added,
    rest = "",
  ] = LINE.exec(line) ?? [];
  const instant = parseSince(at);
  if (instant === undefined) return undefined;
  const fields = rest.split("\t").slice(1);
  const [, name, length] = /^=(.*) (\d+)$/.exec(fields[0] ?? "") ?? [];
  return {
    at: instant,
    run: Number(run),
    state: state.startsWith("?") ? Number(state.slice(1)) : state as RecordState,
    who: unescapeText(who),
    command: unescapeText(command),
    kind: kind as ListKind,
    path: unescapeText(path),
    removed: Number(removed),
    added: Number(added),
    lines: name === undefined ? fields.map(parsePart) : { name, length: Number(length) },
  };
}

/** Prints a state over the one that a line has, at its place, as long as that. */
export function formatState(state: "done" | "void", line: string): { at: number; text: string } {
  const [at = "", run = "", old = ""] = line.split("\t", 3);
  return { at: at.length + run.length + 2, text: state.padEnd(old.length) };
}

/** Parts as single lines. */
export function linesOf(parts: readonly Part[]): Part[] {
  return parts.flatMap(({ sign, at, bytes }) => {
    const lines: Part[] = [];
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start) + 1 || bytes.length;
      lines.push({ sign, at: at + start, bytes: bytes.subarray(start, end) });
      start = end;
    }
    return lines;
  });
}

/** A `\\c` at the end whose backslash is not itself escaped. */
const OPEN_END = /(?<!\\)(?:\\\\)*\\c$/;

function parsePart(field: string): Part {
  const space = field.indexOf(" ");
  const text = field.slice(space + 1);
  const isOpen = OPEN_END.test(text);
  return {
    sign: field.startsWith("-") ? "-" : "+",
    at: Number(field.slice(1, space)),
    bytes: unescapeBytes(isOpen ? text.slice(0, -"\\c".length) : `${text}\n`),
  };
}

function escapeLine(bytes: Uint8Array): string {
  return bytes.at(-1) === NEWLINE ? escapeText(bytes.subarray(0, -1)) : `${escapeText(bytes)}\\c`;
}

/** Text as it can stand in a field: bytes that are no visible UTF-8 become `\xff`. */
function escapeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes).replaceAll("\\", "\\\\").replaceAll(CONTROLS, escaped);
  } catch {
    return Array.from(bytes, (byte) => {
      if (byte === BACKSLASH) return "\\\\";
      return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : hex(byte);
    }).join("");
  }
}

/** What could move the cursor of a terminal, or looks like nothing. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x1f\x7f-\x9f\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function escaped(character: string): string {
  return Array.from(encoder.encode(character), hex).join("");
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function unescapeText(text: string): string {
  return new TextDecoder().decode(unescapeBytes(text));
}

function unescapeBytes(text: string): Uint8Array {
  if (!text.includes("\\")) return encoder.encode(text);
  const bytes: number[] = [];
  for (const [piece, code] of text.matchAll(/\\x([0-9a-f]{2})|\\\\|[^\\]+|\\/g)) {
    if (code !== undefined) bytes.push(parseInt(code, 16));
    else for (const byte of encoder.encode(piece === "\\\\" ? "\\" : piece)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
