/**
 * Rows of text, aligned for people or with tabs for programs.
 *
 * @module
 */

import { escapeControls } from "./messages.ts";

/** A column: its heading and the side its texts stand on. */
export interface Column {
  /** The heading, shown on a terminal only. */
  readonly heading: string;
  /** Whether its texts are numbers, which line up on the right. */
  readonly isNumber?: boolean;
}

/**
 * Prints rows with tabs between their fields, one a line.
 *
 * Control characters are escaped, so that a field never holds a tab or a line end.
 */
export function tabbed(rows: readonly (readonly string[])[]): string {
  const text = joined(rows);
  // One look at all is faster than one at each, and nearly always nothing is to escape: then nothing
  // but the end of each field stands out.
  const fields = rows.reduce((sum, row) => sum + row.length, 0);
  if (text.length - printable(text) === fields) return text;
  return joined(rows.map((row) => row.map(escapeControls)));
}

function joined(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.join("\t") + "\n").join("");
}

/** How many characters are visible ASCII or spaces. */
function printable(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code <= 0x7e) count++;
  }
  return count;
}

/** Prints rows under headings, in columns as wide as they must be. */
export function aligned(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map(escapeControls));
  const lines = [columns.map(({ heading }) => heading), ...escaped];
  // Spread into Math.max a million rows would overflow the stack.
  const widths = columns.map((_, at) =>
    lines.reduce((width, line) => Math.max(width, [...line[at] ?? ""].length), 0)
  );
  return lines.map((line) =>
    line.map((field, at) => pad(field, widths[at] ?? 0, columns[at]?.isNumber ?? false))
      .join("  ").trimEnd() + "\n"
  ).join("");
}

function pad(field: string, width: number, isNumber: boolean): string {
  return isNumber ? field.padStart(width) : field.padEnd(width);
}
