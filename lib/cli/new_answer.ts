/**
 * Counts the bans of the history and gives the result.
 *
 * @module
 */

import { stampOf } from "../file/file_stamp.ts";
import { formatLocalDay } from "../log/time_zone.ts";
import type { Offenders } from "../offender/offenders.ts";
import { Tally } from "../offender/tally.ts";
import { choiceOf, exemptNow, tallyOptions } from "./choice.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import type { HeldHistory } from "./history_file.ts";
import { questionOf } from "./incremental_scan.ts";
import { count } from "./messages.ts";
import type { ReadNews } from "./read_new.ts";
import { giveResult } from "./scan_result.ts";
import { sayScanned } from "./scan_summary.ts";

/** Of what was printed, no more is kept for the next time; in characters. */
const MOST_PRINTED = 4 << 20;

/**
 * Counts the bans of the history, prints or lists the offenders, and remembers that.
 *
 * @param held The history.
 * @param news What was read in this run.
 * @param invocation Options and host.
 * @returns How the run ends.
 */
export async function giveNewAnswer(
  held: HeldHistory,
  { found, reports }: ReadNews,
  invocation: Invocation<typeof SCAN_OPTIONS>,
): Promise<ExitStatus> {
  const { values, host, messages } = invocation;
  const { history } = held;
  const now = host.now();
  // Asked before the lists are read: a change after that makes it another question.
  const question = questionOf(invocation);
  const exempt = await exemptNow(invocation);
  const tally = new Tally(tallyOptions(values, host, exempt.exemptions));
  const choice = await choiceOf(invocation);
  const extent = { bans: 0, oldest: Infinity, newest: -Infinity };
  held.now(() =>
    history.bans((ban) => {
      extent.bans++;
      if (ban.time < extent.oldest) extent.oldest = ban.time;
      if (ban.time > extent.newest) extent.newest = ban.time;
      tally.add(ban);
    })
  );
  const offenders = tally.offenders(choice);
  const isPartial = sayScanned({ found, reports, tally }, messages) || exempt.isPartial;
  if (extent.bans > 0) {
    const since = formatLocalDay(extent.oldest, host.zone);
    messages.note(`The history holds ${count(extent.bans, "ban")} since ${since}`);
  }
  const result = { found, reports, tally, offenders, choice, isPartial, extent };
  if (values["dry-run"]) {
    return await (await import("./dry_run.ts")).giveDecisions(result, invocation);
  }
  const printed: string[] = [];
  let length = 0;
  const write = async (text: string) => {
    if ((length += text.length) <= MOST_PRINTED) printed.push(text);
    await host.stdout.write(text);
  };
  const { status, isListed, until: lapses } = await giveResult(
    result,
    invocation,
    values.update ? undefined : write,
  );
  const isAnswered = values.update ? isListed : length <= MOST_PRINTED;
  if (question === undefined || !isAnswered || exempt.isPartial) return status;
  const until = Math.min(exempt.until, lapses ?? Infinity);
  const answer = {
    question,
    at: now,
    offenders: offenders.length,
    // JSON has no number for never.
    ...until < Infinity && { until },
  };
  await held.doing(() => {
    if (values.update) history.answer({ ...answer, listed: stampOf(blocklistPath(values)) });
    else {history.answer(answer, {
        until: firstOf(offenders) + values.within,
        text: printed.join(""),
      });}
  }, EXIT.partly);
  return status;
}

/** When the first ban of any of them was, in seconds since 1970. */
function firstOf(offenders: Offenders): number {
  let earliest = 1e15;
  for (const { first } of offenders) earliest = Math.min(earliest, first);
  return earliest;
}
