/**
 * What a configuration says, as `read_configuration.ts` makes it of a file.
 *
 * @module
 */

import type { AnyCommand } from "./command.ts";
import type { Failure } from "./failure.ts";

/** The configuration that is read unless another one is named. */
export const CONFIGURATION_FILE = "/etc/permaban/permaban.toml";

/** A value in a configuration. */
export interface Setting {
  /** What would have stood on the command line: nothing for a flag that is off or an empty list. */
  readonly texts: readonly string[];
  /** The line it stands in. */
  readonly line: number;
}

/** What is wrong in a configuration. */
export interface ConfigurationFault {
  /** The line it stands in. */
  readonly line: number;
  /** What is wrong. */
  readonly message: string;
  /** What would be right, where that is known. */
  readonly hint?: string | undefined;
  /** The one command it concerns; all of them when absent. */
  readonly command?: string | undefined;
}

/** A configuration. */
export interface Configuration {
  /** The file. */
  readonly file: string;
  /** What is right in it: by table, the empty name being the top level, and by key. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Setting>>;
  /** What is wrong in it, in the order of its lines. */
  readonly faults: readonly ConfigurationFault[];
  /** Why nothing of it is used: only doctor goes on then. */
  readonly refusal?: Failure;
}

/** Everything in a configuration that concerns a command: common options, its own, and borrowed ones. */
export function settingsFor(
  { name, options }: Pick<AnyCommand, "name" | "options">,
  configuration: Configuration | undefined,
): Map<string, Setting> {
  const tables = configuration?.tables;
  const settings = new Map([...tables?.get("") ?? [], ...tables?.get(name) ?? []]);
  for (const [key, { table }] of Object.entries(options)) {
    const setting = table === undefined ? undefined : tables?.get(table)?.get(key);
    if (setting) settings.set(key, setting);
  }
  return settings;
}
