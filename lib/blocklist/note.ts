/**
 * What an entry of a list says about its network, behind the `#`.
 *
 * The form is `# permaban since=2026-11-22T14:00:00Z until=2027-11-22T14:00:00Z bans=12
 * first=2026-01-03 last=2026-11-21 jails=sshd:9,postfix:3 members=2:192.0.2.1,192.0.2.7 origin=name
 * # free text`, every field optional. Any other comment is free
 * text. In the short form, that of the allowlist and of pardons, the mark is left out:
 * `# until=2026-12-22 # free text`, or the free text alone.
 *
 * @module
 */

import { formatJail, formatJails, parseJail, parseJails } from "./jail_words.ts";
import { isDigit } from "./line_edges.ts";

/** What is known about an entry. */
export interface Note {
  /** When it was added, `2026-11-22T14:00:00Z`. */
  readonly since?: string | undefined;
  /** When it ends, `2026-12-22T14:00:00Z`, or a day. */
  readonly until?: string | undefined;
  /** How many bans led to it. */
  readonly bans?: number | undefined;
  /** The day of the first of them, `2026-01-03`. */
  readonly first?: string | undefined;
  /** The day of the last of them. */
  readonly last?: string | undefined;
  /** Bans by jail; 0 where a jail was named without a number. */
  readonly jails?: ReadonlyMap<string, number> | undefined;
  /** The offenders for which a network was listed. */
  readonly members?: Members | undefined;
  /** The list that it was imported from. */
  readonly origin?: string | undefined;
  /** Free text. */
  readonly comment?: string | undefined;
}

/** The offenders in a network. */
export interface Members {
  /** How many. */
  readonly count: number;
  /** The first of them, as text that nobody has looked at. */
  readonly named: readonly string[];
}

/** The fields of a note in the order in which they are printed, without the free text. */
export const NOTE_FIELDS = [
  "since",
  "until",
  "bans",
  "first",
  "last",
  "jails",
  "members",
  "origin",
] as const;

const MARK = "permaban";
/** What a field may hold. */
const WORD = /^[!-~]+$/;
const DAY = 86_400;
const HASH = 0x23;
const EQUALS = 0x3d;

/**
 * Parses the text behind the `#` of an entry.
 *
 * Fields of later versions are passed over.
 *
 * @param text The comment without its `#`, or a longer text that it stands in.
 * @param from Where in the text it begins.
 * @param to Where it ends.
 * @returns What it says.
 */
export function parseNote(text: string, from = 0, to = text.length): Note {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  if (start === end) return {};
  const first = start + MARK.length;
  const isOurs = text.startsWith(MARK, start) && first <= end &&
    (first === end || isSpace(text.charCodeAt(first)));
  if (isOurs) return parseFields(text, first, end);
  const isShort = (text.startsWith("since=", start) || text.startsWith("until=", start)) &&
    isDigit(text.charCodeAt(start + "since=".length));
  if (isShort) return parseFields(text, start, end);
  return { comment: text.slice(start, end) };
}

/** By hand rather than by split() and expressions, because a long list has a million of these. */
function parseFields(text: string, from: number, to: number): Note {
  const note: Draft = {};
  for (let at = from; at < to;) {
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === HASH) {
      const comment = text.slice(at + 1, to).trim();
      if (comment !== "") note.comment = comment;
      break;
    }
    let equals = -1;
    let end = at;
    for (; end < to; end++) {
      const code = text.charCodeAt(end);
      if (isSpace(code)) break;
      if (code === EQUALS && equals < 0) equals = end;
    }
    if (equals > at) setField(note, text.slice(at, equals), text.slice(equals + 1, end));
    at = end;
  }
  return note;
}

type Draft = { -readonly [Key in keyof Note]: Note[Key] };

/** Sets a field; of one that comes twice the last counts. */
function setField(note: Draft, name: string, value: string): void {
  switch (name) {
    case "since":
    case "until":
    case "first":
    case "last":
      note[name] = value;
      break;
    case "bans":
      if (/^\d{1,15}$/.test(value)) note.bans = Number(value);
      else delete note.bans;
      break;
    case "jails":
      if (value !== "") note.jails = parseJails(value);
      else delete note.jails;
      break;
    case "members":
      note.members = parseMembers(value);
      if (!note.members) delete note.members;
      break;
    case "origin":
      if (value !== "") note.origin = parseJail(value);
      else delete note.origin;
  }
}

/**
 * Makes a note of the texts of its fields, as {@linkcode fieldText} prints them.
 *
 * @param fields Names and texts; those that are no fields or have no right text are passed over.
 */
export function noteFrom(fields: Iterable<readonly [string, string]>): Note {
  const note: Draft = {};
  for (const [name, text] of fields) if (WORD.test(text)) setField(note, name, text);
  return note;
}

