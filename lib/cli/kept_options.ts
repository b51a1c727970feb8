/**
 * Options of an earlier install, which hold until they are given anew.
 *
 * @module
 */

import { NFT_HOOKS } from "../firewall/nft_name.ts";
import type { InstallRecord } from "../setup/install_record.ts";
import { partsOf } from "../setup/planned_files.ts";
import { replacedPart } from "../setup/setup_options.ts";
import { COMMON_OPTIONS, type Invocation } from "./command.ts";
import { settingsFor } from "./configuration.ts";
import { valuesOf } from "./parse_arguments.ts";
import { INSTALL_OPTIONS, installSpec } from "./spec/install_spec.ts";

type Asked = Invocation<typeof INSTALL_OPTIONS>;

/** What the files are made of; the rest is for one run. */
const KEPT = [
  ...["part", "format", "hook", "target", "on-stop", "log", "program"],
  ...["state", "blocklist", "allowlist"],
];

/** What holds for an install. */
export interface KeptOptions {
  /** All options: as given, as configured, as given before, or else the defaults. */
  readonly values: Asked["values"];
  /** What the next install is to keep, by name. */
  readonly options: InstallRecord["options"];
}

/**
 * Adds to what is asked what was asked before, and says so: a second install must not silently take
 * back what the first one was told.
 *
 * @param record What was installed.
 * @param invocation What is asked now.
 */
export function keptOptions(record: InstallRecord, invocation: Asked): KeptOptions {
  const { given, configuration, messages } = invocation;
  const settings = settingsFor(installSpec, configuration);
  const before = new Map(
    KEPT.filter((name) => !given.has(name)).flatMap((name) => {
      const texts = record.options[name];
      return texts === undefined ? [] : [[name, texts] as const];
    }),
  );
  const lost = hooksLost(before.get("hook") ?? [], given.get("format")?.[0]);
  if (lost.length > 0) {
    before.delete("hook");
    messages.note(
      `Not as before, since --format is another one: ${
        lost.map((hook) => `--hook ${hook}`).join(" ")
      }`,
    );
  }
  const words = [...before].filter(([name]) => !settings.has(name)).flatMap(([name, texts]) =>
    texts.map((text) => `--${name} ${text}`)
  );
  if (words.length > 0) {
    messages.note(`As before: ${words.join(" ")} (--no-NAME takes an option back)`);
  }
  const kept = new Map([...before].map(([name, texts]) => [name, { texts }] as const));
  const table = { ...INSTALL_OPTIONS, ...COMMON_OPTIONS };
  return {
    values: valuesOf(table, given, new Map([...kept, ...settings])),
    options: optionsNow(record, before, given),
  };
}

/** Hooks of nft and chains of iptables have other names. */
function hooksLost(hooks: readonly string[], format: string | undefined): readonly string[] {
  if (format === undefined || format === "auto") return [];
  const names: readonly string[] = NFT_HOOKS;
  const isForIt = (hook: string) =>
    format === "nft" ? names.includes(hook.toLowerCase()) : !names.includes(hook);
  return hooks.every(isForIt) ? [] : hooks;
}

function optionsNow(
  record: InstallRecord,
  before: ReadonlyMap<string, readonly string[]>,
  given: Asked["given"],
): InstallRecord["options"] {
  const typed = KEPT.flatMap((name) => {
    const texts = given.get(name) ?? [];
    return texts.length > 0 ? [[name, texts] as const] : [];
  });
  const options = { ...Object.fromEntries(before), ...Object.fromEntries(typed) };
  const { part, ...others } = options;
  if (part === undefined) return others;
  const parts = partsNow(record, part);
  return parts.length > 0 ? { ...others, part: parts } : others;
}

/**
 * The parts from now on; none stands for all that apply. One that is set up later comes to those that
 * are there, but of cron and systemd it takes the place of the other one.
 */
function partsNow(
  { options, files, places }: InstallRecord,
  named: readonly string[],
): readonly string[] {
  const replaced = replacedPart(new Set(named));
  const there = partsOf(Object.keys(files));
  const isForAll = places !== undefined && options["part"] === undefined;
  if (isForAll && (replaced === undefined || !there.has(replaced))) return [];
  const before = isForAll ? there : options["part"] ?? [];
  return [...new Set([...before, ...named])].filter((part) => part !== replaced);
}
