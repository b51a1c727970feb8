/**
 * Making a report of very many bans, beside counting them alone.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Ban } from "../../lib/log/ban.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import { ECHO_JAILS } from "../../lib/offender/echo_jails.ts";
import { Tally } from "../../lib/offender/tally.ts";
import { ListSurvey } from "../../lib/report/list_survey.ts";
import { makeReport, type Report } from "../../lib/report/report.ts";
import { Survey } from "../../lib/report/survey.ts";
import { textReport } from "../../lib/report/text_report.ts";
import { sampleBans } from "./sample_bans.ts";
import { NEWEST } from "./sample_log.ts";

const ADDRESSES = 100_000;
const BANS = 500_000;
const YEAR = 365 * 86_400;

const OPTIONS = {
  since: NEWEST - YEAR,
  jails: new Set<string>(),
  ignoredJails: new Set(ECHO_JAILS),
  countRestored: false,
  ipv6Prefix: 64,
};

/** Bans of a year, address by address, as a history has them. */
function yearOfBans(): Ban[] {
  const some = sampleBans(4, ADDRESSES);
  return Array.from({ length: BANS }, (_, index) => {
    const ban = some[Math.floor(index * ADDRESSES / BANS)] ?? some[0]!;
    return { ...ban, time: NEWEST - (index * 7919) % YEAR };
  });
}

function tallied(bans: readonly Ban[]): Tally {
  const tally = new Tally(OPTIONS);
  for (const ban of bans) tally.add(ban);
  return tally;
}

function reported(bans: readonly Ban[]): Report {
  const { since } = OPTIONS;
  const survey = new Survey({ ...OPTIONS, until: Infinity, recent: NEWEST - 86_400, zone: UTC });
  for (const ban of bans) survey.add(ban);
  return makeReport(survey, {
    now: NEWEST,
    zone: UTC,
    since,
    until: Infinity,
    source: { kind: "logs", files: [] },
    minBans: 5,
    prefixes: { 4: 24, 6: 48 },
    unit: "auto",
    top: 10,
    list: { path: "list", survey: new ListSurvey({ since, until: Infinity, now: NEWEST }, UTC) },
  });
}

const bans = yearOfBans();
assertEquals(reported(bans).bans, tallied(bans).counted);
const group = `${BANS} bans of ${ADDRESSES} addresses`;
Deno.bench("count and pick", { group, baseline: true }, () => void tallied(bans).offenders(5));
Deno.bench("report", { group }, () => void reported(bans));
Deno.bench("report, printed", { group }, () => {
  textReport(reported(bans), { width: 80, isColored: false });
});