/** The text of a field of a note, one word, or `undefined` where nothing is known. */
export function fieldText(note: Note, name: typeof NOTE_FIELDS[number]): string | undefined {
  switch (name) {
    case "jails":
      return note.jails && note.jails.size > 0 ? formatJails(note.jails) : undefined;
    case "members":
      return note.members && formatMembers(note.members);
    case "origin":
      return note.origin ? formatJail(note.origin) : undefined;
    default:
      return note[name]?.toString();
  }
}

/**
 * Prints what is known about an entry, as {@linkcode parseNote} reads it.
 *
 * @param note What is known; control characters in it become spaces.
 * @returns The comment without its `#`.
 */
export function formatNote(note: Note): string {
  return oneLine(["permaban", ...wordsOf(note)].join(" "));
}

/**
 * Prints what is known about an entry in the short form, as {@linkcode parseNote} reads it.
 *
 * @param note What is known; control characters in it become spaces.
 * @returns The comment without its `#`; empty where nothing is known.
 */
export function formatShortNote(note: Note): string {
  const comment = oneLine(note.comment ?? "");
  const isBare = note.since === undefined && note.until === undefined;
  if (!isBare) return oneLine(wordsOf(note).join(" "));
  return (parseNote(comment).comment ?? "") === comment ? comment : formatNote(note);
}

function wordsOf(note: Note): string[] {
  const words: string[] = [];
  for (const name of NOTE_FIELDS) {
    const text = fieldText(note, name);
    // What is no word would become other fields, or the beginning of the free text.
    if (text !== undefined && WORD.test(text)) words.push(`${name}=${text}`);
  }
  const comment = oneLine(note.comment ?? "");
  if (comment !== "") words.push(`# ${comment}`);
  return words;
}

/**
 * Changes fields in the text behind the `#` of an entry, and nothing else.
 *
 * @param text The text, which has fields.
 * @param note The new values; what is not in it stays.
 * @returns The new text; fields that were not there stand behind the others.
 */
export function withFields(text: string, note: Note): string {
  const end = endOfFields(text);
  let fields = text.slice(0, end);
  for (const name of NOTE_FIELDS) {
    const value = fieldText(note, name);
    if (value === undefined) continue;
    const field = new RegExp(`(?<=[\\t ])${name}=[^\\t ]*`, "g");
    // All of them, should there be several: the last one counts.
    const changed = fields.replace(field, () => `${name}=${value}`);
    fields = field.test(fields) ? changed : `${fields} ${name}=${value}`;
  }
  return fields + text.slice(end);
}

/** Whether the text behind the `#` of an entry has fields, before any free text. */
export function hasFields(text: string): boolean {
  return /^\s*(?:permaban(?!\S)|(?:since|until)=\d)/.test(text);
}

/** Where the fields end in the text behind the `#` of an entry that has some. */
export function endOfFields(text: string): number {
  const behind = text.search(/[\t ]#/);
  return text.slice(0, behind < 0 ? undefined : behind).trimEnd().length;
}

/** Behind the names of some members: there are more. */
const MORE = "...";

/** Prints the offenders in a network as one word: `5:192.0.2.1,192.0.2.7,...`. */
export function formatMembers({ count, named }: Members): string {
  return `${count}:${[...named, ...(named.length < count ? [MORE] : [])].join(",")}`;
}

/** Parses what {@linkcode formatMembers} prints; `undefined` where it is something else. */
export function parseMembers(text: string): Members | undefined {
  const [, count, names = ""] = /^(\d{1,15}):(\S*)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const named = names.split(",").filter((name) => name !== "" && name !== MORE);
  return { count: Number(count), named };
}

/** Prints an instant (seconds since 1970) as the `since` of an entry: `2026-11-22T14:00:00Z`. */
export function formatSince(instant: number): string {
  return new Date(Math.floor(instant) * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * The instant that a `since` names, in seconds since 1970.
 *
 * @param text An instant as {@linkcode formatSince} prints it, or a day, whose beginning in UTC it is.
 * @returns `undefined` when the text is neither.
 */
export function parseSince(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z)?$/.exec(text);
  if (!match) return undefined;
  const [, day = "", time = "00:00:00"] = match;
  const instant = Date.parse(`${day}T${time}Z`) / 1000;
  // A 30 February would be taken for a day of March.
  return instant >= 0 && formatSince(instant).startsWith(day) ? instant : undefined;
}

/** The same for an `until`: a day is meant with all its hours. */
export function parseUntil(text: string): number | undefined {
  const instant = parseSince(text);
  return instant === undefined || text.includes("T") ? instant : instant + DAY;
}

/**
 * Whether an entry no longer counts: its `until` is over. One that names no instant never is.
 *
 * @param note What the entry says.
 * @param now The time, in seconds since 1970.
 */
export function hasLapsed({ until }: Note, now: number): boolean {
  const instant = until === undefined ? undefined : parseUntil(until);
  return instant !== undefined && instant <= now;
}

/** Free text as it can stand on a line: control characters become spaces. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").trim();
}

/** What `\s` of an expression matches. */
function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code > 0x7f && /\s/.test(String.fromCharCode(code));
}
