/**
 * Reads lists that other programs made, their format told from their content.
 *
 * @module
 */

import type { TimeZone } from "../log/time_zone.ts";
import { kindOfTable, readCsvList } from "./csv_list.ts";
import { isFail2banLine, readFail2banExport } from "./fail2ban_export.ts";
import { type ForeignList, ForeignListError } from "./foreign_list.ts";
import { readJsonList } from "./json_list.ts";
import { readLineList } from "./line_list.ts";

/** The formats that are read. */
export const FOREIGN_FORMATS = ["plain", "fail2ban", "crowdsec", "csv", "json"] as const;

/** One of {@linkcode FOREIGN_FORMATS}. */
export type ForeignFormat = typeof FOREIGN_FORMATS[number];

/** How a list is to be read. */
export interface ForeignOptions {
  /** Its format, unless it is to be told from the content. */
  readonly format?: ForeignFormat | undefined;
  /** In a table, the column with the addresses; unless told, the one with a usual name. */
  readonly column?: string | undefined;
  /** The zone of times without one. */
  readonly zone: TimeZone;
}

/** As much of a list as its format is told from, in bytes. */
const HEAD = 1 << 16;
/** As much of anything but plain lines, which take many times their size in memory, in bytes. */
const MOST_TEXT = 1 << 28;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a list that another program made.
 *
 * @param bytes The list.
 * @param options How it is to be read.
 * @returns Its format and what it holds.
 * @throws {ForeignListError} If it cannot be read at all.
 */
export function readForeignList(
  bytes: Uint8Array,
  { format, column, zone }: ForeignOptions,
): { format: ForeignFormat; list: ForeignList } {
  const hasMark = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
  const content = hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const told = format ??
    formatOf(decoder.decode(content.subarray(0, HEAD)), column !== undefined);
  return { format: told, list: readAs(told, content, { column, zone }) };
}

function readAs(
  format: ForeignFormat,
  bytes: Uint8Array,
  { column, zone }: Omit<ForeignOptions, "format">,
): ForeignList {
  if (format === "plain") return readLineList(bytes, zone);
  if (bytes.length > MOST_TEXT) throw new ForeignListError("It has more than 256 MB");
  const text = decoder.decode(bytes);
  switch (format) {
    case "fail2ban":
      return readFail2banExport(text);
    case "crowdsec":
      if (isJson(text)) return readJsonList(text);
      if (kindOfTable(firstLine(text)) === "crowdsec") return readCsvList(text);
      throw new ForeignListError(
        'It is not what "cscli decisions list" prints with -o json or raw',
      );
    case "csv":
      return readCsvList(text, column);
    case "json":
      return readJsonList(text);
  }
}

/** What the beginning of a list says about its format. */
function formatOf(head: string, hasColumn: boolean): ForeignFormat {
  if (hasColumn) return "csv";
  // Python's quotes around a name or an address are not those of JSON.
  if (/^\s*\[\s*\{\s*(?:'|"[^"]*"\s*:\s*\[\s*')/.test(head)) return "fail2ban";
  if (isJson(head)) return /"(?:decisions|scenario)"\s*:/.test(head) ? "crowdsec" : "json";
  const first = firstLine(head);
  if (isFail2banLine(first)) return "fail2ban";
  return kindOfTable(first) ?? "plain";
}

/** The first line that is neither blank nor a comment. */
function firstLine(head: string): string {
  return /^(?![ \t]*(?:[#;]|\/\/))[^\r\n]*\S[^\r\n]*/m.exec(head)?.[0] ?? "";
}

function isJson(text: string): boolean {
  return /^\s*(?:[[{]|null\s*$)/.test(text);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
