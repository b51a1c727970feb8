/**
 * A report as JSON.
 *
 * @module
 */

import { formatNetwork, type Network } from "../ip/network.ts";
import { formatLocalTime } from "../log/time_zone.ts";
import { formatBeginning, formatDay } from "./calendar.ts";
import type { Report, Source } from "./report.ts";

/** Prints a report as JSON; what is not known is `null`. */
export function jsonReport(report: Report): string {
  const { now, since, until, minBans, bans, addresses, ignored, busiest, periods, list } = report;
  const time = (instant: number | undefined) =>
    instant === undefined ? null : formatLocalTime(instant, report.zone);
  const { restored, notAddresses, old, later, jails } = ignored;
  const entry = (network: Network | undefined) => network ? formatNetwork(network) : null;
  const object = {
    time: time(now),
    since: time(since),
    until: until === Infinity ? null : time(until),
    minBans,
    source: sourceToJson(report.source, time),
    totals: {
      bans,
      addresses,
      offenders: report.offenders.total,
      offendersListed: report.offenders.listed ?? null,
      networks: report.networks.total,
      first: time(report.first),
      last: time(report.last),
      busiest: busiest ? { day: formatDay(busiest.day), bans: busiest.bans } : null,
      ignored: { restored, notAddresses, old, later, jails: Object.fromEntries(jails) },
    },
    periods: {
      unit: periods.unit,
      rows: periods.rows.map(({ beginning, bans, fresh, listed }) => ({
        begins: formatBeginning(beginning, "day"),
        bans,
        newAddresses: fresh,
        listed: list ? listed : null,
      })),
    },
    hours: report.hours,
    jails: report.jails.map(({ name, bans, recent, addresses, offenders, first, last }) => ({
      jail: name,
      bans,
      lastDay: recent,
      addresses,
      offenders,
      first: time(first),
      last: time(last),
    })),
    offenders: Array.from(report.offenders.rows, (offender) => ({
      address: formatNetwork(offender.network),
      bans: offender.bans,
      first: time(offender.first),
      last: time(offender.last),
      jails: Object.fromEntries(offender.jails),
      listed: entry(offender.listed),
    })),
    networks: Array.from(report.networks.rows, (crowd) => ({
      network: formatNetwork(crowd.network),
      addresses: crowd.addresses,
      offenders: crowd.offenders,
      bans: crowd.bans,
      first: time(crowd.first),
      last: time(crowd.last),
      listed: entry(crowd.listed),
    })),
    blocklist: list ?? null,
  };
  return JSON.stringify(object, null, 2) + "\n";
}

function sourceToJson(
  source: Source,
  time: (instant: number | undefined) => string | null,
): object {
  if (source.kind === "logs") return source;
  const { oldest, newest, updated, ...rest } = source;
  return { ...rest, oldest: time(oldest), newest: time(newest), updated: time(updated) };
}
