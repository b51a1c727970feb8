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
  const escaped = isPlain(rows) ? rows : rows.map((row) => row.map(escapeControls));
  return escaped.map((row) => row.join("\t") + "\n").join("");
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

/** Whether no field holds anything to escape: one look at all is faster than one at each. */
function isPlain(rows: readonly (readonly string[])[]): boolean {
  return /^[ -~]*$/.test(rows.map((row) => row.join("")).join(""));
}
