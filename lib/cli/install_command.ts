/**
 * `permaban install`.
 *
 * @module
 */

import { installFiles, type InstallStep, planInstall, saveRecord } from "../setup/install_files.ts";
import type { InstallRecord } from "../setup/install_record.ts";
import { scriptOn } from "../setup/installed_script.ts";
import { plannedFiles } from "../setup/planned_files.ts";
import { type Recipe, recognizeRecipe } from "../setup/recipe.ts";
import { commandsAfterInstall } from "../setup/remaining_commands.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import type { SetupOptions } from "../setup/setup_options.ts";
import { fail2banConfiguration } from "../setup/survey.ts";
import { isHiddenFromUnits } from "../setup/systemd_units.ts";
import { unifiedDiff } from "../setup/unified_diff.ts";
import { tabbed } from "./columns.ts";
import type { Invocation, Run } from "./command.ts";
import type { INSTALL_OPTIONS } from "./spec/install_spec.ts";
import { EXIT } from "./exit_status.ts";
import type { Messages } from "./messages.ts";
import { keptOptions } from "./kept_options.ts";
import { importRecipe, sayRecipe, type TakenOver } from "./recipe_in_use.ts";
import { setupOptions } from "./setup_choices.ts";
import { asked, readRecord, rootFolder } from "./setup_root.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof INSTALL_OPTIONS>;

/** What there is to do. */
interface Work {
  readonly root: RootFolder;
  readonly options: SetupOptions;
  readonly record: InstallRecord;
  readonly steps: readonly InstallStep[];
  readonly recipe: Recipe | undefined;
}

/** Writes the files, or shows them. */
export const install: Run<typeof INSTALL_OPTIONS> = async (invocation) => {
  const { values, host, messages } = invocation;
  const work = prepare(invocation);
  const { root, options, steps, recipe } = work;
  const isDry = values["dry-run"];
  const before = asked(() => scriptOn(root))?.format;
  const lists = isDry ? [] : await write(work, invocation);
  const remaining = commandsAfterInstall(
    options,
    root.isMachine ? undefined : values.root,
    before,
  );
  if (values.json) {
    await writeResult(host, toJson(steps, lists, recipe, remaining));
  } else if (isDry) {
    await host.stdout.write(steps.map(diffOf).join(""));
  } else {
    await writeResult(host, tabbed(steps.map(({ state, path }) => [state, path])));
  }
  const isEdited = sayKept(steps, messages);
  if (recipe) sayRecipe(recipe, messages);
  sayMissingLog(work, messages);
  sayHidden(options, messages);
  if (!isDry) { for (const command of remaining) messages.hint(`it remains to run: ${command}`); }
  return isEdited || lists.some(({ isPartial }) => isPartial) ? EXIT.partly : EXIT.done;
};

function prepare(invocation: Asked): Work {
  const { messages } = invocation;
  const root = rootFolder(invocation.values.root);
  const before = readRecord(root);
  const { values, options: kept } = keptOptions(before, invocation);
  const record = { ...before, options: kept };
  const configuration = asked(() => fail2banConfiguration(root));
  const options = setupOptions(values, root, configuration, messages);
  const steps = asked(() => planInstall(plannedFiles(options), root, record, values.force));
  return { root, options, record, steps, recipe: recognizeRecipe(configuration) };
}

async function write(work: Work, invocation: Asked): Promise<TakenOver[]> {
  const { root, options, steps, recipe } = work;
  const places = { state: options.state, blocklist: options.blocklist };
  const record = asked(() => installFiles(steps, root, places, work.record));
  // Once: what was removed from the list since then must not come back.
  const lists = (recipe?.lists ?? []).filter((list) => !record.imported.includes(list));
  const taken = await importRecipe(lists, root, options, invocation);
  if (lists.length > 0) {
    const imported = [...record.imported, ...lists];
    asked(() => saveRecord({ ...record, imported }, root));
  }
  return taken;
}

function diffOf({ path, before, text, mode, state, isSeed, wrongMode }: InstallStep): string {
  if (isSeed && state === "unchanged") return "";
  return unifiedDiff({ path, before, after: text, mode, oldMode: wrongMode });
}

/** Names what was kept, and what was not written; whether there is any of the latter. */
function sayKept(steps: readonly InstallStep[], messages: Messages): boolean {
  for (const { path, aside } of steps) {
    if (aside !== undefined) messages.note(`What was in "${path}" is now in "${aside}"`);
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

/** fail2ban does not start at all if the log of one jail is missing. */
function sayMissingLog({ root, options: { parts, log } }: Work, messages: Messages): void {
  if (!parts.has("fail2ban") || root.has(log)) return;
  messages.warning(
    `There is no log "${root.at(log)}": fail2ban refuses to start with a jail whose log is missing`,
    `make it first: touch ${root.at(log)}`,
  );
}

/** A drop-in may let the units see it, so it is not refused. */
function sayHidden(options: SetupOptions, messages: Messages): void {
  if (!options.parts.has("systemd")) return;
  const { program, state, blocklist, allowlist, log } = options;
  const hidden = [program, state, blocklist, allowlist, log].filter(isHiddenFromUnits);
  for (const path of new Set(hidden)) {
    messages.warning(
      `The units do not see "${path}", since ProtectHome=yes hides /home and /root from them`,
      "put it elsewhere; permaban doctor says how",
    );
  }
}

function toJson(
  steps: readonly InstallStep[],
  lists: readonly TakenOver[],
  recipe: Recipe | undefined,
  remaining: readonly string[],
): string {
  const result = {
    files: steps.map(({ path, mode, state, aside }) => ({
      path,
      mode: mode.toString(8).padStart(4, "0"),
      state,
      aside: aside ?? null,
    })),
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
