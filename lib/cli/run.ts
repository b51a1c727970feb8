/**
 * From a command line to an exit status.
 *
 * @module
 */

import { isThere } from "../file/is_there.ts";
import { systemReason } from "../log/system_reason.ts";
import { isColored } from "./color.ts";
import {
  allowlistPath,
  type AnyCommand,
  blocklistPath,
  COMMON_OPTIONS,
  historyPath,
  journalPath,
  pardonsPath,
  type Places,
} from "./command.ts";
import { COMMANDS } from "./commands.ts";
import {
  type Configuration,
  CONFIGURATION_FILE,
  type Setting,
  settingsFor,
} from "./configuration.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { Messages } from "./messages.ts";
import { nearest, parseArguments, valuesOf } from "./parse_arguments.ts";
import { VERSION } from "./version.ts";

/**
 * Runs the program.
 *
 * @param words The command line without the program's name.
 * @param host The machine.
 * @returns The exit status; nothing is thrown.
 */
export async function run(words: readonly string[], host: Host): Promise<ExitStatus> {
  try {
    return await dispatch(words, host);
  } catch (error) {
    return report(error, new Messages(host, { quiet: false, verbose: false, color: false }));
  }
}

async function dispatch(words: readonly string[], host: Host): Promise<ExitStatus> {
  const [first, ...rest] = words;
  if (first === undefined) {
    host.stderr.write(await helpOf(undefined));
    return EXIT.usage;
  }
  if (first === "--version" || first === "-V") return await printVersion(host);
  if (first === "--help" || first === "-h") return await print(host, await helpOf(undefined));
  if (first === "help") {
    const [name = "help"] = rest;
    const isGeneral = name === "help" || name === "--help" || name === "-h";
    return await print(host, await helpOf(isGeneral ? undefined : commandNamed(name)));
  }
  const command = commandNamed(first);
  return await runCommand(command, rest, host);
}

async function runCommand(
  command: AnyCommand,
  words: readonly string[],
  host: Host,
): Promise<ExitStatus> {
  const table = { ...command.options, ...COMMON_OPTIONS };
  const { given, operands, values: typed } = parse(command, words, table);
  if (typed.help) return await print(host, await helpOf(command));
  if (typed.version) return await printVersion(host);
  checkArity(command, operands);
  const configuration = command.needsNoConfiguration
    ? undefined
    : await configurationFor(command, given, host);
  const settings = settingsFor(command, configuration);
  const values = configuration ? valuesOf(table, given, settings) : typed;
  const messages = new Messages(host, {
    quiet: values.quiet,
    verbose: values.verbose,
    color: isColored(values.color, host.stderr, host),
  });
  try {
    checkPlaces(values);
    const health = command.checksConfiguration
      ? "sound"
      : sayFaults(command, configuration, messages);
    if (health === "unusable") return EXIT.failed;
    const work = await command.load();
    const run = { command: command.name };
    const invocation = { operands, given, configuration, host, messages, run };
    // The table that was parsed is the command's own, which its type no longer says.
    const status = await work({ ...invocation, values: values as never });
    return status === EXIT.done && health === "faulty" ? EXIT.partly : status;
  } catch (error) {
    return report(withPlace(error, settings, given, configuration), messages);
  }
}

function parse<Table extends typeof COMMON_OPTIONS>(
  command: AnyCommand,
  words: readonly string[],
  table: Table,
) {
  try {
    const { options: given, operands } = parseArguments(words, table);
    return { given, operands, values: valuesOf(table, given) };
  } catch (error) {
    // Who asks for help may well have the rest wrong.
    const options = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
    if (options.includes("--help") || options.includes("-h")) {
      const { options: given, operands } = parseArguments(["--help"], table);
      return { given, operands, values: valuesOf(table, given) };
    }
    throw withHint(command, error);
  }
}

/**
 * The configuration that is asked for or, unless none is, the one that is there: on an image of a
 * machine, that of the image.
 */
async function configurationFor(
  command: AnyCommand,
  given: ReadonlyMap<string, readonly string[]>,
  host: Host,
): Promise<Configuration | undefined> {
  const named = given.has("config") ? given.get("config")?.[0] ?? "" : host.env("PERMABAN_CONFIG");
  const root = given.get("root")?.[0] ?? "";
  const file = named ?? root.replace(/\/+$/, "") + CONFIGURATION_FILE;
  if (file === "") return undefined;
  try {
    if (named === undefined && !isThere(file)) return undefined;
  } catch (error) {
    // What keeps it from being looked at keeps it from being read, too, which is said below.
    if (systemReason(error) === undefined) throw error;
  }
  const { lookAtConfiguration, readConfiguration } = await import("./read_configuration.ts");
  return (command.survivesConfiguration ? lookAtConfiguration : readConfiguration)(file, COMMANDS);
}

