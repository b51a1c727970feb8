/**
 * Tables of text that fit a width.
 *
 * @module
 */

/** A column. */
export interface TextColumn {
  /** What stands above it. */
  readonly heading: string;
  /** Whether its texts are numbers, which line up on the right. */
  readonly isNumber?: boolean;
  /** Where there is no room for all, columns with this go, the highest first. */
  readonly dispensable?: number;
  /** The most characters of a text that are shown. */
  readonly most?: number;
}

/**
 * What stands in a column: its text or, in the last one, a text as long as there is room, which is
 * left out where that is too little.
 */
export type Cell = string | ((room: number) => string);

/** Spaces between columns. */
const GAP = 2;
/** A last column that is as wide as there is room is left out if there is less than this. */
const LEAST_ROOM = 8;

/**
 * Prints rows under headings.
 *
 * @param columns The columns.
 * @param rows A cell for each column, without control characters.
 * @param width How many characters fit in a line.
 * @returns The lines, the headings first.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string[] {
  const texts = rows.map((row) =>
    row.map((cell, at) => typeof cell === "string" ? cut(cell, columns[at]?.most ?? width) : cell)
  );
  const widths = columns.map(({ heading }, at) =>
    texts.reduce((most, row) => Math.max(most, lengthOf(row[at])), heading.length)
  );
  const isOpen = columns.map((_, at) => texts.some((row) => typeof row[at] === "function"));
  const shown = shownColumns(columns, widths, isOpen, width);
  const taken = shown.filter((at) => !isOpen[at]);
  const room = width - taken.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP, 0);
  const line = (row: readonly Cell[]) =>
    shown.map((at) => {
      const cell = row[at] ?? "";
      if (typeof cell !== "string") return cell(room);
      return isOpen[at] ? cell : pad(cell, widths[at] ?? 0, columns[at]?.isNumber ?? false);
    }).join(" ".repeat(GAP)).trimEnd();
  return [columns.map(({ heading }) => heading), ...texts].map(line);
}

/** The columns that there is room for. */
function shownColumns(
  columns: readonly TextColumn[],
  widths: readonly number[],
  isOpen: readonly boolean[],
  width: number,
): number[] {
  const shown = columns.map((_, at) => at);
  const rank = (at: number) => columns[at]?.dispensable ?? 0;
  for (;;) {
    const sizes = shown.map((at) => isOpen[at] ? LEAST_ROOM : widths[at] ?? 0);
    if (sizes.reduce((sum, size) => sum + size + GAP, -GAP) <= width) return shown;
    const next = shown.reduce((most, at) => rank(at) > rank(most) ? at : most, shown[0] ?? 0);
    if (rank(next) === 0) return shown;
    shown.splice(shown.indexOf(next), 1);
  }
}

/** A text of no more than some characters; a mark shows where it was cut. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** A bar as long as a share of the room, and there at all if the share is more than nothing. */
export function bar(share: number, room: number): string {
  return "#".repeat(share > 0 ? Math.max(1, Math.round(share * room)) : 0);
}

function lengthOf(cell: Cell | undefined): number {
  return typeof cell === "string" ? [...cell].length : 0;
}

function pad(text: string, width: number, isNumber: boolean): string {
  const spaces = " ".repeat(Math.max(0, width - [...text].length));
  return isNumber ? spaces + text : text + spaces;
}
