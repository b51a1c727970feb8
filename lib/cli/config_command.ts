/**
 * `permaban config`.
 *
 * @module
 */

import { COMMON_OPTIONS, type Run } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import type { Configuration } from "./configuration.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import type { Option, OptionTable } from "./option.ts";
import { nearest } from "./parse_arguments.ts";
import type { CONFIG_OPTIONS } from "./spec/config_spec.ts";

type Scalar = string | number;

/** An option that may stand in a configuration, and what holds for it. */
interface Holding {
  /** The command; `null` for what all of them have. */
  readonly table: string | null;
  readonly key: string;
  /** `null` where the default is no value but a rule. */
  readonly value: boolean | Scalar | readonly Scalar[] | null;
  readonly from: string;
}

/** Prints what holds and where it comes from, and names what is wrong in the configuration. */
export const config: Run<typeof CONFIG_OPTIONS> = async (invocation) => {
  const { values, operands: [name], given, configuration, host, messages } = invocation;
  const asked = name === undefined ? COMMANDS : [commandNamed(name)];
  const holdings = [
    ...holdingsOf("", COMMON_OPTIONS, configuration, given),
    ...asked.flatMap(({ name, options }) => holdingsOf(name, options, configuration)),
  ];
  const faults = configuration?.faults ?? [];
  if (!configuration) messages.note("No configuration is read: the defaults hold");
  for (const { line, message, hint } of faults) {
    messages.error(`${configuration?.file}:${line}: ${message}`, hint);
  }
  await host.stdout.write(
    values.json
      ? JSON.stringify({ file: configuration?.file ?? null, settings: holdings, faults }, null, 2) +
        "\n"
      : asToml(holdings),
  );
  return faults.length > 0 ? EXIT.partly : EXIT.done;
};

function commandNamed(name: string) {
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return command;
  const near = nearest(name, COMMANDS.map(({ name }) => name));
  throw usageError(`There is no command "${name}"`, near && `did you mean "${near}"?`);
}

function holdingsOf(
  table: string,
  options: OptionTable,
  configuration: Configuration | undefined,
  given?: ReadonlyMap<string, readonly string[]>,
): Holding[] {
  return Object.entries(options).filter(([, option]) => !option.isForOneRun).map(
    ([key, option]) => {
      const typed = given?.get(key);
      const setting = configuration?.tables.get(table)?.get(key);
      const rule = option.shownDefault === undefined ? "" : `: ${option.shownDefault}`;
      const place = { table: table || null, key };
      if (typed?.length) return { ...place, value: valueOf(option, typed), from: "command line" };
      if (setting && !typed) {
        const from = `${configuration?.file}:${setting.line}`;
        return { ...place, value: valueOf(option, setting.texts), from };
      }
      const value = defaultOf(option, key);
      return { ...place, value, from: value === null ? `default${rule}` : "default" };
    },
  );
}

function valueOf(option: Option, texts: readonly string[]): NonNullable<Holding["value"]> {
  if (option.placeholder === undefined) return texts.length > 0;
  const isNumber = (text: string) => option.kind?.includes("umber") && /^\d+$/.test(text);
  const scalars = texts.map((text) => isNumber(text) ? Number(text) : text);
  return option.repeatable ? scalars : scalars[0] ?? "";
}

function defaultOf(option: Option, key: string): Holding["value"] {
  const { placeholder, shownDefault, repeatable } = option;
  if (placeholder === undefined) return false;
  if (shownDefault === undefined) return repeatable ? [] : null;
  try {
    return option.parse([shownDefault], key) === option.parse([], key)
      ? valueOf(option, [shownDefault])
      : null;
  } catch {
    // A rule in words.
    return null;
  }
}

function asToml(holdings: readonly Holding[]): string {
  const lines: string[] = [];
  let last: string | null = null;
  for (const { table, key, value, from } of holdings) {
    if (table !== last) lines.push("", `[${table}]`);
    last = table;
    lines.push(value === null ? `# ${key}  # ${from}` : `${key} = ${tomlOf(value)}  # ${from}`);
  }
  return lines.join("\n") + "\n";
}

function tomlOf(value: NonNullable<Holding["value"]>): string {
  if (typeof value === "object") return `[${value.map(tomlOf).join(", ")}]`;
  if (typeof value !== "string") return String(value);
  // As JSON does it, and nothing that could move a cursor or turn a line round.
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
