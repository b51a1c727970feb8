/**
 * The completion of fish.
 *
 * @module
 */

import type { CompletedCommand, CompletedOption, Wanted } from "./completed_commands.ts";
import { LONE_OPTIONS } from "./completed_commands.ts";
import { JAIL_NAMES } from "./jail_names.ts";
import { fishQuote } from "./shell_quote.ts";

/**
 * A script for fish.
 *
 * @param commands The commands.
 */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  const listed = commands.map(({ name, summary }) => `'${name}\t${inQuotes(summary)}'`);
  return `# How fish completes permaban; made by "permaban completions fish".

# Whether a command is yet to come.
function __permaban_begins
    test (count (commandline -opc)) -eq 1
end

# __permaban_in COMMAND [WORD...]: whether it is the command, and none of the words has come.
function __permaban_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = "$argv[1]"; or return
    for word in $words[3..-1]
        not contains -- $word $argv[2..-1]; or return
    end
end

# Whether an option is being taken back.
function __permaban_undoes
    string match -q -- '--no-*' (commandline -ct)
end

function __permaban_commands
    printf '%s\\n' ${listed.join(" ")}
end

# The names of jails, one a line.
function __permaban_jails
    command sh -c ${fishQuote(JAIL_NAMES)} </dev/null
end

complete -c permaban -f
complete -c permaban -n __permaban_begins -a '(__permaban_commands)'
${
    LONE_OPTIONS.map((option) => `complete -c permaban -n __permaban_begins${flags(option)}\n`)
      .join("")
  }${commands.map((command) => commandLines(command, names)).join("")}`;
}

function commandLines(command: CompletedCommand, names: readonly string[]): string {
  const { name, options } = command;
  const lines = [
    ...operandLines(command, names),
    ...options.flatMap((option) => {
      const { value, undone, shortcut } = option;
      const taken = value === undefined ? "" : ` ${argument(value)}`;
      return [
        `-n '__permaban_in ${name}'${flags(option)}${taken}`,
        ...(shortcut ? [`-n '__permaban_in ${name}'${dashed(shortcut.name, shortcut.does)}`] : []),
        ...(undone
          ? [
            `-n '__permaban_in ${name}; and __permaban_undoes'${
              dashed(undone, `undo ${option.names.at(-1)}`)
            }`,
          ]
          : []),
      ];
    }),
  ];
  return lines.map((line) => `complete -c permaban ${line}\n`).join("");
}

function operandLines(command: CompletedCommand, names: readonly string[]): string[] {
  const { name, verbs, operand, most } = command;
  const yet = (words: readonly string[]) => `-n '${["__permaban_in", name, ...words].join(" ")}'`;
  const unused = yet(verbs.map(([verb]) => verb));
  const first = verbs.map(([verb, does]) => `${unused} -a ${verb} -d ${fishQuote(does)}`);
  if (operand === "text" || most === 0) return first;
  const place = yet(operand === "command" && most === 1 ? names : []);
  return [...first, `${place} ${argument(operand).replace(/^-[rx] /, "")}`];
}

function flags({ names, does }: CompletedOption): string {
  return `${names.map((name) => ` ${switchOf(name)}`).join("")} -d ${fishQuote(does)}`;
}

function dashed(name: string, does: string): string {
  return ` ${switchOf(name)} -d ${fishQuote(does)}`;
}

function switchOf(name: string): string {
  return name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
}

/** What completes a value: required, and no files unless they are meant. */
function argument(wanted: Wanted): string {
  switch (wanted) {
    case "file":
      return "-r -F";
    case "folder":
      return "-x -a '(__fish_complete_directories)'";
    case "jail":
      return "-x -a '(__permaban_jails)'";
    case "command":
      return "-x -a '(__permaban_commands)'";
    case "text":
      return "-x";
    default:
      return `-x -a ${fishQuote(wanted.join(" "))}`;
  }
}

function inQuotes(text: string): string {
  return text.replaceAll(/[\\']/g, "\\$&");
}
