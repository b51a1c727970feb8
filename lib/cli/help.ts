/**
 * The help, made from the table of commands.
 *
 * @module
 */

import { type AnyCommand, COMMON_OPTIONS } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import type { Option, OptionTable } from "./option.ts";

const WIDTH = 80;

/** The help of the program as a whole. */
export function programHelp(): string {
  const commands: [string, string][] = COMMANDS.map(({ name, summary }) => [name, summary]);
  return [
    "permaban blocks for good whom fail2ban bans again and again.",
    "",
    "Usage: permaban COMMAND [OPTION…] [ARGUMENT…]",
    "",
    "Commands:",
    columns([...commands, ["help [COMMAND]", "print the help of a command"]]),
    "",
    "Options of every command:",
    optionHelp(COMMON_OPTIONS),
    "",
    "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 failed and nothing",
    "changed, 4 done but part of the input could not be read or understood, or the",
    "result not written, 70 a bug.",
    "",
    "Examples:",
    ...COMMANDS.flatMap(({ examples }) => examples.slice(0, 1)).map(exampleHelp),
    "",
  ].join("\n");
}

/** The help of a command. */
export function commandHelp(command: AnyCommand): string {
  const usage = ["permaban", command.name, "[OPTION…]", command.operands].join(" ").trim();
  const own = optionHelp(command.options);
  return [
    `Usage: ${usage}`,
    "",
    ...command.description.flatMap((paragraph) => [...wrap(paragraph, WIDTH), ""]),
    ...(own === "" ? [] : ["Options:", own, ""]),
    "Options of every command:",
    optionHelp(COMMON_OPTIONS),
    "",
    "Examples:",
    ...command.examples.map(exampleHelp),
    "",
  ].join("\n");
}

function exampleHelp({ line, does }: { line: string; does: string }): string {
  return `  ${line}\n      ${does}`;
}

function optionHelp(table: OptionTable): string {
  return columns(
    Object.entries(table).map(([name, option]) => [nameOf(name, option), describe(option)]),
  );
}

function nameOf(name: string, { placeholder, short }: Option): string {
  const long = placeholder ? `--${name} ${placeholder}` : `--${name}`;
  return short && short.value === undefined ? `-${short.letter}, ${long}` : long;
}

/** What an option does, with what it takes and its default. */
export function describe({ help, repeatable, limits, shownDefault, short }: Option): string {
  const extra = short?.value === undefined ? "" : `; -${short.letter} is short for ${short.value}`;
  const facts = [
    ...repeatable ? ["repeatable"] : [],
    ...limits === undefined ? [] : [limits],
    ...shownDefault === undefined ? [] : [`default: ${shownDefault}`],
  ];
  return help + extra + (facts.length === 0 ? "" : ` (${facts.join("; ")})`);
}

/** Two columns, the second one wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.min(26, Math.max(...rows.map(([name]) => name.length)) + 4);
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - left);
    const head = `  ${name}`;
    // A long name stands on a line of its own.
    const first = head.length + 2 > left ? [head] : [head.padEnd(left) + (lines.shift() ?? "")];
    return [...first, ...lines.map((line) => " ".repeat(left) + line)];
  }).join("\n");
}

/** A text as lines of at most so many characters, unless a word is longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
