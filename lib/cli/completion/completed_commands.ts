/**
 * The table of commands as completions need it, the same for all shells.
 *
 * @module
 */

import { type AnyCommand, COMMON_OPTIONS } from "../command.ts";
import type { Option, OptionTable } from "../option.ts";
import { opposite } from "../parse_arguments.ts";

/**
 * What may stand in a place: one of a few words, a name of a kind, or any text, of which nothing is
 * known.
 */
export type Wanted = readonly string[] | "file" | "folder" | "jail" | "command" | "text";

/** An option in completions. */
export interface CompletedOption {
  /** Its names, the long one last, with their dashes. */
  readonly names: readonly string[];
  /** What its value is; absent for a flag. */
  readonly value?: Wanted;
  /** What the value is called in the help. */
  readonly placeholder: string;
  /** Whether it may be given several times. */
  readonly isRepeatable: boolean;
  /** What it does. */
  readonly does: string;
  /** What takes it back; absent where that makes no sense. */
  readonly undone?: string;
  /** A short option that stands for one of its values. */
  readonly shortcut?: { readonly name: string; readonly does: string };
}

/** A command in completions. */
export interface CompletedCommand {
  /** Its name. */
  readonly name: string;
  /** What it does. */
  readonly summary: string;
  /** What its first word may be, each with what it is for. */
  readonly verbs: readonly (readonly [string, string])[];
  /** What its words are, those behind a verb. */
  readonly operand: Wanted;
  /** What the help calls its words. */
  readonly operands: string;
  /** How many words it takes at most. */
  readonly most: number;
  /** Its options, the common ones too. */
  readonly options: readonly CompletedOption[];
}

/**
 * The commands to be completed, `help` among them.
 *
 * @param commands The table of commands.
 */
export function completedCommands(commands: readonly AnyCommand[]): CompletedCommand[] {
  const help = {
    name: "help",
    summary: "print the help of a command",
    verbs: [],
    operand: "command",
    operands: "COMMAND",
    most: 1,
    options: [],
  } as const;
  return [...commands.map(completed), help];
}

/** The options that stand where a command could. */
export const LONE_OPTIONS: readonly CompletedOption[] = optionsOf({
  help: COMMON_OPTIONS.help,
  version: COMMON_OPTIONS.version,
});

function completed(command: AnyCommand): CompletedCommand {
  const { name, summary, verbs = {}, operandKind, operands, arity } = command;
  return {
    name,
    summary,
    verbs: Object.entries(verbs),
    operand: operandKind ?? "text",
    operands: operands.replace(/^\S*\|\S*\s*/, "").replace(/[[\]…]/g, ""),
    most: arity.most,
    options: optionsOf({ ...command.options, ...COMMON_OPTIONS }),
  };
}

function optionsOf(table: OptionTable): CompletedOption[] {
  return Object.entries(table).map(([name, option]) => {
    const { placeholder, short, repeatable = false, help: does, isForOneRun } = option;
    const value = wantedBy(option);
    const isUndone = opposite(name).startsWith("no-") && !(isForOneRun && value === undefined);
    const isShort = short && short.value === undefined;
    return {
      names: isShort ? [`-${short.letter}`, `--${name}`] : [`--${name}`],
      ...(value === undefined ? {} : { value }),
      placeholder: placeholder ?? "",
      isRepeatable: repeatable,
      does,
      ...(isUndone ? { undone: `--${opposite(name)}` } : {}),
      ...(short?.value === undefined ? {} : {
        shortcut: { name: `-${short.letter}`, does: `short for --${name} ${short.value}` },
      }),
    };
  });
}

function wantedBy({ placeholder, choices, kind }: Option): Wanted | undefined {
  if (placeholder === undefined) return undefined;
  if (choices) return choices;
  return kind === "file" || kind === "folder" || kind === "jail" ? kind : "text";
}
