/**
 * The completion of zsh.
 *
 * @module
 */

import type { CompletedCommand, CompletedOption, Wanted } from "./completed_commands.ts";
import { LONE_OPTIONS } from "./completed_commands.ts";
import { JAIL_NAMES } from "./jail_names.ts";
import { shellQuote } from "./shell_quote.ts";

/**
 * A script for zsh: a file `_permaban` in its `fpath`, or text for `eval`.
 *
 * @param commands The commands.
 */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef permaban
# How zsh completes permaban; made by "permaban completions zsh".

_permaban_commands() {
  local -a names=(
${commands.map(({ name, summary }) => `    ${shellQuote(`${name}:${summary}`)}\n`).join("")}  )
  _describe -t commands command names
}

# The names of jails.
_permaban_jails() {
  local -a names=(\${(f)"$(command sh -c ${shellQuote(JAIL_NAMES)} </dev/null)"})
  _wanted jails expl jail compadd -a names
}

_permaban() {
  local -a undone
  if (( CURRENT == 2 )); then
    _arguments -S ${LONE_OPTIONS.map(lone).map(shellQuote).join(" ")} \\
      '1:command:_permaban_commands'
    return
  fi
  local name=$words[2]
  words[1]=()
  (( CURRENT-- ))
  case $name in
${commands.map(commandCase).join("")}  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _permaban "$@"
else
  compdef _permaban permaban
fi
`;
}

function commandCase(command: CompletedCommand): string {
  const { name, options } = command;
  const undone = options.flatMap(({ undone, names }) =>
    undone === undefined ? [] : [`${undone}[undo ${names.at(-1)}]`]
  );
  const specs = [...options.flatMap(optionSpecs), ...operandSpecs(command)];
  return `    ${name})
      [[ $PREFIX != --no-* ]] || undone=(
${undone.map((spec) => `        ${shellQuote(spec)}\n`).join("")}      )
      _arguments -s -S $undone${specs.map((spec) => ` \\\n        ${shellQuote(spec)}`).join("")}
      ;;
`;
}

function lone({ names, does }: CompletedOption): string {
  return `(- *)${names.at(-1)}[${explained(does)}]`;
}

function optionSpecs(option: CompletedOption): string[] {
  const { names, value, placeholder, isRepeatable, does, shortcut } = option;
  const others = [...names, ...(shortcut ? [shortcut.name] : [])];
  const before = isRepeatable ? "*" : others.length > 1 ? `(${others.join(" ")})` : "";
  const after = value === undefined ? "" : `:${escaped(placeholder)}:${action(value)}`;
  return [
    ...names.map((name) => {
      const separator = value !== undefined && name.startsWith("--") ? "=" : "";
      return `${before}${name}${separator}[${explained(does)}]${after}`;
    }),
    ...(shortcut ? [`${before}${shortcut.name}[${explained(shortcut.does)}]`] : []),
  ];
}

function operandSpecs({ verbs, operand, operands, most }: CompletedCommand): string[] {
  if (most === 0) return [];
  const words = verbs.map(([verb, does]) => `${verb}\\:${does.replaceAll(/[^\w]/g, "\\$&")}`);
  const first = verbs.length > 0 ? [`1:what:((${words.join(" ")}))`] : [];
  if (first.length === most) return first;
  const place = most === 1 ? "1" : "*";
  return [...first, `${place}:${escaped(operands)}:${action(operand)}`];
}

function action(wanted: Wanted): string {
  switch (wanted) {
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "jail":
      return "_permaban_jails";
    case "command":
      return "_permaban_commands";
    case "text":
      return " ";
    default:
      return `(${wanted.map(escaped).join(" ")})`;
  }
}

/** A text between the brackets of an option. */
function explained(text: string): string {
  return text.replaceAll(/[[\]\\]/g, "\\$&");
}

/** A text between the colons of an argument. */
function escaped(text: string): string {
  return text.replaceAll(/[:\\]/g, "\\$&");
}
