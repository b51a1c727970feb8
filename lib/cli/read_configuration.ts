/**
 * Reads a configuration and holds it against the tables of options.
 *
 * Loaded only where there is one.
 *
 * @module
 */

import { parse as parseToml } from "@std/toml/parse";
import { FileError } from "../file/file_error.ts";
import { readTrustedFile } from "../file/trusted_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { type AnyCommand, COMMON_OPTIONS } from "./command.ts";
import type { Configuration, ConfigurationFault, Setting } from "./configuration.ts";
import { Failure } from "./failure.ts";
import type { Option, OptionTable } from "./option.ts";
import { nearest } from "./parse_arguments.ts";
import { type Statement, statementsOf } from "./toml_statements.ts";

/** More than anybody would write by hand, in bytes. */
const MOST = 1 << 18;

/**
 * Reads a configuration.
 *
 * @param file The file.
 * @param commands All commands.
 * @returns What it says; what is wrong in it is among that.
 * @throws {Failure} If it cannot be read, or others than this user and root can write to it.
 */
export function readConfiguration(file: string, commands: readonly AnyCommand[]): Configuration {
  try {
    const bytes = readTrustedFile(file, MOST);
    return { file, ...parseConfiguration(new TextDecoder().decode(bytes), commands) };
  } catch (error) {
    const isOurs = error instanceof FileError;
    const reason = isOurs ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    const hint = isOurs ? error.hint : undefined;
    throw new Failure(`Cannot use configuration "${file}": ${reason}`, hint);
  }
}

/** Reads a configuration likewise; one that cannot be read says why, and nothing else. */
export function lookAtConfiguration(file: string, commands: readonly AnyCommand[]): Configuration {
  try {
    return readConfiguration(file, commands);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { file, tables: new Map(), faults: [], refusal: error };
  }
}

/**
 * Parses a configuration.
 *
 * @param text A TOML text: common options at the top, those of a command in a table of its name.
 * @param commands All commands.
 */
export function parseConfiguration(
  text: string,
  commands: readonly AnyCommand[],
): Omit<Configuration, "file"> {
  const reader = new Reader(commands);
  for (const statement of statementsOf(text)) {
    try {
      reader.take(statement);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      reader.faults.push({ line: statement.line, command: reader.command, ...error.fault });
    }
  }
  return reader;
}

/** A statement that makes no sense. */
class Wrong extends Error {
  readonly fault: Partial<ConfigurationFault> & { readonly message: string };

  constructor(message: string, hint?: string, where: Partial<ConfigurationFault> = {}) {
    super(message);
    this.fault = { message, hint, ...where };
  }
}

/** Takes one statement after the other. */
class Reader {
  readonly tables = new Map<string, Map<string, Setting>>();
  readonly faults: ConfigurationFault[] = [];
  readonly #commands: readonly AnyCommand[];
  /** The table that keys go to now: none below a header that makes no sense. */
  #table: string | undefined = "";
  readonly #headers = new Map<string, number>();

  constructor(commands: readonly AnyCommand[]) {
    this.#commands = commands;
  }

  /** The command whose table it is in. */
  get command(): string | undefined {
    return this.#table || undefined;
  }

  /** @throws {Wrong} If it makes no sense. */
  take(statement: Statement): void {
    const { text, equals, line } = statement;
    const isHeader = text.startsWith("[");
    const table = this.#table;
    if (isHeader) this.#table = undefined;
    if (text.includes("\ufffd")) {
      throw new Wrong("The text is not UTF-8", "", { command: undefined });
    }
    const value = valueOf(statement);
    if (isHeader) return this.#open(value, statement);
    if (table === undefined) return;
    const entries = Object.entries(value);
    if (entries.length !== 1 || equals > 1) {
      throw new Wrong(`Expected one key in a line, not ${text}`);
    }
    for (const [key, item] of entries) this.#set(table, key, item, line);
  }

  #open(value: Record<string, unknown>, { text, equals, line }: Statement): void {
    const [name = "", content] = Object.entries(value)[0] ?? [];
    if (equals > 0) throw new Wrong(`Expected nothing behind the name of a table, not ${text}`);
    if (!isTable(content) || Object.keys(content).length > 0) {
      throw new Wrong(`Expected a table such as [scan], not ${text}`);
    }
    if (!this.#commands.some((command) => command.name === name)) {
      const near = nearest(name, this.#commands.map(({ name }) => name));
      throw new Wrong(
        `There is no command "${name}"`,
        near ? `did you mean [${near}]?` : "a table has the name of a command, as in [scan]",
      );
    }
    const before = this.#headers.get(name);
    if (before !== undefined) {
      const hint = `the first one begins in line ${before}`;
      throw new Wrong(`Table [${name}] is there twice`, hint, { command: name });
    }
    this.#headers.set(name, line);
    this.#table = name;
  }

