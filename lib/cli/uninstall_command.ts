/**
 * `permaban uninstall`.
 *
 * @module
 */

import { commandsAfterUninstall } from "../setup/remaining_commands.ts";
import {
  leftByPurge,
  planUninstall,
  uninstallFiles,
  type UninstallStep,
} from "../setup/uninstall_files.ts";
import { scriptOn } from "../setup/installed_script.ts";
import { recognizeInstall } from "../setup/recognize_install.ts";
import { FIREWALL_SCRIPT, type Part } from "../setup/setup_options.ts";
import { unifiedDiff } from "../setup/unified_diff.ts";
import { tabbed } from "./columns.ts";
import type { Run } from "./command.ts";
import type { UNINSTALL_OPTIONS } from "./spec/uninstall_spec.ts";
import { EXIT } from "./exit_status.ts";
import { asked, ownPlaces, readRecord, rootFolder } from "./setup_root.ts";
import { writeResult } from "./write_result.ts";

/** Takes the files back, or shows them. */
export const uninstall: Run<typeof UNINSTALL_OPTIONS> = async ({ values, host, messages }) => {
  const root = rootFolder(values.root);
  const read = readRecord(root);
  // Without a record the files themselves say whose they are.
  const record = read.places ? read : asked(() => recognizeInstall(root, ownPlaces(values)));
  const places = record.places ?? ownPlaces(values);
  const format = asked(() => scriptOn(root))?.format;
  const steps = asked(() => planUninstall(record, root, places, values));
  const left = values.purge ? leftByPurge(steps, root, places) : [];
  const isDry = values["dry-run"];
  if (!isDry) asked(() => uninstallFiles(steps, root, places, record, values.purge));
  const remaining = commandsAfterUninstall(
    partsIn(steps),
    steps.some(({ path }) => path === FIREWALL_SCRIPT) ? format : undefined,
    root.isMachine ? undefined : values.root,
  );
  if (values.json) {
    const files = steps.map(({ path, state, aside }) => ({ path, state, aside: aside ?? null }));
    await writeResult(host, JSON.stringify({ files, remaining }, null, 2) + "\n");
  } else if (isDry) {
    await host.stdout.write(steps.map(diffOf).join(""));
  } else {
    await writeResult(host, tabbed(steps.map(({ state, path }) => [state, path])));
  }
  if (steps.length === 0) messages.note("Nothing was installed here");
  for (const path of left) {
    const why = root.hasFolder(path) ? "a folder" : `outside of "${places.state}"`;
    messages.warning(`"${path}" is ${why} and stays`, "remove it by hand if it is permaban's");
  }
  for (const { path, aside } of steps) {
    if (aside === undefined) continue;
    messages.warning(
      `"${path}" was edited by hand and is ${isDry ? "to be " : ""}kept as "${aside}"`,
    );
  }
  if (!isDry) { for (const command of remaining) messages.hint(`it remains to run: ${command}`); }
  return EXIT.done;
};

function diffOf({ path, before }: UninstallStep): string {
  if (before === undefined) return "";
  return unifiedDiff({ path, before, after: undefined, mode: 0 });
}

function partsIn(steps: readonly UninstallStep[]): ReadonlySet<Part> {
  const parts = new Set<Part>();
  for (const { path } of steps) {
    if (path.includes("/systemd/")) parts.add("systemd");
    if (path.includes("/fail2ban/jail.d/")) parts.add("fail2ban");
  }
  return parts;
}
