/**
 * Reads logs whole.
 *
 * @module
 */

import type { BanListener } from "../log/ban.ts";
import { DEFAULT_LOGS, findLogs, type FoundLogs } from "../log/find_logs.ts";
import { STDIN } from "../log/log_file.ts";
import { type LogReport, scanLogs } from "../log/scan_logs.ts";
import type { Invocation } from "./command.ts";
import { readingOptions } from "./reading_options.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";

/**
 * Reads the logs that are named, or fail2ban's own.
 *
 * @param invocation Logs, options and host.
 * @param listener Called with each ban.
 * @returns The logs and what stood in the way of others, and a report on each.
 */
export async function readLogs(
  invocation: Invocation<Pick<typeof SCAN_OPTIONS, "jobs">>,
  listener: BanListener,
): Promise<{ found: FoundLogs; reports: LogReport[] }> {
  const { operands, host, messages } = invocation;
  const found = await findLogs(operands.length > 0 ? operands : [DEFAULT_LOGS]);
  if (found.files.some(({ path }) => path === STDIN) && host.stdin.isTerminal()) {
    messages.hint("reading standard input, Ctrl-D ends it");
  }
  using reading = readingOptions(found.files, invocation);
  const reports = await scanLogs(found.files, {
    ...reading.options,
    stdin: host.stdin,
    ...listener,
    onCopy: ({ path }, of) =>
      found.skipped.push({ path, because: `it holds nothing that is not in "${of.path}"` }),
  });
  return { found, reports };
}
