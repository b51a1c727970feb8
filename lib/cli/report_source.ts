/**
 * What a report is made of, read where it is.
 *
 * @module
 */

import { stampOf } from "../file/file_stamp.ts";
import { systemReason } from "../log/system_reason.ts";
import type { ListSurvey } from "../report/list_survey.ts";
import type { Source } from "../report/report.ts";
import type { Survey } from "../report/survey.ts";
import { blocklistPath, historyPath, type Invocation } from "./command.ts";
import { Failure } from "./failure.ts";
import { readList, sayProblems } from "./list_file.ts";
import { count } from "./messages.ts";
import { readLogs } from "./read_logs.ts";
import { rememberedBans } from "./remembered_bans.ts";
import { filesOf } from "./scan_json.ts";
import { sayIgnored, sayScanned } from "./scan_summary.ts";
import type { REPORT_OPTIONS } from "./spec/report_spec.ts";

type Asked = Invocation<typeof REPORT_OPTIONS>;

/** Where bans were read, and whether part of that failed. */
export interface BansRead {
  /** Where. */
  readonly source: Source;
  /** Whether part of the input could not be read. */
  readonly isPartial: boolean;
}

/**
 * Counts the bans of the history or, where there is none or logs are named, of logs.
 *
 * @param survey Takes the bans.
 * @param invocation Logs, options and host.
 * @throws {Failure} If there is a history that cannot be read.
 */
export async function readBans(survey: Survey, invocation: Asked): Promise<BansRead> {
  const { values, operands, messages } = invocation;
  const path = historyPath(values);
  const isAsked = operands.length > 0;
  if (!isAsked && isThere(path, "history")) return readHistory(path, survey, invocation);
  if (!isAsked) messages.note(`There is no history "${path}", so logs are read`);
  const { found, reports } = await readLogs(invocation, { onBan: (ban) => survey.add(ban) });
  const isPartial = sayScanned({ found, reports, tally: survey.tally }, messages);
  sayLater(survey, invocation);
  return { source: { kind: "logs", files: filesOf({ found, reports }) }, isPartial };
}

function readHistory(path: string, survey: Survey, invocation: Asked): BansRead {
  const { source } = rememberedBans(path, (ban) => survey.add(ban), invocation);
  sayIgnored(survey.tally.ignored, [], invocation.messages);
  sayLater(survey, invocation);
  return { source, isPartial: false };
}

function sayLater({ later }: Survey, { messages }: Asked): void {
  if (later > 0) messages.note(`Ignored ${count(later, "ban")} after the time asked for`);
}

/**
 * Counts the entries of the blocklist, if there is one.
 *
 * @param survey Takes the entries.
 * @param invocation Options and host.
 * @returns The path, unless there is no list that could be read, and whether part of it could not be.
 */
export function readBlocklistFor(
  survey: ListSurvey,
  { values, messages }: Asked,
): { path: string | undefined; isPartial: boolean } {
  const path = blocklistPath(values);
  let isPartial = false;
  try {
    if (!isThere(path, "blocklist")) {
      messages.note(`There is no blocklist "${path}"`);
      return { path: undefined, isPartial };
    }
    for (const list of readList(path)) {
      if (sayProblems(path, list, messages)) isPartial = true;
      survey.add(list);
    }
    return { path, isPartial };
  } catch (error) {
    // Who was banned can be told all the same.
    if (!(error instanceof Failure)) throw error;
    messages.error(error.message, error.hint);
    return { path: undefined, isPartial: true };
  }
}

function isThere(path: string, noun: string): boolean {
  try {
    return stampOf(path) !== "";
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new Failure(`Cannot read ${noun} "${path}": ${reason}`);
  }
}
