/**
 * From a command line to an exit status.
 *
 * @module
 */

import { systemReason } from "../log/system_reason.ts";
import { type AnyCommand, COMMON_OPTIONS } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { ClosedOutput, Failure, usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { Messages } from "./messages.ts";
import { nearest, parseArguments } from "./parse_arguments.ts";
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
    if (error instanceof ClosedOutput) return EXIT.done;
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
  const { values, operands } = parse(command, words, table);
  if (values.help) return await print(host, await helpOf(command));
  if (values.version) return await printVersion(host);
  checkArity(command, operands);
  const messages = new Messages(host, {
    quiet: values.quiet,
    verbose: values.verbose,
    color: values.color === "always" || (values.color === "auto" && mayColor(host)),
  });
  try {
    const work = await command.load();
    // The table that was parsed is the command's own, which its type no longer says.
    return await work({ values: values as never, operands, host, messages });
  } catch (error) {
    if (error instanceof ClosedOutput) throw error;
    return report(error, messages);
  }
}

function parse<Table extends typeof COMMON_OPTIONS>(
  command: AnyCommand,
  words: readonly string[],
  table: Table,
) {
  try {
    return parseArguments(words, table);
  } catch (error) {
    // Who asks for help may well have the rest wrong.
    const options = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
    if (options.includes("--help") || options.includes("-h")) {
      return parseArguments(["--help"], table);
    }
    throw withHint(command, error);
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

/** https://no-color.org: any value but an empty one asks for no colour. */
function mayColor(host: Host): boolean {
  return host.stderr.isTerminal() && !host.env("NO_COLOR") && host.env("TERM") !== "dumb";
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
