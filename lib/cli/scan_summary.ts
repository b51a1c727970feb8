/**
 * What a scan saw, said at its end.
 *
 * @module
 */

import type { FoundLogs } from "../log/find_logs.ts";
import type { LogReport } from "../log/scan_logs.ts";
import type { Ignored, Tally } from "../offender/tally.ts";
import { count, type Messages } from "./messages.ts";

/** What was found and read. */
export interface Scanned {
  /** The logs and what stood in the way of others. */
  readonly found: FoundLogs;
  /** A report on each log. */
  readonly reports: readonly LogReport[];
  /** The counts. */
  readonly tally: Tally;
}

/**
 * Says what was read, what did not count and what went wrong.
 *
 * @returns Whether part of the input could not be read.
 */
export function sayScanned(
  { found, reports, tally }: Omit<Scanned, "tally"> & { readonly tally?: Tally },
  messages: Messages,
): boolean {
  for (const { path, message } of found.problems) {
    messages.error(`Cannot read log "${path}": ${message}`);
  }
  for (const { path, because } of found.skipped) messages.detail(`Skipped "${path}": ${because}`);
  let isPartial = found.problems.length > 0;
  for (const { path, error, hint, lines } of reports) {
    if (error === undefined) continue;
    isPartial = true;
    const rest = lines > 0 ? `, what came before counts (${count(lines, "line")})` : "";
    messages.error(`${path === "-" ? "stdin" : path}: ${error}${rest}`, hint);
  }
  warnOfForeignLogs(reports, messages);
  const files = count(reports.length, "file");
  const lines = count(sum(reports, "lines"), "line");
  messages.note(
    reports.length === 0 && found.files.length > 0
      ? `Nothing is new in ${count(found.files.length, "log")}`
      : `Read ${files} with ${lines} and ${count(sum(reports, "bans"), "ban")}`,
  );
  sayIgnored(tally?.ignored, reports, messages);
  return isPartial;
}

/** Says which bans did not count, if any. */
export function sayIgnored(
  ignored: Ignored | undefined,
  reports: readonly LogReport[],
  messages: Messages,
): void {
  const reasons = reasonsOf(ignored, reports);
  if (reasons.length > 0) messages.note(`Ignored ${reasons.join(", ")}`);
}

function reasonsOf(ignored: Ignored | undefined, reports: readonly LogReport[]): string[] {
  const { restored = 0, notAddresses = 0, old = 0, allowed = 0, pardoned = 0, jails = [] } =
    ignored ?? {};
  const mentions = sum(reports, "mentions");
  return [
    ...(restored > 0 ? [`${count(restored, "restored ban")} (--count-restored counts them)`] : []),
    ...[...jails].map(([jail, bans]) => `${count(bans, "ban")} in jail "${jail}"`),
    ...(old > 0 ? [`${count(old, "ban")} before the time asked for`] : []),
    ...(allowed > 0 ? [`${count(allowed, "ban")} of what is on the allowlist`] : []),
    ...(pardoned > 0 ? [`${count(pardoned, "ban")} before a pardon`] : []),
    ...(notAddresses > 0 ? [`${count(notAddresses, "ban")} of what is no address`] : []),
    ...(mentions > 0
      ? [`${count(mentions, "line")} that only ${mentions === 1 ? "mentions" : "mention"} a ban`]
      : []),
  ];
}

/** A log level that hides bans is one thing, a log of another program quite another. */
function warnOfForeignLogs(reports: readonly LogReport[], messages: Messages): void {
  // What was known before is not foreign.
  const fresh = reports.filter(({ reach, bytes }) => !reach || reach.length === bytes);
  const withText = fresh.filter(({ lines }) => lines > 0);
  if (withText.length === 0 || withText.some(({ familiar }) => familiar)) return;
  const [first] = withText.filter(({ firstLine }) => firstLine !== "");
  const seen = first ? `, "${first.path}" begins with "${first.firstLine}"` : "";
  messages.warning(
    `No line looks like one of fail2ban's${seen}`,
    "name fail2ban's own logs; logtarget in its configuration says where they are",
  );
}

/** One count of all logs together. */
export function sum(
  reports: readonly LogReport[],
  field: "bytes" | "lines" | "bans" | "mentions",
): number {
  return reports.reduce((total, report) => total + report[field], 0);
}
