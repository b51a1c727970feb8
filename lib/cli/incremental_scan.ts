/**
 * A scan that reads what is new and remembers the rest.
 *
 * Where nothing is new, what was made of it the last time still holds, and neither logs nor history
 * are read; so little is loaded here, and the rest only when it is needed.
 *
 * @module
 */

import { stampOf } from "../file/file_stamp.ts";
import { DEFAULT_LOGS, findLogs, type FoundLogs } from "../log/find_logs.ts";
import { fingerprintOf } from "../log/fingerprint.ts";
import { type LogFile, STDIN } from "../log/log_file.ts";
import { traceOfUnchanged } from "../log/log_trace.ts";
import type { History } from "../offender/history.ts";
import { HistoryDamage } from "../offender/history_error.ts";
import {
  allowlistPath,
  blocklistPath,
  historyPath,
  type Invocation,
  pardonsPath,
  type Run,
} from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { type HeldHistory, holdHistory, sayCut, sayDamage, watchHistory } from "./history_file.ts";
import { count } from "./messages.ts";
import { sayOffenders } from "./offender_note.ts";

/** How long bans are kept unless told otherwise, in seconds. */
const KEEP = 2 * 365 * 86_400;

/** Months back to which the time zone is compared. */
const MONTHS = 36;

type Scan = Invocation<typeof SCAN_OPTIONS>;

/** Counts the bans of the history, after adding what is new in the logs. */
export const scanNew: Run<typeof SCAN_OPTIONS> = async (invocation) => {
  const { values, operands, host } = invocation;
  if (operands.includes(STDIN)) {
    throw usageError(
      "Standard input cannot be read with --incremental",
      "it needs files, which it knows again the next time",
    );
  }
  const { keep = Math.max(KEEP, values.within) } = values;
  if (keep < values.within) {
    throw usageError(
      "Option --keep is shorter than what --within looks back (1y unless it is given)",
      "bans must be kept as long as they are to count",
    );
  }
  const path = historyPath(values);
  using held = values["dry-run"]
    ? watchHistory(path, host)
    : await holdHistory(path, values.wait, host);
  try {
    return await scanHeld(held, keep, invocation);
  } catch (error) {
    if (!(error instanceof HistoryDamage)) throw error;
    await held.doing(() => held.history.putAside());
    return await scanHeld(held, keep, invocation);
  }
};

/** Does it all; nothing was said or printed yet where the history turns out to be damaged. */
async function scanHeld(held: HeldHistory, keep: number, invocation: Scan): Promise<ExitStatus> {
  const { operands, values, messages } = invocation;
  const { history } = held;
  const isDamaged = sayDamage(history, messages);
  // What is written anew is whole again.
  const isCut = !values["dry-run"] && sayCut(history, messages);
  const patterns = operands.length > 0 ? operands : [DEFAULT_LOGS];
  const found = withoutPipes(await findLogs(patterns));
  const isSound = !isDamaged && !isCut && found.problems.length === 0;
  const isOld = isNothingNew(found.files, history);
  const sayOld = () => messages.note(`Nothing is new in ${count(found.files.length, "log")}`);
  if (isSound && isOld && await giveOldAnswer(held, invocation, sayOld)) return EXIT.done;
  const { readNew } = await import("./read_new.ts");
  const news = await readNew(held, { patterns, found, keep }, invocation);
  const isWhole = isSound && news.reports.every(({ error }) => error === undefined);
  const { sayScanned } = await import("./scan_summary.ts");
  const sayNew = () => void sayScanned(news, messages);
  // Before anything is printed: it may turn out to be damaged.
  await held.doing(() => history.tidy(), EXIT.partly);
  if (!isOld && isWhole && await giveOldAnswer(held, invocation, sayNew)) return EXIT.done;
  const { giveNewAnswer } = await import("./new_answer.ts");
  const status = await giveNewAnswer(held, news, invocation);
  await held.doing(() => history.tidy(), EXIT.partly);
  return isDamaged && status === EXIT.done ? EXIT.partly : status;
}

/** The logs without those that could not be known again. */
function withoutPipes(found: FoundLogs): FoundLogs {
  // What was renamed at this moment the next run finds.
  const problems = found.problems.filter(({ isGone }) => !isGone);
  for (const { path, seekable } of found.files) {
    if (!seekable) {
      problems.push({ path, message: "it is no regular file, which --incremental needs" });
    }
  }
  return { ...found, files: found.files.filter(({ seekable }) => seekable), problems };
}

function isNothingNew(files: readonly LogFile[], { state: { traces } }: History): boolean {
  return files.every((file) => traceOfUnchanged(file, traces));
}

/**
 * What decides on a scan's result besides bans and blocklist, as a digest; `undefined` where the result
 * tells of the run itself and so is never the same.
 */
export function questionOf({ values, host }: Scan): string | undefined {
  if (values.json || values["dry-run"]) return undefined;
  const { update, within, jail, subnet4, subnet6, ...rest } = values;
  const isByDay = rest["min-days"] > 1;
  const counted = {
    within,
    jail,
    minBans: rest["min-bans"],
    minimums: [...rest["jail-min"]].sort(),
    weights: [...rest["jail-weight"]].sort(),
    subnets: [subnet4, subnet6],
    days: isByDay ? [rest["min-days"], offsetsOf(host)] : [],
    ignored: rest["ignore-jail"],
    restored: rest["count-restored"],
    prefix: rest["ipv6-prefix"],
  };
  const about = update
    ? { list: blocklistPath(values), wide: rest["allow-wide"], expire: rest.expire }
    : { zone: offsetsOf(host), isTerminal: host.stdout.isTerminal() };
  const exempt = [allowlistPath(values), pardonsPath(values)].map((path) => [path, stampOf(path)]);
  const words = JSON.stringify({ ...counted, exempt, ...about });
  return fingerprintOf(new TextEncoder().encode(words)).digest;
}

/** How far local time is ahead of UTC in each month of some years, which no other zone shares. */
function offsetsOf(host: Scan["host"]): string {
  const month = 30 * 86_400;
  const current = Math.floor(host.now() / month);
  const offsets = Array.from(
    { length: MONTHS },
    (_, back) => host.zone.offsetAt((current - back) * month),
  );
  return [current, ...offsets].join(" ");
}

/** Gives the result of the last run again, if it still holds; whether it does. */
async function giveOldAnswer(
  { history }: HeldHistory,
  invocation: Scan,
  sayRead: () => void,
): Promise<boolean> {
  const { values, host } = invocation;
  const { answer } = history.state;
  const now = host.now();
  if (!answer || answer.question !== questionOf(invocation) || answer.at > now) return false;
  // Then an entry of the blocklist has lapsed, or one of the allowlist.
  if (now >= (answer.until ?? Infinity)) return false;
  // Another run may have kept bans for a shorter time than this one looks back.
  if (values.within > now - (history.state.horizon ?? -Infinity)) return false;
  if (values.update) {
    // Who took an entry off otherwise than by "remove", which pardons, may have done so by mistake: it
    // comes back.
    if (answer.listed !== stampOf(blocklistPath(values))) return false;
  } else {
    const printed = now < (answer.printed?.until ?? -Infinity) ? history.printed() : undefined;
    if (!printed) return false;
    await host.stdout.write(printed);
  }
  sayRead();
  sayOffenders(answer.offenders, invocation);
  return true;
}
