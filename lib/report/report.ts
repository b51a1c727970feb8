/**
 * Who was banned, when, by which jails, from which networks, and what the blocklist did about it.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { compareNetworks } from "../ip/network.ts";
import type { TimeZone } from "../log/time_zone.ts";
import type { Offender } from "../offender/offenders.ts";
import type { Ignored } from "../offender/tally.ts";
import { dayOf, type Unit } from "./calendar.ts";
import { type CrowdedNetwork, CrowdedNetworks } from "./crowded_networks.ts";
import type { ListSurvey } from "./list_survey.ts";
import { type DaySpan, type Periods, periodsOf } from "./period_counts.ts";
import type { Survey } from "./survey.ts";

/** Where bans were read: from the history, or from logs. */
export type Source = HistorySource | LogsSource;

/** A history. */
export interface HistorySource {
  /** What it is. */
  readonly kind: "history";
  /** Its file. */
  readonly path: string;
  /** How many bans it holds. */
  readonly bans: number;
  /** When the oldest of them was, in seconds since 1970; `undefined` where there is none. */
  readonly oldest: number | undefined;
  /** When the newest was. */
  readonly newest: number | undefined;
  /** When it was brought up to date, in seconds since 1970. */
  readonly updated: number;
}

/** Logs. */
export interface LogsSource {
  /** What they are. */
  readonly kind: "logs";
  /** What was read of each, and why not more. */
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly lines: number;
    readonly bans: number;
    readonly error: string | null;
  }[];
}

/** What a report is made of. */
export interface ReportOptions {
  /** The time, in seconds since 1970. */
  readonly now: number;
  /** The zone of all times. */
  readonly zone: TimeZone;
  /** The beginning of the time asked for, in seconds since 1970. */
  readonly since: number;
  /** Its end; Infinity where it has none, so that what a fast clock wrote counts too. */
  readonly until: number;
  /** Where bans were read. */
  readonly source: Source;
  /** How many bans make an offender. */
  readonly minBans: number;
  /** The prefix lengths of the networks, by family. */
  readonly prefixes: { readonly 4: number; readonly 6: number };
  /** Into what time is divided. */
  readonly unit: Unit | "auto";
  /** How many offenders and networks are shown at most. */
  readonly top: number;
  /** The blocklist, as far as there is one. */
  readonly list: { readonly path: string; readonly survey: ListSurvey } | undefined;
}

