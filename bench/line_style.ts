import { logTime } from "./log_time.ts";

/** How important a line is; fail2ban uses Python's names. */
export type Level = "DEBUG" | "INFO" | "NOTICE" | "WARNING" | "ERROR";

/** Which messages a version writes: 0.9 brought `Found`, 0.10 to 1.x the increasing ban times. */
export type Era = "0.8" | "0.9" | "1.x";

/** One message, before a prefix is put in front of it. */
export interface Message {
  /** The part of fail2ban that speaks, such as `actions`. */
  readonly logger: string;
  /** How important it is. */
  readonly level: Level;
  /** The process. */
  readonly pid: number;
  /** What it says. */
  readonly text: string;
}

/** One way in which fail2ban, a syslog daemon or the journal writes a line. */
export interface LineStyle {
  /** The name to ask for it by. */
  readonly name: string;
  /** Which messages belong to it. */
  readonly era: Era;
  /** Whether lines carry a time at all. */
  readonly timed: boolean;
  /** Writes one line, without its end. */
  line(instant: number, message: Message): string;
}

const HOST = "mail";
/** What the syslog daemon of the ISO style runs in: two hours ahead of UTC. */
const ISO_ZONE = { text: "+02:00", millis: 7_200_000 };

/** All styles, the newest first. */
export const LINE_STYLES: readonly LineStyle[] = [
  style("1.x", "1.x", (at, m) => `${fileTime(at)} ${padded(m)}`),
  style("0.9.1", "0.9", (at, m) => `${fileTime(at)} ${padded(m)}`),
  style(
    "0.9.0",
    "0.9",
    (at, m) =>
      `${fileTime(at)} fail2ban.server.${m.logger}[${m.pid}]: ${m.level.padEnd(7)} ${m.text}`,
  ),
  style(
    "0.8.12",
    "0.8",
    (at, m) =>
      `${fileTime(at)} ${`fail2ban.${m.logger}`.padEnd(16)}[${m.pid}]: ${
        m.level.padEnd(7)
      } ${m.text}`,
  ),
  style(
    "0.8.0",
    "0.8",
    (at, m) =>
      `${fileTime(at)} ${`fail2ban.${m.logger}`.padEnd(16)}: ${m.level.padEnd(6)} ${m.text}`,
  ),
  style("padding-off", "1.x", (at, m) => `${fileTime(at)} ${unpadded(m)}`),
  style("syslog", "1.x", (at, m) => `${bsdTime(at, " ")} ${HOST} ${unpadded(m)}`),
  style("syslog-iso", "1.x", (at, m) => `${isoTime(at)} ${HOST} ${unpadded(m)}`),
  style(
    "rfc5424",
    "1.x",
    (at, m) =>
      `<${PRIORITIES[m.level]}>1 ${utcTime(at)} ${HOST} fail2ban ${m.pid} - - ${unpadded(m)}`,
  ),
  // The tag that fail2ban gives a datagram, taken apart by the daemon.
  style(
    "rfc5424-tag",
    "1.x",
    (at, m) =>
      `<${PRIORITIES[m.level]}>1 ${utcTime(at)} ${HOST} fail2ban.${m.logger} ${m.pid} - - ` +
      `${m.level} ${m.text}`,
  ),
  style(
    "journal-sysout",
    "1.x",
    (at, m) => `${bsdTime(at, "0")} ${HOST} fail2ban-server[${m.pid}]: ${padded(m)}`,
  ),
  style(
    "journal-stdout",
    "1.x",
    (at, m) =>
      `${bsdTime(at, "0")} ${HOST} fail2ban-server[${m.pid}]: ${fileTime(at)} ${padded(m)}`,
  ),
  style(
    "journal-native",
    "1.x",
    (at, m) => `${bsdTime(at, "0")} ${HOST} fail2ban[${m.pid}]: ${m.text}`,
  ),
  { ...style("datetime-off", "1.x", (_, m) => padded(m)), timed: false },
];

/**
 * Finds a style by its name.
 *
 * @param name Such as `1.x` or `syslog-iso`.
 * @returns The style.
 * @throws {RangeError} If there is none of that name.
 */
export function lineStyle(name: string): LineStyle {
  const found = LINE_STYLES.find((style) => style.name === name);
  if (found !== undefined) return found;
  const names = LINE_STYLES.map((style) => style.name).join(", ");
  throw new RangeError(`Cannot find style "${name}", there are mixed, ${names}`);
}

/** Facility daemon (3), times eight, plus the severity. */
const PRIORITIES: Record<Level, number> = {
  DEBUG: 31,
  INFO: 30,
  NOTICE: 29,
  WARNING: 28,
  ERROR: 27,
};

function style(
  name: string,
  era: Era,
  line: (instant: number, message: Message) => string,
): LineStyle {
  return { name, era, timed: true, line };
}

function padded(m: Message): string {
  return `${`fail2ban.${m.logger}`.padEnd(24)}[${m.pid}]: ${m.level.padEnd(7)} ${m.text}`;
}

function unpadded(m: Message): string {
  return `fail2ban.${m.logger}[${m.pid}]: ${m.level} ${m.text}`;
}

function fileTime(instant: number): string {
  const at = logTime(instant);
  return `${at.date} ${at.time},${at.millis}`;
}

function bsdTime(instant: number, fill: string): string {
  const at = logTime(instant);
  return `${at.month} ${String(at.day).padStart(2, fill)} ${at.time}`;
}

function isoTime(instant: number): string {
  const at = logTime(instant + ISO_ZONE.millis);
  return `${at.date}T${at.time}.${at.millis}437${ISO_ZONE.text}`;
}

function utcTime(instant: number): string {
  const at = logTime(instant);
  return `${at.date}T${at.time}Z`;
}
