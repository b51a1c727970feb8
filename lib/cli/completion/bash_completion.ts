/**
 * The completion of bash.
 *
 * @module
 */

import type { CompletedCommand, CompletedOption, Wanted } from "./completed_commands.ts";
import { LONE_OPTIONS } from "./completed_commands.ts";
import { JAIL_NAMES } from "./jail_names.ts";
import { shellQuote } from "./shell_quote.ts";

/**
 * A script for bash 4.3 or later. It needs no package of completions. No text from a file is ever
 * expanded, as `compgen -W` would do.
 *
 * @param commands The commands.
 */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# How bash completes permaban; made by "permaban completions bash".

# _permaban_option COMMAND OPTION: what its value is, in takes and choices; nothing for a flag.
_permaban_option() {
    takes= choices=()
    case $1:$2 in
${valueCases(commands).map((line) => `        ${line}\n`).join("")}    esac
}

# _permaban_options COMMAND: its options, and what takes them back.
_permaban_options() {
    takes=words choices=() undone=()
    case $1 in
        '') choices=${list(LONE_OPTIONS.flatMap(allNames))} ;;
${commands.map((command) => optionsCase(command)).join("")}    esac
}

# _permaban_operand COMMAND NUMBER: what that word of a command is.
_permaban_operand() {
    takes= choices=()
    case $1:$2 in
        :*) takes=command ;;
${commands.flatMap(operandCases).map((line) => `        ${line}\n`).join("")}    esac
}

# _permaban_jails: the names of jails, one a line.
_permaban_jails() {
    command sh -c ${shellQuote(JAIL_NAMES)} </dev/null
}

_permaban() {
    local command= option= current= prefix= takes= ended= word at operands=0
    local -a words=() choices=() undone=()
    COMPREPLY=()
    # --name=value comes in three words where COMP_WORDBREAKS has the =.
    for ((at = 1; at <= COMP_CWORD; at++)); do
        word=\${COMP_WORDS[at]}
        if [[ $current == --*= || ($current == --* && $word == =*) ]]; then
            current+=$word
        else
            ((at == 1)) || words+=("$current")
            current=$word
        fi
    done
    for word in "\${words[@]}"; do
        if [[ -n $option ]]; then
            option=
        elif [[ -n $ended || $word == - || $word != -* ]]; then
            if [[ -z $command ]]; then command=$word; else ((++operands)); fi
        elif [[ $word == -- ]]; then
            ended=1
        else
            _permaban_option "$command" "$word"
            [[ -z $takes ]] || option=$word
        fi
    done
    if [[ -n $option ]]; then
        _permaban_option "$command" "$option"
    elif [[ -z $ended && $current == --*=* ]]; then
        option=\${current%%=*}
        current=\${current#*=}
        [[ $COMP_WORDBREAKS == *=* ]] || prefix=$option=
        _permaban_option "$command" "$option"
    elif [[ -z $ended && $current == -* ]]; then
        _permaban_options "$command"
        [[ $current != --no-* ]] || choices+=("\${undone[@]}")
    else
        _permaban_operand "$command" "$operands"
    fi
    case $takes in
        file) compopt -o default ;;
        folder) compopt -o dirnames ;;
        jail) mapfile -t choices < <(_permaban_jails) ;;
        command) choices=${list(commands.map(({ name }) => name))} ;;
    esac
    for word in "\${choices[@]}"; do
        [[ $word != "$current"* ]] || COMPREPLY+=("$prefix$word")
    done
}

complete -F _permaban permaban
`;
}

/** A list as an array of bash. */
function list(words: readonly string[]): string {
  return `(${words.map(shellQuote).join(" ")})`;
}

function allNames({ names, shortcut }: CompletedOption): string[] {
  return [...names, ...(shortcut ? [shortcut.name] : [])];
}

function assignment(wanted: Wanted): string {
  return typeof wanted === "string" ? `takes=${wanted}` : `takes=words choices=${list(wanted)}`;
}

function valueCases(commands: readonly CompletedCommand[]): string[] {
  return commands.flatMap(({ name, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : [`${names.map((option) => `${name}:${option}`).join(" | ")}) ${assignment(value)} ;;`]
    )
  );
}

function optionsCase({ name, options }: CompletedCommand): string {
  const undone = options.flatMap(({ undone }) => undone ?? []);
  return `        ${name})
            choices=${list(options.flatMap(allNames))}
            undone=${list(undone)}
            ;;
`;
}

function operandCases({ name, verbs, operand, most }: CompletedCommand): string[] {
  const first = verbs.length > 0
    ? [`${name}:0) ${assignment(verbs.map(([verb]) => verb))} ;;`]
    : [];
  if (typeof operand === "string" && operand === "text") return first;
  const place = most === 1 ? "0" : "*";
  return [...first, `${name}:${place}) ${assignment(operand)} ;;`];
}
