/**
 * Tables as comma-separated values (RFC 4180).
 *
 * @module
 */

/** A row of a table. */
export interface CsvRow {
  /** Its cells. */
  readonly cells: readonly string[];
  /** The number of the line on which it begins, from 1. */
  readonly line: number;
  /** Whether a quote in it is not closed, so that it goes on to the end of the text. */
  readonly isOpen: boolean;
}

/** What a spreadsheet program takes for a formula, and what was made harmless already. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;

/**
 * Reads a table.
 *
 * @param text The text; lines end in LF or CRLF.
 * @param delimiter What stands between cells.
 * @returns Its rows, the header among them; blank lines are none.
 */
export function* readCsv(text: string, delimiter: string): Generator<CsvRow> {
  for (let at = 0, line = 1; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const plain = text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    if (!plain.includes('"')) {
      if (plain !== "") yield { cells: plain.split(delimiter), line, isOpen: false };
      at = end + 1;
      line++;
      continue;
    }
    const row = readQuoted(text, at, delimiter);
    yield { cells: row.cells, line, isOpen: row.isOpen };
    for (let next = at; (next = text.indexOf("\n", next)) >= 0 && next < row.end; next++) line++;
    at = row.end;
  }
}

/** Reads a row with quotes in it; `end` is where the next one begins. */
function readQuoted(text: string, from: number, delimiter: string) {
  const cells: string[] = [];
  for (let at = from;;) {
    let cell = "";
    if (text[at] === '"') {
      let quote: number;
      do {
        quote = text.indexOf('"', at + 1);
        if (quote < 0) return { cells: [...cells, cell], end: text.length, isOpen: true };
        cell += text.slice(at + 1, text[quote + 1] === '"' ? quote + 1 : quote);
        at = quote + 1;
      } while (text[at] === '"');
    }
    // What stands behind a closing quote against the rules is taken as it is.
    const start = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
    const isLast = text[at] !== delimiter;
    const hasReturn = isLast && at > start && text[at - 1] === "\r";
    cells.push(cell + text.slice(start, hasReturn ? at - 1 : at));
    at++;
    if (isLast) return { cells, end: at, isOpen: false };
  }
}

/**
 * Prints a row with commas and CRLF.
 *
 * A cell that a spreadsheet program would take for a formula gets an apostrophe in front, which
 * {@linkcode withoutApostrophe} takes away again.
 */
export function csvRow(cells: readonly string[]): string {
  return cells.map(csvCell).join(",") + "\r\n";
}

function csvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** What a cell said before {@linkcode csvRow} made it harmless. */
export function withoutApostrophe(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