/**
 * Says what is wrong in the configuration. What concerns another command alone does not keep this one
 * from its work: a slip in the table of `scan` must not leave the firewall empty.
 */
function sayFaults(
  command: AnyCommand,
  configuration: Configuration | undefined,
  messages: Messages,
): "sound" | "faulty" | "unusable" {
  if (!configuration || configuration.faults.length === 0) return "sound";
  const { file, faults } = configuration;
  for (const { line, message, hint } of faults) messages.error(`${file}:${line}: ${message}`, hint);
  const isOthers = (name: string | undefined) => name !== undefined && name !== command.name;
  if (faults.every((fault) => isOthers(fault.command))) return "faulty";
  const named = file === CONFIGURATION_FILE ? "" : ` --config ${file}`;
  messages.hint(
    `nothing is done until that is mended; "permaban config${named}" says what is left`,
  );
  return "unusable";
}

/** Adds to a failure where the options that it speaks of come from. */
function withPlace(
  error: unknown,
  settings: ReadonlyMap<string, Setting>,
  given: ReadonlyMap<string, readonly string[]>,
  configuration: Configuration | undefined,
): unknown {
  if (!(error instanceof Failure) || error.status !== EXIT.usage) return error;
  const hints = error.hint ? [error.hint] : [];
  for (const [, name = ""] of error.message.matchAll(/--([a-z0-9-]+)/g)) {
    const setting = given.has(name) ? undefined : settings.get(name);
    if (!setting) continue;
    hints.push(`--${name} stands in ${configuration?.file}:${setting.line}`);
  }
  return usageError(error.message, hints.join("; "));
}

/** A list that is two at once would allow whom it blocks. */
function checkPlaces(values: Places): void {
  const blocklist = ["--blocklist", blocklistPath(values)] as const;
  const allowlist = ["--allowlist", allowlistPath(values)] as const;
  const others = [
    ["the pardons", pardonsPath(values)],
    ["the history", historyPath(values)],
    ["the journal", journalPath(values)],
  ] as const;
  const pairs = [blocklist, allowlist].flatMap((one) =>
    others.map((other) => [one, other] as const)
  );
  for (const [[one, path], [other, same]] of [[blocklist, allowlist] as const, ...pairs]) {
    if (path === same) throw usageError(`"${path}" cannot be ${one} and ${other} at once`);
  }
}

function checkArity(command: AnyCommand, operands: readonly string[]): void {
  const { least, most } = command.arity;
  if (operands.length < least) {
    const missing = command.operands.replace("…", "");
    throw withHint(command, usageError(`Command "${command.name}" needs ${missing}`));
  }
  if (operands.length > most) {
    const surplus = operands[most];
    throw withHint(command, usageError(`Command "${command.name}" does not take "${surplus}"`));
  }
}

function withHint(command: AnyCommand, error: unknown): unknown {
  if (!(error instanceof Failure) || error.hint) return error;
  return usageError(error.message, `permaban ${command.name} --help shows what it takes`);
}

function commandNamed(name: string): AnyCommand {
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return command;
  if (name.startsWith("-")) {
    throw usageError(
      `Expected a command before "${name}"`,
      `options go behind the command, as in "permaban scan ${name}"`,
    );
  }
  const near = nearest(name, COMMANDS.map(({ name }) => name));
  throw usageError(
    `There is no command "${name}"`,
    near ? `did you mean "${near}"?` : "permaban --help lists them",
  );
}

async function helpOf(command: AnyCommand | undefined): Promise<string> {
  const { commandHelp, programHelp } = await import("./help.ts");
  return command ? commandHelp(command) : programHelp();
}

function printVersion(host: Host): Promise<ExitStatus> {
  return print(host, `permaban ${VERSION}\n`);
}

async function print(host: Host, text: string): Promise<ExitStatus> {
  await host.stdout.write(text);
  return EXIT.done;
}

function report(error: unknown, messages: Messages): ExitStatus {
  if (error instanceof Failure) {
    messages.error(error.message, error.hint);
    return error.status;
  }
  const reason = systemReason(error);
  if (reason !== undefined) {
    messages.error(`The system refused: ${reason}`);
    return EXIT.failed;
  }
  const message = error instanceof Error ? error.message : String(error);
  messages.error(
    `This is a bug in permaban ${VERSION}: ${message}`,
    "please report it with the lines below",
  );
  for (const line of error instanceof Error ? error.stack?.split("\n") ?? [] : []) {
    messages.error(line);
  }
  return EXIT.bug;
}
