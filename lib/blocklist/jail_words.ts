/**
 * Names of jails as words, which is how entries and reports have them.
 *
 * @module
 */

import { isDigit } from "./line_edges.ts";

/** What stands for itself: visible ASCII without `%`, `,`, `:`, `;`, `#` and `=`. */
const PLAIN_JAIL = /^[!"$&-+\-./0-9<>-~]*$/;

const COLON = 0x3a;

/**
 * Prints bans by jail as one word: `sshd:9,postfix:3`.
 *
 * What would break the word up is percent-encoded, so that a jail of any name reads back.
 */
export function formatJails(jails: ReadonlyMap<string, number>): string {
  const words: string[] = [];
  for (const [name, bans] of jails) {
    words.push(bans > 0 ? `${formatJail(name)}:${bans}` : formatJail(name));
  }
  return words.join(",");
}

/** Parses what {@linkcode formatJails} prints. */
export function parseJails(text: string): Map<string, number> {
  const jails = new Map<string, number>();
  for (const part of text.split(",")) {
    if (part === "") continue;
    let colon = part.length;
    while (isDigit(part.charCodeAt(colon - 1))) colon--;
    const hasBans = colon < part.length && part.charCodeAt(--colon) === COLON;
    const name = hasBans ? part.slice(0, colon) : part;
    jails.set(parseJail(name), hasBans ? Number(part.slice(colon + 1)) : 0);
  }
  return jails;
}

/** Prints the name of a jail as one word of printable ASCII, which no other name has. */
export function formatJail(name: string): string {
  if (PLAIN_JAIL.test(name)) return name;
  return name.toWellFormed().replace(/[^!-~]|[%,:;#=]/gu, encodeURIComponent);
}

/** Parses what {@linkcode formatJail} prints. */
export function parseJail(word: string): string {
  if (!word.includes("%")) return word;
  try {
    return decodeURIComponent(word);
  } catch {
    // Written by another hand: taken as it stands.
    return word;
  }
}
