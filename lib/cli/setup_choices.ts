/**
 * What install is to write: as asked, or else right for the machine.
 *
 * @module
 */

import type { RootFolder } from "../setup/root_folder.ts";
import {
  type FirewallFormat,
  type Part,
  PARTS,
  type SetupOptions,
} from "../setup/setup_options.ts";
import { fail2banSettings, findProgram, usualFormat, usualParts } from "../setup/survey.ts";
import { checkHooks, readHooks } from "./chain_options.ts";
import { allowlistPath, type Invocation } from "./command.ts";
import type { INSTALL_OPTIONS } from "./spec/install_spec.ts";
import { Failure, usageError } from "./failure.ts";
import type { Messages } from "./messages.ts";
import { nearest } from "./parse_arguments.ts";
import { checkedPath, ownPlaces } from "./setup_root.ts";

type InstallValues = Invocation<typeof INSTALL_OPTIONS>["values"];

/**
 * Decides what the files are made of.
 *
 * @param values The options.
 * @param root The machine.
 * @param configuration The files in fail2ban's folder.
 * @param messages Told what is left out.
 * @throws {Failure} If options make no sense, or the machine lacks what is needed.
 */
export function setupOptions(
  values: InstallValues,
  root: RootFolder,
  configuration: ReadonlyMap<string, string>,
  messages: Messages,
): SetupOptions {
  const parts = partsOf(values, root);
  const format = formatOf(values, root);
  const settings = fail2banSettings(configuration);
  const log = logOf(values, settings.log, parts);
  if (values.part.length === 0 && !parts.has("fail2ban")) {
    messages.note("fail2ban is not configured here, so there is no jail");
  }
  return {
    parts,
    format,
    hooks: hooksOf(values, format, messages),
    target: values.target,
    onStop: values["on-stop"],
    program: programOf(values, root),
    log,
    purgeSection: settings.purgeSection,
    ...ownPlaces(values),
    allowlist: checkedPath(allowlistPath(values), "allowlist"),
  };
}

function partsOf({ part: asked }: InstallValues, root: RootFolder): ReadonlySet<Part> {
  if (asked.length === 0) return new Set(usualParts(root));
  return new Set(asked.map((name) => {
    const part = PARTS.find((part) => part === name);
    if (part !== undefined) return part;
    const near = nearest(name, PARTS);
    throw usageError(
      `Option --part takes one of ${PARTS.join(", ")}, not "${name}"`,
      near && `did you mean ${near}?`,
    );
  }));
}

function formatOf({ format }: InstallValues, root: RootFolder): FirewallFormat {
  if (format !== "auto") return format;
  const usual = usualFormat(root);
  if (usual !== undefined) return usual;
  throw new Failure(
    "There is neither iptables-restore nor nft here to load the list with",
    "install one of them, or say with --format which there will be",
  );
}

function hooksOf(
  { hook: hooks }: InstallValues,
  format: FirewallFormat,
  messages: Messages,
): readonly string[] {
  if (format === "nft") return readHooks(hooks);
  checkHooks(hooks, { table: "filter", chain: "permaban" }, messages);
  return hooks.length > 0 ? hooks : ["INPUT"];
}

function programOf({ program }: InstallValues, root: RootFolder): string {
  if (program !== undefined) return checkedPath(program, "program");
  const found = findProgram("permaban", root);
  if (found !== undefined) return found;
  throw new Failure(
    'There is no "permaban" where the system looks for programs',
    'put it into /usr/local/bin ("make install" does), or say with --program where it is',
  );
}

function logOf({ log }: InstallValues, target: string, parts: ReadonlySet<Part>): string {
  if (log !== undefined) return checkedPath(log, "log");
  if (target.startsWith("/")) return checkedPath(target, "log");
  if (!parts.has("fail2ban") && !parts.has("systemd") && !parts.has("cron")) return "/";
  throw new Failure(
    `fail2ban logs to ${target}, not to a file that could be read`,
    'set "logtarget = /var/log/fail2ban.log" in fail2ban.local, or name with --log the file in ' +
      "which its lines end up",
  );
}
