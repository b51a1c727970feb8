/**
 * A scan that reads all logs from their beginning.
 *
 * @module
 */

import { Tally } from "../offender/tally.ts";
import { choiceOf, exemptNow, tallyOptions } from "./choice.ts";
import type { Run } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { readLogs } from "./read_logs.ts";
import { giveResult } from "./scan_result.ts";
import { sayScanned } from "./scan_summary.ts";

/** Counts all bans in the logs. */
export const scanAll: Run<typeof SCAN_OPTIONS> = async (invocation) => {
  const { values, host, messages } = invocation;
  const exempt = await exemptNow(invocation);
  const tally = new Tally(tallyOptions(values, host, exempt.exemptions));
  const choice = await choiceOf(invocation);
  const { found, reports } = await readLogs(invocation, tally.listener);
  const offenders = tally.offenders(choice);
  const isPartial = sayScanned({ found, reports, tally }, messages) || exempt.isPartial;
  const result = { found, reports, tally, offenders, choice, isPartial };
  if (values["dry-run"]) {
    return await (await import("./dry_run.ts")).giveDecisions(result, invocation);
  }
  return (await giveResult(result, invocation)).status;
};
