/**
 * What a command is, and what it gets when it runs.
 *
 * @module
 */

import type { ExitStatus } from "./exit_status.ts";
import type { Host } from "./host.ts";
import type { Messages } from "./messages.ts";
import { type Configuration, CONFIGURATION_FILE } from "./configuration.ts";
import {
  choice,
  file,
  flag,
  folderOr,
  forOneRun,
  type OptionTable,
  type Values,
} from "./option.ts";

/** Where permaban keeps its files unless told otherwise. */
export const STATE_FOLDER = "/var/lib/permaban";

/** The allowlist unless told otherwise. */
export const ALLOWLIST = "/etc/permaban/allowlist";

/** The options that every command has. */
export const COMMON_OPTIONS = {
  blocklist: file("the blocklist", "blocklist in the folder of --state"),
  allowlist: file("the allowlist", ALLOWLIST),
  state: folderOr(STATE_FOLDER, "the folder of permaban's own files"),
  config: forOneRun(
    file(
      "take options from this file; --no-NAME undoes one, --no-config all",
      CONFIGURATION_FILE,
    ),
  ),
  json: forOneRun(flag("print the result as JSON")),
  quiet: flag("say nothing unless something is wrong", "q"),
  verbose: flag("say more about what is done", "v"),
  color: choice("WHEN", ["auto", "always", "never"], "colour messages"),
  help: forOneRun(flag("print this help", "h")),
  version: forOneRun(flag("print the version", "V")),
} satisfies OptionTable;

/** What a command gets when it runs. */
export interface Invocation<Table extends OptionTable = Record<never, never>> {
  /** The values of its options and the common ones. */
  readonly values: Values<Table & typeof COMMON_OPTIONS>;
  /** The words that are no options. */
  readonly operands: readonly string[];
  /**
   * The texts of the options that stood on the command line; of one taken back by `--no-NAME` none.
   * What a configuration says must not be refused for not going together with these.
   */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** The configuration, if there is one. */
  readonly configuration: Configuration | undefined;
  /** The machine. */
  readonly host: Host;
  /** For what is not the result. */
  readonly messages: Messages;
  /** This run, as the journal knows it. */
  readonly run: ThisRun;
}

/** A run, as the journal knows it. */
export interface ThisRun {
  /** The command. */
  command: string;
  /** Its number, once it has changed a list. */
  number?: number;
}

/** Who changes a list, in what run, and where it is kept. */
export type Changer = Pick<Invocation, "host" | "run"> & { readonly values: Places };

/** A command's work. */
export type Run<Table extends OptionTable> = (
  invocation: Invocation<Table>,
) => Promise<ExitStatus>;

/** A command as a table entry. */
export interface Command<Table extends OptionTable = OptionTable> {
  /** Its name on the command line. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** The words it takes, as the help shows them. */
  readonly operands: string;
  /** The fewest and the most words it takes. */
  readonly arity: { readonly least: number; readonly most: number };
  /** What its first word may be, as in `history show`, each with what it is for. */
  readonly verbs?: Readonly<Record<string, string>>;
  /** What its words are, those behind a verb, where that is more than any text. */
  readonly operandKind?: "file" | "folder" | "jail" | "command";
  /** What it does, in paragraphs. */
  readonly description: readonly string[];
  /** Its own options. */
  readonly options: Table;
  /** Files that it keeps or reads unasked, besides the blocklist and the configuration. */
  readonly files?: readonly { readonly path: string; readonly holds: string }[];
  /** Command lines that work, each with what it does. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Whether it runs even if the configuration is wrong, since it says so itself. */
  readonly checksConfiguration?: boolean;
  /** Whether it goes on with the defaults where the configuration cannot be read, and says so itself. */
  readonly survivesConfiguration?: boolean;
  /** Whether no configuration is read for it: what it prints does not depend on one. */
  readonly needsNoConfiguration?: boolean;
  /** Loads its work; nothing else of a command is loaded until it is called. */
  load(): Promise<Run<Table>>;
}

/** A command whose table of options is not known by type. */
export type AnyCommand = Omit<Command, "load"> & {
  /** Loads its work. */
  load(): Promise<(invocation: Invocation<never>) => Promise<ExitStatus>>;
};

/** The options that say where files are. */
export type Places = Pick<Invocation["values"], "blocklist" | "allowlist" | "state">;

/** The path of the blocklist that a command works on. */
export function blocklistPath({ blocklist, state }: Omit<Places, "allowlist">): string {
  return blocklist ?? `${state.replace(/\/+$/, "")}/blocklist`;
}

/** The path of the allowlist. */
export function allowlistPath({ allowlist = ALLOWLIST }: Pick<Places, "allowlist">): string {
  return allowlist;
}

/** The path of the pardons. */
export function pardonsPath({ state }: Pick<Places, "state">): string {
  return `${state.replace(/\/+$/, "")}/pardons`;
}

/** The path of the history. */
export function historyPath({ state }: Pick<Places, "state">): string {
  return `${state.replace(/\/+$/, "")}/history`;
}

/** The path of the journal. */
export function journalPath({ state }: Pick<Places, "state">): string {
  return `${state.replace(/\/+$/, "")}/journal`;
}
