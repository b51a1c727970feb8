/**
 * A report as text, for people.
 *
 * @module
 */

import { formatJail, formatJails } from "../blocklist/jail_words.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalDay } from "../log/time_zone.ts";
import { formatBeginning, formatDay } from "./calendar.ts";
import { count, withCommas } from "./count.ts";
import { escapeControls } from "./escape_controls.ts";
import type { Report } from "./report.ts";
import { describeList, describeNetworks, describeSource, describeSpan } from "./report_words.ts";
import { bar, type Cell, cut, type TextColumn, textTable } from "./text_table.ts";

/** No bar is longer, in characters. */
const LONGEST_BAR = 40;
/** In fewer columns nothing is put. */
const NARROWEST = 60;
/** Jails have short names, or they are somebody's joke. */
const LONGEST_JAIL = 24;

/** How a text looks. */
export interface TextLook {
  /** How many characters fit in a line; less than 60 are taken for 60. */
  readonly width: number;
  /** Whether headings and bars are coloured. */
  readonly isColored: boolean;
}

/** Prints a report as text. */
export function textReport(report: Report, { width: asked, isColored }: TextLook): string {
  const width = Math.max(NARROWEST, asked);
  const paint = (code: string, text: string) => isColored ? `\x1b[${code}m${text}\x1b[0m` : text;
  const section = (columns: readonly TextColumn[], rows: readonly (readonly Cell[])[]) => {
    const [head = "", ...lines] = textTable(columns, rows, width);
    // A bar is the only thing that such a sign stands for at the end of a line.
    const painted = lines.map((line) => line.replace(/(?<= {2})#+$/, (bar) => paint("36", bar)));
    return ["", paint("1", head), ...painted];
  };
  const lines = [
    paint("1", `Bans ${describeSpan(report)}`),
    ...wrapped(escapeControls(describeSource(report)), width),
    "",
    ...facts(report, width),
  ];
  if (report.bans > 0) {
    lines.push(...section(...periodTable(report)), ...section(...hourTable(report)));
    lines.push(...section(...jailTable(report)));
  }
  if (report.offenders.total > 0) lines.push(...section(...offenderTable(report)));
  if (report.networks.total > 0) lines.push(...section(...networkTable(report)));
  return lines.map((line) => line.trimEnd() + "\n").join("");
}

type Table = [columns: TextColumn[], rows: Cell[][]];

function facts(report: Report, width: number): string[] {
  const { bans, addresses, offenders, networks, list, busiest, first, last, zone } = report;
  const day = (instant: number | undefined) =>
    instant === undefined ? "" : formatLocalDay(instant, zone);
  const rows: [string, number | undefined, string][] = [
    ["bans", bans, bans > 0 ? `from ${day(first)} to ${day(last)}` : ""],
    [
      "addresses",
      addresses,
      `several in ${withCommas(networks.total)} ${describeNetworks(report)}`,
    ],
    [
      "offenders",
      offenders.total,
      `${count(report.minBans, "ban")} or more` +
      (offenders.listed === undefined ? "" : `, ${withCommas(offenders.listed)} on the blocklist`),
    ],
    ["blocklist", list?.entries, describeList(report)],
    ...(busiest
      ? [["busiest day", busiest.bans, formatDay(busiest.day)] as [string, number, string]]
      : []),
  ];
  const cells = rows.map(([name, number, words]) => [
    name,
    number === undefined ? "-" : withCommas(number),
    words,
  ]);
  const columns = [{ heading: "" }, { heading: "", isNumber: true }, { heading: "" }];
  return textTable(columns, cells, width).slice(1);
}

function periodTable({ periods: { unit, rows }, list }: Report): Table {
  const columns = [
    { heading: unit.toUpperCase() },
    { heading: "BANS", isNumber: true },
    { heading: "NEW", isNumber: true },
    ...(list ? [{ heading: "LISTED", isNumber: true }] : []),
    { heading: "" },
  ];
  const most = rows.reduce((most, { bans }) => Math.max(most, bans), 0);
  return [
    columns,
    rows.map(({ beginning, bans, fresh, listed }) => [
      formatBeginning(beginning, unit),
      withCommas(bans),
      withCommas(fresh),
      ...(list ? [withCommas(listed)] : []),
      barOf(bans, most),
    ]),
  ];
}

function hourTable({ hours }: Report): Table {
  const most = Math.max(...hours);
  return [
    [{ heading: "HOUR" }, { heading: "BANS", isNumber: true }, { heading: "" }],
    hours.map((bans, hour) => [
      String(hour).padStart(2, "0"),
      withCommas(bans),
      barOf(bans, most),
    ]),
  ];
}

function jailTable({ jails, zone }: Report): Table {
  const most = jails.reduce((most, { bans }) => Math.max(most, bans), 0);
  return [
    [
      { heading: "JAIL", most: LONGEST_JAIL },
      { heading: "BANS", isNumber: true },
      { heading: "ADDRESSES", isNumber: true },
      { heading: "OFFENDERS", isNumber: true, dispensable: 1 },
      { heading: "LAST", dispensable: 2 },
      { heading: "" },
    ],
    jails.map(({ name, bans, addresses, offenders, last }) => [
      formatJail(name),
      withCommas(bans),
      withCommas(addresses),
      withCommas(offenders),
      formatLocalDay(last, zone),
      barOf(bans, most),
    ]),
  ];
}

function offenderTable({ offenders, list, zone }: Report): Table {
  return [
    [
      { heading: "BANS", isNumber: true },
      { heading: "OFFENDER" },
      { heading: "FIRST", dispensable: 2 },
      { heading: "LAST", dispensable: 1 },
      ...(list ? [{ heading: "LISTED" }] : []),
      { heading: "JAILS", dispensable: 3 },
    ],
    Array.from(offenders.rows, ({ network, bans, first, last, jails, listed }) => [
      withCommas(bans),
      formatNetwork(network),
      formatLocalDay(first, zone),
      formatLocalDay(last, zone),
      ...(list ? [listed ? "yes" : "no"] : []),
      (room: number) => cut(formatJails(jails), room),
    ]),
  ];
}

function networkTable({ networks, list, zone }: Report): Table {
  return [
    [
      { heading: "ADDRESSES", isNumber: true },
      { heading: "NETWORK" },
      { heading: "OFFENDERS", isNumber: true, dispensable: 2 },
      { heading: "BANS", isNumber: true },
      { heading: "LAST", dispensable: 1 },
      ...(list ? [{ heading: "LISTED" }] : []),
    ],
    Array.from(networks.rows, ({ network, addresses, offenders, bans, last, listed }) => [
      withCommas(addresses),
      formatNetwork(network),
      withCommas(offenders),
      withCommas(bans),
      formatLocalDay(last, zone),
      ...(list ? [listed ? "yes" : "no"] : []),
    ]),
  ];
}

function barOf(number: number, most: number): Cell {
  return (room) => bar(number / most, Math.min(room, LONGEST_BAR));
}

/** A text in lines that fit, cut between words; a word that is too long by itself is cut. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && [...line, ...word].length < width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(cut(word, width));
  }
  return lines;
}
