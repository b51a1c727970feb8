/**
 * Options as data: one table entry drives parsing, help and everything else that names an option.
 *
 * @module
 */

import { parseDuration } from "../offender/duration.ts";
import { usageError } from "./failure.ts";

/** An option of a command; `Value` is what the command gets. */
export interface Option<Value = unknown> {
  /** What the value is called in the help, as in `--min-bans N`; absent for a flag. */
  readonly placeholder?: string;
  /** A single letter that stands for the option, or for one value of it. */
  readonly short?: { readonly letter: string; readonly value?: string };
  /** Whether it may be given several times. */
  readonly repeatable?: boolean;
  /** What its value is, where that is more than any text. */
  readonly kind?: "number" | "textOrNumber" | "file" | "folder" | "jail";
  /** The words of which its value is one. */
  readonly choices?: readonly string[];
  /** Whether it makes sense on a command line only and so must not stand in a configuration. */
  readonly isForOneRun?: boolean;
  /** The command in whose table a configuration has it, where that is not its own. */
  readonly table?: string;
  /** What it does, for the help. */
  readonly help: string;
  /** What its value may be, for the help. */
  readonly limits?: string;
  /** The default as the help shows it. */
  readonly shownDefault?: string;
  /**
   * Turns the texts given, none when the option is absent, into the value.
   *
   * @throws {Failure} If a text is wrong.
   */
  parse(texts: readonly string[], name: string): Value;
}

/** Options by their long names, without dashes. */
export type OptionTable = Readonly<Record<string, Option>>;

/** What a command gets for a table of options. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

/** Makes an option that is either there or not. */
export function flag(help: string, letter?: string): Option<boolean> {
  return { help, ...(letter ? { short: { letter } } : {}), parse: (texts) => texts.length > 0 };
}

/** Makes an option one that must not stand in a configuration. */
export function forOneRun<Value>(option: Option<Value>): Option<Value> {
  return { ...option, isForOneRun: true };
}

/**
 * Makes options of another command some of this, too: a configuration says them once for both.
 *
 * @param table The other command.
 * @param options Its options.
 * @param names Which.
 */
export function borrowed<Table extends OptionTable, Name extends keyof Table & string>(
  table: string,
  options: Table,
  names: readonly Name[],
): Pick<Table, Name> {
  const entries = names.map((name) => [name, { ...options[name], isForOneRun: true, table }]);
  return Object.fromEntries(entries);
}

/** Makes an option with a file as its value. */
export function file(help: string, shownDefault?: string): Option<string | undefined> {
  const shown = shownDefault === undefined ? {} : { shownDefault };
  return { ...text("FILE", help), ...shown, kind: "file" };
}

/** Makes an option that may be given several times, each with a file. */
export function files(placeholder: string, help: string): Option<readonly string[]> {
  return { ...texts(placeholder, help), kind: "file" };
}

/** Makes an option with a folder as its value, and a default. */
export function folderOr(initial: string, help: string): Option<string> {
  return { ...textOr("DIR", initial, help), kind: "folder" };
}

/** Makes an option with any text as its value. */
export function text(placeholder: string, help: string): Option<string | undefined> {
  return { placeholder, help, parse: ([value]) => value };
}

/** Makes an option with any text as its value, and a default. */
export function textOr(placeholder: string, initial: string, help: string): Option<string> {
  return { placeholder, help, shownDefault: initial, parse: ([value]) => value ?? initial };
}

/** Makes an option that may be given several times, each with a text. */
export function texts(
  placeholder: string,
  help: string,
  shownDefault?: string,
): Option<readonly string[]> {
  const shown = shownDefault === undefined ? {} : { shownDefault };
  return { placeholder, help, ...shown, repeatable: true, parse: (values) => values };
}

/** Makes an option that may be given several times, each with the name of a jail. */
export function jails(help: string, shownDefault?: string): Option<readonly string[]> {
  return { ...texts("NAME", help, shownDefault), kind: "jail" };
}

/** Makes an option with a whole number as its value. */
export function wholeNumber(
  placeholder: string,
  range: {
    readonly least: number;
    readonly most: number;
    readonly initial: number;
    /** What the default means, where the number does not say it. */
    readonly shownDefault?: string;
  },
  help: string,
): Option<number> {
  const { least, most, initial, shownDefault = String(initial) } = range;
  return {
    placeholder,
    help,
    limits: most === Infinity ? `${least} or more` : `${least} to ${most}`,
    shownDefault,
    kind: "number",
    parse([value], name) {
      if (value === undefined) return initial;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
      if (number >= least && number <= most) return number;
      throw usageError(
        most === Infinity
          ? `Option --${name} takes a whole number from ${least} on, not "${value}"`
          : `Option --${name} takes a whole number from ${least} to ${most}, not "${value}"`,
      );
    },
  };
}

/** Makes an option with a length of time as its value, in seconds, and a default. */
export function duration(initial: string, help: string): Option<number> {
  const { parse, ...option } = durationOr(initial, help);
  return { ...option, parse: ([value = initial], name) => parse([value], name) ?? 0 };
}

/** Makes an option with a length of time as its value, in seconds, that may be absent. */
export function durationOr(shownDefault: string, help: string): Option<number | undefined> {
  return {
    placeholder: "DURATION",
    help,
    limits: "90d, 12w, 1y6mo, or seconds",
    shownDefault,
    kind: "textOrNumber",
    parse([value], name) {
      if (value === undefined) return undefined;
      try {
        return parseDuration(value);
      } catch (error) {
        throw usageError(`Option --${name}: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}

/** Makes an option with the place of a rule: its number, or `first`. */
export function positionOf(help: string): Option<number | undefined> {
  return {
    placeholder: "first|N",
    help,
    shownDefault: "first",
    kind: "textOrNumber",
    parse([value = "first"], name) {
      if (value === "first") return undefined;
      const number = /^\d{1,6}$/.test(value) ? Number(value) : 0;
      if (number >= 1) return number;
      throw usageError(`Option --${name} takes "first" or a number from 1 on, not "${value}"`);
    },
  };
}

/** Makes an option with one of a few words as its value, the first being the default. */
export function choice<const Word extends string>(
  placeholder: string,
  words: readonly [Word, ...Word[]],
  help: string,
  short?: { readonly letter: string; readonly value: Word },
): Option<Word> {
  return {
    placeholder,
    choices: words,
    help: `${help}: ${words.join(", ")}`,
    shownDefault: words[0],
    ...(short ? { short } : {}),
    parse([value = words[0]], name) {
      const word = words.find((word) => word === value);
      if (word !== undefined) return word;
      throw usageError(`Option --${name} takes one of ${words.join(", ")}, not "${value}"`);
    },
  };
}
