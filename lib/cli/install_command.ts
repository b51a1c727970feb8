/**
 * `permaban install`.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { checkWays } from "../setup/check_ways.ts";
import { installFiles, type InstallStep, planInstall, saveRecord } from "../setup/install_files.ts";
import type { InstallLock } from "../setup/install_lock.ts";
import type { InstallRecord } from "../setup/install_record.ts";
import { type InstalledScript, scriptOn } from "../setup/installed_script.ts";
import { partsOf, plannedFiles } from "../setup/planned_files.ts";
import { type Recipe, recognizeRecipe } from "../setup/recipe.ts";
import { commandsAfterInstall } from "../setup/remaining_commands.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import {
  FIREWALL_SCRIPT,
  type Part,
  replacedPart,
  type SetupOptions,
} from "../setup/setup_options.ts";
import { fail2banConfiguration } from "../setup/survey.ts";
import { unifiedDiff } from "../setup/unified_diff.ts";
import {
  planTakingBack,
  removalOf,
  takePartBack,
  type UninstallStep,
} from "../setup/uninstall_files.ts";
import { checkLists, sayPlaces } from "./check_places.ts";
import { tabbed } from "./columns.ts";
import type { Invocation, Run } from "./command.ts";
import type { INSTALL_OPTIONS } from "./spec/install_spec.ts";
import { EXIT } from "./exit_status.ts";
import type { Messages } from "./messages.ts";
import { keptOptions } from "./kept_options.ts";
import { importRecipe, sayRecipe, type TakenOver } from "./recipe_in_use.ts";
import { setupOptions } from "./setup_choices.ts";
import { asked, lockMachine, readRecord, rootFolder } from "./setup_root.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof INSTALL_OPTIONS>;

/** What there is to do. */
interface Work {
  readonly root: RootFolder;
  readonly options: SetupOptions;
  readonly record: InstallRecord;
  readonly steps: readonly InstallStep[];
  /** The script that is replaced by another one. */
  readonly before: InstalledScript | undefined;
  /** Whose work others do from now on, and its files. */
  readonly replaced: { readonly part: Part; readonly steps: readonly UninstallStep[] } | undefined;
  readonly recipe: Recipe | undefined;
  /** Whether somebody said which parts there are to be. */
  readonly isChosen: boolean;
}

/** Writes the files, or shows them. */
export const install: Run<typeof INSTALL_OPTIONS> = async (invocation) => {
  const { values, host, messages } = invocation;
  const isDry = values["dry-run"];
  const root = rootFolder(values.root);
  using lock = isDry ? undefined : await lockMachine(root);
  const work = prepare(root, invocation);
  const { options, steps, before, recipe } = work;
  const taken = work.replaced?.steps ?? [];
  const lists = lock
    ? await write(work, lock, invocation)
    : await importRecipe(listsToTake(work), root, options, invocation, true);
  const remaining = commandsAfterInstall({
    options,
    before,
    image: root.isMachine ? undefined : values.root,
    takenBack: partsOf(taken.map(({ path }) => path)),
  });
  if (values.json) {
    await writeResult(host, toJson(work, lists, remaining));
  } else if (isDry) {
    await host.stdout.write([...steps.map(diffOf), ...taken.map(removalOf)].join(""));
  } else {
    await writeResult(host, tabbed([...steps, ...taken].map(({ state, path }) => [state, path])));
  }
  const isEdited = sayKept(work, isDry, messages);
  sayByHand(work, invocation.configuration, messages);
  if (recipe) sayRecipe(recipe, messages);
  sayMissing(work, messages);
  sayPlaces(options, root, messages);
  if (!isDry) { for (const command of remaining) messages.hint(`it remains to run: ${command}`); }
  return isEdited || lists.some(({ isPartial }) => isPartial) ? EXIT.partly : EXIT.done;
};

function prepare(root: RootFolder, invocation: Asked): Work {
  const { messages } = invocation;
  const old = readRecord(root);
  const { values, options: kept } = keptOptions(old, invocation);
  const record = { ...old, options: kept };
  const configuration = asked(() => fail2banConfiguration(root));
  const options = setupOptions(values, root, configuration, messages);
  const files = plannedFiles(options);
  asked(() => checkWays(files, options, root));
  checkLists(options, old, root);
  const steps = asked(() => planInstall(files, root, record, values.force));
  const script = steps.find(({ path }) => path === FIREWALL_SCRIPT);
  return {
    root,
    options,
    record,
    steps,
    before: script?.state === "changed" ? asked(() => scriptOn(root)) : undefined,
    replaced: replacedBy(options, root, record),
    recipe: recognizeRecipe(configuration),
    isChosen: values.part.length > 0,
  };
}

/** What is taken back, since something else that is set up now does its work. */
function replacedBy(options: SetupOptions, root: RootFolder, record: InstallRecord) {
  const part = replacedPart(options.parts);
  if (part === undefined) return undefined;
  return { part, steps: asked(() => planTakingBack(part, record, root, options)) };
}

async function write(
  work: Work,
  { folders }: InstallLock,
  invocation: Asked,
): Promise<TakenOver[]> {
  const { root, options, steps, replaced, record: old } = work;
  const places = { state: options.state, blocklist: options.blocklist };
  const before = { ...old, folders: [...old.folders, ...folders] };
  let record = asked(() => installFiles(steps, root, places, before));
  if (replaced) {
    const { part, steps } = replaced;
    record = asked(() => takePartBack(steps, part, root, record));
  }
  const lists = listsToTake(work);
  const taken = await importRecipe(lists, root, options, invocation);
  if (lists.length > 0) {
    const imported = [...record.imported, ...lists];
    asked(() => saveRecord({ ...record, imported }, root));
  }
  return taken;
}

