/**
 * Whether the logs are there, can be read, and are fail2ban's.
 *
 * @module
 */

import type { FoundLogs } from "../log/find_logs.ts";
import type { LogReport } from "../log/scan_logs.ts";
import { count } from "../report/count.ts";
import { type Finding, findingsAbout } from "./finding.ts";

const { ok, wrong } = findingsAbout("logs");

/**
 * Looks at what was read.
 *
 * @param target Where fail2ban logs to, as its configuration says.
 * @param isThere Whether there is that log, and not only older ones.
 * @param found The logs that are there.
 * @param reports What was read of each.
 */
export function checkLogs(
  target: string,
  isThere: boolean,
  found: FoundLogs,
  reports: readonly LogReport[],
): Finding[] {
  if (!target.startsWith("/")) {
    return [wrong(
      `fail2ban logs to ${target}, not to a file that could be read`,
      'set "logtarget = /var/log/fail2ban.log" in /etc/fail2ban/fail2ban.local, then: ' +
        "fail2ban-client reload; or name the file its lines end up in: permaban install --log FILE",
    )];
  }
  const problems = found.problems.filter(({ isGone, message }) =>
    !isGone && message !== "no file matches"
  );
  const findings = problems.map(({ path, message }) =>
    wrong(`Cannot read log ${path}: ${message}`, wayOutOf(message) ?? "move it elsewhere")
  );
  if (!isThere) {
    findings.push(wrong(
      `There is no log ${target}`,
      `install -m 640 -o root -g adm /dev/null ${target}; systemctl restart fail2ban; ` +
        "fail2ban-client get logtarget says whether it logs elsewhere",
    ));
  }
  for (const { path, error, hint } of reports) {
    if (error !== undefined) {
      findings.push(wrong(`${path}: ${error}`, hint ?? wayOutOf(error) ?? BROKEN));
    }
  }
  return [...findings, ...checkContent(reports)];
}

function checkContent(reports: readonly LogReport[]): Finding[] {
  const sum = (key: "bans" | "lines") => reports.reduce((sum, report) => sum + report[key], 0);
  const [bans, lines] = [sum("bans"), sum("lines")];
  const foreign = reports.filter(({ lines, bans, familiar }) =>
    lines > 0 && bans === 0 && !familiar
  );
  if (
    lines > 0 && bans === 0 && foreign.length === reports.filter(({ lines }) => lines > 0).length
  ) {
    const names = foreign.map(({ path }) => path).join(", ");
    return [wrong(
      `No line in ${names} is like one of fail2ban's`,
      "name the log that it writes with --log, or look at logformat in fail2ban.local",
    )];
  }
  if (reports.length === 0) return [];
  return [ok(`${count(bans, "ban")} in ${count(reports.length, "log")}`)];
}

/** What helps where a log is not whole: it is read as far as it goes. */
const BROKEN = "what is before that is read; move it elsewhere if there is no whole one";

/** What helps where the system refuses. */
export function wayOutOf(reason: string): string | undefined {
  return reason.includes("permi") ? "run it as root" : undefined;
}
