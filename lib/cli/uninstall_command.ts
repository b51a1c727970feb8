/**
 * `permaban uninstall`.
 *
 * @module
 */

import { loadedFormats, scriptOn } from "../setup/installed_script.ts";
import { partsOf } from "../setup/planned_files.ts";
import { recognizeInstall } from "../setup/recognize_install.ts";
import { commandsAfterUninstall, commandsToUnload } from "../setup/remaining_commands.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { FIREWALL_SCRIPT, type FirewallFormat } from "../setup/setup_options.ts";
import {
  leftByPurge,
  planUninstall,
  removalOf,
  uninstallFiles,
  type UninstallStep,
} from "../setup/uninstall_files.ts";
import { tabbed } from "./columns.ts";
import type { Run } from "./command.ts";
import { EXIT } from "./exit_status.ts";
import type { Messages } from "./messages.ts";
import { asked, lockMachine, ownPlaces, readRecord, rootFolder } from "./setup_root.ts";
import type { UNINSTALL_OPTIONS } from "./spec/uninstall_spec.ts";
import { writeResult } from "./write_result.ts";

/** Takes the files back, or shows them. */
export const uninstall: Run<typeof UNINSTALL_OPTIONS> = async ({ values, host, messages }) => {
  const root = rootFolder(values.root);
  const isDry = values["dry-run"];
  using lock = isDry ? undefined : await lockMachine(root);
  const read = readRecord(root);
  // Without a record the files themselves say whose they are.
  const record = read.places ? read : asked(() => recognizeInstall(root, ownPlaces(values)));
  const places = record.places ?? ownPlaces(values);
  const steps = asked(() => planUninstall(record, root, places, values));
  const format = asked(() => formatToUnload(steps, root));
  const left = values.purge ? leftByPurge(steps, root, places) : [];
  if (lock) {
    const folders = asked(() => uninstallFiles(steps, root, places, record, values.purge));
    lock.folders.push(...folders);
  }
  const remaining = commandsAfterUninstall(
    partsOf(steps.map(({ path }) => path)),
    format,
    root.isMachine ? undefined : values.root,
  );
  if (values.json) {
    const files = steps.map(({ path, state, aside }) => ({ path, state, aside: aside ?? null }));
    await writeResult(host, JSON.stringify({ files, remaining }, null, 2) + "\n");
  } else if (isDry) {
    await host.stdout.write(steps.map(removalOf).join(""));
  } else {
    await writeResult(host, tabbed(steps.map(({ state, path }) => [state, path])));
  }
  if (steps.length === 0) messages.note("Nothing was installed here");
  for (const path of left) {
    const why = root.hasFolder(path)
      ? "a folder and"
      : root.linkAt(path)
      ? "a symbolic link, and what it leads to"
      : `outside of "${places.state}" and`;
    messages.warning(`"${path}" is ${why} stays`, "remove it by hand if it is permaban's");
  }
  for (const { path, aside } of steps) {
    if (aside === undefined) continue;
    messages.warning(
      `"${path}" was edited by hand and is ${isDry ? "to be " : ""}kept as "${aside}"`,
    );
  }
  if (isDry) return EXIT.done;
  for (const command of remaining) messages.hint(`it remains to run: ${command}`);
  if (format !== undefined) sayOtherFormats(format, root, messages);
  return EXIT.done;
};

/** An install in another format has said what takes out the old rules, and nobody knows who did it. */
function sayOtherFormats(format: FirewallFormat, root: RootFolder, messages: Messages): void {
  if (!root.isMachine) return;
  const commands = commandsToUnload(format);
  const others = asked(() => loadedFormats(root)).flatMap((other) =>
    commandsToUnload(other).filter((command) => !commands.includes(command))
  );
  if (others.length === 0) return;
  messages.hint(
    "the list was loaded in another way, too, since the machine started; unless that was taken out " +
      `then, run: ${others.join("; ")}`,
  );
}

/** How the script that goes loads the list. */
function formatToUnload(
  steps: readonly UninstallStep[],
  root: RootFolder,
): FirewallFormat | undefined {
  const isGone = steps.some(({ path }) => path === FIREWALL_SCRIPT);
  return isGone ? scriptOn(root)?.format : undefined;
}
