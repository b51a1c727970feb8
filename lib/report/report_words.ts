/**
 * What a report says of itself.
 *
 * @module
 */

import { formatLocalDay, formatLocalTime } from "../log/time_zone.ts";
import { count, withCommas } from "./count.ts";
import type { Report } from "./report.ts";

/** From when until when: days where those are whole, else times. */
export function describeSpan({ since, until, now, zone }: Report): string {
  const [from, to] = [since, until === Infinity ? now : until].map((instant) => {
    const time = formatLocalTime(instant, zone);
    return time.endsWith("T00:00:00") ? formatLocalDay(instant, zone) : time;
  });
  return `since ${from}${until === Infinity ? "" : ` and before ${to}`}`;
}

/** Where the bans were read. */
export function describeSource({ source, zone }: Report): string {
  if (source.kind === "logs") {
    const read = source.files.filter(({ error }) => error === null);
    const faulty = source.files.length - read.length;
    const problem = faulty > 0 ? `, ${faulty} more only in part or not at all` : "";
    return `Read in ${count(read.length, "log")}${problem}`;
  }
  const since = source.oldest === undefined
    ? "which is empty"
    : `with ${count(source.bans, "ban")} since ${formatLocalDay(source.oldest, zone)}`;
  return `From the history "${source.path}" of ${formatLocalTime(source.updated, zone)}, ${since}`;
}

/** Which networks are looked at for several addresses, behind their number. */
export function describeNetworks({ networks, prefixes }: Report): string {
  return `${networks.total === 1 ? "network" : "networks"} (/${prefixes[4]}, /${prefixes[6]})`;
}

/** What is on the blocklist. */
export function describeList({ list }: Report): string {
  if (!list) return "there is none";
  const [four, six, added] = [list.four, list.six, list.added].map(withCommas);
  return `${four} IPv4, ${six} IPv6; ${added} added in this time`;
}
