/**
 * A scan that reads all logs from their beginning.
 *
 * @module
 */

import { DEFAULT_LOGS, findLogs, type FoundLogs } from "../log/find_logs.ts";
import { STDIN } from "../log/log_file.ts";
import { type LogReport, scanLogs } from "../log/scan_logs.ts";
import { Tally } from "../offender/tally.ts";
import { choiceOf, tallyOptions } from "./choice.ts";
import type { Invocation, Run } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { readExemptions } from "./read_exemptions.ts";
import { readingOptions } from "./reading_options.ts";
import { giveResult } from "./scan_result.ts";
import { sayScanned } from "./scan_summary.ts";

/** Counts all bans in the logs. */
export const scanAll: Run<typeof SCAN_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  const exempt = readExemptions(values, host.now(), messages);
  const tally = new Tally(tallyOptions(values, host, exempt.exemptions));
  const choice = choiceOf(invocation);
  const found = await findLogs(operands.length > 0 ? operands : [DEFAULT_LOGS]);
  const reports = await read(found, tally, invocation);
  const offenders = tally.offenders(choice);
  const isPartial = sayScanned({ found, reports, tally }, messages) || exempt.isPartial;
  const result = { found, reports, tally, offenders, choice, isPartial };
  if (values["dry-run"]) {
    return await (await import("./dry_run.ts")).giveDecisions(result, invocation);
  }
  return (await giveResult(result, invocation)).status;
};

async function read(
  found: FoundLogs,
  tally: Tally,
  invocation: Invocation<typeof SCAN_OPTIONS>,
): Promise<LogReport[]> {
  const { host, messages } = invocation;
  if (found.files.some(({ path }) => path === STDIN) && host.stdin.isTerminal()) {
    messages.hint("reading standard input, Ctrl-D ends it");
  }
  using reading = readingOptions(found.files, invocation);
  return await scanLogs(found.files, {
    ...reading.options,
    stdin: host.stdin,
    onBan: (ban) => tally.add(ban),
    onCopy: ({ path }, of) =>
      found.skipped.push({ path, because: `it holds nothing that is not in "${of.path}"` }),
  });
}
