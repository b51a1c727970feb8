/**
 * Whether lines of cron that read the logs are such as cron runs, and do what they are there for.
 *
 * What certainly does not work needs doing; what may be meant so is told.
 *
 * @module
 */

import { type Finding, findingsAbout } from "./finding.ts";
import type { InstalledScript } from "./installed_script.ts";
import type { RootFolder } from "./root_folder.ts";
import {
  CRON_FOLDER,
  CRONTAB,
  isScan,
  isUnitEnabled,
  UNIT_FOLDERS,
  USER_CRONTABS,
} from "./schedule.ts";
import { FIREWALL_SCRIPT } from "./setup_options.ts";

const { wrong, note } = findingsAbout("schedule");

/** A file of cron's. */
interface Crontab {
  readonly path: string;
  readonly lines: readonly string[];
  /** Whether each line names a user. */
  readonly hasUsers: boolean;
}

/** What there is beside cron's lines. */
interface SetUp {
  readonly script: InstalledScript | undefined;
  /** Whether anything loads the list again and again. */
  readonly isLoaded: boolean;
}

/** A line of it, in parts. */
interface CronLine {
  /** The fields for the time, or a word such as `@daily`. */
  readonly when: readonly string[];
  readonly user: string | undefined;
  readonly command: string;
}

