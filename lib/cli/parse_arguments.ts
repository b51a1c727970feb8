/**
 * Turns the words of a command line into the values of a table of options.
 *
 * `parseArgs` of `@std/cli` splits the words, but takes much for granted: it guesses numbers, lets
 * the last of two values win, takes `--quiet=no` for yes and nests `--a.b`. So each word is checked
 * against the table first and handed over in a form that has one meaning.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { usageError } from "./failure.ts";
import type { OptionTable, Values } from "./option.ts";

/** What stood on a command line. */
export interface Given {
  /** The texts of each option, in their order; none for one that was taken back. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The other words, in their order. */
  readonly operands: readonly string[];
}

/**
 * Reads a command line.
 *
 * Values follow behind a space or `=`; everything behind `--` is an operand, and so is `-`.
 * `--no-NAME` takes an option back, whether it stood before or in a configuration.
 *
 * @param words The words behind the command.
 * @param table The options that the command knows.
 * @returns Options and operands.
 * @throws {Failure} With the status for wrong usage, if an option is unknown, lacks its value, has
 *   one it does not take, or is given twice.
 */
export function parseArguments(words: readonly string[], table: OptionTable): Given {
  const { options, takenBack, operands } = sortOut(words, table);
  // To get ready for none takes as long as to find the logs.
  if (options.length + takenBack.size === 0) return { options: new Map(), operands };
  const withValue = Object.keys(table).filter((name) => table[name]?.placeholder);
  const flags = Object.keys(table).filter((name) => !table[name]?.placeholder);
  const parsed: Record<string, unknown> = parseArgs(options, {
    string: withValue,
    boolean: flags,
    collect: [...withValue, ...flags],
  });
  const given = new Map<string, string[]>();
  for (const [name, option] of Object.entries(table)) {
    const texts = [parsed[name] ?? []].flat().filter((value) => value !== false).map(String);
    if (texts.length > 1 && !option.repeatable) {
      // A flag said twice says nothing new.
      if (option.placeholder) throw usageError(`Option --${name} is given twice`);
    }
    if (texts.length > 0 || takenBack.has(name)) given.set(name, texts);
  }
  return { options: given, operands };
}

/**
 * Turns texts into the values of a table of options.
 *
 * @param table The options.
 * @param given The texts of those that were given.
 * @param settings What holds for others, if anything.
 * @returns A value for each option.
 * @throws {Failure} With the status for wrong usage, if a text makes no sense.
 */
export function valuesOf<Table extends OptionTable>(
  table: Table,
  given: ReadonlyMap<string, readonly string[]>,
  settings?: ReadonlyMap<string, { readonly texts: readonly string[] }>,
): Values<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    values[name] = option.parse(given.get(name) ?? settings?.get(name)?.texts ?? [], name);
  }
  return values as Values<Table>;
}

/** Checks each word and brings every option into the form `--name` or `--name=value`. */
function sortOut(
  words: readonly string[],
  table: OptionTable,
): { options: string[]; takenBack: Set<string>; operands: string[] } {
  let options: string[] = [];
  const takenBack = new Set<string>();
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    const undone = undoneBy(word, table);
    if (word === "-" || !word.startsWith("-")) operands.push(word);
    else if (!word.startsWith("--")) {
      options.push(...[...word.slice(1)].map((letter) => expand(letter, word, table)));
    } else if (undone === undefined) {
      const option = longOption(word, words[at + 1], table);
      options.push(option.text);
      if (option.takesNext) at++;
    } else {
      takenBack.add(undone);
      options = options.filter((option) => option.replace(/=.*/s, "") !== `--${undone}`);
    }
  }
  return { options, takenBack, operands };
}

/** An option in the form `--name` or `--name=value`, and whether its value is the next word. */
function longOption(
  word: string,
  next: string | undefined,
  table: OptionTable,
): { text: string; takesNext: boolean } {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const { placeholder } = lookUp(name, table);
  if (placeholder === undefined) {
    if (equals >= 0) throw usageError(`Option --${name} takes no value`);
    return { text: word, takesNext: false };
  }
  const value = equals < 0 ? next : word.slice(equals + 1);
  if (value === undefined || value === "" || (equals < 0 && isOption(value, table))) {
    throw usageError(`Option --${name} needs a value: --${name} ${placeholder}`);
  }
  return { text: `--${name}=${value}`, takesNext: equals < 0 };
}

/**
 * What takes an option back: `no-NAME`, or `NAME` for one that is called `no-NAME`.
 *
 * @param name The option.
 */
export function opposite(name: string): string {
  return name.startsWith("no-") ? name.slice("no-".length) : `no-${name}`;
}

/** The option that a word takes back, if there is none that it names. */
function undoneBy(word: string, table: OptionTable): string | undefined {
  if (!word.startsWith("--") || Object.hasOwn(table, word.slice(2))) return undefined;
  return Object.keys(table).find((name) => opposite(name) === word.slice(2));
}

function lookUp(name: string, table: OptionTable) {
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option) return option;
  if (undoneBy(`--${name}`, table)) throw usageError(`Option --${name} takes no value`);
  const names = Object.keys(table);
  const doubled = names.find((other) => name === `no-${other}`);
  if (doubled) {
    throw usageError(`There is no option --${name}`, `did you mean --${opposite(doubled)}?`);
  }
  const near = nearest(name, name.startsWith("no-") ? [...names, ...names.map(opposite)] : names);
  throw usageError(`There is no option --${name}`, near && `did you mean --${near}?`);
}

function isOption(word: string, table: OptionTable): boolean {
  if (!word.startsWith("--")) return false;
  const name = word.slice(2).replace(/=.*/s, "");
  return Object.hasOwn(table, name) || undoneBy(`--${name}`, table) !== undefined;
}

function expand(letter: string, word: string, table: OptionTable): string {
  for (const [name, { short }] of Object.entries(table)) {
    if (short?.letter !== letter) continue;
    return short.value === undefined ? `--${name}` : `--${name}=${short.value}`;
  }
  throw usageError(
    `There is no option -${letter}`,
    /^-[\d.]/.test(word) ? `write "--" before a word that begins with a dash` : undefined,
  );
}

/**
 * The word most like another one, if any is like it at all.
 *
 * @param word What was typed.
 * @param words What could have been meant.
 * @returns The word with the fewest letters to change, at most a third of them.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate ??
    words.find((candidate) => word.length > 2 && candidate.startsWith(word));
}

/** Letters to insert, delete, replace or swap (optimal string alignment distance). */
function distanceBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
