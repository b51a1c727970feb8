/**
 * A report in the text format of Prometheus, version 0.0.4, for the textfile collector of its node
 * exporter.
 *
 * All are gauges: what is looked at is a window of time, so that counts fall too, which Prometheus
 * would take for a restart of a counter.
 *
 * @module
 */

import { formatJail } from "../blocklist/jail_words.ts";
import type { Report } from "./report.ts";

/** A number, with the labels that tell it from others of its name. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | undefined;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Prints a report for Prometheus; what is not known is left out. */
export function prometheusReport(report: Report): string {
  return metricsOf(report).map(printMetric).join("");
}

function metricsOf(report: Report): Metric[] {
  const { jails, offenders, networks, list, source } = report;
  const metric = (name: string, help: string, ...samples: readonly Sample[]): Metric => {
    return { name: `permaban_${name}`, help, samples };
  };
  const byJail = (valueOf: (jail: Report["jails"][number]) => number) =>
    jails.map((jail) => ({ labels: { jail: formatJail(jail.name) }, value: valueOf(jail) }));
  const history = source.kind === "history" ? source : undefined;
  return [
    metric("bans", "Bans in the time looked at.", ...byJail(({ bans }) => bans)),
    metric("bans_last_day", "Bans in the last 24 hours.", ...byJail(({ recent }) => recent)),
    metric(
      "addresses",
      "Distinct addresses banned in the time looked at.",
      ...byJail(({ addresses }) => addresses),
    ),
    metric(
      "last_ban_timestamp_seconds",
      "When the last ban was.",
      ...byJail(({ last }) => last),
    ),
    metric("offenders", "Addresses that were banned so often as to be offenders.", {
      value: offenders.total,
    }),
    metric("offenders_listed", "Offenders that are on the blocklist.", {
      value: offenders.listed,
    }),
    metric("crowded_networks", "Networks in which several addresses were banned.", {
      value: networks.total,
    }),
    metric(
      "blocklist_entries",
      "Entries of the blocklist.",
      { labels: { family: "4" }, value: list?.four },
      { labels: { family: "6" }, value: list?.six },
    ),
    metric("blocklist_added", "Entries added to the blocklist in the time looked at.", {
      value: list?.added,
    }),
    metric("blocklist_unreadable_lines", "Lines of the blocklist that were not understood.", {
      value: list?.problems,
    }),
    metric("history_bans", "Bans that the history holds.", { value: history?.bans }),
    metric("history_oldest_timestamp_seconds", "When the oldest ban of the history was.", {
      value: history?.oldest,
    }),
    metric("history_updated_timestamp_seconds", "When the history was brought up to date.", {
      value: history?.updated,
    }),
    metric("report_since_timestamp_seconds", "The beginning of the time looked at.", {
      value: report.since,
    }),
  ];
}

function printMetric({ name, help, samples }: Metric): string {
  const lines = samples.flatMap(({ labels = {}, value }) => {
    if (value === undefined) return [];
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return [`${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`];
  });
  if (lines.length === 0) return "";
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

/** The value of a label, in which a backslash takes away what a character means. */
function escaped(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
