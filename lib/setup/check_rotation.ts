/**
 * Whether logrotate throws away what was not read.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { parseDuration } from "../offender/duration.ts";
import { type Finding, findingsAbout, inWords } from "./finding.ts";
import type { Rotation } from "./logrotate_file.ts";
import type { Schedule } from "./schedule.ts";

const { ok, wrong } = findingsAbout("logrotate");

const DAY = 86_400;
/** How often logrotate takes a turn, in seconds. */
const INTERVALS: Readonly<Record<string, number>> = {
  hourly: 3600,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 30 * DAY,
  yearly: 365 * DAY,
};
/** Programs whose archives permaban reads. */
const READABLE = /(?:^|\/)(?:gzip|pigz|zstd|zopfli)$/;

/**
 * Looks at what becomes of a log.
 *
 * @param log The log.
 * @param rotation What logrotate does with it; `undefined` where it leaves it alone.
 * @param schedules How the logs are read.
 */
export function checkRotation(
  log: string,
  rotation: Rotation | undefined,
  schedules: readonly Schedule[],
): Finding[] {
  if (!rotation) return [ok(`logrotate leaves ${log} alone`)];
  const { file, line, directives } = rotation;
  const place = `${file}:${line}`;
  const findings = [
    ...checkNames(log, place, directives),
    ...checkCompression(place, directives),
    ...checkAge(log, place, directives, schedules),
  ];
  return findings.length > 0 ? findings : [ok(`${place}: rotated logs are kept long enough`)];
}

/** What is rotated must still be found by the name of the log. */
function checkNames(log: string, place: string, directives: Rotation["directives"]): Finding[] {
  const findings: Finding[] = [];
  const folder = directives.get("olddir") ?? "";
  if (folder !== "" && folder !== dirname(log) && folder !== ".") {
    const path = folder.startsWith("/") ? folder : `${dirname(log)}/${folder}`;
    findings.push(wrong(
      `${place}: "olddir ${folder}" takes rotated logs where they are not looked for`,
      `take it out, or have them read, too: permaban scan '${log}*' '${path}/*'`,
    ));
  }
  const extension = directives.get("extension") ?? "";
  if (extension !== "" && log.endsWith(extension)) {
    findings.push(wrong(
      `${place}: "extension ${extension}" gives rotated logs names that do not begin with ${log}`,
      "take it out",
    ));
  }
  return findings;
}

function checkCompression(place: string, directives: Rotation["directives"]): Finding[] {
  const program = directives.get("compresscmd");
  const isOn = directives.has("compress") && directives.get("compress") !== "no";
  if (!isOn || program === undefined || READABLE.test(program)) return [];
  const isDelayed = directives.has("delaycompress") && directives.get("delaycompress") !== "no";
  if (isDelayed) return [];
  return [wrong(
    `${place}: logs are compressed at once by ${program}, and only gzip and zstd are read`,
    'add "delaycompress" there, or take out "compresscmd" and "compressext"',
  )];
}

function checkAge(
  log: string,
  place: string,
  directives: Rotation["directives"],
  schedules: readonly Schedule[],
): Finding[] {
  // Without it logrotate keeps none.
  const count = Number(directives.get("rotate") ?? 0);
  if (count === 0) {
    return [wrong(
      `${place}: rotated logs are deleted at once, and with them what was not read yet`,
      'set "rotate 4" there',
    )];
  }
  const gap = Math.min(...schedules.map(({ gap }) => gap));
  const kept = keptFor(directives, count);
  if (gap === Infinity || kept === undefined) return [];
  if (kept <= gap) {
    return [wrong(
      `${place}: logs are deleted after ${inWords(kept)}, and read every ${inWords(gap)}`,
      'set "rotate" there to more, or read them more often: permaban install',
    )];
  }
  const isForgetful = schedules.every(({ isIncremental }) => !isIncremental);
  if (isForgetful && kept < parseDuration("1y")) {
    return [wrong(
      `${place}: logs are deleted after ${inWords(kept)}, and with them the bans of earlier times`,
      `have them remembered: permaban scan --incremental --update '${log}*'`,
    )];
  }
  return [];
}

/** For how long rotated logs are there, in seconds; `undefined` where only their size decides. */
function keptFor(directives: Rotation["directives"], count: number): number | undefined {
  const interval = INTERVALS[directives.get("interval") ?? ""];
  const age = Number(directives.get("maxage") ?? Infinity) * DAY;
  if (interval === undefined || directives.has("size")) return age === Infinity ? undefined : age;
  return Math.min(count < 0 ? Infinity : count * interval, age);
}
