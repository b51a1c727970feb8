/**
 * Texts as words of a shell.
 *
 * @module
 */

/** A text as one word of bash or zsh. */
export function shellQuote(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A text as one word of fish, in whose quotes a backslash counts. */
export function fishQuote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
