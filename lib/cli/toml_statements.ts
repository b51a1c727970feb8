/**
 * Cuts a TOML text into its statements, so that each can be parsed by itself and named by its line.
 *
 * `@std/toml` says the line of a syntax error but not of a key, lets the last of two values win,
 * joins two lists, and takes two keys on a line. What it needs for one statement it reads well.
 *
 * @module
 */

/** The header of a table, or a key and its value. */
export interface Statement {
  /** The line it begins in, from 1 on. */
  readonly line: number;
  /** The statement, perhaps with a comment behind. */
  readonly text: string;
  /** How many equals signs stand in it outside of strings and brackets. */
  readonly equals: number;
}

/** A string, a comment, or any character; a quote that is never closed is one. */
const TOKEN = /"""(?:\\[^]|[^\\])*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[^]/g;

/**
 * Cuts a text into statements.
 *
 * @param text A TOML text, right or wrong.
 * @returns Its statements, without blank lines and lines that are a comment.
 */
export function* statementsOf(text: string): Generator<Statement> {
  let [start, line, depth, equals] = [0, 1, 0, 0];
  for (const { 0: token, index } of `${text}\n`.matchAll(TOKEN)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    else if (token === "=" && depth === 0) equals++;
    if (token !== "\n") continue;
    const statement = text.slice(start, index);
    const words = statement.trim();
    // A header ends with its line, whatever is open.
    if (depth > 0 && !words.startsWith("[")) continue;
    if (words !== "" && !words.startsWith("#")) yield { line, text: words, equals };
    line += statement.split("\n").length;
    [start, depth, equals] = [index + 1, 0, 0];
  }
  // What was never closed.
  const rest = text.slice(start).trim();
  if (rest !== "") yield { line, text: rest, equals };
}