/** Lists of the recipe, each once: what was removed from it since then must not come back. */
function listsToTake({ recipe, record }: Work): string[] {
  return (recipe?.lists ?? []).filter((list) => !record.imported.includes(list));
}

function diffOf({ path, before, text, mode, state, isSeed, wrongMode }: InstallStep): string {
  if (isSeed && state === "unchanged") return "";
  return unifiedDiff({ path, before, after: text, mode, oldMode: wrongMode });
}

/** Names what was kept, what was taken back and what not written; whether there is any of the last. */
function sayKept(
  { steps, replaced, options, record }: Work,
  isDry: boolean,
  messages: Messages,
): boolean {
  for (const { path, aside } of [...steps, ...replaced?.steps ?? []]) {
    if (aside === undefined) continue;
    messages.note(
      isDry
        ? `What is in "${path}" would be kept as "${aside}"`
        : `What was in "${path}" is now in "${aside}"`,
    );
  }
  if (replaced && replaced.steps.length > 0) {
    const [part, other] = [replaced.part, replaced.part === "cron" ? "systemd" : "cron"];
    messages.note(
      `${other} takes the place of ${part}, whose files are taken back (--part cron --part systemd ` +
        "keeps both)",
    );
  }
  const others = [...partsOf(Object.keys(record.files))].filter((part) =>
    part !== "config" && part !== replaced?.part && !options.parts.has(part)
  );
  if (others.length > 0) {
    messages.note(
      `Left as it was, since --part does not name it: ${
        others.join(", ")
      } (uninstall takes all back)`,
    );
  }
  const edited = steps.filter(({ state }) => state === "edited");
  for (const { path } of edited) {
    messages.warning(`"${path}" was edited by hand and is left as it is`);
  }
  if (edited.length > 0) {
    messages.hint("--dry-run shows the difference, --force replaces it and keeps it aside");
  }
  return edited.length > 0;
}

/** What is set for batches that are loaded by hand may have been meant for the script, too. */
function sayByHand(
  { options, record }: Work,
  configuration: Asked["configuration"],
  messages: Messages,
): void {
  for (const [name, now] of [["target", [options.target]], ["hook", options.hooks]] as const) {
    const texts = configuration?.tables.get("restore")?.get(name)?.texts ?? [];
    const isSaid = record.options[name] !== undefined ||
      configuration?.tables.get("install")?.has(name);
    if (texts.length === 0 || isSaid || String(texts).toLowerCase() === String(now).toLowerCase()) {
      continue;
    }
    const words = (values: readonly string[]) =>
      values.map((value) => `--${name} ${value}`).join(" ");
    messages.note(
      `[restore] ${name} of the configuration is for batches that are loaded by hand; what is ` +
        `installed has ${words(now)} (install ${words(texts)} sets it, or ${name} in [install])`,
    );
  }
}

/** Names what must be there besides: a log to read, and something that has it read. */
function sayMissing({ root, options: { parts, log }, isChosen }: Work, messages: Messages): void {
  const isScheduled = parts.has("systemd") || parts.has("cron");
  if (!isScheduled && !isChosen) {
    messages.warning(
      "There is neither systemd nor cron here: nothing reads the logs again and again, or loads the " +
        "list at boot",
      "docs/cron.md has the command for whatever else there is",
    );
  }
  if ((!isScheduled && !parts.has("fail2ban")) || root.has(log)) return;
  const path = root.at(log);
  // As fail2ban's package has logrotate make it: many may read a log on Debian, elsewhere root alone.
  const hasReaders = /^adm:/m.test(root.readIfAble("/etc/group") ?? "");
  const folder = root.hasFolder(dirname(log)) ? "" : `mkdir -p ${dirname(path)} && `;
  const mode = hasReaders ? `chmod 640 ${path} && chown root:adm ${path}` : `chmod 600 ${path}`;
  messages.warning(
    `There is no log "${path}": ` + (parts.has("fail2ban")
      // It does not start at all if the log of one jail is missing.
      ? "fail2ban refuses to start with a jail whose log is missing"
      : "each run will say that there is nothing to read, until fail2ban writes it"),
    `make it${parts.has("fail2ban") ? " before fail2ban is reloaded" : ""}: ` +
      `${folder}touch ${path} && ${mode}`,
  );
}

function toJson(
  { steps, replaced, recipe }: Work,
  lists: readonly TakenOver[],
  remaining: readonly string[],
): string {
  const written = steps.map(({ path, mode, state, aside }) => {
    return { path, mode: mode.toString(8).padStart(4, "0"), state, aside: aside ?? null };
  });
  const taken = (replaced?.steps ?? []).map(({ path, state, aside }) => {
    return { path, mode: null, state, aside: aside ?? null };
  });
  const result = {
    files: [...written, ...taken],
    imported: lists.map(({ list, added, known, isPartial }) => ({
      list,
      added,
      known,
      understood: !isPartial,
    })),
    recipe: recipe ?? null,
    remaining,
  };
  return JSON.stringify(result, null, 2) + "\n";
}