/** The least and the largest number of a field, and the names that stand for numbers. */
const FIELDS: readonly (readonly [least: number, most: number, names?: string])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"],
  [0, 7, "sun mon tue wed thu fri sat"],
];
const WORD = /^@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const SETTING = /^\s*["']?\w+["']?\s*=/;
/** Days of each month, as many as it may have. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** What loads the list, whenever it is called. */
const LOADS = /permaban\/firewall["']?\s+(?:refresh|load)|permaban["']?\s+restore/;
const NOT_LOADED = `it does not load what it finds, as ${FIREWALL_SCRIPT} refresh does`;
const MEND = "mend it there";

/**
 * Looks at the lines that read the logs.
 *
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 * @param script The script that loads the list, if there is one.
 */
export function checkCron(
  root: RootFolder,
  read: (path: string) => string | undefined,
  script: InstalledScript | undefined,
): Finding[] {
  const folder = root.names(CRON_FOLDER).map((name) => `${CRON_FOLDER}/${name}`);
  const crontabs = [CRONTAB, ...folder, ...USER_CRONTABS].map((path): Crontab => ({
    path,
    lines: (read(path) ?? "").split("\n"),
    hasUsers: !USER_CRONTABS.includes(path),
  }));
  const hasTimer = UNIT_FOLDERS.some((folder) => root.has(`${folder}/permaban.timer`));
  const isLoaded = (hasTimer && isUnitEnabled("permaban.timer", root)) ||
    crontabs.some(({ lines }) =>
      lines.some((line) => !/^\s*(?:#|@reboot)/.test(line) && LOADS.test(line))
    );
  const setUp = { script, isLoaded };
  return crontabs.flatMap((crontab) => {
    const numbers = crontab.lines.flatMap((line, index) => isScanLine(line) ? [index] : []);
    if (numbers.length === 0 || /~$/.test(crontab.path)) return [];
    return [
      ...checkName(crontab, root),
      ...checkSyntax(crontab),
      ...numbers.flatMap((index) => checkLine(crontab, index, root, setUp)),
    ];
  });
}

function isScanLine(line: string): boolean {
  return !/^\s*#/.test(line) && isScan(line);
}

/** Debian's cron passes over names with a dot, others do not. */
function checkName({ path }: Crontab, root: RootFolder): Finding[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!path.startsWith(`${CRON_FOLDER}/`) || /^[\w-]+$/.test(name)) return [];
  const wayOut = `mv ${path} ${CRON_FOLDER}/${name.replaceAll(/[^\w-]/g, "-")}`;
  const text = `${path} has a name that Debian's cron passes over`;
  return [root.has("/etc/debian_version") ? wrong(text, wayOut) : note(text, wayOut)];
}

/** Because of one line that it does not understand, cron ignores the whole file. */
function checkSyntax({ path, lines, hasUsers }: Crontab): Finding[] {
  const index = lines.findIndex((line) => {
    return !/^\s*(?:#|$)/.test(line) && !SETTING.test(line) && !partsOf(line, hasUsers);
  });
  if (index < 0) return [];
  return [wrong(
    `${path}:${index + 1}: cron does not understand the line, and ignores the file`,
    wayBack(path),
  )];
}

/** Install writes one file, and no other. */
function wayBack(path: string): string {
  return path === `${CRON_FOLDER}/permaban` ? `${MEND}, or run: permaban install --force` : MEND;
}

function partsOf(line: string, hasUsers: boolean): CronLine | undefined {
  const count = line.trim().startsWith("@") ? 1 : 5;
  const words = new RegExp(`^\\s*((?:\\S+\\s+){${count}})(.*)$`).exec(line);
  if (!words) return undefined;
  const [, fields = "", rest = ""] = words;
  // Behind a dash in front of all some do not log what they run.
  const when = fields.trim().replace(/^-/, "").split(/\s+/);
  const isTime = count === 1
    ? WORD.test(when[0] ?? "")
    : when.every((field, index) => valuesOf(field, index) !== undefined);
  const [, user, command = ""] = hasUsers ? /^(\S+)\s+(\S.*)$/.exec(rest) ?? [] : [, , rest];
  return isTime && command !== "" ? { when, user, command } : undefined;
}

/** The values of a field; `undefined` where cron does not understand it. */
function valuesOf(field: string, index: number): Set<number> | undefined {
  const [least, most, names = ""] = FIELDS[index] ?? [0, 0];
  const numberOf = (text: string) => {
    const place = names === "" ? -1 : names.split(" ").indexOf(text.toLowerCase());
    return place >= 0 ? place + (least === 1 ? 1 : 0) : /^\d+$/.test(text) ? Number(text) : NaN;
  };
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step = "1"] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    // A tilde stands for one of several that cron picks, of all unless it says which.
    const [from = "", to = from, ...more] = range === "*"
      ? [`${least}`, `${most}`]
      : range.includes("~")
      ? range.split("~").map((text, at) => text || `${at === 0 ? least : most}`)
      : range.split("-");
    if (more.length > 0) return undefined;
    const [first, last] = [numberOf(from), numberOf(to)];
    if (!(first >= least && last <= most && first <= last && Number(step) > 0)) return undefined;
    for (let at = first; at <= last; at += Number(step)) values.add(at);
  }
  return values;
}

function checkLine(
  { path, lines, hasUsers }: Crontab,
  index: number,
  root: RootFolder,
  { script, isLoaded }: SetUp,
): Finding[] {
  const line = lines[index] ?? "";
  const parts = partsOf(line, hasUsers);
  if (!parts) return [];
  const place = `${path}:${index + 1}`;
  const settings = lines.slice(0, index);
  const faults = [
    ...faultsOfTime(parts),
    ...faultsOfShell(settings, root),
    ...faultsOfUser(parts, script),
    ...faultsOfCommand(parts.command, { script, isLoaded }),
  ];
  // The first is enough: what follows may come of it.
  const [fault] = faults;
  if (fault !== undefined) return [wrong(`${place}: ${fault}`, wayBack(path))];
  return doubtsAbout(parts, script).map((doubt) =>
    note(`${place}: ${doubt}`, `if that is not meant, ${MEND}`)
  );
}

function faultsOfTime({ when }: CronLine): string[] {
  if (when.length < 5 || when[4] !== "*") return [];
  const [days, months] = [2, 3].map((index) => [...valuesOf(when[index] ?? "", index) ?? []]);
  const isEver = months?.some((month) => Math.min(...days ?? []) <= (DAYS[month - 1] ?? 0));
  return isEver ? [] : ["there is no such day, so the line never runs"];
}

/** The last one before a line holds for it. */
function faultsOfShell(lines: readonly string[], root: RootFolder): string[] {
  const shells = lines.map((line) => /^\s*SHELL\s*=\s*["']?([^"'\s]+)/.exec(line)?.[1]);
  const shell = shells.findLast((found) => found !== undefined);
  if (shell === undefined || shell === "/bin/sh" || root.has(shell)) return [];
  return [`SHELL is ${shell}, which is not there`];
}

/** Only root may load the list, and get at what install made. */
function faultsOfUser({ user, command }: CronLine, script?: InstalledScript): string[] {
  if (user === undefined || user === "root" || !script || /\b(?:sudo|doas)\b/.test(command)) {
    return [];
  }
  const isOurs = command.includes(FIREWALL_SCRIPT) || stateIn(command) === stateOf(script);
  if (user.includes("/")) return [`it names no user before the command, but ${user}`];
  return isOurs ? [`it is run by ${user}, and only root may read and load the list`] : [];
}

function faultsOfCommand(command: string, { script, isLoaded }: SetUp): string[] {
  const { text, because } = runPart(command);
  if (!isScan(text)) return [`${because}, so the logs are not read`];
  const scan = scanIn(text);
  if (/\s--dry-run\b/.test(scan)) return ["with --dry-run nothing is written"];
  if (!script) return [];
  const blocklist = /\s--blocklist[= ](\S+)/.exec(scan)?.[1];
  const list = blocklist ??
    (stateIn(scan) === undefined ? undefined : `${stateIn(scan)}/blocklist`);
  if (list !== undefined && list !== script.blocklist) {
    return [`it keeps ${list}, and ${FIREWALL_SCRIPT} loads ${script.blocklist}`];
  }
  if (LOADS.test(command.slice(text.length))) return [`${because}, so the list is not loaded`];
  const isLast = text.trimEnd().endsWith(scan.trimEnd());
  return isLast && !isLoaded ? [NOT_LOADED] : [];
}

/** What may do the work in a way that is not known here. */
function doubtsAbout({ user, command }: CronLine, script?: InstalledScript): string[] {
  const doubts: string[] = [];
  if (user !== undefined && user !== "root") doubts.push(`it is run by ${user}`);
  if (script && !LOADS.test(command)) doubts.push(NOT_LOADED);
  return doubts;
}

/** As much of a command as is run: a comment is not, and what follows a percent sign is input. */
function runPart(command: string): { text: string; because: string } {
  const percent = /(?<!\\)%/.exec(command)?.index ?? Infinity;
  const quoted = command.replaceAll(/'[^']*'|"[^"]*"/g, (text) => "x".repeat(text.length));
  const comment = /(?:^|\s)#/.exec(quoted)?.index ?? Infinity;
  const because = percent < comment
    ? 'cron takes what follows "%" for input, unless it is "\\%"'
    : 'what follows "#" is a comment';
  return { text: command.slice(0, Math.min(percent, comment)), because };
}

/** The command that reads, without those after it. */
function scanIn(command: string): string {
  return /permaban["']?\s+scan\b[^;|&]*/.exec(command)?.[0] ?? "";
}

function stateIn(command: string): string | undefined {
  return /\s--state[= ](\S+?)\/?(?=[\s;]|$)/.exec(command)?.[1];
}

function stateOf({ blocklist }: InstalledScript): string {
  return blocklist.replace(/\/[^/]*$/, "");
}
