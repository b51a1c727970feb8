/**
 * A report as one HTML page that needs nothing besides: no script, no other file, no network.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { formatLocalDay, formatLocalTime } from "../log/time_zone.ts";
import { formatBeginning, formatDay } from "./calendar.ts";
import { withCommas } from "./count.ts";
import { columnChart, rowBar } from "./html_chart.ts";
import { HTML_POLICY, HTML_STYLE } from "./html_style.ts";
import { countCell, dayCell, head, listedCell, row, table, timeCell } from "./html_table.ts";
import { Markup, markup, type Part } from "./markup.ts";
import type { Report } from "./report.ts";
import { describeList, describeNetworks, describeSource, describeSpan } from "./report_words.ts";

/** Prints a report as a page. */
export function htmlReport(report: Report): string {
  const title = `Bans ${describeSpan(report)}`;
  const { bans, offenders, networks } = report;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(HTML_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(HTML_STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="soft">${describeSource(report)}.</p>
</header>
${facts(report)}
${bans > 0 ? [periodTable(report), hourTable(report), jailTable(report)] : undefined}
${offenders.total > 0 ? offenderTable(report) : undefined}
${networks.total > 0 ? networkTable(report) : undefined}
<footer>Made by permaban at ${formatLocalTime(report.now, report.zone)}.</footer>
</main>
</body>
</html>
`.text;
}

function section(title: string, content: Part): Markup {
  return markup`<section>
<h2>${title}</h2>
${content}</section>
`;
}

function facts(report: Report): Markup {
  const { bans, addresses, offenders, networks, list, busiest, first, last, zone } = report;
  const day = (instant: number | undefined) => formatLocalDay(instant ?? 0, zone);
  const listed = offenders.listed === undefined
    ? ""
    : `, ${withCommas(offenders.listed)} of them on the blocklist`;
  return markup`<section>
<h2 class="hidden">Totals</h2>
<dl>
${[
    fact("Bans", bans, bans > 0 ? `${day(first)} to ${day(last)}` : "none in this time"),
    fact(
      "Addresses",
      addresses,
      `several in ${withCommas(networks.total)} ${describeNetworks(report)}`,
    ),
    fact("Offenders", offenders.total, `${withCommas(report.minBans)} bans or more${listed}`),
    fact("Blocklist", list?.entries, describeList(report)),
    busiest && fact("Busiest day", busiest.bans, formatDay(busiest.day)),
  ]}</dl>
</section>
`;
}

function fact(name: string, number: number | undefined, words: string): Markup {
  const shown = number === undefined ? "–" : withCommas(number);
  return markup`<div>
<dt>${name}</dt>
<dd class="number">${shown}</dd>
<dd class="soft">${words}</dd>
</div>
`;
}

function periodTable({ periods: { unit, rows }, list }: Report): Markup {
  const title = `Bans by ${unit}`;
  const labels = rows.map(({ beginning }) => formatBeginning(beginning, unit));
  const points = rows.map(({ bans }, at) => ({ label: labels[at] ?? "", value: bans }));
  const heads = [
    head(unit === "week" ? "Week of" : `${unit[0]?.toUpperCase()}${unit.slice(1)}`),
    head("Bans", "count"),
    head("New addresses", "count"),
    list && head("Listed", "count"),
  ];
  const body = rows.map(({ bans, fresh, listed }, at) => {
    const counts = [countCell(bans), countCell(fresh), list && countCell(listed)];
    return row(labels[at] ?? "", "time", counts);
  });
  return section(title, [columnChart(points, title), table(title, heads, body)]);
}

function hourTable({ hours }: Report): Markup {
  const points = hours.map((value, hour) => {
    return { label: `${String(hour).padStart(2, "0")}:00`, value };
  });
  const body = points.map(({ label, value }) => row(label, "time", [countCell(value)]));
  const numbers = table("Bans by hour", [head("Hour"), head("Bans", "count")], body);
  return section("Hours of the day", [
    columnChart(points, "Bans by the hour of the day"),
    markup`<details>
<summary>Numbers</summary>
${numbers}</details>
`,
  ]);
}

function jailTable({ jails, zone }: Report): Markup {
  const most = jails.reduce((most, { bans }) => Math.max(most, bans), 0);
  const heads = [
    head("Jail"),
    head("Bans", "count"),
    head("Addresses", "count"),
    head("Offenders", "count"),
    head("First"),
    head("Last"),
    markup`<td class="share"></td>`,
  ];
  const body = jails.map(({ name, bans, addresses, offenders, first, last }) =>
    row(name, "name", [
      countCell(bans),
      countCell(addresses),
      countCell(offenders),
      dayCell(first, zone),
      dayCell(last, zone),
      markup`<td class="share">${rowBar(bans / most)}</td>`,
    ])
  );
  return section("Jails", table("Bans by jail", heads, body));
}

function offenderTable({ offenders, list, zone }: Report): Markup {
  const heads = [
    head("Offender"),
    head("Bans", "count"),
    head("First"),
    head("Last"),
    list && head("Listed"),
    head("Jails"),
  ];
  const body = Array.from(offenders.rows, ({ network, bans, first, last, jails, listed }) => {
    const names = Array.from(jails, ([name, bans]) => `${name} ${withCommas(bans)}`);
    return row(formatNetwork(network), "address", [
      countCell(bans),
      timeCell(first, zone),
      timeCell(last, zone),
      list && listedCell(listed),
      markup`<td class="jails">${names.join(", ")}</td>`,
    ]);
  });
  const shown = shownOf(body.length, offenders.total);
  return section("Offenders", table("Offenders", heads, body, shown));
}

function networkTable({ networks, list, zone }: Report): Markup {
  const heads = [
    head("Network"),
    head("Addresses", "count"),
    head("Offenders", "count"),
    head("Bans", "count"),
    head("First"),
    head("Last"),
    list && head("Listed"),
  ];
  const body = Array.from(
    networks.rows,
    ({ network, listed, ...crowd }) =>
      row(formatNetwork(network), "address", [
        countCell(crowd.addresses),
        countCell(crowd.offenders),
        countCell(crowd.bans),
        dayCell(crowd.first, zone),
        dayCell(crowd.last, zone),
        list && listedCell(listed),
      ]),
  );
  const shown = shownOf(body.length, networks.total);
  return section("Networks", table("Networks", heads, body, shown));
}

function shownOf(shown: number, total: number): string {
  if (shown === total) return `All ${withCommas(total)}`;
  return `The first ${withCommas(shown)} of ${withCommas(total)}`;
}
