/**
 * What an entry of the blocklist says about its network, behind the `#`.
 *
 * The form is `# permaban since=2026-11-22T14:00:00Z bans=12 first=2026-01-03 last=2026-11-21
 * jails=sshd:9,postfix:3 # free text`, every field optional. Any other comment is free text.
 *
 * @module
 */

/** What is known about an entry. */
export interface Note {
  /** When it was added, `2026-11-22T14:00:00Z`. */
  readonly since?: string | undefined;
  /** How many bans led to it. */
  readonly bans?: number | undefined;
  /** The day of the first of them, `2026-01-03`. */
  readonly first?: string | undefined;
  /** The day of the last of them. */
  readonly last?: string | undefined;
  /** Bans by jail; 0 where a jail was named without a number. */
  readonly jails?: ReadonlyMap<string, number> | undefined;
  /** Free text. */
  readonly comment?: string | undefined;
}

const MARK = /^permaban(?=\s|$)/;
const TEXT_FIELDS = ["since", "first", "last"] as const;

/**
 * Parses the text behind the `#` of an entry.
 *
 * Fields of later versions are passed over.
 *
 * @param text The comment without its `#`.
 * @returns What it says.
 */
export function parseNote(text: string): Note {
  const trimmed = text.trim();
  if (!MARK.test(trimmed)) return trimmed === "" ? {} : { comment: trimmed };
  const hash = trimmed.search(/\s#/);
  const fields = new Map<string, string>();
  for (const word of (hash < 0 ? trimmed : trimmed.slice(0, hash)).split(/\s+/).slice(1)) {
    const equals = word.indexOf("=");
    if (equals > 0) fields.set(word.slice(0, equals), word.slice(equals + 1));
  }
  const note: { -readonly [Key in keyof Note]: Note[Key] } = {};
  for (const name of TEXT_FIELDS) {
    if (fields.has(name)) note[name] = fields.get(name);
  }
  const bans = fields.get("bans") ?? "";
  if (/^\d{1,15}$/.test(bans)) note.bans = Number(bans);
  const jails = fields.get("jails");
  if (jails) note.jails = parseJails(jails);
  const comment = hash < 0 ? "" : trimmed.slice(hash + 2).trim();
  if (comment !== "") note.comment = comment;
  return note;
}

/**
 * Prints what is known about an entry, as {@linkcode parseNote} reads it.
 *
 * @param note What is known; control characters in it become spaces.
 * @returns The comment without its `#`.
 */
export function formatNote(note: Note): string {
  const words = ["permaban"];
  if (note.since !== undefined) words.push(`since=${note.since}`);
  if (note.bans !== undefined) words.push(`bans=${note.bans}`);
  if (note.first !== undefined) words.push(`first=${note.first}`);
  if (note.last !== undefined) words.push(`last=${note.last}`);
  if (note.jails && note.jails.size > 0) words.push(`jails=${formatJails(note.jails)}`);
  const comment = oneLine(note.comment ?? "");
  if (comment !== "") words.push(`# ${comment}`);
  return oneLine(words.join(" "));
}

/**
 * Prints bans by jail as one word: `sshd:9,postfix:3`.
 *
 * What would break the word up is percent-encoded, so that a jail of any name reads back.
 */
export function formatJails(jails: ReadonlyMap<string, number>): string {
  return [...jails]
    .map(([name, bans]) => bans > 0 ? `${encodeJail(name)}:${bans}` : encodeJail(name))
    .join(",");
}

/** Parses what {@linkcode formatJails} prints. */
export function parseJails(text: string): Map<string, number> {
  const jails = new Map<string, number>();
  for (const part of text.split(",").filter((part) => part !== "")) {
    const match = /^(.*):(\d+)$/.exec(part);
    jails.set(decodeJail(match?.[1] ?? part), Number(match?.[2] ?? 0));
  }
  return jails;
}

/** Prints an instant (seconds since 1970) as the `since` of an entry: `2026-11-22T14:00:00Z`. */
export function formatSince(instant: number): string {
  return new Date(Math.floor(instant) * 1000).toISOString().replace(".000Z", "Z");
}

/** Free text as it can stand on a line: control characters become spaces. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").trim();
}

function encodeJail(name: string): string {
  return name.toWellFormed().replace(/[^!-~]|[%,:;#=]/gu, encodeURIComponent);
}

function decodeJail(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    // Written by another hand: taken as it stands.
    return word;
  }
}
