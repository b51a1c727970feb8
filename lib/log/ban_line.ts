/**
 * The one place that knows what a ban looks like in a log of fail2ban, 0.8 to 1.1.
 *
 * Logs carry text that attackers chose, up to a whole fake `[sshd] Ban 8.8.8.8` in the middle of an
 * error message. So a ban counts only where everything stands in its place from the first byte of
 * the line to the last: time, host and tag, logger, level, `[jail]`, `Ban ID`. Where a format has no
 * logger or no level, another mark of fail2ban must be there instead. Do not loosen this into a
 * search.
 *
 * The forms are those of fail2ban's own handlers (`server/server.py`, `setLogTarget`) and of what
 * syslog daemons and the journal put before them.
 *
 * @module
 */

import { type LogTime, parseBsdTime, parseIsoTime, type TimeZone } from "./time_zone.ts";

/** A ban as a log line tells it, the ID not yet looked at. */
export interface BanLine {
  /** The jail that banned. */
  readonly jail: string;
  /** What was banned: mostly an address, but any text that a filter calls an ID. */
  readonly id: string;
  /** Whether fail2ban only put an old ban back after a restart. */
  readonly restored: boolean;
  /** When, or `undefined` where the line does not say. */
  readonly time: LogTime | undefined;
}

const ISO = String.raw`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
const BSD = String.raw`[A-Z][a-z][a-z] {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?`;
/** 0.8 and 0.9.0 name the logger differently; from 0.9.1 it is padded to 24 characters. */
const ACTIONS = String.raw`fail2ban\.(?:server\.)?actions`;
const LOGGER = String.raw`${ACTIONS} *(?:\[\d+\])?: +`;
/** 0.8 warns of a ban, later versions give notice. */
const LEVEL = "(?:NOTICE|WARNING) +";
const DAEMON = String.raw`fail2ban(?:-server)?(?:\[\d+\])?: `;
const PRIORITY = String.raw`<\d{1,3}>`;
/**
 * RFC 5424 from the process on: its structured data is `-`, or elements in brackets with `\]`
 * escaped; a byte-order mark may begin the message.
 */
const STRUCTURED = String.raw`\S+ \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) +\uFEFF?`;

/** Alternatives of what may stand before `[jail]`; see the table of forms in the tests. */
const PREFIXES = [
  // fail2ban's own file, with or without padding or time, and its datagrams to syslog.
  `(?:${PRIORITY})?(?:(?<timeFile>${ISO}) )?${LOGGER}${LEVEL}`,
  // A format of the admin's that drops logger and process.
  `(?<timeFormat>${ISO}) +${LEVEL}`,
  // A file of syslog, or the journal's text: the tag is the logger, or it is the program's name
  // before whatever fail2ban itself put in.
  `(?:${PRIORITY})?(?:(?<timeBsd>${BSD})|(?<timeSyslog>${ISO})) \\S+ ` +
  `(?:${LOGGER}${LEVEL}|${DAEMON}(?:(?<timeInner>${ISO}) +)?(?:(?:${LOGGER})?${LEVEL})?)`,
  // RFC 5424: version, time, host, program, process, message type, structured data.
  `${PRIORITY}1 (?<time5424>${ISO}) \\S+ (?:${ACTIONS} ${STRUCTURED}${LEVEL}|` +
  `fail2ban(?:-server)? ${STRUCTURED}(?:(?<timeInner5424>${ISO}) +)?(?:(?:${LOGGER})?${LEVEL})?)`,
];

/** An expression for the lines that begin in one of some ways. */
function banLine(prefixes: readonly string[]): RegExp {
  return new RegExp(
    String.raw`^(?:${prefixes.join("|")})\[(?<jail>[^\]]+)\] (?<restore>Restore )?Ban (?<id>.+)$`,
    "s",
  );
}

// fail2ban's own file is by far the most common: the others take long to get ready, and wait for a line
// that may be of them. Tried in this order, both say what one expression would.
const FILE_LINE = banLine(PREFIXES.slice(0, 1));
const OTHER_LINE = banLine(PREFIXES.slice(1));
/**
 * How a line of the file's own form begins, ban or not. In all other forms a level follows the time, or
 * the host does, and then fail2ban's name; the host may be called fail2ban, too.
 */
const FILE_START = /^(?:<\d{1,3}>)?(?:[-\d]{10}[ T][\d:.,]{8}\S* )?fail2ban\S* (?!fail2ban)/;

type Groups = Partial<Record<string, string>>;

/** The line that was read last: who learns from a ban reads it again. */
let last: { readonly line: string; readonly groups: Groups | undefined } | undefined;

function groupsOf(line: string): Groups | undefined {
  if (last?.line === line) return last.groups;
  const match = FILE_LINE.exec(line) ?? (FILE_START.test(line) ? null : OTHER_LINE.exec(line));
  last = { line, groups: match?.groups };
  return last.groups;
}

/**
 * Groups of times, the one that counts first: fail2ban's own is nearest to the event, a syslog
 * daemon's comes second.
 */
const ISO_TIMES = [
  "timeFile",
  "timeFormat",
  "timeInner",
  "timeInner5424",
  "timeSyslog",
  "time5424",
] as const;
const TIMES = [...ISO_TIMES, "timeBsd"] as const;

/** Where the parts of a ban line stand that change from one line of a log to the next. */
export interface BanPlaces {
  /** The place of the `[` before the jail. */
  readonly jail: number;
  /** From where to where each of its times goes. */
  readonly times: readonly (readonly [from: number, to: number])[];
  /** The time that counts; absent where the line has none. */
  readonly time: readonly [from: number, to: number] | undefined;
}

/**
 * Parses a line of a log as a ban.
 *
 * @example
 * ```ts
 * import { parseBanLine } from "./ban_line.ts";
 * import { UTC } from "./time_zone.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = "2026-01-03 11:32:02,197 fail2ban.actions        [27]: NOTICE  [sshd] Ban 192.0.2.4";
 * const ban = parseBanLine(line, { notAfter: 0, zone: UTC });
 * assertEquals(ban?.jail, "sshd");
 * assertEquals(ban?.id, "192.0.2.4");
 * ```
 *
 * @param line The line without its end.
 * @param context When the log was last written (seconds since 1970), which gives yearless times
 *   their year, and the zone of its local times.
 * @returns The ban, or `undefined` for every other line.
 */
export function parseBanLine(
  line: string,
  context: { readonly notAfter: number; readonly zone: TimeZone },
): BanLine | undefined {
  const groups = groupsOf(line);
  if (!groups) return undefined;
  const { jail = "", id = "", restore } = groups;
  const iso = ISO_TIMES.find((name) => groups[name] !== undefined);
  const stamp = groups[iso ?? "timeBsd"];
  const time = stamp === undefined
    ? undefined
    : iso === undefined
    ? parseBsdTime(stamp, context.notAfter, context.zone)
    : parseIsoTime(stamp);
  // A time that names no moment (30 February) is not one that fail2ban wrote.
  if (stamp !== undefined && time === undefined) return undefined;
  return { jail, id, restored: restore !== undefined, time };
}

/**
 * Finds the parts of a ban line.
 *
 * @param line The line without its end.
 * @returns Their places in the text, or `undefined` for every other line.
 */
export function placesOf(line: string): BanPlaces | undefined {
  const groups = groupsOf(line);
  if (!groups) return undefined;
  // An expression that remembers places is another one to get ready. They follow from the texts: what
  // is behind the jail is known, a daemon's time is the first thing of its kind in a line, and
  // fail2ban's own time behind it the last one before the jail.
  const { jail = "", restore = "", id = "" } = groups;
  const open = line.length - `[${jail}] ${restore}Ban ${id}`.length;
  const times = TIMES.flatMap((name) => {
    const text = groups[name];
    if (text === undefined) return [];
    const from = name.startsWith("timeInner") ? line.lastIndexOf(text, open) : line.indexOf(text);
    return [[from, from + text.length] as const];
  });
  return { jail: open, times, time: times[0] };
}

/** What other lines of fail2ban look like, enough to tell a wrong file from a quiet one. */
const LOOKS_LIKE_FAIL2BAN =
  /fail2ban|(?:INFO|NOTICE|WARNING) +(?:\[[^\]\n]{1,200}\] (?:Found|Ban|Unban|Restore|Increase|Ignore|Flush|Reban|Repeal)|Jail '|Creating new jail| {2}(?:maxRetry|findtime|banTime))/i;

/** Whether some line in a stretch of text looks like one of fail2ban's. */
export function looksLikeFail2ban(text: string): boolean {
  return LOOKS_LIKE_FAIL2BAN.test(text);
}