  #set(table: string, key: string, value: unknown, line: number): void {
    // [scan] min-bans may also be written scan.min-bans.
    if (table === "" && isTable(value) && this.#commands.some(({ name }) => name === key)) {
      for (const [inner, item] of Object.entries(value)) this.#set(key, inner, item, line);
      return;
    }
    const where = { command: table || undefined };
    const option = this.#optionOf(table, key);
    const settings = this.tables.get(table) ?? new Map<string, Setting>();
    const before = settings.get(key);
    if (before) {
      throw new Wrong(`Key "${key}" is there twice, first in line ${before.line}`, "", where);
    }
    const texts = textsOf(option, key, value, where);
    try {
      option.parse(texts, key);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Wrong(error.message, error.hint, where);
    }
    this.tables.set(table, settings.set(key, { texts, line }));
  }

  #optionOf(table: string, key: string): Option {
    const own: OptionTable = table === ""
      ? COMMON_OPTIONS
      : this.#commands.find(({ name }) => name === table)?.options ?? {};
    const option = Object.hasOwn(own, key) ? own[key] : undefined;
    const where = { command: table || undefined };
    if (option && !option.isForOneRun) return option;
    if (option?.table !== undefined) {
      const hint = `permaban ${table} heeds it there`;
      throw new Wrong(`Key "${key}" belongs below [${option.table}]`, hint, where);
    }
    if (option) throw new Wrong(`Option --${key} belongs on the command line only`, "", where);
    throw new Wrong(`There is no key "${key}"`, this.#advice(table, key, own), where);
  }

  /** Where a key that is not known belongs, or what was meant. */
  #advice(table: string, key: string, own: OptionTable): string | undefined {
    if (table !== "" && Object.hasOwn(COMMON_OPTIONS, key)) {
      return "it belongs above the first table";
    }
    const others = this.#commands.filter(({ options }) => {
      return Object.hasOwn(options, key) && !options[key]?.isForOneRun;
    });
    if (others.length > 0) {
      return `it belongs below ${others.map(({ name }) => `[${name}]`).join(" or ")}`;
    }
    const keys = Object.keys(own).filter((name) => !own[name]?.isForOneRun);
    const near = nearest(key, keys);
    return near && `did you mean "${near}"?`;
  }
}

/** What `@std/toml` makes of a statement. */
function valueOf({ text, line }: Statement): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, row = "1", , reason = ""] =
      /^Parse error on line (\d+), column \d+: (Parse error [^:]*: )?([^\n]*?)(?: on line '.*|:)?$/m
        .exec(error.message) ?? [, "1", , error.message];
    const at = line + Number(row) - 1;
    const begin = at === line ? "" : `, in what begins in line ${line}`;
    throw new Wrong(
      `This is no TOML: ${reason}${begin}`,
      'texts stand in quotes and lists in brackets, as in jail = ["sshd"]',
      { line: at, command: undefined },
    );
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** What would have stood on the command line for a value. */
function textsOf(
  option: Option,
  key: string,
  value: unknown,
  where: { command: string | undefined },
): readonly string[] {
  const wrong = (wanted: string) => new Wrong(`Key "${key}" takes ${wanted}`, undefined, where);
  if (option.placeholder === undefined) {
    if (typeof value === "boolean") return value ? ["true"] : [];
    throw wrong("true or false");
  }
  if (Array.isArray(value) && !option.repeatable) throw wrong("one value, not a list");
  return [value].flat().map((item) => {
    if (typeof item === "number") {
      if (option.kind === "number" || option.kind === "textOrNumber") return String(item);
      throw wrong(`a text: "${item}", in quotes`);
    }
    if (option.kind === "number") throw wrong("a number, without quotes");
    if (typeof item !== "string") {
      throw wrong(option.repeatable ? "a text or a list of texts" : "a text, in quotes");
    }
    if (item === "") throw wrong("a text that is not empty");
    // The working folder of cron is anybody's guess.
    const isPath = option.kind === "file" || option.kind === "folder";
    if (isPath && !item.startsWith("/")) throw wrong(`a whole path, from / on, not "${item}"`);
    return item;
  });
}
