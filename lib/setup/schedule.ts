/**
 * How often the logs are read on a machine, as its files say: by permaban's timer or by cron.
 *
 * @module
 */

import type { RootFolder } from "./root_folder.ts";
import { secondsOf } from "./survey.ts";

/** Something that reads the logs again and again. */
export interface Schedule {
  /** What does it: a unit, or a file of cron and the line, as in `/etc/crontab:12`. */
  readonly place: string;
  /** The command. */
  readonly command: string;
  /** Whether it is switched on. */
  readonly isEnabled: boolean;
  /** Whether systemd is told never to start it. */
  readonly isMasked?: boolean;
  /** The longest time between two runs, in seconds. */
  readonly gap: number;
  /** Whether bans are remembered. */
  readonly isIncremental: boolean;
}

const DAY = 86_400;
/** Where units are, those of admins first. */
export const UNIT_FOLDERS = ["/etc/systemd/system", "/usr/lib/systemd/system"] as const;
/** Those of services that install writes. */
export const SERVICES = [
  "permaban.service",
  "permaban-scan.service",
  "permaban-restore.service",
] as const;
/** The timer, and what it starts. */
const TIMED_UNITS = ["permaban.timer", "permaban.service", "permaban-scan.service"];
/** Files of cron whose lines name a user. */
export const CRONTAB = "/etc/crontab";
export const CRON_FOLDER = "/etc/cron.d";
/** Those of users. */
export const USER_CRONTABS: readonly string[] = [
  "/var/spool/cron/crontabs/root",
  "/var/spool/cron/root",
];
const FOLDERS: readonly (readonly [folder: string, gap: number])[] = [
  ["/etc/cron.hourly", 3600],
  ["/etc/cron.daily", DAY],
  ["/etc/cron.weekly", 7 * DAY],
  ["/etc/cron.monthly", 31 * DAY],
];
/** A command that reads logs and keeps the list. */
const SCAN = /\bpermaban["']?\s+scan\b.*\s--update\b/;

/** Whether a command reads logs and keeps the list. */
export function isScan(command: string): boolean {
  return SCAN.test(command);
}

/**
 * Finds what reads the logs.
 *
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 */
export function schedulesOn(
  root: RootFolder,
  read: (path: string) => string | undefined,
): Schedule[] {
  const lines: Schedule[] = [];
  const crontabs = [CRONTAB, ...pathsIn(CRON_FOLDER, root), ...USER_CRONTABS];
  for (const path of crontabs) {
    (read(path) ?? "").split("\n").forEach((line, index) => {
      if (/^\s*#/.test(line) || !SCAN.test(line)) return;
      lines.push(schedule(`${path}:${index + 1}`, line.trim(), gapOf(line)));
    });
  }
  for (const [folder, gap] of FOLDERS) {
    for (const path of pathsIn(folder, root)) {
      const line = (read(path) ?? "").split("\n").find((line) => SCAN.test(line));
      if (line !== undefined) lines.push(schedule(path, line.trim(), gap));
    }
  }
  return [...timersOn(root, read), ...lines];
}

function schedule(place: string, command: string, gap: number, isEnabled = true): Schedule {
  return { place, command, gap, isEnabled, isIncremental: /\s--incremental\b/.test(command) };
}

/** Only the timer that install writes: of others, nobody could say what they start. */
function timersOn(root: RootFolder, read: (path: string) => string | undefined): Schedule[] {
  const folder = UNIT_FOLDERS.find((folder) => root.has(`${folder}/permaban.timer`));
  if (folder === undefined) return [];
  const unit = UNIT_FOLDERS.map((folder) => read(`${folder}/permaban-scan.service`))
    .find((text) => text !== undefined) ?? "";
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
  const isMasked = TIMED_UNITS.some((name) => isUnitMasked(name, root));
  const isEnabled = !isMasked && isUnitEnabled("permaban.timer", root);
  const texts = [`${folder}/permaban.timer`, ...dropInsOf("permaban.timer", root)].map((path) =>
    read(path) ?? ""
  );
  const gap = gapOfTimer(texts.join("\n"));
  return [{ ...schedule("permaban.timer", command, gap, isEnabled), isMasked }];
}

/** The files that change a unit, in the order in which systemd reads them. */
export function dropInsOf(unit: string, root: RootFolder): string[] {
  const paths = UNIT_FOLDERS.flatMap((folder) =>
    root.names(`${folder}/${unit}.d`).filter((name) => name.endsWith(".conf"))
      .map((name) => [name, `${folder}/${unit}.d/${name}`] as const)
  );
  // Of one name the first folder's holds.
  const byName = new Map(paths.toReversed());
  return [...byName.keys()].sort().map((name) => byName.get(name) ?? "");
}

/** The longest time between two runs of a timer with its drop-ins, where that is as plain as install's. */
function gapOfTimer(text: string): number {
  const values = text.matchAll(/^(OnUnit(?:Ina|A)ctiveSec|OnCalendar)=[ \t]*(\S.*?)[ \t]*$/gm);
  const [, name, value = ""] = [...values].at(-1) ?? [];
  if (name === "OnCalendar") return WORDS[value] ?? Infinity;
  return secondsOf(value) || Infinity;
}

/** Whether systemd is told never to start a unit. */
export function isUnitMasked(name: string, root: RootFolder): boolean {
  return root.linkAt(`${UNIT_FOLDERS[0]}/${name}`) === "/dev/null";
}

/** Whether systemd starts a unit together with some other. */
export function isUnitEnabled(name: string, root: RootFolder): boolean {
  const [folder] = UNIT_FOLDERS;
  return root.names(folder).some((other) =>
    /\.(?:wants|requires)$/.test(other) && root.has(`${folder}/${other}/${name}`)
  );
}

/** What editors and packages leave behind, and what was put out of use, is no file of cron's. */
const LEFT_BEHIND = /~$|\.(?:bak|disabled|off|old|orig|save|swp|dpkg-\w+|rpm\w+)$/;

function pathsIn(folder: string, root: RootFolder): string[] {
  return root.names(folder).filter((name) => !LEFT_BEHIND.test(name)).map((name) =>
    `${folder}/${name}`
  );
}

const WORDS: Readonly<Record<string, number>> = {
  hourly: 3600,
  daily: DAY,
  midnight: DAY,
  weekly: 7 * DAY,
  monthly: 31 * DAY,
  yearly: 366 * DAY,
  annually: 366 * DAY,
};

/** The longest time between two runs of a line of cron, in seconds, roughly. */
function gapOf(line: string): number {
  const word = /^\s*@(\w+)/.exec(line)?.[1];
  if (word !== undefined) return WORDS[word] ?? Infinity;
  const [minute = "*", hour = "*", day = "*", month = "*", weekday = "*"] = line.trim().split(
    /\s+/,
  );
  if (month !== "*") return 366 * DAY;
  if (weekday !== "*") return 7 * DAY;
  if (day !== "*") return 31 * DAY;
  if (hour !== "*") return stepOf(hour, 24) * 3600;
  return stepOf(minute, 60) * 60;
}

/** The longest way from one value of a field to the next, round the clock. */
function stepOf(field: string, size: number): number {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const fields = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!fields) continue;
    const [, from, to, step] = fields;
    const first = Number(from ?? 0);
    const last = to !== undefined ? Number(to) : from === undefined || step ? size - 1 : first;
    for (let at = first; at <= Math.min(last, size - 1); at += Number(step ?? 1) || 1) {
      values.add(at);
    }
  }
  const sorted = [...values].sort((a, b) => a - b);
  const [first = 0] = sorted;
  return Math.max(
    ...sorted.map((value, index) => (sorted[index + 1] ?? first + size) - value),
    sorted.length === 0 ? size : 0,
  );
}
