/**
 * `permaban report`.
 *
 * @module
 */

import { ListSurvey } from "../report/list_survey.ts";
import { makeReport, type Report } from "../report/report.ts";
import { Survey } from "../report/survey.ts";
import { checkIgnored, ignoredJails } from "./check_choice.ts";
import { isColored } from "./color.ts";
import type { Invocation, Run } from "./command.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { readBans, readBlocklistFor } from "./report_source.ts";
import type { REPORT_OPTIONS } from "./spec/report_spec.ts";
import { whenOf } from "./when_option.ts";

const DAY = 86_400;
/** How far back a report looks unless told otherwise, in seconds. */
const YEAR = 365 * DAY;
/** How many offenders and networks are shown unless told otherwise. */
const TOP = 10;
/** How many characters are in a line where nobody knows better. */
const WIDTH = 80;

type Asked = Invocation<typeof REPORT_OPTIONS>;

/** Shows who was banned, when, by which jails, from where. */
export const report: Run<typeof REPORT_OPTIONS> = async (invocation) => {
  const { values, host } = invocation;
  const format = formatOf(invocation);
  checkIgnored(values);
  const now = host.now();
  const { since, until } = spanOf(invocation, now);
  const survey = new Survey({
    // What happened is told of everybody, be it allowed or pardoned.
    jails: new Set(values.jail),
    ignoredJails: ignoredJails(values),
    countRestored: values["count-restored"],
    ipv6Prefix: values["ipv6-prefix"],
    since,
    until,
    recent: now - DAY,
    zone: host.zone,
  });
  const { source, isPartial } = await readBans(survey, invocation);
  const listSurvey = new ListSurvey({ since, until, now }, host.zone);
  const list = readBlocklistFor(listSurvey, invocation);
  const made = makeReport(survey, {
    now,
    zone: host.zone,
    since,
    until,
    source,
    minBans: values["min-bans"],
    prefixes: { 4: values.network4, 6: values.network6 },
    unit: values.by,
    top: values.top || (format === "csv" ? Infinity : TOP),
    list: list.path === undefined ? undefined : { path: list.path, survey: listSurvey },
  });
  for (const piece of await printed(made, format, invocation)) await host.stdout.write(piece);
  return isPartial || list.isPartial ? EXIT.partly : EXIT.done;
};

type Format = Asked["values"]["format"];

function formatOf({ values: { format, json, table } }: Asked): Format {
  if (json && format !== "text" && format !== "json") {
    throw usageError(`Option --json does not go with --format ${format}`);
  }
  if (table !== "offenders" && format !== "csv") {
    throw usageError("Option --table needs --format csv");
  }
  return json ? "json" : format;
}

/** The time asked for. */
function spanOf({ values, given, host }: Asked, now: number): { since: number; until: number } {
  const { within, since: from, until: to } = values;
  // What a configuration says of --within holds where --since does not.
  if (from !== undefined && (given.get("within") ?? []).length > 0) {
    throw usageError("Options --since and --within both say where to begin");
  }
  const until = to === undefined ? Infinity : whenOf(to, "until", now, host.zone);
  const since = from === undefined
    ? Math.min(until, now) - (within ?? YEAR)
    : whenOf(from, "since", now, host.zone);
  if (since >= until || since > now) {
    throw usageError(
      `There is no time between ${from ?? "the beginning"} and ${to ?? "now"}`,
      "--since names the earlier one",
    );
  }
  return { since, until };
}

/** The report in a format, in pieces; no other format is loaded. */
async function printed(
  report: Report,
  format: Format,
  { values, host }: Asked,
): Promise<Iterable<string>> {
  switch (format) {
    case "json":
      return [(await import("../report/json_report.ts")).jsonReport(report)];
    case "csv":
      return (await import("../report/csv_report.ts")).csvReport(report, values.table);
    case "html":
      return [(await import("../report/html_report.ts")).htmlReport(report)];
    case "prometheus":
      return [(await import("../report/prometheus_report.ts")).prometheusReport(report)];
    case "text": {
      const { textReport } = await import("../report/text_report.ts");
      const { stdout } = host;
      const width = (stdout.isTerminal() ? stdout.width() : undefined) ?? WIDTH;
      return [textReport(report, { width, isColored: isColored(values.color, stdout, host) })];
    }
  }
}
