/**
 * Reports for tests.
 *
 * @module
 */

import { parseBlocklist } from "../../lib/blocklist/blocklist.ts";
import { parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import type { Unit } from "../../lib/report/calendar.ts";
import { ListSurvey } from "../../lib/report/list_survey.ts";
import { makeReport, type Report, type ReportOptions } from "../../lib/report/report.ts";
import { Survey } from "../../lib/report/survey.ts";

/** Now, in all of these tests. */
export const NOW = Date.UTC(2026, 2, 31, 12) / 1000;

/** What a report is to be made of. */
export interface Given {
  readonly bans: readonly Ban[];
  readonly list?: string;
  readonly since?: number;
  readonly until?: number;
  readonly minBans?: number;
  readonly unit?: Unit | "auto";
  readonly top?: number;
  readonly jails?: readonly string[];
  readonly source?: ReportOptions["source"];
}

/** Makes a report. */
export function reportOf(given: Given): Report {
  const since = given.since ?? NOW - 365 * 86_400;
  const until = given.until ?? Infinity;
  const survey = new Survey({
    since,
    until,
    recent: NOW - 86_400,
    zone: UTC,
    jails: new Set(given.jails),
    ignoredJails: new Set(["recidive"]),
    countRestored: false,
    ipv6Prefix: 64,
  });
  for (const one of given.bans) survey.add(one);
  const list = new ListSurvey({ since, until, now: NOW }, UTC);
  if (given.list !== undefined) list.add(parseBlocklist(new TextEncoder().encode(given.list)));
  return makeReport(survey, {
    now: NOW,
    zone: UTC,
    since,
    until,
    source: given.source ?? { kind: "logs", files: [] },
    minBans: given.minBans ?? 2,
    prefixes: { 4: 24, 6: 48 },
    unit: given.unit ?? "day",
    top: given.top ?? Infinity,
    list: given.list === undefined ? undefined : { path: "list", survey: list },
  });
}

/** A ban at a time such as `03-05 10:00` of 2026. */
export function ban(address: string | undefined, when: string, jail = "sshd"): Ban {
  return {
    network: address === undefined ? undefined : parseNetwork(address),
    jail,
    time: Date.parse(`2026-${when.replace(" ", "T")}:00Z`) / 1000,
    restored: false,
  };
}