/** A jail and its bans. */
export interface JailRow {
  /** Its name, in whatever characters. */
  readonly name: string;
  /** How many. */
  readonly bans: number;
  /** How many of them in the last 24 hours. */
  readonly recent: number;
  /** Distinct addresses that it banned. */
  readonly addresses: number;
  /** How many of them are offenders. */
  readonly offenders: number;
  /** The first ban, in seconds since 1970. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
}

/** What is listed holds the entry of the blocklist that covers it all, if there is one. */
export interface Listed {
  /** The entry. */
  readonly listed: Network | undefined;
}

/** Shown first, and how many there are in all. */
export interface TopList<Row> {
  /** How many there are. */
  readonly total: number;
  /** How many of them the blocklist covers; `undefined` where there is none. */
  readonly listed: number | undefined;
  /** Those that are shown, made one by one. */
  readonly rows: Iterable<Row & Listed>;
}

/** A report, for any format. */
export interface Report extends Omit<ReportOptions, "unit" | "list" | "top"> {
  /** Bans that counted. */
  readonly bans: number;
  /** Distinct addresses, or networks that count as one. */
  readonly addresses: number;
  /** The first ban, in seconds since 1970; `undefined` where there is none. */
  readonly first: number | undefined;
  /** The last one. */
  readonly last: number | undefined;
  /** Bans that did not count. */
  readonly ignored: Ignored & { readonly later: number };
  /** The day with the most bans, counted from 1970-01-01. */
  readonly busiest: { readonly day: number; readonly bans: number } | undefined;
  /** Bans by time. */
  readonly periods: Periods;
  /** Bans by the hour of the day, 24 of them. */
  readonly hours: readonly number[];
  /** Jails, most bans first, then by name. */
  readonly jails: readonly JailRow[];
  /** Those with many bans, most first. */
  readonly offenders: TopList<Offender>;
  /** Networks with several addresses, most first. */
  readonly networks: TopList<CrowdedNetwork>;
  /** The blocklist, if there is one. */
  readonly list: ListSummary | undefined;
}

/** The blocklist in numbers. */
export interface ListSummary {
  /** The file. */
  readonly path: string;
  /** Its entries. */
  readonly entries: number;
  /** Those of IPv4. */
  readonly four: number;
  /** Those of IPv6. */
  readonly six: number;
  /** Those that were added in the time asked for. */
  readonly added: number;
  /** Those that do not say when they were added. */
  readonly undated: number;
  /** Lines that were not understood. */
  readonly problems: number;
}

/**
 * Makes a report.
 *
 * @param survey What was counted.
 * @param options All else.
 */
export function makeReport(survey: Survey, options: ReportOptions): Report {
  const { now, zone, since, until, source, minBans, prefixes, unit, list } = options;
  const { tally } = survey;
  const people = addressesOf(survey, options);
  const jails = jailRows(survey, people.jails);
  const [first, last] = [
    jails.reduce((least, jail) => Math.min(least, jail.first), Infinity),
    jails.reduce((most, jail) => Math.max(most, jail.last), -Infinity),
  ];
  const days = { bans: survey.days, fresh: people.fresh, listed: list?.survey.days ?? new Map() };
  const bans = tally.counted;
  return {
    now,
    zone,
    since,
    until,
    source,
    minBans,
    prefixes,
    bans,
    addresses: people.count,
    first: bans > 0 ? first : undefined,
    last: bans > 0 ? last : undefined,
    ignored: { ...tally.ignored, later: survey.later },
    busiest: busiestOf(survey.days),
    periods: periodsOf(daysToShow(survey, first, last, options), days, unit),
    hours: [...survey.hours],
    jails,
    offenders: topOf(tally.offenders(minBans), options),
    networks: topOf(people.networks, options),
    list: list && summaryOf(list.path, list.survey),
  };
}

/** What is to be learnt from each address. */
interface Addresses {
  readonly count: number;
  /** Addresses by the day of their first ban. */
  readonly fresh: ReadonlyMap<number, number>;
  /** Addresses and offenders, by the number of the jail. */
  readonly jails: readonly { addresses: number; offenders: number }[];
  readonly networks: readonly CrowdedNetwork[];
}

function addressesOf({ tally }: Survey, { minBans, prefixes, zone }: ReportOptions): Addresses {
  const fresh = new Map<number, number>();
  const jails = tally.jails.map(() => ({ addresses: 0, offenders: 0 }));
  const crowds = {
    4: new CrowdedNetworks(4, prefixes[4], minBans),
    6: new CrowdedNetworks(6, prefixes[6], minBans),
  };
  let count = 0;
  for (const address of tally.counts()) {
    count++;
    const day = dayOf(address.first, zone);
    fresh.set(day, (fresh.get(day) ?? 0) + 1);
    for (const [number] of address.jails) {
      const jail = jails[number];
      if (!jail) continue;
      jail.addresses++;
      if (address.bans >= minBans) jail.offenders++;
    }
    crowds[address.network.family].add(address);
  }
  const networks = [...crowds[4], ...crowds[6]].sort((a, b) =>
    b.addresses - a.addresses || b.bans - a.bans || compareNetworks(a.network, b.network)
  );
  return { count, fresh, jails, networks };
}

function jailRows({ tally, jails }: Survey, counts: Addresses["jails"]): JailRow[] {
  return tally.jails
    .flatMap((name, number) => {
      const [jail, count] = [jails.get(name), counts[number]];
      return jail && count ? [{ name, ...jail, ...count }] : [];
    })
    .sort((a, b) => b.bans - a.bans || (a.name < b.name ? -1 : 1));
}

function busiestOf(days: ReadonlyMap<number, number>): Report["busiest"] {
  let busiest: { day: number; bans: number } | undefined;
  for (const [day, bans] of days) {
    // The first of several, so that the order in which bans came does not show.
    const isBusier = !busiest || bans > busiest.bans ||
      (bans === busiest.bans && day < busiest.day);
    if (isBusier) busiest = { day, bans };
  }
  return busiest;
}

/**
 * The days to show: all that were asked for, as far as something is known of them. Before the oldest
 * ban nobody knows whether it was quiet or nobody wrote it down.
 */
function daysToShow(
  { oldest }: Survey,
  first: number,
  last: number,
  { since, until, now, zone }: ReportOptions,
): DaySpan | undefined {
  if (first === Infinity) return undefined;
  const end = until === Infinity ? Math.max(now, last) : Math.max(Math.min(until - 1, now), last);
  return { from: dayOf(oldest < since ? since : first, zone), to: dayOf(end, zone) };
}

/** The first of some rows, each with the entry that covers it. */
function topOf<Row extends { readonly network: Network }>(
  all: Iterable<Row> & { readonly length: number },
  { top, list }: ReportOptions,
): TopList<Row> {
  const networks = function* () {
    for (const { network } of all) yield network;
  };
  const entries = list?.survey.entriesFor(networks());
  const rows = function* () {
    let at = 0;
    for (const row of all) {
      if (at === top) return;
      yield { ...row, listed: entries?.[at] };
      at++;
    }
  };
  return {
    total: all.length,
    listed: entries?.reduce((count, entry) => count + (entry ? 1 : 0), 0),
    rows: { [Symbol.iterator]: rows },
  };
}

function summaryOf(path: string, survey: ListSurvey): ListSummary {
  const { networks, added, undated, problems } = survey;
  return {
    path,
    entries: networks.length,
    four: networks.four.length,
    six: networks.six.length,
    added,
    undated,
    problems,
  };
}
