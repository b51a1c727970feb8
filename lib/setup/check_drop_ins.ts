/**
 * What drop-ins of systemd make of the units that install wrote.
 *
 * @module
 */

import { type Finding, findingsAbout } from "./finding.ts";
import type { RootFolder } from "./root_folder.ts";
import { dropInsOf, SERVICES } from "./schedule.ts";
import { FIREWALL_SCRIPT } from "./setup_options.ts";

const { wrong, note } = findingsAbout("units");

/** What each service is there to call. */
const CALLS: Readonly<Record<typeof SERVICES[number], string>> = {
  "permaban.service": FIREWALL_SCRIPT,
  "permaban-scan.service": "permaban scan",
  "permaban-restore.service": FIREWALL_SCRIPT,
};
const OUT = "take it out there, then: systemctl daemon-reload";

/** A line of a drop-in that says something. */
interface Line {
  /** The file, and the line's number. */
  readonly place: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Looks at what changes whether a unit starts, and what it starts. What else a drop-in changes is the
 * admin's to decide.
 *
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 */
export function checkDropIns(
  root: RootFolder,
  read: (path: string) => string | undefined,
): Finding[] {
  return [...SERVICES, "permaban.timer"].flatMap((unit) => {
    const lines = dropInsOf(unit, root).flatMap((path) => linesOf(root.at(path), read(path) ?? ""));
    const conditions = lines.filter(({ key, value }) =>
      /^(?:Condition|Assert)\w+$/.test(key) && value !== ""
    );
    const call = CALLS[unit as keyof typeof CALLS] as string | undefined;
    return [
      ...conditions.map((line) => checkCondition(unit, line, root)),
      ...(call === undefined ? [] : checkCommand(unit, call, lines)),
    ];
  });
}

function linesOf(path: string, text: string): Line[] {
  return text.split("\n").flatMap((line, index) => {
    const [, key = "", value = ""] = /^([A-Z]\w+)[ \t]*=[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return key === "" ? [] : [{ place: `${path}:${index + 1}`, key, value }];
  });
}

/** What replaces the command is one that calls nothing of permaban's, or the admin's way to do so. */
function checkCommand(unit: string, call: string, lines: readonly Line[]): Finding[] {
  const commands = lines.filter(({ key }) => key === "ExecStart");
  const emptied = commands.findLastIndex(({ value }) => value === "");
  if (emptied < 0) return [];
  const [first = commands[emptied], ...others] = commands.slice(emptied + 1);
  if (!first) return [];
  if (![first, ...others].some(({ value }) => value.includes(call))) {
    return [wrong(`${first.place}: with "${textOf(first)}" ${unit} does not call ${call}`, OUT)];
  }
  return [
    note(`${first.place}: ${unit} calls "${first.value}"`, `if that is not meant, ${OUT}`),
  ];
}

/** Conditions on what is there, which files can tell; below these folders it comes and goes. */
const ON_FILES = /^(?:Condition|Assert)(?:Path\w+|File\w+|DirectoryNotEmpty)$/;
const FLEETING = /^\/(?:dev|proc|run|sys|tmp|var\/run)(?:\/|$)/;

function checkCondition(unit: string, line: Line, root: RootFolder): Finding {
  const { place, key, value } = line;
  const path = value.replace(/^!/, "");
  const isTold = ON_FILES.test(key) && path.startsWith("/") && !FLEETING.test(path) &&
    !/[*?[%]/.test(path);
  const isAbsent = isTold && !value.startsWith("!") && !root.has(path);
  const isInTheWay = key.endsWith("PathExists") && isTold && value.startsWith("!") &&
    root.has(path);
  if (isAbsent || isInTheWay) {
    return wrong(
      `${place}: "${textOf(line)}" keeps ${unit} from starting: ${path} is ${
        isAbsent ? "not " : ""
      }there`,
      OUT,
    );
  }
  return note(
    `${place}: ${unit} starts only with "${textOf(line)}"`,
    `if that is not meant, ${OUT}`,
  );
}

function textOf({ key, value }: Line): string {
  return `${key}=${value}`;
}
