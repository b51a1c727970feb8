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
export interface ParsedArguments<Table extends OptionTable> {
  /** The values of the options. */
  readonly values: Values<Table>;
  /** The other words, in their order. */
  readonly operands: readonly string[];
}

/**
 * Parses a command line.
 *
 * Values follow behind a space or `=`; everything behind `--` is an operand, and so is `-`.
 *
 * @param words The words behind the command.
 * @param table The options that the command knows.
 * @returns Values and operands.
 * @throws {Failure} With the status for wrong usage, if an option is unknown, lacks its value, has
 *   one it does not take, is given twice or has a value that makes no sense.
 */
export function parseArguments<Table extends OptionTable>(
  words: readonly string[],
  table: Table,
): ParsedArguments<Table> {
  const { options, operands } = sortOut(words, table);
  const withValue = Object.keys(table).filter((name) => table[name]?.placeholder);
  const flags = Object.keys(table).filter((name) => !table[name]?.placeholder);
  const parsed: Record<string, unknown> = parseArgs(options, {
    string: withValue,
    boolean: flags,
    collect: [...withValue, ...flags],
  });
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const given = [parsed[name] ?? []].flat().filter((value) => value !== false).map(String);
    if (given.length > 1 && !option.repeatable) {
      // A flag said twice says nothing new.
      if (option.placeholder) throw usageError(`Option --${name} is given twice`);
    }
    values[name] = option.parse(given, name);
  }
  return { values: values as Values<Table>, operands };
}

/** Checks each word and brings every option into the form `--name` or `--name=value`. */
function sortOut(
  words: readonly string[],
  table: OptionTable,
): { options: string[]; operands: string[] } {
  const options: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      operands.push(word);
    } else if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const option = lookUp(name, table);
      if (!option.placeholder) {
        if (equals >= 0) throw usageError(`Option --${name} takes no value`);
        options.push(word);
        continue;
      }
      const value = equals < 0 ? words[++at] : word.slice(equals + 1);
      if (value === undefined || value === "" || (equals < 0 && isOption(value, table))) {
        throw usageError(`Option --${name} needs a value: --${name} ${option.placeholder}`);
      }
      options.push(`--${name}=${value}`);
    } else {
      options.push(...[...word.slice(1)].map((letter) => expand(letter, word, table)));
    }
  }
  return { options, operands };
}

function lookUp(name: string, table: OptionTable) {
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option) return option;
  const near = nearest(name, Object.keys(table));
  throw usageError(`There is no option --${name}`, near && `did you mean --${near}?`);
}

function isOption(word: string, table: OptionTable): boolean {
  return word.startsWith("--") && Object.hasOwn(table, word.slice(2).replace(/=.*/s, ""));
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
