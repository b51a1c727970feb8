/**
 * Lists as tables with a header: permaban's own, CrowdSec's, and any with a named column.
 *
 * @module
 */

import { type Decision, takeDecision } from "./crowdsec_decision.ts";
import { readCsv, withoutApostrophe } from "./csv_table.ts";
import { ForeignEntries, type ForeignList, ForeignListError } from "./foreign_list.ts";
import { type Note, NOTE_FIELDS, noteFrom } from "./note.ts";

/** The columns of a blocklist as a table. */
export const CSV_COLUMNS: readonly string[] = ["address", ...NOTE_FIELDS, "comment"];
/** What a column with addresses is called as a rule, in small letters. */
const ADDRESS_NAMES = ["address", "ip", "ip_address", "ipaddress", "network", "cidr"];
/** In the header of `cscli decisions list -o raw`, whose column `ip` holds `Ip:192.0.2.7`. */
const CROWDSEC_NAMES = ["source", "ip", "reason", "action", "expiration"];
const DELIMITERS = [",", ";", "\t"];

/** What the header of a table says. */
interface Header {
  readonly delimiter: string;
  /** The names of the columns, in small letters. */
  readonly names: readonly string[];
}

/** Whether the first lines of a text are those of a table that is known without being told. */
export function kindOfTable(line: string): "crowdsec" | "csv" | undefined {
  const { names } = readHeader(line);
  if (CROWDSEC_NAMES.every((name) => names.includes(name))) return "crowdsec";
  return names.length > 1 && names.some((name) => ADDRESS_NAMES.includes(name)) ? "csv" : undefined;
}

/**
 * Reads a table. Its first line that is no `#` comment names the columns, with commas, semicolons
 * or tabs between.
 *
 * @param text The text.
 * @param column The name of the column with the addresses; one of the usual names unless told.
 * @throws {ForeignListError} If there is no such column.
 */
export function readCsvList(text: string, column?: string): ForeignList {
  const entries = new ForeignEntries();
  let header: Header | undefined;
  let take: (cells: readonly string[], line: number) => void = () => {};
  const { skipped, rest } = withoutComments(text);
  const { delimiter } = readHeader(firstLine(rest));
  for (const { cells, line, isOpen } of readCsv(rest, delimiter)) {
    if (!header) {
      header = { delimiter, names: cells.map((cell) => cell.trim().toLowerCase()) };
      take = rowTaker(header.names, column, entries);
    } else if (isOpen) entries.fault("A quote is not closed", line + skipped);
    else take(cells, line + skipped);
  }
  return entries;
}

/** How to take a row of a table with such columns. */
function rowTaker(
  names: readonly string[],
  column: string | undefined,
  entries: ForeignEntries,
): (cells: readonly string[], line: number) => void {
  const isCrowdsec = CROWDSEC_NAMES.every((name) => names.includes(name)) && column === undefined;
  if (isCrowdsec) {
    return (cells, line) => takeDecision(decisionOf(names, cells), entries, line);
  }
  const at = column === undefined
    ? names.findIndex((name) => ADDRESS_NAMES.includes(name))
    : names.indexOf(column.trim().toLowerCase());
  if (at < 0) {
    throw new ForeignListError(
      column === undefined
        ? "It has no column with a usual name for addresses"
        : `It has no column "${column}"`,
      `name one of them with --column: ${names.join(", ").slice(0, 200)}`,
    );
  }
  const isOwn = CSV_COLUMNS.every((name) => names.includes(name));
  return (cells, line) => {
    const text = cells[at]?.trim();
    if (text === undefined) entries.fault("The row is too short", line);
    else if (text === "") entries.passedOver++;
    else entries.read(text, isOwn ? noteOfRow(names, cells) : undefined, line);
  };
}

function decisionOf(names: readonly string[], cells: readonly string[]): Decision {
  const cell = (name: string) => cells[names.indexOf(name)] ?? "";
  const about = cell("ip");
  const colon = about.indexOf(":");
  return {
    scope: about.slice(0, colon),
    value: about.slice(colon + 1),
    type: cell("action"),
    isSimulated: cell("simulated") === "true",
    scenario: cell("reason"),
    origin: cell("source"),
  };
}

function noteOfRow(names: readonly string[], cells: readonly string[]): Note {
  const texts = cells.map(withoutApostrophe);
  const comment = texts[names.indexOf("comment")] ?? "";
  return {
    ...noteFrom(NOTE_FIELDS.map((name) => [name, texts[names.indexOf(name)] ?? ""])),
    ...(comment === "" ? {} : { comment }),
  };
}

/** The header in a line, its delimiter the one of which there are most. */
function readHeader(line: string): Header {
  const [delimiter = ","] = DELIMITERS.toSorted((a, b) =>
    line.split(b).length - line.split(a).length
  );
  const [row] = readCsv(line, delimiter);
  return { delimiter, names: (row?.cells ?? []).map((name) => name.trim().toLowerCase()) };
}

/** A text from its first line that is no comment on, and how many stand before it. */
function withoutComments(text: string): { readonly skipped: number; readonly rest: string } {
  let at = 0;
  let skipped = 0;
  while (/[#\r\n]/.test(text[at] ?? "")) {
    const newline = text.indexOf("\n", at);
    at = newline < 0 ? text.length : newline + 1;
    skipped++;
  }
  return { skipped, rest: text.slice(at) };
}

function firstLine(text: string): string {
  const newline = text.indexOf("\n");
  return newline < 0 ? text : text.slice(0, newline);
}
