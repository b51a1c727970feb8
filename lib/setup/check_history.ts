/**
 * Whether the history is in step with the logs.
 *
 * @module
 */

import type { LogFile } from "../log/log_file.ts";
import type { HistoryState } from "../offender/history_state.ts";
import { type Finding, findingsAbout, inWords } from "./finding.ts";
import type { Schedule } from "./schedule.ts";

const { ok, wrong } = findingsAbout("history");

/** A run may take some time, and wait for another one. Seconds. */
const SLACK = 600;

/** What is known of the history. */
export interface HistoryFacts {
  /** Where it is. */
  readonly path: string;
  /** What it holds, or `undefined` where there is none. */
  readonly state: HistoryState | undefined;
}

/** A log, and since when some of it waits to be read. */
export interface WaitingLog {
  /** Its path. */
  readonly path: string;
  /** When the first line was written that was not read, in seconds since 1970. */
  readonly since: number;
}

/**
 * Looks at how far the logs were read.
 *
 * @param facts The history.
 * @param waiting Logs with text that was not read yet.
 * @param schedules How the logs are read.
 * @param now The clock, in seconds since 1970.
 */
export function checkHistory(
  { path, state }: HistoryFacts,
  waiting: readonly WaitingLog[],
  schedules: readonly Schedule[],
  now: number,
): Finding[] {
  const keeping = schedules.filter(({ isEnabled, isIncremental }) => isEnabled && isIncremental);
  const [schedule] = keeping;
  if (!state) {
    if (!schedule) return [];
    return [wrong(`There is no history ${path} yet`, runOf(schedule))];
  }
  const gap = schedule ? Math.min(...keeping.map(({ gap }) => gap)) : 0;
  const late = waiting.filter(({ since }) => now - since > gap + SLACK);
  const findings = late.map(({ path, since }) =>
    wrong(
      `${path} has lines that nobody has read for ${inWords(now - since)}`,
      schedule ? runOf(schedule) : "run: permaban scan --incremental --update",
    )
  );
  const ahead = state.at - now;
  if (ahead > SLACK) {
    findings.push(wrong(
      `The history was written ${inWords(ahead)} from now: the clock is or was wrong`,
      "set the clock",
    ));
  }
  return findings.length > 0 ? findings : [ok("The history is in step with the logs")];
}

/** How to see what keeps the logs from being read. */
function runOf({ place }: Schedule): string {
  return place.startsWith("/")
    ? "run the command there by hand, without --quiet"
    : "run it and see: systemctl start permaban.service; journalctl -u permaban-scan.service";
}

/**
 * The logs that the history does not have to their ends.
 *
 * @param files The logs that are there.
 * @param state The history's.
 * @param firstLineAfter When the first line behind a place in a log was written, if that shows.
 */
export function waitingLogs(
  files: readonly LogFile[],
  { traces }: HistoryState,
  firstLineAfter: (file: LogFile, position: number) => number | undefined,
): WaitingLog[] {
  return files.flatMap((file): WaitingLog[] => {
    const isSame = ({ identity }: { readonly identity: string }) => identity === file.identity;
    const trace = traces.find(({ files }) => files.some(isSame));
    if (trace?.files.some((traced) => isSame(traced) && traced.size === file.size)) return [];
    if (file.size === 0 || file.mtime === undefined) return [];
    const isLonger = trace !== undefined && file.size > trace.position;
    const since = firstLineAfter(file, isLonger ? trace.position : 0);
    return [{ path: file.path, since: Math.min(since ?? file.mtime, file.mtime) }];
  });
}
